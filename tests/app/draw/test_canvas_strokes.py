"""Strokes that do not go as planned: undone under the pen, quicker than the application."""

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.draw.sheet.canvas import Canvas
from app.state.sketch import Sketch

JOINED = Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def canvas(qtbot):
    made = Canvas(Sketch())
    made.resize(280, 280)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def moves_are_joined():
    """As on X11; as it was afterwards."""
    before = QCoreApplication.testAttribute(JOINED)
    QCoreApplication.setAttribute(JOINED, True)
    yield
    QCoreApplication.setAttribute(JOINED, before)


def enter(canvas):
    middle = QPointF(canvas.rect().center())
    QApplication.sendEvent(canvas, QEnterEvent(middle, middle, canvas.mapToGlobal(middle)))


def leave(canvas):
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))


@pytest.mark.usefixtures("moves_are_joined")
def test_over_the_sheet_no_move_of_the_pen_is_left_out(canvas):
    enter(canvas)
    assert not QCoreApplication.testAttribute(JOINED)
    leave(canvas)
    assert QCoreApplication.testAttribute(JOINED)


@pytest.mark.usefixtures("moves_are_joined")
def test_a_stroke_that_leaves_the_sheet_keeps_its_moves(canvas):
    enter(canvas)
    QTest.mousePress(canvas, LEFT, pos=QPoint(100, 100))
    leave(canvas)
    assert not QCoreApplication.testAttribute(JOINED)
    QTest.mouseRelease(canvas, LEFT, pos=QPoint(400, 100))
    assert QCoreApplication.testAttribute(JOINED)
    leave(canvas)  # X11 says so again
    assert QCoreApplication.testAttribute(JOINED)


def test_where_moves_are_not_joined_they_stay_so(canvas):
    assert not QCoreApplication.testAttribute(JOINED)  # as everywhere but on X11
    enter(canvas)
    leave(canvas)
    assert not QCoreApplication.testAttribute(JOINED)


def test_a_stroke_undone_under_the_pen_leaves_no_ghost(canvas):
    blank = canvas.grab().toImage()
    QTest.mousePress(canvas, LEFT, pos=QPoint(60, 60))
    QTest.mouseMove(canvas, QPoint(120, 60))
    canvas.sketch.undo()
    QTest.mouseMove(canvas, QPoint(160, 200))
    QTest.mouseMove(canvas, QPoint(500, 500))  # and the pen's outline with it
    leave(canvas)
    assert canvas.grab().toImage() == blank
    assert not np.any(canvas.sketch.pixels)
    QTest.mouseRelease(canvas, LEFT, pos=QPoint(160, 200))
    assert canvas.sketch.is_blank


def test_of_a_tiny_picture_every_pixel_is_seen_as_the_network_is_given_it(canvas):
    canvas.sketch.paste(np.array([[0, 1, 0], [0, 0, 0]], np.float32))
    picture = canvas.grab().toImage()
    ink = canvas.sketch.pixels
    for x, y in ((140, 90), (104, 60), (176, 120), (80, 90), (200, 90), (140, 200)):
        is_dark = picture.pixelColor(x, y).lightness() < 128
        assert is_dark == (ink[y, x] > 0.5), (x, y)


def test_a_stroke_that_is_being_made_stays_when_the_sheet_is_painted_anew(canvas):
    QTest.mousePress(canvas, LEFT, pos=QPoint(60, 60))
    QTest.mouseMove(canvas, QPoint(120, 60))
    canvas.resize(300, 300)  # or another theme, or another display
    leave(canvas)
    assert canvas.grab().toImage().pixelColor(90, 64).lightness() < 128
    QTest.mouseRelease(canvas, LEFT, pos=QPoint(128, 64))
