"""One batch, one epoch, and on after the end: by real clicks and keys."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from app.train.training import TrainingJob
from app.train.training_session import SessionState
from engine.training.trainer import TrainingConfig
from tests.app.train.driving import CTRL, TIMEOUT, click, start_long_run, state_of, type_into


def wait_for_pause(qtbot, panel) -> None:
    qtbot.waitUntil(lambda: state_of(panel) is SessionState.PAUSED, timeout=TIMEOUT)


def test_one_batch_begins_a_run_and_takes_it_step_by_step(qtbot, panel):
    for batches in (1, 2, 3):
        click(panel.form.one_batch)
        qtbot.waitUntil(lambda n=batches: panel.session.curves.batches == n, timeout=TIMEOUT)
        wait_for_pause(qtbot, panel)
        assert panel.session.last_batch.batch == batches
        assert panel.view.plots[0].point_counts == (batches, 0)
    assert panel.view.status.headline.text() == "Paused in epoch 1 of 5"
    assert panel.session.progress_text == panel.view.status.headline.text()  # in the header
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.stop)


def test_one_epoch_begins_a_run_and_pauses_after_each(qtbot, panel):
    type_into(panel.form.run.boxes["epochs"], "3")
    for epochs in (1, 2):
        click(panel.form.one_epoch)
        qtbot.waitUntil(lambda n=epochs: len(panel.session.curves.epochs) == n, timeout=TIMEOUT)
        wait_for_pause(qtbot, panel)
        assert panel.view.status.headline.text() == f"Paused after epoch {epochs} of 3"
        assert panel.session.progress_text == panel.view.status.headline.text()  # in the header
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.one_epoch)  # the last one needs no pause
    assert panel.view.status.headline.text() == "Finished"


def test_keys_do_the_same_and_resume_goes_on_to_the_end(qtbot, panel):
    type_into(panel.form.run.boxes["epochs"], "2")
    QTest.keyClick(panel, Qt.Key.Key_B, CTRL)
    wait_for_pause(qtbot, panel)
    QTest.keyClick(panel, Qt.Key.Key_E, CTRL)
    qtbot.waitUntil(lambda: len(panel.session.curves.epochs) == 1, timeout=TIMEOUT)
    wait_for_pause(qtbot, panel)
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.pause)
    assert len(panel.session.curves.epochs) == 2


def test_in_a_running_run_one_epoch_pauses_at_the_end_of_this_one(qtbot, panel):
    start_long_run(qtbot, panel)
    click(panel.form.one_epoch)
    wait_for_pause(qtbot, panel)
    assert panel.view.status.headline.text().startswith("Paused after epoch")
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.stop)


def test_a_finished_run_goes_on_for_more_epochs(qtbot, panel):
    assert not panel.form.more_epochs.isEnabled()
    type_into(panel.form.run.boxes["epochs"], "2")
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.start)
    type_into(panel.form.run.boxes["epochs"], "3")
    assert panel.form.more_epochs.text() == "3 more epochs"
    assert "3 more epochs" in panel.form.more_epochs.toolTip()
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.more_epochs)
    assert [epoch.epoch for epoch in panel.session.curves.epochs] == [1, 2, 3, 4, 5]
    assert panel.session.curves.loss.positions[-1] == 5.0
    assert (np.diff(panel.session.curves.loss.positions) > 0).all()
    assert panel.networks.record.epochs == 5
    assert panel.session.progress == 1.0
    assert panel.view.plots[0].view_range[0][1] > 5


def test_a_stopped_run_goes_on_in_the_middle_of_its_epoch(qtbot, panel):
    click(panel.form.one_batch)
    wait_for_pause(qtbot, panel)
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.stop)
    type_into(panel.form.run.boxes["epochs"], "1")
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.more_epochs)
    curves = panel.session.curves
    assert len(curves.epochs) == 1
    assert curves.batches == curves.epochs[0].epoch * panel.session.last_batch.batches


def test_stopped_and_continued_it_ends_as_the_uninterrupted_run_does(qtbot, panel):
    session, choices = panel.session, panel.choices
    config = TrainingConfig(epochs=2, batch_size=16, learning_rate=0.02)
    job = TrainingJob(panel.document.stack, choices.source, 240, 40, config)
    with qtbot.waitSignal(session.ended, timeout=TIMEOUT):
        session.start(job)
    whole = panel.networks.network.parameters.copy()
    session.start(job, "batch")
    wait_for_pause(qtbot, panel)
    with qtbot.waitSignal(session.ended, timeout=TIMEOUT):
        session.stop()
    with qtbot.waitSignal(session.ended, timeout=TIMEOUT):
        session.continue_for(2)
    assert (panel.networks.network.parameters == whole).all()


def test_a_diverged_run_cannot_go_on(qtbot, panel):
    type_into(panel.form.run.boxes["learning_rate"], "10000")
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.start)
    assert panel.view.notice.kind == "error"
    assert not panel.form.more_epochs.isEnabled()


@pytest.mark.parametrize("epochs", ["1", "60", "1000"])
def test_the_buttons_have_the_width_that_their_words_need(qtbot, panel, epochs):
    type_into(panel.form.run.boxes["epochs"], epochs)
    form = panel.form
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(form.one_batch)
        click(form.stop)
    assert form.more_epochs.text().startswith(f"{int(epochs):,} more epoch")
    buttons = (form.one_batch, form.one_epoch, form.more_epochs, form.start)

    def have_their_room():
        shown = [each for each in buttons if each.isVisible()]
        places = [QRect(each.mapTo(form, QPoint()), each.size()) for each in shown]
        assert form.start in shown
        assert all(map(form.rect().contains, places))
        assert all(each.width() >= each.sizeHint().width() for each in shown)

    qtbot.waitUntil(have_their_room)


def test_a_stack_that_cannot_be_trained_is_not_to_be_started(panel):
    assert all("Train this stack" in plot.empty_text for plot in panel.view.plots)
    panel.document.remove_layer(0)
    while panel.document.report.problem is None:
        panel.document.remove_layer(0)
    assert not panel.form.start.isEnabled()
    assert panel.view.status.headline.text() == "Not ready"
    assert all("Train this stack" not in plot.empty_text for plot in panel.view.plots)
    assert all("cannot be trained" in plot.empty_text for plot in panel.view.plots)
    panel.document.undo_stack.setIndex(0)
    assert all("Train this stack" in plot.empty_text for plot in panel.view.plots)


@pytest.mark.parametrize("text", ["1,000", "abc", "1e"])
@pytest.mark.parametrize("button", ["start", "one_batch", "one_epoch"])
def test_nothing_starts_while_a_field_holds_what_is_no_number(panel, button, text):
    box = panel.form.run.boxes["learning_rate"]
    type_into(box, text)
    click(getattr(panel.form, button))
    assert not panel.session.is_active
    assert "Learning rate" in panel.view.notice.text
    assert box.lineEdit().text() == text


def test_what_begins_a_run_is_replaced_by_what_holds_and_ends_it(qtbot, panel):
    form = panel.form

    def shown():
        buttons = (form.start, form.more_epochs, form.pause, form.stop)
        return [button.text() for button in buttons if button.isVisible()]

    assert shown() == ["Train this stack"]
    where = form.start.mapTo(panel, QPoint()).y()
    start_long_run(qtbot, panel)
    assert shown() == ["Pause", "Stop"]
    click(form.pause)
    wait_for_pause(qtbot, panel)
    assert shown() == ["Resume", "Stop"]
    assert form.pause.mapTo(panel, QPoint()).y() == where
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(form.stop)
    assert shown() == ["Train this stack", "900 more epochs"]
    assert form.start.mapTo(panel, QPoint()).y() == where


def test_a_button_that_cannot_be_pressed_says_why(qtbot, panel):
    buttons = panel.form.findChildren(QPushButton)
    panel.document.remove_layer(0)
    while panel.document.report.problem is None:
        panel.document.remove_layer(0)
    for button in (*buttons, panel.view.save_curves, panel.view.show_wrong, panel.view.measure):
        assert button.isEnabled() or button.toolTip().endswith("."), button.text()
    assert panel.document.report.problem in panel.form.start.toolTip()


def test_a_page_switch_moves_no_tab(qtbot, panel):
    segments = panel.view.pages.choice
    places = []
    for size in ((1216, 644), (1800, 1000), (1000, 520)):
        panel.resize(*size)
        for index in range(len(segments.options)):
            panel.view.pages.show_page(index)
            QApplication.processEvents()
            buttons = [segments.button(each) for each in range(len(segments.options))]
            places.append([(size, each.mapTo(panel, QPoint())) for each in buttons])
        assert all(place == places[-1] for place in places if place[0][0] == size)
