"""Turning a setting while the run goes on: which can be, when it counts, what the curves say."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QGraphicsView
from pytestqt.qtbot import QtBot

from app.train.panel import TrainPanel
from app.train.training_session import SessionState
from tests.app.train.driving import TIMEOUT, click, start_long_run, type_into


def labels(panel: TrainPanel) -> list[str]:
    return panel.view.plots[0].mark_labels


def test_only_what_can_change_is_open_during_a_run(qtbot: QtBot, panel: TrainPanel) -> None:
    start_long_run(qtbot, panel)
    form = panel.form
    assert not form.run.boxes["epochs"].isEnabled()
    assert form.run.boxes["batch_size"].isEnabled()
    assert form.run.boxes["learning_rate"].isEnabled()
    assert form.more.optimizer.boxes["momentum"].isEnabled()
    assert not form.more.optimizer.lists["optimizer"].isEnabled()
    assert not form.images.isEnabled()
    assert form.change_note.isVisible()
    assert not form.picker.isVisible()
    assert not form.run.boxes["epochs"].isVisible()
    assert form.more.optimizer.boxes["momentum"].isVisible()
    assert form.facts.text().splitlines() == [
        "Bars: 216 images to train on, 24 held out",
        "900 epochs, SGD, momentum; schedule: cosine",
        "Seed 0, weight decay 0.0005",
    ]
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(form.stop)
    assert form.run.boxes["epochs"].isEnabled()
    assert form.more.optimizer.lists["optimizer"].isEnabled()
    assert not form.change_note.isVisible()
    assert form.picker.isVisible()
    assert form.run.boxes["epochs"].isVisible()


def test_a_value_typed_in_mid_run_counts_when_it_is_complete(
    qtbot: QtBot,
    panel: TrainPanel,
) -> None:
    start_long_run(qtbot, panel)
    type_into(panel.form.run.boxes["learning_rate"], "0.012")
    qtbot.waitUntil(lambda: labels(panel) == ["rate 0.012"], timeout=TIMEOUT)
    type_into(panel.form.run.boxes["batch_size"], "128")
    qtbot.waitUntil(lambda: labels(panel) == ["rate 0.012", "batch 128"], timeout=TIMEOUT)
    first, second = panel.session.curves.changes
    assert (first.before, first.after) == (0.05, 0.012)
    assert first.position < second.position
    assert panel.choices.value("batch_size") == 128


def test_a_mark_tells_what_it_stands_for(qtbot: QtBot, panel: TrainPanel) -> None:
    type_into(panel.form.run.boxes["batch_size"], "40")
    click(panel.form.one_batch)
    qtbot.waitUntil(lambda: panel.session.curves.batches == 1, timeout=TIMEOUT)
    type_into(panel.form.run.boxes["learning_rate"], "0.01")
    type_into(panel.form.run.boxes["batch_size"], "20")
    settling = panel.changes.findChild(QTimer)
    assert settling is not None
    qtbot.waitUntil(lambda: not settling.isActive(), timeout=TIMEOUT)
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.pause)
    plot = panel.view.plots[0]
    assert plot.mark_labels == ["rate 0.01 · batch 20"]
    box = plot.plot_item.getViewBox()
    mark = panel.session.curves.changes[0].position
    (_, _), (bottom, top) = plot.view_range
    view = plot.findChild(QGraphicsView)
    assert view is not None
    place = view.mapFromScene(box.mapViewToScene(QPointF(mark, (bottom + top) / 2)))
    QTest.mouseMove(plot.canvas, QPoint(place))
    qtbot.waitUntil(lambda: "learning rate" in plot.pointer.text)
    assert "learning rate 0.05 → 0.01 from batch 2" in plot.pointer.text
    assert "batch size 40 → 20 from batch 2" in plot.pointer.text


def test_what_is_set_between_runs_marks_nothing(qtbot: QtBot, panel: TrainPanel) -> None:
    type_into(panel.form.run.boxes["epochs"], "1")
    type_into(panel.form.run.boxes["learning_rate"], "0.02")
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.start)
    assert labels(panel) == []


@pytest.mark.parametrize("chosen", ["adam", "rmsprop"])
def test_without_momentum_there_is_none_to_change(
    qtbot: QtBot,
    panel: TrainPanel,
    chosen: str,
) -> None:
    words = panel.form.more.optimizer.lists["optimizer"]
    words.setCurrentIndex(words.findData(chosen))
    start_long_run(qtbot, panel)
    assert not panel.form.more.optimizer.boxes["momentum"].isEnabled()
    QTest.keyClick(panel, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)


def test_what_is_set_at_a_pause_counts_from_the_very_next_batch(
    qtbot: QtBot,
    panel: TrainPanel,
) -> None:
    click(panel.form.one_batch)
    qtbot.waitUntil(lambda: panel.session.state is SessionState.PAUSED, timeout=TIMEOUT)
    type_into(panel.form.run.boxes["batch_size"], "8")
    type_into(panel.form.more.optimizer.boxes["momentum"], "0.5")
    click(panel.form.one_batch)  # at once, without a break
    qtbot.waitUntil(
        lambda: panel.session.state is SessionState.PAUSED and panel.session.curves.batches == 2,
        timeout=TIMEOUT,
    )
    found = {change.setting: (change.after, change.step) for change in panel.session.curves.changes}
    assert found == {"batch_size": (8, 1), "momentum": (0.5, 1)}
    assert labels(panel) == ["batch 8 · momentum 0.5"]
