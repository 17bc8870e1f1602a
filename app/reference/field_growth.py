"""How far one output cell sees into the input, layer by layer, as nested squares."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.look.painting import painted
from app.look.theme import current_theme, font, px

_CELLS = 9  # along a side
_LARGEST_CELL = 40.0


class FieldGrowth(QWidget):
    """A grid of input cells; the squares that 1, 2, … layers reach, from the middle outwards."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields: tuple[int, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def shown_field(self) -> int:
        """Cells along one side that the layers shown reach."""
        return self._fields[-1] if self._fields else 1

    def sizeHint(self) -> QSize:
        """Room for the grid."""
        return QSize(px(200), px(200))

    def minimumSizeHint(self) -> QSize:
        """Less shows nothing."""
        return QSize(px(92), px(92))

    def show_fields(self, fields: Sequence[int], layers: int) -> None:
        """Show the fields (cells along a side, smallest first) of the first ``layers`` layers."""
        self._fields = tuple(fields[:layers])
        self.setAccessibleName(f"Receptive field {self.shown_field}×{self.shown_field}")
        self.update()

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Draw the grid, the squares from the widest to the narrowest, and the middle cell."""
        theme = current_theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        margin = px(6)
        side = min(self.width(), self.height()) - 2 * margin
        cell = min(side / _CELLS, px(_LARGEST_CELL))
        grid = QRectF(0, 0, cell * _CELLS, cell * _CELLS)
        grid.moveCenter(QRectF(self.rect()).center())
        ground, tint = QColor(theme.input), QColor(theme.kernel)
        ground.setAlphaF(0.18)
        tint.setAlphaF(0.22)
        painter.fillRect(grid, ground)
        for field in reversed(self._fields):
            painter.fillRect(_square(grid, field * cell), tint)
        painter.setPen(QPen(QColor(theme.surface), 1))
        for line in range(1, _CELLS):
            x, y = grid.left() + line * cell, grid.top() + line * cell
            painter.drawLine(QPointF(x, grid.top()), QPointF(x, grid.bottom()))
            painter.drawLine(QPointF(grid.left(), y), QPointF(grid.right(), y))
        painter.fillRect(_square(grid, cell), QColor(theme.output))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for field in self._fields:
            self._paint_square(painter, _square(grid, field * cell), field)

    def _paint_square(self, painter: QPainter, square: QRectF, field: int) -> None:
        theme = current_theme()
        is_last = field == self.shown_field
        painter.setPen(QPen(QColor(theme.kernel), px(2.5 if is_last else 1.25)))
        painter.drawRect(square)
        painter.setPen(QColor(theme.text))
        painter.setFont(font(12, QFont.Weight.DemiBold if is_last else QFont.Weight.Normal))
        if not is_last and square.height() / field < painter.fontMetrics().height() - px(2):
            return  # it would lie over the one around it
        words, inside = f"{field}×{field}", square.adjusted(px(5), px(2), 0, 0)
        if painter.fontMetrics().horizontalAdvance(words) <= inside.width():
            corner = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
            painter.drawText(inside, corner, words)


def _square(grid: QRectF, side: float) -> QRectF:
    square = QRectF(0, 0, side, side)
    square.moveCenter(grid.center())
    return square
