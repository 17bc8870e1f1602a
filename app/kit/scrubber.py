"""A scrubber over all steps of something, to be pressed and dragged."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.kit.keys_and_pointer import FollowsPointer
from app.look.painting import painted
from app.look.restyled import Repainted
from app.look.theme import current_theme, px

_HANDLE = 8


class Scrubber(FollowsPointer, Repainted, QWidget):
    """All steps as a line; pressing or dragging on it chooses one. Every section has its mark."""

    moved = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = 1
        self._position = 0
        self._sections = 1
        self.setAccessibleName("position")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def position(self) -> int:
        """The step shown, from 0."""
        return self._position

    def set_state(self, position: int, count: int, sections: int = 1) -> None:
        """Show a position among ``count`` steps, which fall into equal ``sections``."""
        before, scale = self.x_of(self._position), (self._count, self._sections)
        self._position, self._count, self._sections = position, max(1, count), max(1, sections)
        self.setAccessibleDescription(f"step {position + 1} of {count}")
        if scale != (self._count, self._sections):
            self.update()
            return
        first, last = sorted((before, self.x_of(position)))
        around = px(_HANDLE) + px(4)
        self.update(
            QRectF(first - around, 0, last - first + 2 * around, self.height()).toAlignedRect()
        )

    def x_of(self, position: int) -> float:
        """Where a step lies."""
        left, right = self._ends()
        return left + (right - left) * (position + 0.5) / self._count

    def _ends(self) -> tuple[float, float]:
        return px(4), self.width() - px(4)

    def _section_edges(self) -> list[float]:
        left, right = self._ends()
        return [left + (right - left) * i / self._sections for i in range(self._sections + 1)]

    def sizeHint(self) -> QSize:
        """As high as the buttons."""
        return QSize(px(240), px(32))

    @painted
    def paintEvent(self, event: QPaintEvent, painter: QPainter) -> None:
        """Paint a trough per section, what is done, the steps if there is room, and the handle."""
        theme = current_theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        middle, thick = self.height() / 2, px(6)
        edges, handle = self._section_edges(), self.x_of(self._position)
        gap = px(2) if self._sections > 1 else 0
        for start, end in pairwise(edges):
            trough = QRectF(start + gap, middle - thick / 2, end - start - 2 * gap, thick)
            painter.setBrush(QColor(theme.border))
            painter.drawRoundedRect(trough, thick / 2, thick / 2)
            if handle > trough.left():
                done = QRectF(trough)
                done.setRight(min(trough.right(), handle))
                painter.setBrush(QColor(theme.accent))
                painter.drawRoundedRect(done, thick / 2, thick / 2)
        if (edges[-1] - edges[0]) / self._count >= px(10):
            dot = QPen(QColor(theme.surface), 2 * px(1.5))
            dot.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(dot)
            shown = range(
                self._step_at(event.rect().left()), self._step_at(event.rect().right()) + 1
            )
            painter.drawPoints([QPointF(self.x_of(step), middle) for step in shown])
        painter.setBrush(QColor(theme.accent))
        painter.setPen(QPen(QColor(theme.surface), px(2)))
        painter.drawEllipse(QPointF(handle, middle), px(_HANDLE), px(_HANDLE))

    def _go_to(self, x: float) -> None:
        self.moved.emit(self._step_at(x))

    def _step_at(self, x: float) -> int:
        """The step that lies nearest."""
        left, right = self._ends()
        step = int((x - left) / max(1.0, right - left) * self._count)
        return max(0, min(step, self._count - 1))
