"""The pen goes through everything that lies on the sheet: mouse, finger and tablet alike."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QInputDevice, QPointingDevice, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from engine.ink.drawings import Stroke
from engine.insight.shown_layer import Unit
from tests.app.draw.drawn import make_panel, wait
from tests.app.hand import FOUR, ONE, SEVEN, draw

LEFT = Qt.MouseButton.LeftButton
WAY = tuple(QPoint(3 * step, -step) for step in range(30))
"""Where the pen goes from where it is set down."""


@pytest.fixture
def panel(qtbot, settings, look):
    """Two digits on the wide sheet, each with its chip, and a unit outlined on the sheet."""
    made = with_wide_sheet(qtbot, settings)
    for place, digit in enumerate((FOUR, SEVEN)):
        draw(made.canvas, [[(0.5 * x + 0.5 * place, y) for x, y in stroke] for stroke in digit])
    qtbot.waitUntil(lambda: made.number.answer.text == "47")
    wait(made, qtbot)
    made.inside.strips.unit_hovered.emit(Unit(0, (0, 9, 9)))
    return made


def with_wide_sheet(qtbot, settings):
    made = make_panel(qtbot, settings, height=900)
    made.actions_by_id["number"].trigger()
    qtbot.waitUntil(lambda: made.canvas.width() == 2 * made.canvas.height())
    return made


def with_mouse(panel, places):
    """Press, move and release in the window, which finds the widget that gets it."""
    QTest.mousePress(panel.windowHandle(), LEFT, pos=places[0])
    for place in places[1:]:
        QTest.mouseMove(panel.windowHandle(), place)
    QTest.mouseRelease(panel.windowHandle(), LEFT, pos=places[-1])


def with_finger(panel, places):
    device = QTest.createTouchDevice()
    target = panel.childAt(places[0])
    touch = QTest.touchEvent(target, device, autoCommit=False)
    at = [target.mapFrom(panel, place) for place in places]
    touch.press(0, at[0], target).commit()
    for place in at[1:]:
        touch.move(0, place, target).commit()
    touch.release(0, at[-1], target).commit()


def with_tablet(panel, places):
    device = QPointingDevice(
        "pen",
        1,
        QInputDevice.DeviceType.Stylus,
        QPointingDevice.PointerType.Pen,
        QInputDevice.Capability.Pressure,
        1,
        1,
    )
    kinds = [QEvent.Type.TabletPress, *[QEvent.Type.TabletMove] * (len(places) - 1)]
    for kind, place in zip((*kinds, QEvent.Type.TabletRelease), (*places, places[-1]), strict=True):
        spot = QPointF(place)
        buttons = Qt.MouseButton.NoButton if kind == QEvent.Type.TabletRelease else LEFT
        event = QTabletEvent(
            kind, device, spot, QPointF(panel.mapToGlobal(place)),
            0.5, 0.0, 0.0, 0.0, 0.0, 0.0, Qt.KeyboardModifier.NoModifier, LEFT, buttons,
        )  # fmt: skip
        QApplication.sendEvent(panel.windowHandle(), event)


DEVICES = pytest.mark.parametrize("use", [with_mouse, with_finger, with_tablet])


def overlays(panel) -> list[QWidget]:
    """Everything that lies on the sheet and can be seen."""
    return [one for one in panel.canvas.findChildren(QWidget) if one.isVisible()]


def inked(panel, stroke: Stroke) -> list[QPoint]:
    """A stroke's points in the window's coordinates."""
    scale = panel.canvas.scale
    points = (QPoint(round(x * scale), round(y * scale)) for x, y in stroke.points)
    return [panel.canvas.mapTo(panel, point) for point in points]


def test_nothing_on_the_sheet_takes_the_pen(panel):
    assert len(overlays(panel)) == 4  # field, frames, two chips
    assert set(panel.number.marks.chips) <= set(panel.canvas.findChildren(QWidget))
    for child in panel.canvas.findChildren(QWidget):
        assert child.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents), child
    for child in overlays(panel):
        middle = child.mapTo(panel, child.rect().center())
        assert panel.childAt(middle) is panel.canvas


@DEVICES
def test_a_stroke_that_begins_on_something_on_the_sheet_is_drawn_whole(panel, use):
    for child in overlays(panel):
        before = panel.sketch.marks
        start = child.mapTo(panel, child.rect().center())
        places = [start + step for step in WAY]
        use(panel, places)
        assert len(panel.sketch.marks) == len(before) + 1, child
        stroke = panel.sketch.marks[-1]
        assert isinstance(stroke, Stroke)
        assert inked(panel, stroke) == places
        panel.sketch.undo()


@DEVICES
def test_a_click_on_what_was_read_chooses_that_digit_and_draws_nothing(panel, use):
    before = panel.sketch.marks
    for index in (0, 1, 0):
        chip = panel.number.marks.chips[index]
        spot = chip.mapTo(panel, chip.rect().center())
        use(panel, [spot, spot + QPoint(1, 1)])
        assert panel.number.chosen == index
        assert chip.isChecked()
    assert panel.sketch.marks == before


def test_a_quick_second_stroke_on_what_was_just_read_is_not_lost(panel):
    chip = panel.number.marks.chips[0]
    spot = chip.mapTo(panel, chip.rect().center())
    count = len(panel.sketch.marks)
    QTest.mouseDClick(panel.windowHandle(), LEFT, pos=spot)
    QTest.mousePress(panel.windowHandle(), LEFT, pos=spot)
    QTest.mouseMove(panel.windowHandle(), spot + QPoint(60, 0))
    QTest.mouseRelease(panel.windowHandle(), LEFT, pos=spot + QPoint(60, 0))
    assert len(panel.sketch.marks) == count + 1


def test_strokes_one_right_after_the_other_are_all_there(qtbot, settings, look):
    panel = with_wide_sheet(qtbot, settings)
    below = [[(0.5 * x, y) for x, y in stroke] for stroke in ONE]
    draw(panel.canvas, below)
    wait(panel, qtbot)
    chip = panel.number.marks.chips[0]
    start = panel.canvas.mapFrom(panel, chip.mapTo(panel, chip.rect().center()))
    share = (start.x() / panel.canvas.width(), start.y() / panel.canvas.height())
    draw(panel.canvas, [[share, (share[0] + 0.1, share[1])]])
    assert len(panel.sketch.marks) == 2


def test_the_eraser_begins_on_what_was_read_too(panel):
    chip = panel.number.marks.chips[0]
    spot = chip.mapTo(panel, chip.rect().center())
    QTest.mousePress(panel.windowHandle(), Qt.MouseButton.RightButton, pos=spot)
    QTest.mouseRelease(panel.windowHandle(), Qt.MouseButton.RightButton, pos=spot)
    assert panel.sketch.marks[-1].erases


def test_what_is_invited_to_be_drawn_on_is_drawn_on(qtbot, settings, look):
    panel = make_panel(qtbot, settings)
    middle = panel.canvas.mapTo(panel, panel.canvas.rect().center())
    with_mouse(panel, [middle + step for step in WAY])
    assert np.count_nonzero(panel.sketch.pixels)
    corner = panel.canvas.mapTo(panel, panel.canvas.rect().topRight()) + QPoint(-12, 12)
    with_mouse(panel, [corner, corner + QPoint(-30, 20)])
    assert len(panel.sketch.marks) == 2
