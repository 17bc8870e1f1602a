"""The list of runs: what differs, resumed, compared, used, renamed, deleted."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.train.panel import TrainPanel
from app.train.runs.page import TrainRuns
from app.train.runs.run_model import NAME
from app.train.runs.run_store import RunStatus
from app.train.runs.run_table import box_of
from app.train.training_session import SessionState
from engine.networks.presets import PRESETS
from engine.training.run_file import RunState
from tests.app.train.driving import CTRL, LEFT, TIMEOUT, click, part_of
from tests.app.train.kept_runs import shown_runs, train, weights_of


def cell(runs: TrainRuns, key: str, column: int) -> QPoint:
    table = runs.page.table
    index = table.proxy.index(table.keys.index(key), column)
    table.scrollTo(index)
    rect = table.visualRect(index)
    return box_of(rect).center() if column == 0 else rect.center()


def click_cell(runs: TrainRuns, key: str, column: int, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.mouseClick(runs.page.table.viewport(), LEFT, modifier, cell(runs, key, column))


def test_runs_are_listed_with_what_differs(qtbot: QtBot, panel: TrainPanel) -> None:
    runs = shown_runs(panel)
    assert not runs.page.actions_by_name["copy_csv"].isEnabled()
    train(qtbot, panel, learning_rate=0.05)
    train(qtbot, panel, learning_rate=0.01, batch_size=32)
    headings, rows = runs.page.table.texts()
    assert headings[0] == "Name"
    assert [row[0] for row in rows] == ["Run 2", "Run 1"]
    assert [row[4] for row in rows] == ["batch 32 · lr 0.01", "batch 64 · lr 0.05"]
    assert [row[5] for row in rows] == ["2", "2"]
    assert runs.page.note.text().startswith("2 runs, 2 MB; the latest 50 or 500 MB are kept")


def test_a_stopped_run_can_go_on_to_its_end_and_a_finished_one_beyond(
    qtbot: QtBot, panel: TrainPanel
) -> None:
    runs = shown_runs(panel)
    panel.choices.set_value("epochs", 3)
    click(panel.form.one_epoch)
    qtbot.waitUntil(lambda: len(panel.session.curves.epochs) == 1, timeout=TIMEOUT)
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.stop)
    key = runs.store.runs[0].key
    assert runs.store.runs[0].status is RunStatus.STOPPED
    click_cell(runs, key, NAME)
    assert runs.page.buttons["resume"].text() == "Resume"
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(runs.page.buttons["resume"])
    assert runs.store.runs[0].facts.epochs == 3
    panel.form.run.boxes["epochs"].setValue(2)
    assert runs.page.buttons["resume"].text() == "Continue +2"
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(runs.page.buttons["resume"])
    facts = runs.store.runs[0].facts
    assert (len(runs.store.runs), facts.epochs, facts.config.epochs) == (1, 5, 5)
    assert len(panel.session.curves.epochs) == 5


def test_more_epochs_from_the_form_stay_the_same_run(qtbot: QtBot, panel: TrainPanel) -> None:
    train(qtbot, panel, epochs=1)
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.more_epochs)
    runs = part_of(panel, TrainRuns).store.runs
    assert [run.facts.epochs for run in runs] == [2]


def test_checked_runs_lie_over_the_curves(qtbot: QtBot, panel: TrainPanel) -> None:
    runs = shown_runs(panel)
    first, second = train(qtbot, panel, epochs=3), train(qtbot, panel, epochs=1)
    loss, accuracy = panel.view.plots
    click_cell(runs, first, 0)
    assert [overlay.name for overlay in loss.overlaid.overlays] == ["Run 1"]
    assert accuracy.overlaid.legend.names == ["Run 1"]
    assert accuracy.overlaid.legend.isVisible()
    assert loss.view_range[0][1] > 3
    click_cell(runs, second, NAME)
    QTest.keyClick(runs.page.table, Qt.Key.Key_Space)
    assert [overlay.place for overlay in loss.overlaid.overlays] == [0, 1]
    click(loss.header.log)
    assert loss.is_log
    click_cell(runs, first, 0)
    assert loss.overlaid.legend.names == ["Run 2"]
    click_cell(runs, second, NAME)
    QTest.keyClick(runs.page.table, Qt.Key.Key_Space)
    assert loss.overlaid.legend.isHidden()


def test_a_run_is_renamed_in_its_place(qtbot: QtBot, panel: TrainPanel) -> None:
    runs = shown_runs(panel)
    key = train(qtbot, panel)
    click_cell(runs, key, 0)
    at = cell(runs, key, NAME)
    QTest.mouseClick(runs.page.table.viewport(), LEFT, pos=at)
    QTest.mouseDClick(runs.page.table.viewport(), LEFT, pos=at)
    editor = runs.page.table.findChild(QLineEdit)
    assert editor is not None
    editor.selectAll()
    QTest.keyClicks(editor, "Small steps")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: runs.store.runs[0].facts.name == "Small steps", timeout=TIMEOUT)
    assert panel.view.plots[0].overlaid.legend.names == ["Small steps"]


def test_runs_are_compared_side_by_side(qtbot: QtBot, panel: TrainPanel) -> None:
    runs = shown_runs(panel)
    first = train(qtbot, panel, learning_rate=0.05)
    second = train(qtbot, panel, learning_rate=0.01)
    click_cell(runs, first, NAME)
    compare = runs.page.buttons["compare"]
    assert not compare.isEnabled()
    assert compare.toolTip().endswith(": select two or more runs")
    click_cell(runs, second, NAME, CTRL)
    assert compare.toolTip() == "Select two or more runs to see them side by side"
    click(compare)
    window = runs.window
    assert window is not None
    assert window.summary.text() == "2 runs: 1 setting differs"
    rows = {row.label: row.texts for row in window.shown}
    assert rows["Learning rate"] == ("0.01", "0.05")
    assert "Batch size" not in rows
    window.only_differences.click()
    rows = {row.label: row.texts for row in window.shown}
    assert rows["Batch size"] == ("64", "64")
    assert rows["Parameters"] == ("62,810", "62,810")
    click(window.copy_markdown)
    copied = QGuiApplication.clipboard().text()
    assert "| Learning rate | 0.01 | 0.05 |" in copied
    window.close()


def test_the_table_is_copied(qtbot: QtBot, panel: TrainPanel) -> None:
    runs = shown_runs(panel)
    train(qtbot, panel)
    runs.page.actions_by_name["copy_csv"].trigger()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].startswith("Name,Started,Network,Data,What differs,Epochs")
    assert lines[1].startswith("Run 1,")
    runs.page.actions_by_name["copy_markdown"].trigger()
    assert QGuiApplication.clipboard().text().splitlines()[1].startswith("| --- |")


def test_weights_go_to_draw_and_the_stack_to_build(qtbot: QtBot, panel: TrainPanel) -> None:
    runs = shown_runs(panel)
    first = train(qtbot, panel)
    kept = weights_of(panel.networks)
    train(qtbot, panel, learning_rate=0.01)
    assert not np.array_equal(weights_of(panel.networks), kept)
    click_cell(runs, first, NAME)
    click(runs.page.buttons["use"])
    assert np.array_equal(weights_of(panel.networks), kept)
    record = panel.networks.record
    assert record is not None
    assert (record.data, record.images, record.epochs) == ("Bars", 200, 2)
    panel.document.replace_stack(PRESETS["lenet5"].stack, "Open")
    with qtbot.waitSignal(panel.workspace_wanted, timeout=TIMEOUT) as wanted:
        runs.page.actions_by_name["open_stack"].trigger()
    assert wanted.args == ["build"]
    assert panel.document.stack == PRESETS["simplecnn"].stack


def test_a_measured_test_accuracy_belongs_to_the_run(qtbot: QtBot, panel: TrainPanel) -> None:
    runs = shown_runs(panel)
    train(qtbot, panel)
    record = panel.networks.record
    assert record is not None
    panel.networks.set_record(replace(record, test_accuracy=0.875, test_data="MNIST"))
    assert runs.store.runs[0].facts.test_accuracy == 0.875
    assert runs.page.table.texts()[1][0][8] == "87.50 %"
    panel.networks.load_bundled()
    assert runs.store.runs[0].facts.test_accuracy == 0.875


def test_deleting_is_undone(qtbot: QtBot, panel: TrainPanel) -> None:
    runs = shown_runs(panel)
    key = train(qtbot, panel)
    click_cell(runs, key, NAME)
    QTest.keyClick(runs.page.table, Qt.Key.Key_Delete)
    assert not runs.store.runs
    assert runs.page.undo.text() == "Undo deleting 1 run"
    click(runs.page.undo)
    assert [run.key for run in runs.store.runs] == [key]
    assert runs.page.undo.isHidden()


def test_runs_are_hidden_and_pinned(qtbot: QtBot, panel: TrainPanel) -> None:
    runs = shown_runs(panel)
    key = train(qtbot, panel)
    click_cell(runs, key, NAME)
    runs.page.actions_by_name["pin"].trigger()
    assert runs.page.table.texts()[1][0][0] == "Run 1  · pinned"
    click_cell(runs, key, NAME)
    runs.page.actions_by_name["hide"].trigger()
    assert not runs.page.table.keys
    assert "1 hidden" in runs.page.note.text()
    runs.page.actions_by_name["show_hidden"].trigger()
    assert runs.page.table.keys == (key,)


def test_a_diverged_run_is_kept_with_its_reason(qtbot: QtBot, panel: TrainPanel) -> None:
    runs = shown_runs(panel)
    job = panel.choices.job(panel.document.stack)
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        panel.session.start(replace(job, config=replace(job.config, learning_rate=1e12)))
    key = runs.store.runs[0].key
    run = runs.store.run(key)
    assert run is not None
    assert run.facts.state is RunState.DIVERGED
    assert "Training stopped at batch" in run.facts.trouble
    click_cell(runs, key, NAME)
    assert not runs.page.buttons["resume"].isEnabled()
    assert runs.page.buttons["resume"].toolTip().endswith(": it diverged")


def test_a_run_that_learnt_nothing_leaves_nothing(qtbot: QtBot, panel: TrainPanel) -> None:
    click(panel.form.start)
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        panel.session.stop()
    if panel.session.curves.batches == 0:  # it was quick enough to stop before the first
        assert not part_of(panel, TrainRuns).store.runs
    assert not part_of(panel, TrainRuns).store.interrupted


def test_a_changed_setting_is_part_of_the_run(qtbot: QtBot, panel: TrainPanel) -> None:
    for name, value in (("epochs", 2), ("images", 240), ("validation", 40)):
        panel.choices.set_value(name, value)
    click(panel.form.one_epoch)
    qtbot.waitUntil(lambda: len(panel.session.curves.epochs) == 1, timeout=TIMEOUT)
    qtbot.waitUntil(lambda: panel.session.state is SessionState.PAUSED, timeout=TIMEOUT)
    panel.session.change("learning_rate", 0.02)
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        panel.session.resume()
    train(qtbot, panel, epochs=2)
    assert part_of(panel, TrainRuns).page.table.texts()[1][1][4] == "lr 0.05 → 0.02"
