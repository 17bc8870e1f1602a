"""One training step held still: an image, its numbers forward, its gradients backward, updates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.kit.maps.layer_strips import LayerStrips
from app.kit.scrolling import scrolling
from app.kit.scrubber import Scrubber
from app.look.icons import icon
from app.look.text import ElidedText, Text
from app.look.theme import px
from app.train.inside.image_answer import ImageAnswer
from app.train.inside.map_row import MapRow
from app.train.tall_page import TallPage
from engine.insight.snapshot import MapSet

EMPTY = (
    "Pause a run, or press “One batch”: the step that comes next is held still here, to be walked "
    "through forward, loss, backward and update, with its real numbers."
)


class FrozenPage(TallPage):
    """Head with the stages, the image, two rows of strips or an update, and sentences.

    Signals:
        place_wanted: A stage, by its number.
        moved: So many stages on or back.
    """

    wanted_height: ClassVar[int] = 470
    key: ClassVar[str] = "frozen"

    place_wanted = Signal(int)
    moved = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ElidedText(size=15, weight=QFont.Weight.DemiBold)
        self.scrubber = Scrubber(self)
        self.first = self._button("first", "The first stage (Home)")
        self.previous = self._button("previous", "A stage back (←, PageUp)")
        self.next = self._button("next", "A stage on (→, PageDown)")
        self.last = self._button("last", "The last stage (End)")
        self.answer = ImageAnswer(can_browse=True)
        self.forward, self.backward = LayerStrips(), LayerStrips()
        self.backward.setAccessibleName("Gradients of the layers")
        self.maps, self.more_maps = MapRow(), MapRow()
        self.maps.setAccessibleName("What the step does to the weights")
        self.more_maps.setAccessibleName("What the step does to the biases")
        self.sentence = Text(size=13)
        self.sentence.setWordWrap(True)
        self.step_button = QPushButton("Open in Step")
        self.step_button.setIcon(icon("step"))
        self.step_button.setToolTip("The chosen number's own window (double click, Enter)")
        self._labels = (
            Text("Forward: the numbers", 12, QFont.Weight.DemiBold, "muted"),
            Text("Backward: gradients of the mean loss", 12, QFont.Weight.DemiBold, "muted"),
        )
        self._lay_out()
        self._connect()
        self.follow_theme()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.show_content(is_empty=True)

    def show_place(self, place: int, count: int) -> None:
        """Show where in the step one is."""
        self.scrubber.set_state(place, max(count, 1))
        for button, is_possible in (
            (self.first, place > 0),
            (self.previous, place > 0),
            (self.next, place < count - 1),
            (self.last, place < count - 1),
        ):
            button.setEnabled(is_possible)

    def show_layer(self, layer: int) -> None:
        """Scroll the strips so that a layer's can be seen."""
        looks = len(self.forward.layers)
        if looks:
            each = self.forward.width() / looks
            self._scroller.ensureVisible(round((layer + 0.5) * each), 0, round(each), 0)

    def show_update(self, *, is_update: bool) -> None:
        """Show an update's maps in place of the strips."""
        self._views.setCurrentIndex(1 if is_update else 0)

    def show_updates(self, updates: Sequence[Sequence[MapSet]]) -> None:
        """Show what happens to a layer's weights and, below, to its biases, if it has any."""
        for row, sets in zip((self.maps, self.more_maps), (*updates, (), ()), strict=False):
            row.show_sets(sets)
            row.setVisible(bool(sets))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from stage to stage."""
        steps = {
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_PageDown: 1,
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_PageUp: -1,
            Qt.Key.Key_Home: -10_000,
            Qt.Key.Key_End: 10_000,
        }
        if event.key() in steps:
            self.moved.emit(steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    # Making

    def _button(self, name: str, words: str) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(name))
        button.setToolTip(words)
        button.setAccessibleName(words)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _lay_out(self) -> None:
        self._head = QHBoxLayout()
        self._head.addWidget(self.title, 1)
        for button in (self.first, self.previous, self.next, self.last):
            self._head.addWidget(button)
        self._head.addWidget(self.scrubber, 1)
        self._head.addWidget(self.step_button)
        strips = QWidget()
        self._strips = QVBoxLayout(strips)
        self._strips.setContentsMargins(0, 0, 0, 0)
        for label, row in zip(self._labels, (self.forward, self.backward), strict=True):
            self._strips.addWidget(label)
            self._strips.addWidget(row, 1)
        self._scroller = scrolling(strips)
        self._views = QStackedWidget()  # a layout of no widget yet would show its first as a window
        self._views.addWidget(self._scroller)
        updates = QWidget()
        self._updates = QVBoxLayout(updates)
        self._updates.setContentsMargins(0, 0, 0, 0)
        self._updates.addWidget(self.maps, 3)
        self._updates.addWidget(self.more_maps, 2)
        self._views.addWidget(updates)
        self._middle = QHBoxLayout()
        self._middle.addWidget(self.answer, 2, Qt.AlignmentFlag.AlignTop)
        self._middle.addWidget(self._views, 7)
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._head)
        self._column.addWidget(self.sentence)
        self._column.addLayout(self._middle, 1)
        self._hold(content, EMPTY)

    def _connect(self) -> None:
        self.first.clicked.connect(lambda: self.moved.emit(-10_000))
        self.previous.clicked.connect(lambda: self.moved.emit(-1))
        self.next.clicked.connect(lambda: self.moved.emit(1))
        self.last.clicked.connect(lambda: self.moved.emit(10_000))
        self.scrubber.moved.connect(self.place_wanted)

    def _restyle(self) -> None:
        self.title.setMinimumWidth(px(110))
        self.title.setMaximumWidth(px(230))
        for row in (self.maps, self.more_maps):
            row.setMinimumWidth(px(130))
        self._head.setSpacing(px(6))
        self._column.setSpacing(px(8))
        self._middle.setSpacing(px(20))
        self._strips.setSpacing(px(4))
        self._updates.setSpacing(px(8))
        self.sentence.setMinimumHeight(px(38))
        self.answer.setMaximumHeight(px(230))
