"""Train: real clicks and keys from Start to the network that Draw uses."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.jobs.background import Background
from app.state.networks import NetworkHolder
from app.train.training_session import SessionState
from tests.app.train.driving import (
    CTRL,
    TIMEOUT,
    click,
    start_long_run,
    state_of,
    type_into,
    wait_until_held,
)


@pytest.fixture
def bundled():
    """Draw with the network that comes with cnnviz."""
    networks = NetworkHolder()
    networks.load_bundled()
    return networks


def test_start_leads_to_points_on_the_curves_and_a_network_in_draw(qtbot, panel):
    type_into(panel.form.run.boxes["epochs"], "2")
    type_into(panel.form.run.boxes["batch_size"], "16")
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.start)
    assert [plot.point_counts for plot in panel.view.plots] == [(28, 2), (28, 2)]
    assert panel.networks.accepts_digits
    assert panel.networks.record.epochs == 2
    assert panel.view.notice.kind == "success"
    assert "Draw now uses SimpleCNN" in panel.view.notice.text
    assert panel.view.status.headline.text() == "Finished"
    assert panel.view.status.bar.share == 1.0


def test_every_epoch_is_a_row_and_the_best_is_marked(qtbot, panel):
    type_into(panel.form.run.boxes["epochs"], "3")
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.start)
    model = panel.view.epochs.model()
    rows = [
        [model.index(row, column).data() for column in range(6)] for row in range(model.rowCount())
    ]
    assert [row[0].removeprefix("best").strip() for row in rows] == ["1", "2", "3"]
    assert sum(row[0].startswith("best") for row in rows) == 1
    last = panel.session.curves.epochs[-1]
    assert rows[2][4] == f"{100 * last.validation_accuracy:.2f} %"


def test_after_the_run_one_can_go_on_to_draw(qtbot, panel):
    type_into(panel.form.run.boxes["epochs"], "1")
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        QTest.keyClick(panel, Qt.Key.Key_Return, CTRL)
    with qtbot.waitSignal(panel.workspace_wanted) as wanted:
        click(panel.view.notice.buttons[0])
    assert wanted.args == ["draw"]


def test_pause_and_resume_by_button_and_key(qtbot, panel):
    start_long_run(qtbot, panel)
    click(panel.form.pause)
    assert state_of(panel) is SessionState.PAUSED
    assert panel.form.pause.text() == "Resume"
    wait_until_held(qtbot, panel.session)
    held = panel.session.curves.batches
    QTest.keyClick(panel, Qt.Key.Key_Space)
    assert state_of(panel) is SessionState.RUNNING
    qtbot.waitUntil(lambda: panel.session.curves.batches > held, timeout=TIMEOUT)
    QTest.keyClick(panel.form.pause, Qt.Key.Key_Space)
    assert state_of(panel) is SessionState.PAUSED


def test_settings_are_locked_during_a_run_and_free_after_a_stop(qtbot, panel):
    start_long_run(qtbot, panel)
    assert not panel.form.run.boxes["epochs"].isEnabled()
    assert not panel.form.start.isEnabled()
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        QTest.keyClick(panel, Qt.Key.Key_Period, CTRL)
    assert panel.form.run.boxes["epochs"].isEnabled()
    assert panel.form.start.isEnabled()
    assert not panel.form.stop.isEnabled()
    assert panel.view.notice.text.startswith("Stopped after")
    assert panel.networks.has_network


def test_a_stopped_run_leaves_its_curves_and_can_be_started_again(qtbot, panel):
    start_long_run(qtbot, panel)
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.stop)
    assert panel.view.plots[0].point_counts[0] == panel.session.curves.batches
    start_long_run(qtbot, panel)
    assert panel.view.notice.text == ""


def test_build_edits_a_copy_while_a_network_trains(qtbot, panel):
    start_long_run(qtbot, panel)
    started = panel.session.stack
    panel.document.remove_layer(0)
    assert panel.session.stack == started
    assert "Build edits a copy" in panel.view.status.note.text()
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.stop)
    assert panel.networks.network.stack == started
    assert not panel.view.status.note.isVisible()


def test_closing_during_a_run_joins(qtbot, panel):
    start_long_run(qtbot, panel)
    training = panel.session.findChild(Background)
    assert training.is_running
    assert panel.stop_and_join(TIMEOUT)
    assert not training.is_running
    assert state_of(panel) is SessionState.IDLE


def test_a_run_goes_on_unseen_and_is_caught_up_with(qtbot, panel):
    start_long_run(qtbot, panel)
    panel.hide()
    seen = panel.view.plots[0].point_counts[0]
    qtbot.waitUntil(lambda: panel.session.curves.batches > seen + 20, timeout=TIMEOUT)
    assert panel.view.plots[0].point_counts[0] == seen
    panel.show()
    assert panel.view.plots[0].point_counts[0] > seen + 20


def test_divergence_says_where_and_what_to_try_and_keeps_finite_weights(qtbot, panel):
    type_into(panel.form.run.boxes["learning_rate"], "10000")
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.start)
    notice = panel.view.notice
    assert notice.kind == "error"
    assert "batch" in notice.text
    assert "layer" in notice.text
    assert "such as 0.05." in notice.text  # not a tenth of 10,000, but the usual one
    assert "Draw still has the network from before" in notice.text
    assert not panel.networks.has_network
    click(notice.buttons[0])
    assert np.isfinite(panel.networks.network.parameters).all()


def test_a_faulty_stack_disables_start_says_why_and_leads_to_build(qtbot, panel):
    layers = len(panel.document.stack.layers)
    panel.document.remove_layer(layers - 1)
    assert not panel.form.start.isEnabled()
    assert "10 classes" in panel.view.notice.text
    QTest.keyClick(panel, Qt.Key.Key_Return, CTRL)
    assert state_of(panel) is SessionState.IDLE
    with qtbot.waitSignal(panel.workspace_wanted) as wanted:
        click(panel.view.notice.buttons[0])
    assert wanted.args == ["build"]
    panel.document.undo_stack.undo()
    assert panel.form.start.isEnabled()
    assert panel.view.notice.text == ""


def test_at_double_scale_nothing_is_squeezed(panel, look):
    look.set_scale(2.0)
    for plot in panel.view.plots:
        assert plot.height() >= 300
    buttons = (panel.form.start, panel.form.pause, panel.form.stop)
    assert all(button.width() >= button.sizeHint().width() for button in buttons)


def test_the_network_from_before_a_run_is_one_click_away_and_so_is_the_way_back(
    qtbot, make_panel, bundled
):
    panel = make_panel(networks=bundled)
    before, record = bundled.original, bundled.record
    type_into(panel.form.run.boxes["epochs"], "2")
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.start)
    trained = bundled.original
    assert trained.stack.name == "SimpleCNN"
    click(panel.view.notice.buttons[1])
    np.testing.assert_array_equal(bundled.original.parameters, before.parameters)
    assert (bundled.title, bundled.record) == (before.stack.name, record)
    assert before.stack.name in panel.view.notice.text
    click(panel.view.notice.buttons[0])
    np.testing.assert_array_equal(bundled.original.parameters, trained.parameters)
    click(panel.view.notice.buttons[0])
    assert bundled.title == before.stack.name


def test_a_run_stopped_within_its_first_epoch_replaces_nothing_unasked(qtbot, make_panel, bundled):
    panel = make_panel(networks=bundled)
    before = bundled.original
    click(panel.form.one_batch)
    qtbot.waitUntil(lambda: state_of(panel) is SessionState.PAUSED, timeout=TIMEOUT)
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.stop)
    assert bundled.original is before
    assert "Draw keeps the network that it has" in panel.view.notice.text
    click(panel.view.notice.buttons[0])
    assert bundled.title == "SimpleCNN"
    click(panel.view.notice.buttons[0])
    assert bundled.title == before.stack.name
