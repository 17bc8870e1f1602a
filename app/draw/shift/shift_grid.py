"""Answers at 13×13 places: the digit in the cell, its probability as the cell's colour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QLineF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.kit.keys_and_pointer import ARROWS
from app.look.colormaps import apply, text_colour_on, viridis
from app.look.theme import current_theme, font, px

Numbers = NDArray[np.floating]
_USUAL, _LEAST = 160, 110


class ShiftGrid(QWidget):
    """One network's answers; the middle is the digit as it is.

    Signals:
        place_chosen: Row and column under the pointer, or that the arrows went to; the middle
            when the pointer leaves.
    """

    place_chosen = Signal(int, int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._answers: NDArray[np.integer] | None = None
        self._colours = np.zeros((0, 0, 4), np.uint8)
        self._place = (0, 0)
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def answers(self) -> NDArray[np.integer] | None:
        """The digits in the cells."""
        return self._answers

    @property
    def colours(self) -> NDArray[np.uint8]:
        """The cells' colours, red, green, blue, alpha. Shape (S, S, 4)."""
        return self._colours

    def show_answers(self, answers: NDArray[np.integer] | None, confidences: Numbers) -> None:
        """Show digits and their probabilities, both (S, S); ``None`` leaves the cells empty."""
        self._answers = answers
        self._colours = apply(confidences, viridis(), 0.0, 1.0)
        self.update()

    def mark(self, place: tuple[int, int]) -> None:
        """Outline a cell, without a signal."""
        if place != self._place:
            self._place = place
            self.update()

    def sizeHint(self) -> QSize:
        """As large as there is room for."""
        return QSize(px(_USUAL), px(_USUAL))

    def minimumSizeHint(self) -> QSize:
        """Smaller, the cells cannot be told apart."""
        return QSize(px(_LEAST), px(_LEAST))

    def cell_box(self, row: int, column: int) -> QRectF:
        """Where a cell is."""
        count = max(1, len(self._colours))
        side = min(self.width(), self.height()) // count
        return QRectF(column * side, row * side, side, side)

    def _choose(self, place: tuple[int, int]) -> None:
        if self._answers is not None and place != self._place:
            self._place = place
            self.place_chosen.emit(*place)
            self.update()

    @property
    def _middle(self) -> tuple[int, int]:
        return len(self._colours) // 2, len(self._colours) // 2

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell which cell is under the pointer."""
        side, count = self.cell_box(0, 0).width(), len(self._colours)
        row, column = int(event.position().y() // side), int(event.position().x() // side)
        is_inside = 0 <= row < count and 0 <= column < count
        self._choose((row, column) if is_inside else self._middle)

    def leaveEvent(self, event: QEvent) -> None:
        """Back to the middle."""
        self._choose(self._middle)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrows go from cell to cell."""
        key = Qt.Key(event.key())
        if key not in ARROWS:
            super().keyPressEvent(event)
            return
        last = len(self._colours) - 1
        down, across = ARROWS[key]
        row, column = self._place
        self._choose((max(0, min(row + down, last)), max(0, min(column + across, last))))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Draw the cells, the middle and the chosen one."""
        painter, theme = QPainter(self), current_theme()
        count = len(self._colours)
        if self._answers is None or not count:
            side = min(self.width(), self.height())
            painter.fillRect(QRectF(0, 0, side, side), QColor(theme.raised))
            return
        middle = int(self._answers[self._middle])
        has_room = self.cell_box(0, 0).height() >= px(11)
        for row in range(count):
            for column in range(count):
                box, colour = self.cell_box(row, column), self._colours[row, column]
                painter.fillRect(box, QColor(*(int(part) for part in colour[:3])))
                if has_room:
                    answer = int(self._answers[row, column])
                    is_same = answer == middle
                    weight = QFont.Weight.Normal if is_same else QFont.Weight.DemiBold
                    painter.setFont(font(11, weight))
                    painter.setPen(QColor(text_colour_on(colour)))
                    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(answer))
        self._paint_borders(painter, middle)
        inner = theme.accent if self.hasFocus() else "#10131a"
        for colour, width in (("#ffffff", 4), (inner, 2)):
            painter.setPen(QPen(QColor(colour), px(width)))
            painter.drawRect(self.cell_box(*self._place))

    def _paint_borders(self, painter: QPainter, middle: int) -> None:
        """Draw a line wherever the answer of the middle gives way to another."""
        if self._answers is None:
            return
        is_same = self._answers == middle
        lines = []
        for row, column in np.argwhere(is_same[1:] != is_same[:-1]).tolist():
            box = self.cell_box(row, column)
            lines.append(QLineF(box.bottomLeft(), box.bottomRight()))
        for row, column in np.argwhere(is_same[:, 1:] != is_same[:, :-1]).tolist():
            box = self.cell_box(row, column)
            lines.append(QLineF(box.topRight(), box.bottomRight()))
        for colour, width in (("#10131a", 3), ("#ffffff", 1.5)):
            painter.setPen(QPen(QColor(colour), px(width)))
            painter.drawLines(lines)
