"""Using Train by real clicks and keys."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QWidget
from pytestqt.qtbot import QtBot

from app.jobs.background import Background
from app.train.panel import TrainPanel
from app.train.training_session import SessionState, TrainingSession

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
TIMEOUT = 20_000


def click(button: QAbstractButton) -> None:
    assert button.isEnabled()
    QTest.mouseClick(button, LEFT)


def type_into(box: QAbstractSpinBox, text: str) -> None:
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, text)
    QTest.keyClick(box, Qt.Key.Key_Tab)


def entries(panel: TrainPanel) -> list[str]:
    """What the list of data offers to do."""
    combo = panel.form.picker.combo
    return [combo.itemText(row) for row in range(combo.count()) if combo.itemData(row)]


def take_entry(panel: TrainPanel, name: str) -> None:
    """Open the list of data, and click what it offers to do, by its name."""
    combo = panel.form.picker.combo
    assert combo.isEnabled()
    combo.showPopup()
    index = combo.model().index(combo.findData(name), 0)
    view = combo.view()
    view.scrollTo(index)
    QTest.mouseClick(view.viewport(), LEFT, pos=view.visualRect(index).center())


def start_long_run(qtbot: QtBot, panel: TrainPanel) -> None:
    type_into(panel.form.run.boxes["epochs"], "900")
    click(panel.form.start)
    qtbot.waitUntil(lambda: panel.view.plots[0].point_counts[0] > 0, timeout=TIMEOUT)


def state_of(panel: TrainPanel) -> SessionState:
    return panel.session.state


def wait_until_held(qtbot: QtBot, session: TrainingSession) -> None:
    """Let a paused run come to its pause, and all that it did before be collected."""
    qtbot.waitUntil(lambda: session.is_waiting, timeout=TIMEOUT)
    training = session.findChild(Background)
    assert training is not None
    with qtbot.waitSignal(training.progressed, timeout=TIMEOUT):
        pass


def part_of(panel: TrainPanel, kind: type) -> Any:
    """The part of Train of that class."""
    return next(one for one in panel.parts if isinstance(one, kind))


def page_button(panel: TrainPanel, page: QWidget) -> QAbstractButton:
    """The button that brings a page below the curves into sight."""
    pages = panel.view.pages
    return pages.choice.button(pages.stack.indexOf(page))


def open_page(panel: TrainPanel, kind: type) -> Any:
    """Click the page of a part into sight, and return it."""
    page = part_of(panel, kind).page
    QTest.mouseClick(page_button(panel, page), LEFT)
    return page


def one_batch(qtbot: QtBot, panel: TrainPanel) -> None:
    """Take a run one batch further, to where it waits again."""
    before = panel.session.curves.batches
    click(panel.form.one_batch)
    qtbot.waitUntil(
        lambda: state_of(panel) is SessionState.PAUSED and panel.session.curves.batches > before,
        timeout=TIMEOUT,
    )
