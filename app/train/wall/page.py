"""The page *Wall* of Train: fifty held-out images whose answers turn as the network learns."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.kit.scrolling import scrolling
from app.look.nesting import nest
from app.look.text import ElidedText, Text
from app.look.theme import px
from app.train.inside.snapshots import HeldOut, LiveSnapshot
from app.train.part import TrainContext, TrainPart
from app.train.room import TallPage
from app.train.wall.tiles import AnswerTiles
from app.train.wall.watching import TILES, WallAnswers, WallInterest, WallObserver
from engine.data.dataset import Labels
from engine.insight.present_answers import PresentAnswers, ask, places_to_ask
from engine.networks.network import Sequential
from engine.training.weight_history import unpack

EMPTY = (
    f"{TILES} images that the network is never trained on hang here, each with its present answer: "
    "it turns from wrong to right as the network learns. Start a training to see it."
)
NONE_HELD_OUT = "This run holds out no image, so that there is none to hang here."
NOTE = "The stronger the colour, the surer the answer. Click an image to see what happens to it."
ABOUT = "Held-out images, each with its present answer, while the network learns"
ALL = "All classes"


class WallPage(TallPage):
    """How many are right and which class is shown, above the images.

    Signals:
        class_chosen: A label, or ``None`` for images of every class.
    """

    wanted_height: ClassVar[int] = 470
    key: ClassVar[str] = "wall"

    class_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ElidedText(size=18, weight=QFont.Weight.DemiBold)
        self.classes = QComboBox()
        self.classes.setAccessibleName("Images of which class")
        self.classes.setToolTip("Some images of every class, or as many as there are of one")
        self.classes.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.tiles = AnswerTiles()
        self.note = Text(NOTE, 12, role="muted")
        self.note.setWordWrap(True)
        self._labels: tuple[int, ...] = ()
        self._names: tuple[str, ...] = ()
        self._lay_out()
        self.classes.activated.connect(self._tell)
        self.tiles.pointed.connect(self._say)
        self.follow_theme()
        self.show_content(is_empty=True)

    def offer_classes(self, labels: tuple[int, ...], names: tuple[str, ...]) -> None:
        """Let one of these classes be chosen, or all; ``names`` is empty where they have none."""
        if (labels, names) == (self._labels, self._names):
            return
        self._labels, self._names = labels, names
        self.classes.clear()
        called = (
            f"{label} {names[label]}" if label < len(names) else f"{label}" for label in labels
        )
        self.classes.addItems([ALL, *(f"Class {name}" for name in called)])

    def show_class(self, only: int | None) -> None:
        """Show which class is chosen."""
        self.classes.setCurrentIndex(0 if only is None else 1 + self._labels.index(only))

    def show_answers(self, answers: PresentAnswers | None) -> None:
        """Show the answers to the images that hang there."""
        self.tiles.show_answers(answers)
        count = self.tiles.count
        if answers is None:
            self.title.setText(f"{count} held-out images")
        else:
            self.title.setText(f"{answers.right} of {count} right after step {answers.step:,}")
        self.title.update()
        self.tiles.setAccessibleDescription(self.title.text())

    @Slot(int)
    def _tell(self, index: int) -> None:
        self.class_chosen.emit(None if index == 0 else self._labels[index - 1])

    @Slot(int)
    def _say(self, place: int) -> None:
        self.note.setText(NOTE if place < 0 else f"{self.tiles.words(place)}.")

    def _lay_out(self) -> None:
        self._head = QHBoxLayout()
        self._head.addWidget(self.title, 3)
        self._head.addWidget(self.classes, 1)
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, 0, 0)
        nest(self._column, self._head)
        self._column.addWidget(scrolling(self.tiles, sideways=False), 1)
        self._column.addWidget(self.note)
        self._hold(content, EMPTY)

    def _restyle(self) -> None:
        self._head.setSpacing(px(12))
        self._column.setSpacing(px(8))
        self.classes.setMinimumWidth(px(130))
        self.classes.setMaximumWidth(px(260))
        self.note.setMinimumHeight(self.note.fontMetrics().lineSpacing())
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop)


class TrainWall(TrainPart):
    """Hangs the held-out images of a run, and shows what its network answers to them.

    Attributes:
        interest: What the worker is to ask.

    Signals:
        image_opened: The place, among the held-out images, of one that is to be explained.
    """

    image_opened = Signal(int)

    def __init__(self, context: TrainContext, parent: QObject | None = None) -> None:
        super().__init__(context, parent)
        self._session = context.session
        self.interest = WallInterest()
        self._held_out: HeldOut | None = None
        self._places: np.ndarray = np.zeros(0, np.intp)
        self._answers: PresentAnswers | None = None
        self._latest: LiveSnapshot | None = None
        self._network: Sequential | None = None
        self.page = WallPage()
        context.view.pages.add_page("Wall", self.page, ABOUT)
        context.session.observe_with(lambda _job: WallObserver(self.interest))
        context.session.began.connect(self._begin)
        context.session.observed.connect(self._take)
        self.page.watched_changed.connect(self._watch)
        self.page.class_chosen.connect(self.show_class)
        self.page.tiles.opened.connect(self._open)

    # What the user does

    @Slot(object)
    def show_class(self, only: int | None) -> None:
        """Hang images of one class, or of all with ``None``."""
        self.interest.only = only
        self._answers = None
        self._hang()
        if not self._session.trains or self._session.is_waiting:
            self._answers = self._ask_here()
        self._show()

    @Slot(int)
    def _open(self, place: int) -> None:
        self.image_opened.emit(int(self._places[place]))

    # What comes from the run

    @Slot()
    def _begin(self) -> None:
        if not self._session.goes_on:
            self._answers = self._latest = None
            self._show()

    @Slot(object)
    def _take(self, observation: object) -> None:
        if isinstance(observation, HeldOut):
            self._take_held_out(observation)
        elif isinstance(observation, LiveSnapshot):
            self._latest = observation
        elif isinstance(observation, WallAnswers) and observation.only == self.interest.only:
            self._answers = observation.answers
            self._show()

    def _take_held_out(self, held_out: HeldOut) -> None:
        self._held_out = held_out
        labels = tuple(np.unique(held_out.labels).tolist())
        if self.interest.only not in (None, *labels):
            self.interest.only, self._answers = None, None
        self.page.offer_classes(labels, held_out.class_names)
        self._hang()
        self._show()

    @Slot(bool)
    def _watch(self, is_watched: bool) -> None:
        self.interest.is_watched = is_watched
        if is_watched:
            self._show()

    # What is shown

    def _hang(self) -> None:
        held_out, only = self._held_out, self.interest.only
        if held_out is None:
            return
        self._places = places_to_ask(held_out.labels, TILES, only)
        self.page.show_class(only)
        self.page.tiles.show_images(
            held_out.images[self._places], self._labels, held_out.class_names
        )
        has_none = not len(self._places)
        self.page.promise.say(NONE_HELD_OUT if has_none else EMPTY)
        self.page.show_content(is_empty=has_none)

    @property
    def _labels(self) -> Labels:
        assert self._held_out is not None  # noqa: S101 - asked before
        labels: Labels = self._held_out.labels[self._places]
        return labels

    def _ask_here(self) -> PresentAnswers | None:
        """Ask the network as the run has left it: while it waits the worker cannot be asked."""
        held_out, latest, job = self._held_out, self._latest, self._session.job
        if held_out is None or latest is None or job is None:
            return None
        if self._network is None or self._network.stack != job.stack:
            self._network = Sequential(job.stack, np.random.default_rng(0))
        unpack(self._network, latest.values)
        return ask(self._network, held_out.images[self._places], self._labels, latest.step)

    def _show(self) -> None:
        """Show the latest answers, if anybody can see them."""
        if self.page.isVisible():
            self.page.show_answers(self._answers)
