"""A few maps in large, with the numbers in their cells where there is room for them."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QStaticText,
    QTransform,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.kit.maps.map_layout import MapLayout, colours_of, lay_out, range_of, text_colour
from app.kit.maps.mosaic import Mask, Mosaic
from app.look.colormaps import positions
from app.look.painting import painted
from app.look.theme import current_theme, font, px
from engine.basics.numbers import MINUS

Values = NDArray[np.floating]

_LEAST_CELL = (25, 15)
_WIDE_CELL = 38
"""Width and height, at scale 1, at which a number fits into a cell."""
_FINE = 0.1
"""Numbers that are all smaller than this are written with one decimal more, without their 0."""


class MapView(QWidget):
    """Maps in the colours of the strips, on a card.

    Signals:
        place_hovered: Another number is under the pointer, counted through all maps; −1 for none.
        place_chosen: A number was clicked.
    """

    place_hovered = Signal(int)
    place_chosen = Signal(int)

    def __init__(self, least: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._least = least
        self._values: Values | None = None
        self._signed = True
        self._gradient = False
        self._mark = -1
        self._layout: MapLayout | None = None
        self._mosaic: Mosaic | None = None
        self._hovered = -1
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # or Qt paints the card below
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def values(self) -> Values | None:
        """What is shown."""
        return self._values

    @property
    def has_numbers(self) -> bool:
        """Whether the numbers stand in the cells."""
        if self._values is None or self._layout is None:
            return False
        left, top, wide, high = self._layout.box(0)
        del left, top
        ratio = self.devicePixelRatioF()
        return wide >= px(_LEAST_CELL[0]) * ratio and high >= px(_LEAST_CELL[1]) * ratio

    @property
    def cell_side(self) -> int:
        """The smaller side of a cell, in the widget's pixels; 0 as long as nothing is shown."""
        if self._values is None or self._layout is None:
            return 0
        columns, rows = self._layout.cells[1], self._layout.cells[0]
        wide, high = self._layout.size
        return int(min(wide / columns, high / rows) / self.devicePixelRatioF())

    def show_maps(
        self,
        values: Values | None,
        *,
        signed: bool,
        mark: int = -1,
        gradient: bool = False,
    ) -> None:
        """Show maps ``(M, H, W)`` or numbers in a row ``(features,)``; ``mark`` outlines one."""
        old, self._values = self._values, values
        before = (self._signed, self._gradient, self._mark)
        self._signed, self._gradient, self._mark = signed, gradient, mark
        if old is None or values is None or old.shape != values.shape:
            self._arrange()
        elif before == (signed, gradient, mark) and np.array_equal(old, values):
            return  # a kernel stays as it is while the pen moves
        self._colour()
        self.update() if self._mosaic is None else self.update(self._mosaic_box)

    def sizeHint(self) -> QSize:
        """As large as there is room for."""
        return QSize(px(self._least), px(self._least))

    def minimumSizeHint(self) -> QSize:
        """The smallest size at which maps can be told apart."""
        return QSize(px(self._least) // 2, px(self._least) // 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the new room."""
        super().resizeEvent(event)
        self._arrange()
        self._colour()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell which number is under the pointer."""
        self._hover(self.place_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """None is."""
        self._hover(-1)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a number."""
        place = self.place_at(event.position())
        if place >= 0:
            self.place_chosen.emit(place)

    def position_of(self, place: int) -> QPointF:
        """The middle of a number's pixels."""
        return self.box(place).center()

    def _hover(self, place: int) -> None:
        if place != self._hovered:
            self._hovered = place
            self.place_hovered.emit(place)

    def place_at(self, position: QPointF) -> int:
        """The number at a place of the widget, counted through all maps; −1 for none."""
        if self._layout is None or self._values is None:
            return -1
        ratio = self.devicePixelRatioF()
        place = self._layout.place(int(position.x() * ratio), int(position.y() * ratio))
        return -1 if place is None else place

    def changeEvent(self, event: QEvent) -> None:
        """Follow theme and scale."""
        if event.type() in {QEvent.Type.StyleChange, QEvent.Type.PaletteChange}:
            self._arrange()
            self._colour()
            self.update()
        super().changeEvent(event)

    def _arrange(self) -> None:
        self._layout = self._mosaic = None
        if self._values is None or self.width() < 2 or self.height() < 2:
            return
        ratio = self.devicePixelRatioF()
        width, height = int(self.width() * ratio), int(self.height() * ratio)
        self._layout = lay_out(self._values.shape, width, height, round(px(6) * ratio))
        lines = self._lines(self._layout, ratio)
        self._mosaic = Mosaic(self._layout, lines.shape, frame=lines)
        self._mosaic.image.setDevicePixelRatio(ratio)

    def _lines(self, layout: MapLayout, ratio: float) -> Mask:
        """Which pixels are lines: between cells and around maps, so that white cells have edges.

        Shape:
            That of the picture: the maps, and below and right of them room for a line.
        """
        is_map = self._values is not None and self._values.ndim == 3
        reach = round(ratio) if is_map else 0
        height, width = layout.pixels.shape
        lines = np.zeros((height + reach, width + reach), bool)
        for left, top in layout.corners.tolist():
            right, bottom = left + layout.size[0] + reach, top + layout.size[1] + reach
            lines[max(0, top - reach) : bottom, max(0, left - reach) : right] = True
        lines[:height, :width] &= layout.pixels == layout.count
        return lines

    def _colour(self) -> None:
        if self._mosaic is None or self._values is None:
            return
        theme = current_theme()
        self._mosaic.colour(
            self._values,
            range_of(self._values, signed=self._signed),
            colours_of(signed=self._signed, gradient=self._gradient),
            QColor(theme.surface),
            QColor(theme.border),
        )

    @property
    def _mosaic_box(self) -> QRect:
        """Where the picture of the maps is, with what a mark at its edge covers."""
        size = QSize() if self._mosaic is None else self._mosaic.image.size()
        ratio = self.devicePixelRatioF()
        width, height = math.ceil(size.width() / ratio), math.ceil(size.height() / ratio)
        return QRect(0, 0, width + px(2), height + px(2))

    def box(self, place: int) -> QRectF:
        """Where a number's pixels are."""
        if self._layout is None:
            return QRectF()
        ratio = self.devicePixelRatioF()
        return QRectF(*(part / ratio for part in self._layout.box(place)))

    @painted
    def paintEvent(self, event: QPaintEvent, painter: QPainter) -> None:
        """Draw the maps, their numbers and the mark."""
        painter.fillRect(event.rect(), QColor(current_theme().surface))
        if self._values is None or self._mosaic is None:
            return
        painter.drawImage(QPointF(0, 0), self._mosaic.image)
        if self.has_numbers:
            self._paint_numbers(painter, self._values)
        if 0 <= self._mark < self._values.size:
            box = self.box(self._mark)
            painter.setPen(QPen(QColor("#ffffff"), px(4)))
            painter.drawRect(box)
            painter.setPen(QPen(QColor(current_theme().accent), px(2)))
            painter.drawRect(box)

    def _paint_numbers(self, painter: QPainter, values: Values) -> None:
        painter.setFont(font(11))
        decimals = 2 if self.box(0).width() >= px(_WIDE_CELL) else 1
        is_fine = 0 < np.abs(values).max() < _FINE
        found = positions(values.ravel(), *range_of(values, signed=self._signed)).tolist()
        pixels = px(11)
        for place, value in enumerate(values.ravel().tolist()):
            words = static_text(_short(value, decimals, is_fine=is_fine), pixels)
            size, middle = words.size(), self.box(place).center()
            colour = text_colour(found[place], signed=self._signed, gradient=self._gradient)
            painter.setPen(colour)
            corner = middle - QPointF(size.width() / 2, size.height() / 2)
            painter.drawStaticText(corner, words)


@lru_cache(4096)  # many numbers come again, and setting them takes longer than drawing them
def static_text(text: str, pixels: int) -> QStaticText:
    """A number as it is set at a size in pixels."""
    del pixels  # another text at another size
    found = QStaticText(text)
    found.setTextFormat(Qt.TextFormat.PlainText)
    found.prepare(QTransform(), font(11))
    return found


def _short(value: float, decimals: int, *, is_fine: bool) -> str:
    """A number for a small cell: fewer decimals where it is large, and none of a zero.

    Where all are ``fine`` the 0 before the point gives way to one more decimal.
    """
    digits = max(0, decimals + is_fine - (abs(value) >= 10) - (abs(value) >= 100))
    text = f"{value:.{digits}f}"
    if float(text) == 0:
        return text.removeprefix("-") if value and not is_fine else "0"
    return (text.replace("0.", ".", 1) if is_fine else text).replace("-", MINUS)
