"""One strip: a layer's maps as a picture, with title and colour bar, and where each number lies."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from app.kit.maps.map_layout import MapLayout, colours_of, mosaic, range_of, text_colour
from app.kit.maps.mosaic import Mask, Mosaic
from app.look.colormaps import Table, positions
from app.look.pictures import rgba_image
from app.look.theme import current_theme, font, px
from engine.basics.geometry import times
from engine.basics.numbers import show
from engine.insight.shown_layer import ShownLayer, Unit

SPACE = 12
"""Between two strips, at scale 1."""
HEAD, FOOT = 34, 30
"""What title and colour bar take, above and below the maps."""
_ROOM_FOR_ZERO = 82
_ROOM_FOR_ZERO_OF_GRADIENTS = 116
"""Gradients have more digits."""
_LIGHT, _DARK = "#ffffff", "#10131a"


@dataclass(eq=False)
class Strip:
    """One layer: what it shows, where, and its colours as a picture.

    Attributes:
        layer: The layer.
        box: Where its maps are, in the widget.
        layout: Which pixel shows which number.
        room: The width that the strip may take, and the height of the widget.
        ratio: Pixels of the display per pixel of the widget.
        ground: The colour around the maps.
        ends: Which numbers the ends of the colour bar stand for.
        labels: What is written there; nothing as long as nothing is drawn.
        tile: What is painted when the numbers change: the maps and a margin for their frames.
    """

    layer: ShownLayer
    box: QRectF
    layout: MapLayout
    room: tuple[float, float]
    ratio: float
    ground: QColor
    ends: tuple[float, float] = (0.0, 1.0)
    labels: tuple[str, ...] = ()
    tile: QRect = field(init=False)
    _mosaic: Mosaic | None = None

    def __post_init__(self) -> None:
        margin = math.ceil(self.ratio) / self.ratio
        self.tile = self.box.adjusted(-margin, -margin, margin, margin).toAlignedRect()

    @property
    def table(self) -> Table:
        """The colours."""
        return colours_of(signed=self.layer.is_signed, gradient=self.layer.is_gradient)

    @property
    def image(self) -> QImage | None:
        """The maps in colours, without frames; ``None`` as long as nothing is drawn."""
        if self.layer.values is None:
            return None
        return mosaic(self.layout, self.layer.values, self.ends, self.table)

    def colour(self) -> None:
        """Paint the maps' numbers."""
        self.labels = ()
        if self.layer.values is None:
            return
        self._mosaic = self._mosaic or self._make_mosaic()
        self.ends = range_of(self.layer.values, signed=self.layer.is_signed)
        self.labels = tuple(show(round_to_three(value)).text for value in self.ends)
        line = QColor(current_theme().border)
        self._mosaic.colour(self.layer.values, self.ends, self.table, self.ground, line)

    def _make_mosaic(self) -> Mosaic:
        """A picture of the tile, with frames around maps that may be white at the edge."""
        left, top = self._corner
        right, bottom = self.tile.right() + 1, self.tile.bottom() + 1
        size = math.ceil((bottom - top) * self.ratio), math.ceil((right - left) * self.ratio)
        inner = round((self.box.top() - top) * self.ratio)
        found = Mosaic(self.layout, size, (inner, inner), self._frame(size))
        found.image.setDevicePixelRatio(self.ratio)
        return found

    @property
    def _corner(self) -> tuple[float, float]:
        """Left and top of the picture: a whole number of the display's pixels next to the maps."""
        margin = math.ceil(self.ratio) / self.ratio
        return self.box.left() - margin, self.box.top() - margin

    def _frame(self, size: tuple[int, int]) -> Mask | None:
        """Which pixels of the tile belong to the frame around a map. Shape: ``size``."""
        if not self.layer.is_signed or len(self.layer.shape) != 3:
            return None
        drawn = QImage(size[1], size[0], QImage.Format.Format_Grayscale8)
        drawn.setDevicePixelRatio(self.ratio)
        drawn.fill(0)
        with QPainter(drawn) as painter:
            painter.setPen(QColor("#ffffff"))
            left, top = self._corner
            boxes = (
                self.map_box(channel).translated(-left, -top) for channel in range(self.layer.maps)
            )
            painter.drawRects([inner.adjusted(-0.5, -0.5, 0.5, 0.5) for inner in boxes])
        rows = np.frombuffer(drawn.constBits(), np.uint8).reshape(size[0], drawn.bytesPerLine())
        return rows[:, : size[1]] > 0

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
        found = np.unravel_index(place, self.layer.shape)
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

    @property
    def ends_rect(self) -> QRect:
        """What is painted when the ends change."""
        return self.ends_box.toAlignedRect()

    # Painting

    def paint_still(self, painter: QPainter) -> None:
        """Draw what does not move with the pen: title, shape and colour bar."""
        theme, layer = current_theme(), self.layer
        left, width = self.box.left(), self.room[0] + px(SPACE)
        painter.setFont(font(12, QFont.Weight.Medium))
        painter.setPen(QColor(theme.text))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        elide = Qt.TextElideMode.ElideRight
        title = QFontMetricsF(painter.font()).elidedText(layer.name, elide, width - px(4))
        painter.drawText(QRectF(left, 0, width, px(16)), flags, title)
        painter.setFont(font(11))
        painter.setPen(QColor(theme.text_muted))
        painter.drawText(QRectF(left, px(15), width, px(16)), flags, times(layer.shape))
        bar = _bar_image(signed=layer.is_signed, gradient=layer.is_gradient)
        painter.drawImage(self.bar_box, bar)
        if layer.is_signed:
            self._paint_zero(painter)

    def _paint_zero(self, painter: QPainter) -> None:
        """Name the middle of the colour bar, or where there is no room, mark it by a tick."""
        words = self.ends_box
        painter.setPen(QColor(current_theme().text_muted))
        needed = _ROOM_FOR_ZERO_OF_GRADIENTS if self.layer.is_gradient else _ROOM_FOR_ZERO
        if words.width() >= px(needed):
            painter.drawText(words, Qt.AlignmentFlag.AlignCenter, "0")
        else:
            middle = words.center().x()
            painter.drawLine(QPointF(middle, words.top()), QPointF(middle, words.top() + px(4)))

    def paint(self, painter: QPainter, *, is_answer: bool) -> None:
        """Draw the maps; of the answer also which class each cell stands for."""
        if self._mosaic is None or self.layer.values is None:
            self._paint_empty(painter)
            return
        painter.drawImage(QPointF(*self._corner), self._mosaic.image)
        for channel in self.layer.muted:
            self._paint_muted(painter, self.map_box(channel))
        if is_answer and len(self.layer.shape) == 1:
            self._paint_classes(painter)

    def paint_ends(self, painter: QPainter) -> None:
        """Name both ends of the colour bar, or in little room how far it goes to both sides."""
        if not self.labels:
            return
        align, box = Qt.AlignmentFlag, self.ends_box
        low, high = self.labels
        painter.setPen(QColor(current_theme().text_muted))
        if self.layer.is_signed:
            metrics = painter.fontMetrics()
            needed = metrics.horizontalAdvance(low) + metrics.horizontalAdvance(high) + px(8)
            if needed > box.width():
                painter.drawText(box, align.AlignRight | align.AlignVCenter, f"±{high}")
                return
        painter.drawText(box, align.AlignLeft | align.AlignVCenter, low)
        painter.drawText(box, align.AlignRight | align.AlignVCenter, high)

    def _paint_empty(self, painter: QPainter) -> None:
        """Show where the maps will be."""
        blank = QColor(current_theme().raised)
        if len(self.layer.shape) != 3:
            painter.fillRect(self.box, blank)
            return
        for channel in range(self.layer.maps):
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
        values = self.layer.values
        first = self.cell_box(0)
        if values is None or min(first.width(), first.height()) < px(14):
            return
        signed, gradient = self.layer.is_signed, self.layer.is_gradient
        for place, position in enumerate(positions(values, *self.ends).tolist()):
            painter.setPen(text_colour(position, signed=signed, gradient=gradient))
            painter.drawText(self.cell_box(place), Qt.AlignmentFlag.AlignCenter, str(place))

    def mark_box(self, unit: Unit) -> QRectF:
        """What the mark of a unit covers."""
        box = self._grown(self.cell_box(self.layer.flat(unit)))
        if len(unit.index) == 3:
            box = box.united(self.map_box(unit.index[0]))
        reach = px(3)
        return box.adjusted(-reach, -reach, reach, reach)

    @staticmethod
    def _grown(cell: QRectF) -> QRectF:
        """A cell as large as a mark must be to be seen."""
        least = px(5)
        wide, high = (max(0.0, (least - side) / 2) for side in (cell.width(), cell.height()))
        return cell.adjusted(-wide, -high, wide, high)

    def paint_mark(self, painter: QPainter, unit: Unit, colour: str) -> None:
        """Outline a unit, and in a colour the map that it is in."""
        cell = self.cell_box(self.layer.flat(unit))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(colour), px(1.5)))
        if len(unit.index) == 3:
            painter.drawRect(self.map_box(unit.index[0]).adjusted(-1, -1, 1, 1))
        mark = self._grown(cell)
        painter.setPen(QPen(QColor(_LIGHT), px(3)))
        painter.drawRect(mark)
        painter.setPen(QPen(QColor(_DARK), px(1)))
        painter.drawRect(mark)


def round_to_three(value: float) -> float:
    """The value to three significant digits, as a colour bar names its ends."""
    return float(f"{value:.3g}")


@cache
def _bar_image(*, signed: bool, gradient: bool) -> QImage:
    image = rgba_image(colours_of(signed=signed, gradient=gradient)[np.newaxis])
    return image.convertToFormat(QImage.Format.Format_RGB32)
