"""Inside a network: one strip per layer, from the image to the answer, all maps in one mosaic."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.colormaps import apply, text_colour_on
from app.theme import current_theme, font, px
from app.widgets.map_layout import MapLayout, colours_of, lay_out, mosaic, range_of
from app.widgets.pictures import rgba_image
from engine.geometry import times
from engine.looks import LayerLook, Unit
from engine.numbers import show

_LEAST_WIDTH, _MOST_WIDTH = 70, 300
_SPACE = 12
_HEAD, _FOOT = 34, 30
_LEAST_MOSAIC = 56
_ROOM_FOR_ZERO = 82
_ARROWS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


@dataclass(eq=False)
class _Strip:
    """One layer: what it shows, where, and its colours as a picture."""

    look: LayerLook
    box: QRectF
    layout: MapLayout
    image: QImage | None = None
    ends: tuple[float, float] = (0.0, 1.0)
    frames: list[QRectF] = field(default_factory=list)


class LayerStrips(QWidget):
    """All layers beside each other.

    Signals:
        unit_hovered: Another ``Unit`` is under the pointer, or ``None``.
        unit_chosen: A ``Unit`` was clicked or chosen by key.
        window_wanted: A ``Unit`` was double-clicked: its window is to be shown in the lab.
    """

    unit_hovered = Signal(object)
    unit_chosen = Signal(object)
    window_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._looks: tuple[LayerLook, ...] = ()
        self._strips: list[_Strip] = []
        self._hovered: Unit | None = None
        self._chosen: Unit | None = None
        self._still: QImage | None = None
        self._width_each = 0.0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Layers of the network")

    # What is shown

    @property
    def chosen(self) -> Unit | None:
        """The unit that was chosen last."""
        return self._chosen

    def show_layers(self, looks: tuple[LayerLook, ...]) -> None:
        """Show other layers, or other numbers in the same ones."""
        is_same = [look.shape for look in looks] == [look.shape for look in self._looks]
        self._looks = looks
        if not is_same or not self._strips:
            self._hovered = self._chosen = None
            self.updateGeometry()
            self.setMinimumWidth(self.minimumSizeHint().width())
            self._arrange()
        for strip, look in zip(self._strips, looks, strict=True):
            strip.look = look
            self._colour(strip)
        self.update()

    def choose(self, unit: Unit | None) -> None:
        """Mark a unit, without a signal."""
        self._chosen = unit
        self.update()

    def image(self, layer: int) -> QImage | None:
        """The mosaic of a layer, in the display's pixels; ``None`` if nothing is drawn."""
        return self._strips[layer].image

    def layout_of(self, layer: int) -> MapLayout:
        """Which pixel of the mosaic shows which number."""
        return self._strips[layer].layout

    def labels(self, layer: int) -> tuple[str, ...]:
        """What is written on the colour bar: the ends, and 0 between them."""
        strip = self._strips[layer]
        if strip.image is None:
            return ()
        return tuple(show(round_to_three(value)).text for value in strip.ends)

    def position_of(self, unit: Unit) -> QPointF:
        """The middle of the pixels that show a unit."""
        strip = self._strips[unit.layer]
        return self._cell_box(strip, strip.look.flat(unit)).center()

    def unit_at(self, position: QPointF) -> Unit | None:
        """The unit shown at a place of the widget."""
        ratio = self.devicePixelRatioF()
        for index, strip in enumerate(self._strips):
            if strip.box.contains(position):
                inner = (position - strip.box.topLeft()) * ratio
                place = strip.layout.place(int(inner.x()), int(inner.y()))
                if place is None:
                    return None
                found = np.unravel_index(place, strip.look.shape)
                return Unit(index, tuple(int(part) for part in found))
        return None

    # Arranging

    def sizeHint(self) -> QSize:
        """A size at which all maps are seen at once."""
        return QSize(len(self._looks) * px(_LEAST_WIDTH + _SPACE), px(150))

    def minimumSizeHint(self) -> QSize:
        """The smallest size at which a title is legible; then the strips scroll."""
        across = max(0, len(self._looks) * px(_LEAST_WIDTH + _SPACE) - px(_SPACE))
        return QSize(across, px(_HEAD + _FOOT + _LEAST_MOSAIC))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the maps out in the new room."""
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        """Follow theme and scale."""
        if event.type() in {QEvent.Type.StyleChange, QEvent.Type.PaletteChange}:
            self.setMinimumWidth(self.minimumSizeHint().width())
            self._arrange()
        super().changeEvent(event)

    def _arrange(self) -> None:
        self._strips = []
        self._still = None
        count = len(self._looks)
        if not count:
            return
        ratio = self.devicePixelRatioF()
        each = (self.width() - (count - 1) * px(_SPACE)) / count
        each = max(px(_LEAST_WIDTH), min(each, px(_MOST_WIDTH)))
        high = max(px(_LEAST_MOSAIC), self.height() - px(_HEAD) - px(_FOOT))
        for index, look in enumerate(self._looks):
            left = round(index * (each + px(_SPACE)))
            layout = lay_out(
                look.shape, int(each * ratio), int(high * ratio), max(1, round(px(2) * ratio))
            )
            height, width = layout.pixels.shape
            box = QRectF(left, px(_HEAD), width / ratio, height / ratio)
            strip = _Strip(look, box, layout)
            if len(look.shape) == 3:
                boxes = (self._map_box(strip, channel) for channel in range(look.maps))
                strip.frames = [inner.adjusted(-0.5, -0.5, 0.5, 0.5) for inner in boxes]
            self._strips.append(strip)
            self._colour(strip)
        self._width_each = each

    def _colour(self, strip: _Strip) -> None:
        look = strip.look
        strip.image = None
        if look.values is not None:
            strip.ends = range_of(look.values, signed=look.is_signed)
            strip.image = mosaic(strip.layout, look.values, strip.ends, signed=look.is_signed)
            strip.image.setDevicePixelRatio(self.devicePixelRatioF())

    def _cell_box(self, strip: _Strip, place: int) -> QRectF:
        ratio = self.devicePixelRatioF()
        left, top, width, height = (part / ratio for part in strip.layout.box(place))
        return QRectF(strip.box.left() + left, strip.box.top() + top, width, height)

    def _map_box(self, strip: _Strip, channel: int) -> QRectF:
        ratio = self.devicePixelRatioF()
        left, top = (part / ratio for part in strip.layout.corners[channel])
        width, height = (part / ratio for part in strip.layout.size)
        return QRectF(strip.box.left() + left, strip.box.top() + top, width, height)

    # Pointing and choosing

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell which unit is under the pointer."""
        self._hover(self.unit_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        self._hover(None)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the unit under the pointer."""
        unit = self.unit_at(event.position())
        if unit is not None and event.button() == Qt.MouseButton.LeftButton:
            self._choose(unit)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for the unit's window."""
        unit = self.unit_at(event.position())
        if unit is not None and event.button() == Qt.MouseButton.LeftButton:
            self.window_wanted.emit(unit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go to another layer or map, with Shift from number to number; Enter opens."""
        key = Qt.Key(event.key())
        if self._looks and key in _ARROWS:
            down, across = _ARROWS[key]
            is_fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._choose(self._neighbour(down, across, is_fine=is_fine))
        elif self._chosen is not None and key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.window_wanted.emit(self._chosen)
        else:
            super().keyPressEvent(event)

    def _neighbour(self, down: int, across: int, *, is_fine: bool) -> Unit:
        unit = self._chosen
        if unit is None:
            return Unit(0, tuple(size // 2 for size in self._looks[0].shape[-3:]))
        shape = self._looks[unit.layer].shape
        if is_fine and len(shape) == 3:
            _, rows, columns = shape
            row = max(0, min(unit.index[1] + down, rows - 1))
            column = max(0, min(unit.index[2] + across, columns - 1))
            return Unit(unit.layer, (unit.index[0], row, column))
        if is_fine or down:
            first = (unit.index[0] + (down or across)) % shape[0]
            return Unit(unit.layer, (first, *unit.index[1:]))
        layer = max(0, min(unit.layer + across, len(self._looks) - 1))
        there = self._looks[layer].shape
        if len(there) != len(shape):
            return Unit(layer, tuple(0 if len(there) == 1 else size // 2 for size in there))
        found = zip(unit.index, shape, there, strict=True)
        return Unit(layer, tuple(min(i * new // old, new - 1) for i, old, new in found))

    def _hover(self, unit: Unit | None) -> None:
        if unit != self._hovered:
            self._hovered = unit
            self.setCursor(
                Qt.CursorShape.ArrowCursor if unit is None else Qt.CursorShape.PointingHandCursor
            )
            self.unit_hovered.emit(unit)
            self.update()

    def _choose(self, unit: Unit) -> None:
        self._chosen = unit
        self.unit_chosen.emit(unit)
        self.update()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw every strip that is in sight."""
        painter = QPainter(self)
        self._paint_still(painter)
        painter.setFont(font(11))
        for strip in self._strips:
            left = strip.box.left()
            if left <= event.rect().right() and left + self._width_each >= event.rect().left():
                self._paint_strip(painter, strip)
        for unit, colour in (
            (self._chosen, current_theme().accent),
            (self._hovered, current_theme().text),
        ):
            if unit is not None:
                self._paint_mark(painter, self._strips[unit.layer], unit, colour)

    def _paint_still(self, painter: QPainter) -> None:
        """Draw what does not move with the pen, painted once: titles, shapes and colour bars."""
        if self._still is None:
            ratio = self.devicePixelRatioF()
            self._still = QImage(self.size() * ratio, QImage.Format.Format_ARGB32_Premultiplied)
            self._still.setDevicePixelRatio(ratio)
            self._still.fill(Qt.GlobalColor.transparent)
            once = QPainter(self._still)
            for strip in self._strips:
                self._paint_head(once, strip)
                once.drawImage(self._bar_box(strip), _bar_image(signed=strip.look.is_signed))
                if strip.look.is_signed:
                    self._paint_zero(once, self._ends_box(strip))
            once.end()
        ratio = self._still.devicePixelRatio()
        for top, height in ((0, px(_HEAD)), (self.height() - px(_FOOT), px(_FOOT))):
            part = QRectF(0, top * ratio, self.width() * ratio, height * ratio)
            painter.drawImage(QPointF(0, top), self._still, part)

    @staticmethod
    def _paint_zero(painter: QPainter, words: QRectF) -> None:
        """Name the middle of a colour bar, or where the ends leave no room, mark it by a tick."""
        painter.setPen(QColor(current_theme().text_muted))
        if words.width() >= px(_ROOM_FOR_ZERO):
            painter.drawText(words, Qt.AlignmentFlag.AlignCenter, "0")
        else:
            middle = words.center().x()
            painter.drawLine(QPointF(middle, words.top()), QPointF(middle, words.top() + px(4)))

    def _paint_head(self, painter: QPainter, strip: _Strip) -> None:
        theme, look = current_theme(), strip.look
        left, width = strip.box.left(), self._width_each
        painter.setFont(font(12, QFont.Weight.Medium))
        painter.setPen(QColor(theme.text))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        metrics = QFontMetricsF(painter.font())
        elide = Qt.TextElideMode.ElideRight
        title = metrics.elidedText(look.name, elide, width + px(_SPACE) - px(4))
        painter.drawText(QRectF(left, 0, width + px(_SPACE), px(16)), flags, title)
        painter.setFont(font(11))
        painter.setPen(QColor(theme.text_muted))
        shape = QRectF(left, px(15), width + px(_SPACE), px(16))
        painter.drawText(shape, flags, times(look.shape))

    def _paint_strip(self, painter: QPainter, strip: _Strip) -> None:
        if strip.image is None:
            self._paint_empty(painter, strip)
            return
        painter.drawImage(strip.box.topLeft(), strip.image)
        if strip.look.is_signed:  # of a map that is white at its edge, show where the edge is
            painter.setPen(QColor(current_theme().border))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRects(strip.frames)
        if strip is self._strips[-1] and len(strip.look.shape) == 1:
            self._paint_classes(painter, strip)
        self._paint_ends(painter, strip)

    def _paint_empty(self, painter: QPainter, strip: _Strip) -> None:
        """Show where the maps will be."""
        blank = QColor(current_theme().raised)
        if len(strip.look.shape) != 3:
            painter.fillRect(strip.box, blank)
            return
        for channel in range(strip.look.maps):
            painter.fillRect(self._map_box(strip, channel), blank)

    def _paint_classes(self, painter: QPainter, strip: _Strip) -> None:
        """Write on the cells of the answer which class each stands for, if there is room."""
        values = strip.look.values
        first = self._cell_box(strip, 0)
        if values is None or min(first.width(), first.height()) < px(14):
            return
        signed = strip.look.is_signed
        colours = apply(values[np.newaxis], colours_of(signed=signed), *strip.ends)[0]
        for place in range(values.size):
            painter.setPen(_text_colour(*colours[place, :3].tolist()))
            painter.drawText(self._cell_box(strip, place), Qt.AlignmentFlag.AlignCenter, str(place))

    def _bar_box(self, strip: _Strip) -> QRectF:
        width = min(self._width_each, px(140))
        return QRectF(strip.box.left(), self.height() - px(_FOOT) + px(5), width, px(5))

    def _ends_box(self, strip: _Strip) -> QRectF:
        bar = self._bar_box(strip)
        return QRectF(bar.left(), bar.bottom() + px(1), bar.width(), px(16))

    def _paint_ends(self, painter: QPainter, strip: _Strip) -> None:
        """Write which numbers the ends of the colour bar stand for."""
        words = self._ends_box(strip)
        low, high = self.labels(strip.look.number - 1)
        painter.setPen(QColor(current_theme().text_muted))
        align = Qt.AlignmentFlag
        painter.drawText(words, align.AlignLeft | align.AlignVCenter, low)
        painter.drawText(words, align.AlignRight | align.AlignVCenter, high)

    def _paint_mark(self, painter: QPainter, strip: _Strip, unit: Unit, colour: str) -> None:
        cell = self._cell_box(strip, strip.look.flat(unit))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(colour), px(1.5)))
        if len(unit.index) == 3:
            painter.drawRect(self._map_box(strip, unit.index[0]).adjusted(-1, -1, 1, 1))
        least = px(5)
        grown = max(0.0, (least - cell.width()) / 2), max(0.0, (least - cell.height()) / 2)
        mark = cell.adjusted(-grown[0], -grown[1], grown[0], grown[1])
        painter.setPen(QPen(QColor("#ffffff"), px(3)))
        painter.drawRect(mark)
        painter.setPen(QPen(QColor("#10131a"), px(1)))
        painter.drawRect(mark)


def round_to_three(value: float) -> float:
    """The value to three significant digits, as a colour bar names its ends."""
    return float(f"{value:.3g}")


@cache  # there are few colours, and the answer's cells change with every movement of the pen
def _text_colour(red: int, green: int, blue: int) -> QColor:
    return QColor(text_colour_on((red, green, blue)))


@cache
def _bar_image(*, signed: bool) -> QImage:
    image = rgba_image(colours_of(signed=signed)[np.newaxis])
    return image.convertToFormat(QImage.Format.Format_RGB32)
