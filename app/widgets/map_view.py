"""A few maps in large, with the numbers in their cells where there is room for them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.colormaps import apply, text_colour_on
from app.theme import current_theme, font, px
from app.widgets.map_layout import MapLayout, colours_of, lay_out, mosaic, range_of
from engine.numbers import MINUS

Values = NDArray[np.floating]

_LEAST_CELL = (25, 15)
_WIDE_CELL = 38
"""Width and height, at scale 1, at which a number fits into a cell."""


class MapView(QWidget):
    """Maps in the colours of the strips.

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
        self._table = colours_of(signed=True)
        self._mark = -1
        self._layout: MapLayout | None = None
        self._image = QImage()
        self._hovered = -1
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

    def show_maps(
        self,
        values: Values | None,
        *,
        signed: bool,
        mark: int = -1,
        gradient: bool = False,
    ) -> None:
        """Show maps ``(M, H, W)`` or numbers in a row ``(features,)``; ``mark`` outlines one."""
        is_same = (
            self._layout is not None
            and self._values is not None
            and values is not None
            and self._values.shape == values.shape
        )
        self._values, self._signed, self._mark = values, signed, mark
        self._table = colours_of(signed=signed, gradient=gradient)
        if not is_same:
            self._arrange()
        self._colour()
        self.update()

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

    def _arrange(self) -> None:
        if self._values is None or self.width() < 2 or self.height() < 2:
            self._layout = None
            return
        ratio = self.devicePixelRatioF()
        width, height = int(self.width() * ratio), int(self.height() * ratio)
        self._layout = lay_out(self._values.shape, width, height, round(px(6) * ratio))

    def _colour(self) -> None:
        if self._layout is None or self._values is None:
            return
        self._image = mosaic(
            self._layout,
            self._values,
            range_of(self._values, signed=self._signed),
            self._table,
        )
        self._image.setDevicePixelRatio(self.devicePixelRatioF())

    def box(self, place: int) -> QRectF:
        """Where a number's pixels are."""
        if self._layout is None:
            return QRectF()
        ratio = self.devicePixelRatioF()
        return QRectF(*(part / ratio for part in self._layout.box(place)))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Draw the maps, their numbers and the mark."""
        if self._values is None or self._layout is None:
            return
        painter = QPainter(self)
        self._paint_frames(painter, self._layout)
        painter.drawImage(QPointF(0, 0), self._image)
        if self.has_numbers:
            self._paint_numbers(painter, self._values.ravel())
        if 0 <= self._mark < self._values.size:
            box = self.box(self._mark)
            painter.setPen(QPen(QColor("#ffffff"), px(4)))
            painter.drawRect(box)
            painter.setPen(QPen(QColor(current_theme().accent), px(2)))
            painter.drawRect(box)

    def _paint_frames(self, painter: QPainter, layout: MapLayout) -> None:
        """Back every map with the colour of lines, so that white cells have edges."""
        ratio = self.devicePixelRatioF()
        width, height = (part / ratio for part in layout.size)
        is_map = self._values is not None and self._values.ndim == 3
        reach = 1 if is_map else 0
        for left, top in layout.corners / ratio:
            box = QRectF(left, top, width, height).adjusted(-reach, -reach, reach, reach)
            painter.fillRect(box, QColor(current_theme().border))

    def _paint_numbers(self, painter: QPainter, values: Values) -> None:
        low, high = range_of(values, signed=self._signed)
        colours = apply(values[np.newaxis], self._table, low, high)[0]
        painter.setFont(font(11))
        decimals = 2 if self.box(0).width() >= px(_WIDE_CELL) else 1
        for place, value in enumerate(values):
            painter.setPen(QColor(text_colour_on(colours[place])))
            painter.drawText(
                self.box(place), Qt.AlignmentFlag.AlignCenter, _short(float(value), decimals)
            )


def _short(value: float, decimals: int) -> str:
    """A number for a small cell: fewer decimals where it is large, and none of a zero."""
    digits = max(0, decimals - (abs(value) >= 10) - (abs(value) >= 100))
    text = f"{value:.{digits}f}"
    if float(text) == 0:
        text = text.removeprefix("-") if value else "0"
    return text.replace("-", MINUS)
