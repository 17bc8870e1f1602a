"""One strip: a layer's maps as a picture, with title and colour bar, and where each number lies."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from app.colormaps import Table, apply, text_colour_on
from app.theme import current_theme, font, px
from app.widgets.map_layout import MapLayout, colours_of, mosaic, range_of
from app.widgets.pictures import rgba_image
from engine.geometry import times
from engine.looks import LayerLook, Unit
from engine.numbers import show

SPACE = 12
"""Between two strips, at scale 1."""
HEAD, FOOT = 34, 30
"""What title and colour bar take, above and below the maps."""
_ROOM_FOR_ZERO = 82
_ROOM_BESIDE_GRADIENTS = 116
"""Gradients have more digits."""
_LIGHT, _DARK = "#ffffff", "#10131a"


@dataclass(eq=False)
class Strip:
    """One layer: what it shows, where, and its colours as a picture.

    Attributes:
        look: The layer.
        box: Where its maps are, in the widget.
        layout: Which pixel shows which number.
        room: The width that the strip may take, and the height of the widget.
        ratio: Pixels of the display per pixel of the widget.
        image: The maps in colours; ``None`` as long as nothing is drawn.
        ends: Which numbers the ends of the colour bar stand for.
    """

    look: LayerLook
    box: QRectF
    layout: MapLayout
    room: tuple[float, float]
    ratio: float
    image: QImage | None = None
    ends: tuple[float, float] = (0.0, 1.0)
    _frames: list[QRectF] = field(default_factory=list)

    @property
    def table(self) -> Table:
        """The colours."""
        return colours_of(signed=self.look.is_signed, gradient=self.look.is_gradient)

    @property
    def labels(self) -> tuple[str, ...]:
        """What is written at the ends of the colour bar; nothing as long as nothing is drawn."""
        if self.image is None:
            return ()
        return tuple(show(round_to_three(value)).text for value in self.ends)

    def colour(self) -> None:
        """Paint the maps' numbers."""
        self.image = None
        if self.look.values is not None:
            self.ends = range_of(self.look.values, signed=self.look.is_signed)
            self.image = mosaic(self.layout, self.look.values, self.ends, self.table)
            self.image.setDevicePixelRatio(self.ratio)

    # Places in the widget

    def cell_box(self, place: int) -> QRectF:
        """Where a number is, counted through the layer."""
        left, top, width, height = (part / self.ratio for part in self.layout.box(place))
        return QRectF(self.box.left() + left, self.box.top() + top, width, height)

    def map_box(self, channel: int) -> QRectF:
        """Where a map is; of numbers in a row, where one number is."""
        left, top = (part / self.ratio for part in self.layout.corners[channel])
        width, height = (part / self.ratio for part in self.layout.size)
        return QRectF(self.box.left() + left, self.box.top() + top, width, height)

    def unit_at(self, layer: int, position: QPointF) -> Unit | None:
        """The unit shown at a place of the widget."""
        if not self.box.contains(position):
            return None
        inner = (position - self.box.topLeft()) * self.ratio
        place = self.layout.place(int(inner.x()), int(inner.y()))
        if place is None:
            return None
        found = np.unravel_index(place, self.look.shape)
        return Unit(layer, tuple(int(part) for part in found))

    @property
    def bar_box(self) -> QRectF:
        """Where the colour bar is."""
        width = min(self.room[0], px(140))
        return QRectF(self.box.left(), self.room[1] - px(FOOT) + px(5), width, px(5))

    @property
    def ends_box(self) -> QRectF:
        """Where the ends of the colour bar are named."""
        bar = self.bar_box
        return QRectF(bar.left(), bar.bottom() + px(1), bar.width(), px(16))

    # Painting

    def paint_still(self, painter: QPainter) -> None:
        """Draw what does not move with the pen: title, shape and colour bar."""
        theme, look = current_theme(), self.look
        left, width = self.box.left(), self.room[0] + px(SPACE)
        painter.setFont(font(12, QFont.Weight.Medium))
        painter.setPen(QColor(theme.text))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        elide = Qt.TextElideMode.ElideRight
        title = QFontMetricsF(painter.font()).elidedText(look.name, elide, width - px(4))
        painter.drawText(QRectF(left, 0, width, px(16)), flags, title)
        painter.setFont(font(11))
        painter.setPen(QColor(theme.text_muted))
        painter.drawText(QRectF(left, px(15), width, px(16)), flags, times(look.shape))
        bar = _bar_image(signed=look.is_signed, gradient=look.is_gradient)
        painter.drawImage(self.bar_box, bar)
        if look.is_signed:
            self._paint_zero(painter)

    def _paint_zero(self, painter: QPainter) -> None:
        """Name the middle of the colour bar, or where there is no room, mark it by a tick."""
        words = self.ends_box
        painter.setPen(QColor(current_theme().text_muted))
        needed = _ROOM_BESIDE_GRADIENTS if self.look.is_gradient else _ROOM_FOR_ZERO
        if words.width() >= px(needed):
            painter.drawText(words, Qt.AlignmentFlag.AlignCenter, "0")
        else:
            middle = words.center().x()
            painter.drawLine(QPointF(middle, words.top()), QPointF(middle, words.top() + px(4)))

    def paint(self, painter: QPainter, *, is_answer: bool) -> None:
        """Draw the maps; of the answer also which class each cell stands for."""
        if self.image is None:
            self._paint_empty(painter)
            return
        painter.drawImage(self.box.topLeft(), self.image)
        if self.look.is_signed:  # of a map that is white at its edge, show where the edge is
            painter.setPen(QColor(current_theme().border))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRects(self._map_frames())
        for channel in self.look.muted:
            self._paint_muted(painter, self.map_box(channel))
        if is_answer and len(self.look.shape) == 1:
            self._paint_classes(painter)
        painter.setPen(QColor(current_theme().text_muted))
        self._paint_ends(painter)

    def _paint_ends(self, painter: QPainter) -> None:
        """Name both ends of the colour bar, or in little room how far it goes to both sides."""
        align, box = Qt.AlignmentFlag, self.ends_box
        low, high = self.labels
        metrics = painter.fontMetrics()
        needed = metrics.horizontalAdvance(low) + metrics.horizontalAdvance(high) + px(8)
        if self.look.is_signed and needed > box.width():
            painter.drawText(box, align.AlignRight | align.AlignVCenter, f"±{high}")
            return
        painter.drawText(box, align.AlignLeft | align.AlignVCenter, low)
        painter.drawText(box, align.AlignRight | align.AlignVCenter, high)

    def _map_frames(self) -> list[QRectF]:
        if not self._frames and len(self.look.shape) == 3:
            boxes = (self.map_box(channel) for channel in range(self.look.maps))
            self._frames = [inner.adjusted(-0.5, -0.5, 0.5, 0.5) for inner in boxes]
        return self._frames

    def _paint_empty(self, painter: QPainter) -> None:
        """Show where the maps will be."""
        blank = QColor(current_theme().raised)
        if len(self.look.shape) != 3:
            painter.fillRect(self.box, blank)
            return
        for channel in range(self.look.maps):
            painter.fillRect(self.map_box(channel), blank)

    @staticmethod
    def _paint_muted(painter: QPainter, box: QRectF) -> None:
        """Cross a map out."""
        lines = [
            QLineF(box.topLeft(), box.bottomRight()),
            QLineF(box.topRight(), box.bottomLeft()),
        ]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for colour, width in ((_LIGHT, 3), (_DARK, 1.25)):
            painter.setPen(QPen(QColor(colour), px(width)))
            painter.drawLines(lines)
        painter.restore()

    def _paint_classes(self, painter: QPainter) -> None:
        """Write on the cells of the answer which class each stands for, if there is room."""
        values = self.look.values
        first = self.cell_box(0)
        if values is None or min(first.width(), first.height()) < px(14):
            return
        colours = apply(values[np.newaxis], self.table, *self.ends)[0]
        for place in range(values.size):
            painter.setPen(_text_colour(*colours[place, :3].tolist()))
            painter.drawText(self.cell_box(place), Qt.AlignmentFlag.AlignCenter, str(place))

    def paint_mark(self, painter: QPainter, unit: Unit, colour: str) -> None:
        """Outline a unit, and in a colour the map that it is in."""
        cell = self.cell_box(self.look.flat(unit))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(colour), px(1.5)))
        if len(unit.index) == 3:
            painter.drawRect(self.map_box(unit.index[0]).adjusted(-1, -1, 1, 1))
        least = px(5)
        grown = max(0.0, (least - cell.width()) / 2), max(0.0, (least - cell.height()) / 2)
        mark = cell.adjusted(-grown[0], -grown[1], grown[0], grown[1])
        painter.setPen(QPen(QColor(_LIGHT), px(3)))
        painter.drawRect(mark)
        painter.setPen(QPen(QColor(_DARK), px(1)))
        painter.drawRect(mark)


def round_to_three(value: float) -> float:
    """The value to three significant digits, as a colour bar names its ends."""
    return float(f"{value:.3g}")


@cache  # there are few colours, and the answer's cells change with every movement of the pen
def _text_colour(red: int, green: int, blue: int) -> QColor:
    return QColor(text_colour_on((red, green, blue)))


@cache
def _bar_image(*, signed: bool, gradient: bool) -> QImage:
    image = rgba_image(colours_of(signed=signed, gradient=gradient)[np.newaxis])
    return image.convertToFormat(QImage.Format.Format_RGB32)
