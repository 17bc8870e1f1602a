"""The transport: first, previous, play, next, last, a scrubber over all steps, and the speed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from app.kit.buttons import icon_button
from app.kit.read_out import ReadOut
from app.kit.scrubber import Scrubber
from app.look.icons import icon
from app.look.restyled import FONT, Restyled
from app.look.theme import px

_ROOM_FOR_UNIT, _ROOM_FOR_ENDS = 420, 340


class Transport(Restyled, QWidget):
    """Buttons and a scrubber to move through steps; what they do, its owner says."""

    restyled_by = FONT

    speed_requested = Signal(float)

    def __init__(self, speeds: Sequence[float], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._speeds = tuple(speeds)
        self._position = self._count = 0
        self.first = icon_button("first", "First step (Home)", self)
        self.previous = icon_button("previous", "Previous step (←, PageUp)", self)
        self.play = icon_button("play", "Play (Space)", self)
        self.next = icon_button("next", "Next step (→, PageDown)", self)
        self.last = icon_button("last", "Last step (End)", self)
        self.scrubber = Scrubber(self)
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
        self._position = position
        self.tell(None)
        for button in (self.first, self.previous):
            button.setEnabled(position > 0)
        for button in (self.next, self.last):
            button.setEnabled(position < count - 1)

    def tell(self, visited: int | None) -> None:
        """Count the step that is pointed at; ``None``: where the run stands."""
        at = self._position if visited is None else visited
        self.label.set_text(f"{at + 1} / {self._count}")

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
        """Where the scrubber needs the room, leave out the unit, which the tip says too.

        Then the buttons to its ends, which it has itself, as have the keys.
        """
        super().resizeEvent(event)
        self._unit.setVisible(self.width() >= px(_ROOM_FOR_UNIT))
        for button in (self.first, self.last):
            button.setVisible(self.width() >= px(_ROOM_FOR_ENDS))
