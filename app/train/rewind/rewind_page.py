"""The way back through a run: the track with its buttons, two answers, kernels and maps."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.look.icons import icon
from app.look.text import ElidedText
from app.look.theme import px
from app.train.inside.image_answer import ImageAnswer
from app.train.inside.map_row import MapRow
from app.train.rewind.moment_track import MomentTrack
from app.train.tall_page import TwoPartPage

EMPTY = (
    "Every run keeps its weights at moments ever further apart. Here one slider goes back through "
    "them: to the kernels, the answers and the accuracy of each, and to the network itself."
)


class RewindPage(TwoPartPage):
    """Track above, answers and maps below."""

    wanted_height: ClassVar[int] = 450
    key: ClassVar[str] = "rewind"
    wide: ClassVar[int] = 1250

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.first = self._button("first", "The start (Home)")
        self.previous = self._button("previous", "One moment back (←)")
        self.play = self._button("play", "Play the run again (P)")
        self.next = self._button("next", "One moment on (→)")
        self.last = self._button("last", "The latest moment (End)")
        self.previous.setAutoRepeat(True)
        self.next.setAutoRepeat(True)
        self.title = ElidedText(size=14, weight=QFont.Weight.DemiBold)
        self.use = QPushButton("Use in Draw")
        self.use.setToolTip("Draw gets the network as it was at this moment")
        self.back = QPushButton("Put back")
        self.back.setToolTip("Draw gets the network again that it had before")
        self.back.hide()
        self.track = MomentTrack()
        self.answer = ImageAnswer(can_browse=True)
        self.drawn = ImageAnswer(can_browse=False)
        self.maps = MapRow()
        self.note = ElidedText(size=12, role="muted")
        self._lay_out()
        self.follow_theme()
        self.show_content(is_empty=True)

    def show_place(self, place: int, count: int) -> None:
        """Let the buttons know where the ends are."""
        for button in (self.first, self.previous):
            button.setEnabled(place > 0)
        for button in (self.next, self.last):
            button.setEnabled(place < count - 1)

    def show_playing(self, *, is_playing: bool) -> None:
        """Show whether moments follow by themselves."""
        self.play.setIcon(icon("pause" if is_playing else "play"))
        words = "Stop here" if is_playing else "Play the run again"
        self.play.setToolTip(f"{words} (P)")
        self.play.setAccessibleName(words)

    def _button(self, name: str, words: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon(name))
        button.setToolTip(words)
        button.setAccessibleName(words.partition(" (")[0])
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _lay_out(self) -> None:
        self._head = QHBoxLayout()
        for button in (self.first, self.previous, self.play, self.next, self.last):
            self._head.addWidget(button)
        self._head.addSpacing(px(8))
        self._head.addWidget(self.title, 1)
        self._head.addWidget(self.back)
        self._head.addWidget(self.use)
        self._answers = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._answers.addWidget(self.answer, 1)
        self._answers.addWidget(self.drawn, 1)
        self._lower = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._lower.addLayout(self._answers, 2)
        self._lower.addWidget(self.maps, 3)
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._head)
        self._column.addWidget(self.track, 2)
        self._column.addLayout(self._lower, 5)
        self._column.addWidget(self.note)
        self._hold(content, EMPTY)

    def _arrange(self) -> None:
        is_wide = self._turn(self._answers, self._lower)
        self._lower.setStretch(0, 1 if is_wide else 2)
        self._lower.setStretch(1, 1 if is_wide else 3)

    def _restyle(self) -> None:
        self._head.setSpacing(px(4))
        self._answers.setSpacing(px(10))
        self._lower.setSpacing(px(24))
        self._column.setSpacing(px(8))
        for button in (self.first, self.previous, self.play, self.next, self.last):
            button.setIconSize(QSize(px(20), px(20)))
        self._arrange()
