"""A number for every pixel of the network's input, as colours under the outline of the digit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QLineF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.kit.colour_bar import ColourRange
from app.kit.keys_and_pointer import ARROWS
from app.look.colormaps import apply
from app.look.pictures import rgba_image
from app.look.theme import current_theme, font, px

Picture = NDArray[np.floating]

_LEAST, _USUAL = 54, 180
_INK = 0.5
"""The outline runs where the ink is half."""


class HeatPicture(QWidget):
    """Colours exactly as the colour bar has them: the digit lies over them as a line only.

    Signals:
        pixel_hovered: Row and column under the pointer; −1 and −1 for none.
    """

    pixel_hovered = Signal(int, int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: Picture | None = None
        self._image = QImage()
        self._outline: list[QLineF] = []
        self._hovered = (-1, -1)
        self._patch = 0
        self._empty = ""
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def values(self) -> Picture | None:
        """What is shown."""
        return self._values

    @property
    def image(self) -> QImage:
        """The colours, one pixel each."""
        return self._image

    @property
    def hovered(self) -> tuple[int, int]:
        """The row and column under the pointer; −1 and −1 for none."""
        return self._hovered

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
        self._outline = [] if ink is None else _outline(ink >= _INK)
        self.update()

    def show_nothing(self, sentence: str) -> None:
        """Say why there is nothing to show."""
        self._values, self._empty = None, sentence
        self._hover((-1, -1))
        self.update()

    def sizeHint(self) -> QSize:
        """As large as there is room for."""
        return QSize(px(_USUAL), px(_USUAL))

    def minimumSizeHint(self) -> QSize:
        """Smaller, the pixels cannot be told apart."""
        return QSize(px(_LEAST), px(_LEAST))

    @property
    def box(self) -> QRectF:
        """Where the picture is: as large as it fits, at the top left."""
        if self._values is None:
            side = min(self.width(), self.height())
            return QRectF(0, 0, side, side)
        rows, columns = self._values.shape
        cell = min(self.width() / columns, self.height() / rows)
        return QRectF(0, 0, cell * columns, cell * rows)

    def pixel_box(self, row: int, column: int, reach: int = 0) -> QRectF:
        """Where a pixel is, with ``reach`` more on all sides, as far as there are any."""
        if self._values is None:
            return QRectF()
        rows, columns = self._values.shape
        cell = self.box.width() / columns
        left, top = max(0, column - reach), max(0, row - reach)
        right, bottom = min(columns, column + reach + 1), min(rows, row + reach + 1)
        return QRectF(left * cell, top * cell, (right - left) * cell, (bottom - top) * cell)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell which pixel is under the pointer."""
        place = event.position()
        if self._values is None or not self.box.contains(place):
            self._hover((-1, -1))
            return
        rows, columns = self._values.shape
        cell = self.box.width() / columns
        row, column = int(place.y() / cell), int(place.x() / cell)
        self._hover((min(row, rows - 1), min(column, columns - 1)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrows point at another pixel, at first at the middle one."""
        key = Qt.Key(event.key())
        if self._values is None or key not in ARROWS:
            super().keyPressEvent(event)
            return
        rows, columns = self._values.shape
        row, column = self._hovered
        if row < 0:
            self._hover((rows // 2, columns // 2))
            return
        down, across = ARROWS[key]
        self._hover((max(0, min(row + down, rows - 1)), max(0, min(column + across, columns - 1))))

    def leaveEvent(self, event: QEvent) -> None:
        """None is."""
        self._hover((-1, -1))
        super().leaveEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Nothing is pointed at by the keyboard any more."""
        self._hover((-1, -1))
        super().focusOutEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the keyboard is here."""
        super().focusInEvent(event)
        self.update()

    def _hover(self, pixel: tuple[int, int]) -> None:
        if pixel != self._hovered:
            self._hovered = pixel
            self.pixel_hovered.emit(*pixel)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Draw the colours, the outline and what is pointed at."""
        painter, theme = QPainter(self), current_theme()
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
        if self._hovered != (-1, -1):
            mark = self.pixel_box(*self._hovered, self._patch // 2)
            for colour, width in (("#ffffff", 4), ("#10131a", 2)):
                painter.setPen(QPen(QColor(colour), px(width)))
                painter.drawRect(mark)

    def _paint_outline(self, painter: QPainter) -> None:
        if self._values is None:
            return
        painter.save()
        cell = self.box.width() / self._values.shape[1]
        painter.scale(cell, cell)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for colour, width in (("#10131a", 3.0), ("#ffffff", 1.0)):  # seen on light and dark
            pen = QPen(QColor(colour), px(width))
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawLines(self._outline)
        painter.restore()


def _outline(is_ink: NDArray[np.bool_]) -> list[QLineF]:
    """The edges between pixels with ink and pixels without, as lines of whole coordinates."""
    padded = np.pad(is_ink, 1)
    lines = []
    for row, column in np.argwhere(padded[1:, 1:-1] != padded[:-1, 1:-1]).tolist():
        lines.append(QLineF(column, row, column + 1, row))
    for row, column in np.argwhere(padded[1:-1, 1:] != padded[1:-1, :-1]).tolist():
        lines.append(QLineF(column, row, column, row + 1))
    return lines
