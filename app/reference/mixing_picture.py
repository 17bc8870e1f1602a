"""A 1×1 convolution with its numbers: input channels, weights, output channels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.look.painting import painted
from app.look.theme import current_scale, current_theme, font, px
from engine.training.filter_sizes import Mixing

_CELL, _LARGEST_CELL = 42, 72
_CAPTION = 26
_GAP = 0.72  # of a cell
Place = tuple[int, int, int]


@dataclass(frozen=True)
class _Cell:
    box: QRectF
    value: float
    role: str
    stands_out: bool
    place: Place | None = None


class MixingPicture(QWidget):
    """Three input maps, two rows of weights, two output maps; a click chooses an output cell.

    Signals:
        cell_chosen: Channel, row and column of the output cell that was clicked.
    """

    cell_chosen = Signal(int, int, int)

    def __init__(self, mixing: Mixing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mixing = mixing
        self._chosen: Place = (0, 0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("1×1 convolution")

    @property
    def chosen(self) -> Place:
        """Channel, row and column of the output cell that stands out."""
        return self._chosen

    def choose(self, place: Place) -> None:
        """Let an output cell, and what it is made of, stand out."""
        self._chosen = place
        self.update()

    def box_of(self, place: Place) -> QRectF:
        """Where an output cell is drawn."""
        return next(cell.box for cell in self._cells() if cell.place == place)

    def sizeHint(self) -> QSize:
        """Three maps below one another."""
        return QSize(px(460), px(3 * (2 * _CELL + _CAPTION)))

    def minimumSizeHint(self) -> QSize:
        """The same: numbers are not shrunk."""
        return QSize(px(430), px(3 * (2 * _CELL + _CAPTION) + 8))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the output cell under the pointer."""
        super().mousePressEvent(event)
        for cell in self._cells():
            if cell.place is not None and cell.box.contains(event.position()):
                self.choose(cell.place)
                self.cell_chosen.emit(*cell.place)

    def _cell_side(self) -> float:
        """As large as there is room for, within limits."""
        height = (self.height() - px(8)) / 3 - px(_CAPTION)
        width = self.width() / (4 + self._mixing.x.shape[0] + 4 * _GAP + 0.5)
        return float(min(max(min(height / 2, width), px(_CELL)), px(_LARGEST_CELL)))

    def _pitch(self) -> float:
        """From one map to the one below."""
        return 2 * self._cell_side() + px(_CAPTION)

    def _columns(self) -> tuple[float, float, float]:
        """Left ends of inputs, weights and outputs."""
        cell = self._cell_side()
        gap = _GAP * cell
        channels = self._mixing.x.shape[0]
        whole = 2 * cell + 2 * gap * 2 + channels * cell + 2 * cell
        left = (self.width() - whole) / 2
        weights = left + 2 * cell + 2 * gap
        return left, weights, weights + channels * cell + 2 * gap

    def _top(self, maps: int) -> float:
        return (self.height() - maps * self._pitch()) / 2

    def _cells(self) -> Iterator[_Cell]:
        left, middle, right = self._columns()
        cell, pitch = self._cell_side(), self._pitch()
        out, row, column = self._chosen
        mixing = self._mixing
        for corner, role, maps in ((left, "input", mixing.x), (right, "output", mixing.output)):
            top = self._top(len(maps))
            for channel, plane in enumerate(maps):
                for i, line in enumerate(plane):
                    for j, value in enumerate(line):
                        y = top + channel * pitch + px(_CAPTION) + i * cell
                        box = QRectF(corner + j * cell, y, cell, cell)
                        is_input = role == "input"
                        at_place = (i, j) == (row, column) and (is_input or channel == out)
                        place = None if is_input else (channel, i, j)
                        yield _Cell(box, float(value), role, at_place, place)
        top = self._top(len(mixing.weight))
        for channel, weights in enumerate(mixing.weight):
            for j, value in enumerate(weights):
                y = top + channel * pitch + px(_CAPTION) + cell / 2
                box = QRectF(middle + j * cell, y, cell, cell)
                yield _Cell(box, float(value), "kernel", channel == out)

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Draw all cells, then the frames of those that stand out, and the captions."""
        theme = current_theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        cells = list(self._cells())
        for cell in cells:
            ground = QColor(getattr(theme, cell.role))
            ground.setAlphaF(0.30 if cell.stands_out else 0.12)
            painter.fillRect(cell.box.adjusted(1, 1, -1, -1), ground)
            painter.setPen(QColor(theme.text))
            weight = QFont.Weight.DemiBold if cell.stands_out else QFont.Weight.Normal
            painter.setFont(font(max(16, 0.36 * self._cell_side() / current_scale()), weight))
            painter.drawText(
                cell.box, Qt.AlignmentFlag.AlignCenter, f"{cell.value:g}".replace("-", "−")
            )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for cell in cells:
            if cell.stands_out:
                painter.setPen(QPen(QColor(getattr(theme, cell.role)), px(2)))
                painter.drawRect(cell.box.adjusted(1, 1, -1, -1))
        self._paint_captions(painter)

    def _paint_captions(self, painter: QPainter) -> None:
        theme = current_theme()
        pitch = self._pitch()
        left, middle, right = self._columns()
        counts = (
            (left, "input", len(self._mixing.x), 0.0, "channel"),
            (middle, "kernel", len(self._mixing.weight), self._cell_side() / 2, "kernel"),
            (right, "output", len(self._mixing.output), 0.0, "output"),
        )
        painter.setFont(font(12, QFont.Weight.DemiBold))
        for corner, role, count, lower, words in counts:
            painter.setPen(QColor(getattr(theme, role)))
            for number in range(count):
                y = self._top(count) + number * pitch + lower + px(_CAPTION - 7)
                painter.drawText(QPointF(corner, y), f"{words} {number + 1}")
