"""Train keeps its runs: interrupted ones are offered and end alike, earlier ones are compared."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit
from pytestqt.qtbot import QtBot
from safetensors.numpy import load

from app.document import StackDocument
from app.panels.train import TrainPanel
from app.panels.train_runs import CLOSING_NOTE, LOST_NOTE, TrainRuns
from app.settings import Settings
from app.viewmodels.data_choices import DataChoices
from app.viewmodels.networks import NetworkHolder
from app.viewmodels.run_store import RunStatus
from app.viewmodels.training_choices import SOURCE
from app.viewmodels.training_session import SessionState
from app.widgets.run_model import NAME
from app.widgets.run_table import box_of
from engine.architectures import PRESETS
from engine.errors import ModelFileError
from engine.run_file import RunState
from tests.app.small_data import BarsSource

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
TIMEOUT = 20_000

MakePanel = Callable[[], TrainPanel]


class ChangedBars(BarsSource):
    """The same source with other images."""

    def load(self, images, seed, report, is_cancelled):
        return super().load(images, seed + 1, report, is_cancelled)


@pytest.fixture(autouse=True)
def _no_mnist(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CNNVIZ_DATA", raising=False)
    monkeypatch.setattr("engine.data.mnist.cache_directory", lambda: tmp_path / "cache")


@pytest.fixture
def make_panel(qtbot: QtBot, look, settings: Settings, tmp_path: Path):
    panels: list[TrainPanel] = []

    def make(source: BarsSource | None = None) -> TrainPanel:
        settings.set(SOURCE, "bars")
        data = DataChoices(more=(source or BarsSource(),), cache=tmp_path / "cache")
        document = StackDocument(PRESETS["simplecnn"].stack)
        panel = TrainPanel(document, NetworkHolder(), settings, data=data)
        panels.append(panel)
        qtbot.addWidget(panel)
        panel.resize(1216, 644)
        panel.show()
        qtbot.waitExposed(panel)
        panel.activateWindow()
        return panel

    yield make
    for panel in panels:
        assert panel.stop_and_join(TIMEOUT)
        panel.hide()


@pytest.fixture
def panel(make_panel: MakePanel) -> TrainPanel:
    return make_panel()


def runs_of(panel: TrainPanel) -> TrainRuns:
    return next(part for part in panel.parts if isinstance(part, TrainRuns))


def click(button: QAbstractButton) -> None:
    assert button.isEnabled()
    QTest.mouseClick(button, LEFT)


def show_page(panel: TrainPanel) -> TrainRuns:
    runs = runs_of(panel)
    panel.view.pages.show_page(panel.view.pages.stack.indexOf(runs.page))
    return runs


def cell(runs: TrainRuns, key: str, column: int) -> QPoint:
    table = runs.page.table
    index = table.proxy.index(table.keys.index(key), column)
    table.scrollTo(index)
    rect = table.visualRect(index)
    return box_of(rect).center() if column == 0 else rect.center()


def click_cell(runs: TrainRuns, key: str, column: int, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.mouseClick(runs.page.table.viewport(), LEFT, modifier, cell(runs, key, column))


def train(qtbot: QtBot, panel: TrainPanel, epochs: int = 2, **settings: float) -> str:
    """A whole run; the key of what is kept of it."""
    for name, value in ({"epochs": epochs, "images": 240, "validation": 40} | settings).items():
        panel.choices.set_value(name, value)
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.start)
    return runs_of(panel).store.runs[-1].key


def interrupt(qtbot: QtBot, panel: TrainPanel, epochs: int = 3) -> None:
    """A run that the window's end has interrupted in its second epoch."""
    for name, value in (("epochs", epochs), ("images", 240), ("validation", 40)):
        panel.choices.set_value(name, value)
    panel.choices.set_value("batch_size", 16)
    click(panel.form.one_epoch)
    qtbot.waitUntil(lambda: len(panel.session.curves.epochs) == 1, timeout=TIMEOUT)
    click(panel.form.one_batch)
    qtbot.waitUntil(lambda: panel.session.curves.batches > 13, timeout=TIMEOUT)
    assert panel.stop_and_join(TIMEOUT)
    panel.hide()


def weights_of(networks: NetworkHolder) -> np.ndarray:
    return networks.network.parameters.copy()


# Interrupted runs


def test_an_interrupted_run_is_offered_and_ends_as_if_nothing_had_been(
    qtbot: QtBot, make_panel: MakePanel
) -> None:
    undisturbed = make_panel()
    train(qtbot, undisturbed, epochs=3, batch_size=16)
    first = make_panel()
    interrupt(qtbot, first)
    second = make_panel()
    runs = runs_of(second)
    notice = runs.offers.notice
    assert notice.text.startswith("Run 2, SimpleCNN on Bars, was interrupted in epoch 2 of 3: ")
    assert [button.text() for button in notice.buttons] == [
        "Resume",
        "Use its weights",
        "Later",
        "Discard",
    ]
    with qtbot.waitSignal(second.session.ended, timeout=TIMEOUT):
        click(notice.buttons[0])
    assert np.array_equal(weights_of(second.networks), weights_of(undisturbed.networks))
    whole, resumed = undisturbed.session.curves, second.session.curves
    assert np.array_equal(resumed.loss.per_batch, whole.loss.per_batch)
    assert np.array_equal(resumed.loss.smoothed, whole.loss.smoothed)
    assert np.array_equal(resumed.accuracy.validation, whole.accuracy.validation)
    assert [run.status for run in runs.store.runs] == [RunStatus.FINISHED] * 2
    assert second.view.plots[0].point_counts == (39, 3)
    assert notice.isHidden()


def test_each_of_several_is_offered_and_a_discarded_one_comes_back(
    qtbot: QtBot, make_panel: MakePanel
) -> None:
    for _ in range(2):
        panel = make_panel()
        if runs_of(panel).offers.notice.buttons:
            click(runs_of(panel).offers.notice.buttons[2])  # later
        interrupt(qtbot, panel)
    runs = runs_of(make_panel())
    notice = runs.offers.notice
    assert notice.text.startswith("Run 2")
    assert notice.text.endswith("(1 of 2).")
    click(notice.buttons[3])
    assert notice.text.startswith("Run 1")
    assert len(runs.store.runs) == 1
    click(notice.buttons[4])
    assert notice.text.startswith("Run 2")
    click(notice.buttons[1])
    assert runs.context.networks.has_network
    record = runs.context.networks.record
    assert record is not None
    assert record.best_epoch == 1
    assert notice.text.startswith("Run 1")
    click(notice.buttons[3])
    assert notice.text == "Run 1 was discarded."
    assert [run.facts.name for run in runs.store.runs] == ["Run 2"]


def test_the_live_run_of_one_window_is_not_offered_in_another(
    qtbot: QtBot, make_panel: MakePanel
) -> None:
    first = make_panel()
    first.choices.set_value("epochs", 500)
    click(first.form.one_batch)
    qtbot.waitUntil(lambda: first.session.curves.batches == 1, timeout=TIMEOUT)
    other = runs_of(make_panel())
    assert other.offers.notice.isHidden()
    assert other.store.runs[0].status is RunStatus.ELSEWHERE
    show_page(make_panel())


def test_other_images_stop_a_run_before_it_goes_on(qtbot: QtBot, make_panel) -> None:
    interrupt(qtbot, make_panel())
    panel = make_panel(ChangedBars())
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(runs_of(panel).offers.notice.buttons[0])
    assert "not those that the run began with" in panel.view.notice.text
    assert runs_of(panel).store.runs[0].status is RunStatus.INTERRUPTED


def test_a_run_killed_after_its_last_epoch_is_only_brought_to_its_end(
    qtbot: QtBot, make_panel: MakePanel
) -> None:
    first = make_panel()
    key = train(qtbot, first, epochs=2)
    store = runs_of(first).store
    run = store.run(key)
    assert run is not None
    before = run.checkpoint.read_bytes()
    store.know(key, replace(run.facts, state=RunState.RUNNING))  # the end was not written down
    first.hide()
    panel = make_panel()
    runs = runs_of(panel)
    panel.choices.set_value("epochs", 7)
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(runs.offers.notice.buttons[0])
    now = runs.store.run(key)
    assert now is not None
    assert (now.status, now.facts.epochs, now.facts.config.epochs) == (RunStatus.FINISHED, 2, 2)
    after = load(now.checkpoint.read_bytes())
    for name, value in load(before).items():
        if name.startswith(("weights/", "best_weights/", "optimizer/")):
            np.testing.assert_array_equal(after[name], value)


def test_a_source_that_is_gone_is_named(qtbot: QtBot, make_panel: MakePanel) -> None:
    interrupt(qtbot, make_panel())
    panel = make_panel()
    runs = runs_of(panel)
    facts = runs.store.runs[0].facts
    data = replace(facts.data, key="mnist", title="MNIST", recipe={"directory": "/nowhere"})
    runs.store.know(runs.store.runs[0].key, replace(facts, data=data))
    click(runs.offers.notice.buttons[0])
    assert panel.view.notice.kind == "error"
    assert "/nowhere" in panel.view.notice.text
    assert not panel.session.is_active


def test_a_run_that_cannot_be_kept_is_said_and_goes_on(
    qtbot: QtBot, panel: TrainPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, _content: bytes) -> None:
        raise ModelFileError(f"{path} could not be written: No space left on device.")

    assert runs_of(panel).closing_note() == CLOSING_NOTE
    monkeypatch.setattr("app.workers.run_keeper.write_whole", full)
    said: list[str] = []
    runs_of(panel).recorder.troubled.connect(said.append)
    panel.choices.set_value("epochs", 2)
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.start)
    assert len(said) == 1
    assert "No space left on device" in said[0]
    assert panel.session.result is not None
    assert panel.session.result.is_in_use
    assert runs_of(panel).closing_note() == LOST_NOTE


def test_a_folder_that_cannot_be_made_does_not_stop_training(
    qtbot: QtBot, panel: TrainPanel, settings: Settings
) -> None:
    (settings.folder / "runs").write_text("a file in the way")
    panel.choices.set_value("epochs", 1)
    said: list[str] = []
    runs_of(panel).recorder.troubled.connect(said.append)
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.start)
    assert len(said) == 1
    assert panel.session.result is not None
    assert panel.session.result.is_in_use


# The list


def test_runs_are_listed_with_what_differs(qtbot: QtBot, panel: TrainPanel) -> None:
    runs = show_page(panel)
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
    runs = show_page(panel)
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
    runs = runs_of(panel).store.runs
    assert [run.facts.epochs for run in runs] == [2]


def test_checked_runs_lie_over_the_curves(qtbot: QtBot, panel: TrainPanel) -> None:
    runs = show_page(panel)
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
    runs = show_page(panel)
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
    runs = show_page(panel)
    first = train(qtbot, panel, learning_rate=0.05)
    second = train(qtbot, panel, learning_rate=0.01)
    click_cell(runs, first, NAME)
    assert not runs.page.buttons["compare"].isEnabled()
    click_cell(runs, second, NAME, CTRL)
    click(runs.page.buttons["compare"])
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
    runs = show_page(panel)
    train(qtbot, panel)
    runs.page.actions_by_name["copy_csv"].trigger()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].startswith("Name,Begun,Network,Data,What differs,Epochs")
    assert lines[1].startswith("Run 1,")
    runs.page.actions_by_name["copy_markdown"].trigger()
    assert QGuiApplication.clipboard().text().splitlines()[1].startswith("| --- |")


def test_weights_go_to_draw_and_the_stack_to_build(qtbot: QtBot, panel: TrainPanel) -> None:
    runs = show_page(panel)
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
    runs = show_page(panel)
    train(qtbot, panel)
    record = panel.networks.record
    assert record is not None
    panel.networks.set_record(replace(record, test_accuracy=0.875, test_data="MNIST"))
    assert runs.store.runs[0].facts.test_accuracy == 0.875
    assert runs.page.table.texts()[1][0][8] == "87.50 %"
    panel.networks.load_bundled()
    assert runs.store.runs[0].facts.test_accuracy == 0.875


def test_deleting_is_undone(qtbot: QtBot, panel: TrainPanel) -> None:
    runs = show_page(panel)
    key = train(qtbot, panel)
    click_cell(runs, key, NAME)
    QTest.keyClick(runs.page.table, Qt.Key.Key_Delete)
    assert not runs.store.runs
    assert runs.page.undo.text() == "Undo deleting 1 run"
    click(runs.page.undo)
    assert [run.key for run in runs.store.runs] == [key]
    assert runs.page.undo.isHidden()


def test_runs_are_hidden_and_pinned(qtbot: QtBot, panel: TrainPanel) -> None:
    runs = show_page(panel)
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
    runs = show_page(panel)
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


def test_a_run_that_learnt_nothing_leaves_nothing(qtbot: QtBot, panel: TrainPanel) -> None:
    click(panel.form.start)
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        panel.session.stop()
    if panel.session.curves.batches == 0:  # it was quick enough to stop before the first
        assert not runs_of(panel).store.runs
    assert not runs_of(panel).store.interrupted


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
    assert runs_of(panel).page.table.texts()[1][1][4] == "lr 0.05 → 0.02"
