"""A confusion matrix as a grid of counts; each cell can be chosen by mouse or keys."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.look.painting import painted
from app.look.theme import current_theme, font, px

_STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class ConfusionGrid(QWidget):
    """Rows are labels, columns answers; the more mistakes a cell holds, the stronger its colour.

    Signals:
        cell_chosen: Label and answer.
    """

    cell_chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._matrix: NDArray[np.int64] = np.zeros((0, 0), np.int64)
        self._chosen: tuple[int, int] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Confusion matrix: rows are labels, columns the network's answers")

    @property
    def chosen(self) -> tuple[int, int] | None:
        """Label and answer of the chosen cell."""
        return self._chosen

    def show_matrix(self, matrix: NDArray[np.int64]) -> None:
        """Show counts ``(classes, classes)``; no cell is chosen then."""
        self._matrix, self._chosen = matrix, None
        self.update()

    def choose(self, label: int, answer: int) -> None:
        """Choose a cell."""
        self._chosen = (label, answer)
        self.update()
        self.cell_chosen.emit(label, answer)

    def cell_rect(self, label: int, answer: int) -> QRectF:
        """Where a cell is."""
        area, step = self._area()
        return QRectF(area.x() + answer * step, area.y() + label * step, step, step)

    def _area(self) -> tuple[QRectF, float]:
        classes = max(len(self._matrix), 1)
        margin = px(40)
        step = min(self.width() - margin - 2, self.height() - margin - 2) / classes
        return QRectF(margin, margin, step * classes, step * classes), step

    # Events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the cell under the mouse."""
        area, step = self._area()
        at = event.position() - area.topLeft()
        row, column = int(at.y() // step), int(at.x() // step)
        if 0 <= row < len(self._matrix) and 0 <= column < len(self._matrix):
            self.choose(row, column)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to a neighbouring cell."""
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None or not len(self._matrix):
            super().keyPressEvent(event)
            return
        row, column = self._chosen or (0, 0)
        last = len(self._matrix) - 1
        self.choose(min(max(row + step[0], 0), last), min(max(column + step[1], 0), last))

    def sizeHint(self) -> QSize:
        """Room for ten classes."""
        return QSize(px(440), px(440))

    def minimumSizeHint(self) -> QSize:
        """Room for counts of three digits in ten classes."""
        return QSize(px(340), px(340))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme's sizes."""
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()
        super().changeEvent(event)

    # Painting

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Draw headings, cells and the frame of the chosen one."""
        if not len(self._matrix):
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_headings(painter)
        wrong = self._matrix - np.diag(np.diag(self._matrix))
        most = max(int(wrong.max(initial=0)), 1)
        for label in range(len(self._matrix)):
            for answer in range(len(self._matrix)):
                self._paint_cell(painter, label, answer, wrong[label, answer] / most)
        if self._chosen is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(current_theme().accent), px(2)))
            painter.drawRect(self.cell_rect(*self._chosen))

    def _paint_headings(self, painter: QPainter) -> None:
        theme, (area, step) = current_theme(), self._area()
        painter.setPen(QColor(theme.text_muted))
        painter.setFont(font(11))
        middle = Qt.AlignmentFlag.AlignCenter
        half = area.x() / 2
        painter.drawText(QRectF(area.x(), 0, area.width(), half), middle, "answer")
        painter.save()
        painter.translate(QPointF(0, area.bottom()))
        painter.rotate(-90)
        painter.drawText(QRectF(0, 0, area.height(), half), middle, "label")
        painter.restore()
        painter.setPen(QColor(theme.text))
        painter.setFont(font(12))
        for index in range(len(self._matrix)):
            column = QRectF(area.x() + index * step, half, step, half)
            row = QRectF(half, area.y() + index * step, half, step)
            painter.drawText(column, middle, str(index))
            painter.drawText(row, middle, str(index))

    def _paint_cell(self, painter: QPainter, label: int, answer: int, share: float) -> None:
        theme, box = current_theme(), self.cell_rect(label, answer)
        ground = QColor(theme.hover if label == answer else theme.warning)
        if label != answer:
            ground.setAlphaF(0.7 * float(share))
        painter.fillRect(box, ground)
        painter.setPen(QColor(theme.border))
        painter.drawRect(box)
        count = int(self._matrix[label, answer])
        if count:
            painter.setPen(QColor(theme.text))
            painter.setFont(font(12))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{count}")
