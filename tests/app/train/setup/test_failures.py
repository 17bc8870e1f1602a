"""Failures to watch: each does fail, says why and what to try, and leaves no trace."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.state.data_sources import GeneratedSource
from app.train.panel import TrainPanel
from app.train.setup.failures import FAILURES
from engine.networks.presets import PRESETS
from tests.app.small_data import BarsSource
from tests.app.train.driving import TIMEOUT, click, start_long_run, type_into

DIGITS = GeneratedSource()
"""One for all tests: it keeps the digits that it made."""

EXPECTED = {
    "nan": ("Diverged", ["batch 1 of epoch 1", "is no softmax", "Try softmax with cross-entropy"]),
    "rate": ("Diverged", ["largest number that float32 holds", "smaller learning rate"]),
    "dead": ("Finished", ["is dead", "smaller learning rate"]),
    "zeros": ("Finished", ["are all 0 for each of its 6 kernels", "Start with random weights"]),
    "overfitting": ("Finished", ["validation loss has risen", "Try more images"]),
}


def choose(panel: TrainPanel, key: str) -> None:
    action = next(action for action in panel.failures.menu.actions() if action.data() == key)
    action.trigger()


def test_the_menu_has_them_all() -> None:
    assert [failure.key for failure in FAILURES] == list(EXPECTED)


@pytest.mark.parametrize("key", EXPECTED)
def test_each_fails_as_it_says_and_is_explained(
    qtbot: QtBot,
    panel: TrainPanel,
    key: str,
) -> None:
    panel.failures.source = DIGITS
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        choose(panel, key)
    headline, words = EXPECTED[key]
    assert panel.view.status.headline.text() == headline
    notice = panel.view.notice
    assert notice.kind == ("error" if headline == "Diverged" else "warning")
    assert all(word in notice.text for word in words), notice.text
    assert "A failure to watch" in panel.view.lesson.text
    assert not panel.networks.has_network
    assert notice.buttons == ()


@pytest.mark.parametrize("key", ["nan", "zeros"])
def test_what_helps_is_one_click_away(qtbot: QtBot, panel: TrainPanel, key: str) -> None:
    panel.failures.source = DIGITS
    for press in (lambda: choose(panel, key), lambda: click(panel.view.lesson.buttons[0])):
        with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
            press()
    assert panel.view.status.headline.text() == "Finished"
    assert panel.view.notice.kind == "success", panel.view.notice.text
    assert panel.session.curves.accuracy.validation.max() > 0.6
    assert not panel.networks.has_network


def test_one_click_puts_everything_back(qtbot: QtBot, panel: TrainPanel) -> None:
    panel.failures.source = BarsSource()
    type_into(panel.form.run.boxes["epochs"], "7")
    type_into(panel.form.run.boxes["learning_rate"], "0.031")
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        choose(panel, "zeros")
    form = panel.form
    assert form.network.text() == PRESETS["lenet5"].stack.name
    assert form.run.boxes["learning_rate"].value() == 0.02
    assert form.more.others.lists["initialization"].currentText() == "All 0"
    assert panel.settings.get(panel.choices.field("epochs").setting) == 7
    click(panel.view.lesson.buttons[1])
    assert form.network.text() == PRESETS["simplecnn"].stack.name
    assert form.run.boxes["epochs"].value() == 7
    assert form.run.boxes["learning_rate"].value() == 0.031
    assert form.more.others.lists["initialization"].currentText() == "As in Build"
    assert panel.view.lesson.text == panel.view.notice.text == ""
    assert panel.choices.source_key == "bars"


def test_what_is_to_be_tried_can_be_tried(qtbot: QtBot, panel: TrainPanel) -> None:
    panel.failures.source = BarsSource()
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        choose(panel, "zeros")
    words = panel.form.more.others.lists["initialization"]
    words.setCurrentIndex(words.findData("he"))
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.start)
    assert panel.session.job is not None
    assert panel.session.job.stack == PRESETS["lenet5"].stack
    assert panel.session.symptoms == ()
    assert panel.view.notice.kind == "success"
    assert panel.session.curves.accuracy.validation[-1] > 0.8


def test_a_failing_run_is_stopped_by_going_back(qtbot: QtBot, panel: TrainPanel) -> None:
    panel.failures.source = BarsSource()
    choose(panel, "overfitting")
    qtbot.waitUntil(lambda: panel.session.curves.batches > 0, timeout=TIMEOUT)
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.view.lesson.buttons[1])
    assert not panel.networks.has_network
    assert panel.form.start.isEnabled()


def test_none_can_be_chosen_during_a_run(qtbot: QtBot, panel: TrainPanel) -> None:
    start_long_run(qtbot, panel)
    assert not panel.form.failures.isEnabled()


@pytest.mark.parametrize("size", [(1216, 644), (1000, 560)])
def test_long_explanations_push_nothing_over_one_another(
    qtbot: QtBot,
    panel: TrainPanel,
    size: tuple[int, int],
) -> None:
    panel.resize(*size)
    choose(panel, "nan")
    view = panel.view
    view.notice.show_notice("error", "What went wrong, with its numbers and what to try. " * 8)
    over_one_another = ((view.pages.stack, view.lesson), (view.lesson, view.notice))
    qtbot.waitUntil(
        lambda: all(above.geometry().bottom() < below.y() for above, below in over_one_another)
    )
    assert view.status.geometry().bottom() < view.split.y()
    assert view.split.geometry().bottom() <= view.measure.y()
