"""Nothing relies on what was on the screen before: on Wayland that is black, or what was there."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage, QPainter, QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.draw.inside.editable_map import EditableMap
from app.kit.maps.layer_strips import LayerStrips
from app.kit.segmented import SegmentedControl
from app.look.pictures import pixels_of
from app.shell.workspaces import KEYS
from engine.insight.shown_layer import Unit
from tests.app.draw.drawn import wait
from tests.app.hand import SEVEN, draw

LOUD = Qt.GlobalColor.magenta
SELF_PAINTED = (Qt.WidgetAttribute.WA_OpaquePaintEvent, Qt.WidgetAttribute.WA_NoSystemBackground)
RATIOS = (1.0, 1.25, 1.5, 2.0)
UNIT = Unit(3, (4, 5, 6))
PIECE = 40


def left_over(widget: QWidget, *regions: QRegion, ratio: float = 1.0) -> int:
    """How many pixels of regions keep the loud colour that they had before each was painted."""
    image, asked_for = _sheet(widget, ratio, LOUD), _sheet(widget, ratio, Qt.GlobalColor.black)
    painter = QPainter(asked_for)
    for region in regions:
        widget.render(image, region.boundingRect().topLeft(), region)
        painter.setClipRegion(region)
        painter.fillRect(widget.rect(), Qt.GlobalColor.white)
    painter.end()
    is_loud = (pixels_of(image)[..., :3] == (255, 0, 255)).all(axis=-1)
    return int((is_loud & (pixels_of(asked_for)[..., 0] > 0)).sum())


def _sheet(widget: QWidget, ratio: float, colour: Qt.GlobalColor) -> QImage:
    image = QImage(widget.size() * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(colour)
    return image


def pieces(widget: QWidget) -> list[QRegion]:
    """Small pieces all over the widget, as partial updates ask for them."""
    rows, columns = range(0, widget.height(), PIECE), range(0, widget.width(), PIECE)
    small = [QRect(x, y, PIECE - 17, PIECE - 23) & widget.rect() for y in rows for x in columns]
    return [QRegion(one) for one in small]


def paints_itself(widget: QWidget) -> bool:
    return any(widget.testAttribute(one) for one in SELF_PAINTED)


def visit(window):
    """Every page of every workspace, one after the other."""
    for key in KEYS:
        window.open_workspace(key)
        yield
        yield from choices(window.workspaces.current, set())


def choices(page: QWidget, seen: set[SegmentedControl]):
    """Everything that the rows of names offer, also those that come with a page."""
    for control in page.findChildren(SegmentedControl):
        if control not in seen and control.isVisible():
            seen.add(control)
            for index in range(len(control.options)):
                if control.isVisible() and control.button(index).isEnabled():
                    control.button(index).click()
                    yield
                    yield from choices(page, seen)


def assert_nothing_shines_through(window) -> set[type[QWidget]]:
    """Look at all that is visible; return which widgets say that they paint themselves."""
    assert left_over(window, QRegion(window.rect())) == 0
    found = [one for one in window.findChildren(QWidget) if one.isVisible() and paints_itself(one)]
    for widget in found:
        assert left_over(widget, QRegion(widget.rect())) == 0, widget
        assert left_over(widget, *pieces(widget)) == 0, widget
    return {type(one) for one in found}


@pytest.mark.parametrize(("theme", "scale"), [("light", 1.0), ("dark", 1.5)])
def test_every_page_paints_all_of_itself(window, qtbot, look, theme, scale):
    look.set_mode(theme)
    look.set_scale(scale)
    found = assert_nothing_shines_through(window)
    panel = window.workspaces.draw
    draw(panel.canvas, SEVEN)
    wait(panel, qtbot)
    strips = panel.inside.strips
    QTest.mouseClick(strips, Qt.MouseButton.LeftButton, pos=strips.position_of(UNIT).toPoint())
    for _ in visit(window):
        found |= assert_nothing_shines_through(window)
    assert {LayerStrips, EditableMap} <= found


class _OnAnotherDisplay(LayerStrips):
    """Strips on a display with more pixels, which need not be a whole number per pixel."""

    ratio = 1.0

    def devicePixelRatioF(self) -> float:  # noqa: N802 - Qt's name
        return self.ratio


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("is_drawn", [False, True])
def test_strips_paint_what_they_are_asked_for_on_every_display(window, qtbot, ratio, is_drawn):
    panel = window.workspaces.draw
    if is_drawn:
        draw(panel.canvas, SEVEN)
        wait(panel, qtbot)
    strips = _OnAnotherDisplay()
    qtbot.addWidget(strips)
    strips.ratio = ratio
    strips.resize(1183, 167)
    strips.show_layers(panel.inside.strips.layers)
    shown = [strips.strip(index) for index in range(len(strips.layers))]
    tiles = [QRegion(one.tile) for one in shown]
    ends = [tile.united(one.ends_rect) for tile, one in zip(tiles, shown, strict=True)]
    for asked_for in ([QRegion(strips.rect())], pieces(strips), tiles, ends):
        assert left_over(strips, *asked_for, ratio=ratio) == 0


def test_what_was_not_painted_is_found(qtbot):
    """A widget that promises more than it does is what the other tests look for."""
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
    widget.resize(20, 10)
    assert left_over(widget, QRegion(widget.rect())) == 200
    assert left_over(widget, QRegion(QRect(QPoint(2, 3), QPoint(4, 4)))) == 6
