"""Answers at 13×13 places: the digit in the cell, its probability as the cell's colour."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.draw.heat_picture import edges
from app.draw.painted import PointedCells
from app.look.colormaps import apply, text_colour_on, viridis
from app.look.painting import painted
from app.look.theme import current_theme, font, px

Numbers = NDArray[np.floating]


class ShiftGrid(PointedCells):
    """One network's answers; the middle is the digit as it is, and is chosen unless one points."""

    usual: ClassVar[tuple[int, int]] = (160, 160)
    least: ClassVar[tuple[int, int]] = (110, 110)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._answers: NDArray[np.integer] | None = None
        self._colours = np.zeros((0, 0, 4), np.uint8)

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

    @property
    def cells(self) -> tuple[int, int]:
        """As many as there are answers."""
        return (0, 0) if self._answers is None else (len(self._answers), len(self._answers))

    @property
    def side(self) -> float:
        """Whole pixels, as large as it fits."""
        return min(self.width(), self.height()) // max(1, self.cells[0])

    @property
    def home(self) -> tuple[int, int]:
        """The middle."""
        return self.cells[0] // 2, self.cells[1] // 2

    def mark(self, place: tuple[int, int]) -> None:
        """Outline a cell, without a signal."""
        if place != self._place:
            self._place = place
            self.update()

    def cell_box(self, row: int, column: int) -> QRectF:
        """Where a cell is."""
        return QRectF(column * self.side, row * self.side, self.side, self.side)

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Draw the cells, the middle and the chosen one."""
        theme = current_theme()
        if self._answers is None:
            self._paint_empty(painter)
            return
        middle = int(self._answers[self.home])
        has_room = self.side >= px(11)
        for row, colours in enumerate(self._colours):
            for column, colour in enumerate(colours):
                box = self.cell_box(row, column)
                painter.fillRect(box, QColor(*(int(part) for part in colour[:3])))
                if has_room:
                    answer = int(self._answers[row, column])
                    is_same = answer == middle
                    weight = QFont.Weight.Normal if is_same else QFont.Weight.DemiBold
                    painter.setFont(font(11, weight))
                    painter.setPen(QColor(text_colour_on(colour)))
                    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(answer))
        self._paint_borders(painter, self._answers == middle)
        inner = theme.accent if self.hasFocus() else "#10131a"
        for colour, width in (("#ffffff", 4), (inner, 2)):
            painter.setPen(QPen(QColor(colour), px(width)))
            painter.drawRect(self.cell_box(*self._place))

    def _paint_empty(self, painter: QPainter) -> None:
        """Show where the answers will stand: as many cells, and the middle one outlined."""
        theme, count = current_theme(), len(self._colours)
        cell = min(self.width(), self.height()) // max(1, count)
        painter.fillRect(QRectF(0, 0, cell * count, cell * count), QColor(theme.raised))
        painter.setPen(QColor(theme.border))
        for place in range(count + 1):
            painter.drawLine(0, place * cell, count * cell, place * cell)
            painter.drawLine(place * cell, 0, place * cell, count * cell)
        painter.setPen(QPen(QColor(theme.text_muted), px(2)))
        middle = count // 2 * cell
        painter.drawRect(QRectF(middle, middle, cell, cell))

    def _paint_borders(self, painter: QPainter, is_same: NDArray[np.bool_]) -> None:
        """Draw a line wherever the answer of the middle gives way to another."""
        painter.save()
        painter.scale(self.side, self.side)
        for colour, width in (("#10131a", 3), ("#ffffff", 1.5)):
            pen = QPen(QColor(colour), px(width))
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawLines(edges(is_same))
        painter.restore()
