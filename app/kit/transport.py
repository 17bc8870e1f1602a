"""The transport: first, back, play, on, last, a scrubber over all steps, and the speed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QWidget

from app.kit.buttons import icon_button
from app.kit.keys_and_pointer import FollowsPointer
from app.kit.read_out import ReadOut
from app.look.icons import icon
from app.look.restyled import FONT, Repainted, Restyled
from app.look.theme import current_theme, px

_HANDLE = 8
_ROOM_FOR_UNIT = 420


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

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a trough per section, what is done, the steps if there is room, and the handle."""
        theme = current_theme()
        painter = QPainter(self)
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
        painter.end()

    def _go_to(self, x: float) -> None:
        self.moved.emit(self._step_at(x))

    def _step_at(self, x: float) -> int:
        """The step that lies nearest."""
        left, right = self._ends()
        step = int((x - left) / max(1.0, right - left) * self._count)
        return max(0, min(step, self._count - 1))


class Transport(Restyled, QWidget):
    """Moves through steps: it holds no position, it shows what it is given."""

    restyled_by = FONT

    first_requested = Signal()
    previous_requested = Signal()
    play_toggled = Signal()
    next_requested = Signal()
    last_requested = Signal()
    position_requested = Signal(int)
    speed_requested = Signal(float)

    def __init__(self, speeds: Sequence[float], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._speeds = tuple(speeds)
        self._count = 0
        self.first = icon_button("first", "First step (Home)", self)
        self.previous = icon_button("previous", "Previous step (←, PageUp)", self)
        self.play = icon_button("play", "Play (Space)", self)
        self.next = icon_button("next", "Next step (→, PageDown)", self)
        self.last = icon_button("last", "Last step (End)", self)
        self.first.clicked.connect(self.first_requested)
        self.previous.clicked.connect(self.previous_requested)
        self.play.clicked.connect(self.play_toggled)
        self.next.clicked.connect(self.next_requested)
        self.last.clicked.connect(self.last_requested)
        self.scrubber = Scrubber(self)
        self.scrubber.moved.connect(self.position_requested)
        self.label = ReadOut(
            14, hugs=True, alignment=Qt.AlignmentFlag.AlignRight, weight=QFont.Weight.DemiBold
        )
        self.speed = QComboBox(self)
        self.speed.setAccessibleName("steps per second")
        self.speed.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.speed.setToolTip("Steps per second while playing")
        for speed in self._speeds:
            self.speed.addItem(f"{speed:g}", speed)
        self.speed.activated.connect(self._request_speed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for button in (self.first, self.previous, self.play, self.next, self.last):
            layout.addWidget(button)
        layout.addWidget(self.scrubber, 1)
        layout.addWidget(self.label)
        layout.addSpacing(px(12))
        layout.addWidget(self.speed)
        self._unit = QLabel("steps/s", self)
        layout.addWidget(self._unit)
        self.follow_theme()

    def set_position(self, position: int, count: int, sections: int = 1) -> None:
        """Show a position; the ends have no way further out."""
        self.scrubber.set_state(position, count, sections)
        if count != self._count:
            self._count = count
            self.label.clear(f"{count} / {count}")  # the widest: nothing moves while steps follow
        self.label.set_text(f"{position + 1} / {count}")
        for button in (self.first, self.previous):
            button.setEnabled(position > 0)
        for button in (self.next, self.last):
            button.setEnabled(position < count - 1)

    def set_playing(self, is_playing: bool) -> None:
        """Show whether steps follow by themselves."""
        self.play.setIcon(icon("pause" if is_playing else "play"))
        self.play.setToolTip("Pause (Space)" if is_playing else "Play (Space)")
        self.play.setAccessibleName("Pause" if is_playing else "Play")

    def set_speed(self, speed: float) -> None:
        """Show the speed."""
        self.speed.setCurrentIndex(self._speeds.index(speed))

    def _request_speed(self, index: int) -> None:
        self.speed_requested.emit(self._speeds[index])

    def _restyle(self) -> None:
        side = px(20)
        for button in (self.first, self.previous, self.play, self.next, self.last):
            button.setIconSize(QSize(side, side))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out the unit, which the tip says too, where the scrubber needs its room."""
        super().resizeEvent(event)
        self._unit.setVisible(self.width() >= px(_ROOM_FOR_UNIT))
