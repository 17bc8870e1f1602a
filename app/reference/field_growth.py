"""How far one output cell sees into the input, layer by layer, as nested squares."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.look.theme import current_theme, font, px

_LARGEST_CELL = 40.0


class FieldGrowth(QWidget):
    """A grid of input cells; the squares that 1, 2, … layers reach, from the middle outwards."""

    def __init__(self, cells: int = 9, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cells = cells
        self._fields: tuple[int, ...] = ()
        self._layers = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def shown_field(self) -> int:
        """Cells along one side that the layers shown reach."""
        return self._fields[self._layers - 1] if self._layers else 1

    def sizeHint(self) -> QSize:
        """Room for the grid."""
        return QSize(px(200), px(200))

    def minimumSizeHint(self) -> QSize:
        """Less shows nothing."""
        return QSize(px(92), px(92))

    def show_fields(self, fields: Sequence[int], layers: int) -> None:
        """Show the fields (cells along a side, smallest first) of the first ``layers`` layers."""
        self._fields = tuple(fields)
        self._layers = min(layers, len(self._fields))
        self.setAccessibleName(f"Receptive field {self.shown_field}×{self.shown_field}")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the grid, the squares from the widest to the narrowest, and the middle cell."""
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        margin = px(6)
        side = min(self.width(), self.height()) - 2 * margin
        cell = min(side / self._cells, px(_LARGEST_CELL))
        grid = QRectF(0, 0, cell * self._cells, cell * self._cells)
        grid.moveCenter(QRectF(self.rect()).center())
        ground = QColor(theme.input)
        ground.setAlphaF(0.18)
        painter.fillRect(grid, ground)
        for field in reversed(self._fields[: self._layers]):
            tint = QColor(theme.kernel)
            tint.setAlphaF(0.22)
            painter.fillRect(_square(grid, field * cell), tint)
        painter.setPen(QPen(QColor(theme.surface), 1))
        for line in range(1, self._cells):
            at = line * cell
            painter.drawLine(
                QRectF(grid.left() + at, grid.top(), 0, grid.height()).topLeft(),
                QRectF(grid.left() + at, grid.top(), 0, grid.height()).bottomLeft(),
            )
            painter.drawLine(
                QRectF(grid.left(), grid.top() + at, grid.width(), 0).topLeft(),
                QRectF(grid.left(), grid.top() + at, grid.width(), 0).topRight(),
            )
        painter.fillRect(_square(grid, cell), QColor(theme.output))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for number, field in enumerate(self._fields[: self._layers], start=1):
            self._paint_square(painter, _square(grid, field * cell), f"{field}×{field}", number)
        painter.end()

    def _paint_square(self, painter: QPainter, square: QRectF, words: str, number: int) -> None:
        theme = current_theme()
        is_last = number == self._layers
        painter.setPen(QPen(QColor(theme.kernel), px(2.5 if is_last else 1.25)))
        painter.drawRect(square)
        painter.setPen(QColor(theme.text))
        painter.setFont(font(12, QFont.Weight.DemiBold if is_last else QFont.Weight.Normal))
        pitch = square.height() / max(self._fields[number - 1], 1)
        if not is_last and pitch < painter.fontMetrics().height() - px(2):
            return  # it would lie over the one around it
        inside = square.adjusted(px(5), px(2), 0, 0)
        painter.drawText(inside, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, words)


def _square(grid: QRectF, side: float) -> QRectF:
    square = QRectF(0, 0, side, side)
    square.moveCenter(grid.center())
    return square
