"""A number for every pixel of the network's input, as colours under the outline of the digit."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.draw.painted import NOWHERE, PointedCells
from app.kit.colour_bar import ColourRange
from app.look.colormaps import apply
from app.look.painting import painted
from app.look.pictures import rgba_image
from app.look.theme import current_theme, font, px

Picture = NDArray[np.floating]

_INK = 0.5
"""The outline runs where the ink is half."""


class HeatPicture(PointedCells):
    """Colours exactly as the colour bar has them: the digit lies over them as a line only."""

    usual: ClassVar[tuple[int, int]] = (180, 180)
    least: ClassVar[tuple[int, int]] = (54, 54)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._values: Picture | None = None
        self._image = QImage()
        self._outline: list[QLineF] = []
        self._patch = 0
        self._empty = ""

    @property
    def values(self) -> Picture | None:
        """What is shown."""
        return self._values

    @property
    def image(self) -> QImage:
        """The colours, one pixel each."""
        return self._image

    def show_heat(
        self, values: Picture, colours: ColourRange, ink: Picture | None = None, patch: int = 0
    ) -> None:
        """Show numbers, and the outline of the ink over them.

        Args:
            values: ``(H, W)``; NaN is left blank.
            colours: Which colours they have.
            ink: ``(H, W)``, 0 for paper and 1 for full ink.
            patch: Side of the square that is outlined around the pixel under the pointer; 0 for
                the pixel alone.
        """
        self._values, self._patch = values, patch
        self._image = rgba_image(apply(values, colours.cmap, colours.low, colours.high))
        self._outline = [] if ink is None else edges(np.pad(ink >= _INK, 1), -1)
        self.update()

    def show_nothing(self, sentence: str) -> None:
        """Say why there is nothing to show."""
        self._values, self._empty = None, sentence
        self.point_at(NOWHERE)
        self.update()

    @property
    def cells(self) -> tuple[int, int]:
        """As many as there are pixels."""
        return (0, 0) if self._values is None else (len(self._values), len(self._values.T))

    @property
    def side(self) -> float:
        """As large as it fits."""
        rows, columns = self.cells
        return min(self.width() / max(1, columns), self.height() / max(1, rows))

    @property
    def box(self) -> QRectF:
        """Where the picture is: at the top left."""
        rows, columns = map(partial(max, 1), self.cells)
        return QRectF(0, 0, self.side * columns, self.side * rows)

    def pixel_box(self, row: int, column: int, reach: int = 0) -> QRectF:
        """Where a pixel is, with ``reach`` more on all sides, as far as there are any."""
        (rows, columns), cell = self.cells, self.side
        left, top = max(0, column - reach), max(0, row - reach)
        right, bottom = min(columns, column + reach + 1), min(rows, row + reach + 1)
        return QRectF(left * cell, top * cell, (right - left) * cell, (bottom - top) * cell)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Nothing is pointed at by the keyboard any more."""
        self.point_at(NOWHERE)
        super().focusOutEvent(event)

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Draw the colours, the outline and what is pointed at."""
        theme = current_theme()
        box = self.box
        if self._values is None:
            painter.fillRect(box, QColor(theme.raised))
            painter.setPen(QColor(theme.text_muted))
            painter.setFont(font(12))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(box.adjusted(px(8), 0, -px(8), 0), flags, self._empty)
            return
        painter.fillRect(box, QColor(theme.raised))
        painter.drawImage(box, self._image)
        edge = (theme.accent, px(2)) if self.hasFocus() else (theme.border, 1)
        painter.setPen(QPen(QColor(edge[0]), edge[1]))
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
        self._paint_outline(painter)
        if self.place != NOWHERE:
            mark = self.pixel_box(*self.place, self._patch // 2)
            for colour, width in (("#ffffff", 4), ("#10131a", 2)):
                painter.setPen(QPen(QColor(colour), px(width)))
                painter.drawRect(mark)

    def _paint_outline(self, painter: QPainter) -> None:
        painter.save()
        painter.scale(self.side, self.side)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for colour, width in (("#10131a", 3.0), ("#ffffff", 1.0)):  # seen on light and dark
            pen = QPen(QColor(colour), px(width))
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawLines(self._outline)
        painter.restore()


def edges(is_in: NDArray[np.bool_], shift: int = 0) -> list[QLineF]:
    """The edges between cells that are in and cells that are not, in units of a cell."""
    lines = []
    for row, column in (np.argwhere(is_in[1:] != is_in[:-1]) + shift).tolist():
        lines.append(QLineF(column, row + 1, column + 1, row + 1))
    for row, column in (np.argwhere(is_in[:, 1:] != is_in[:, :-1]) + shift).tolist():
        lines.append(QLineF(column + 1, row, column + 1, row + 1))
    return lines
