"""The page *Rewind* of Train: one slider through the run, to any of its moments."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from PySide6.QtCore import QObject, QSize, QTimer, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.kit.buttons import icon_button
from app.look.icons import icon
from app.look.nesting import nest
from app.look.text import ElidedText
from app.look.theme import px
from app.train.inside.image_answer import ImageAnswer
from app.train.inside.map_row import MapRow
from app.train.part import TrainContext, TrainPart
from app.train.rewind.moment_track import MomentTrack
from app.train.rewind.run_history import RunHistory
from app.train.room import TwoPartPage
from engine.ink.resample import Picture
from engine.insight.snapshot import NetworkSnapshot

if TYPE_CHECKING:
    from app.train.rewind.moment_marks import MomentMarks


EMPTY = (
    "Every run keeps its weights at moments that lie further and further apart. Here one slider "
    "goes back through them: to the kernels, the answers and the accuracy of each, and to the "
    "network itself."
)


class RewindPage(TwoPartPage):
    """Track above, answers and maps below."""

    wanted_height: ClassVar[int] = 450
    key: ClassVar[str] = "rewind"
    wide: ClassVar[int] = 1250

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.first = icon_button("first", "The start (Home)")
        self.previous = icon_button("previous", "The previous moment (←)")
        self.play = icon_button("play", "Play the run again (P)")
        self.next = icon_button("next", "The next moment (→)")
        self.last = icon_button("last", "The latest moment (End)")
        self.previous.setAutoRepeat(True)
        self.next.setAutoRepeat(True)
        self.title = ElidedText(size=14, weight=QFont.Weight.DemiBold)
        self.use = QPushButton("Use in Draw")
        self.use.setToolTip("Draw gets the network as it was at this moment")
        self.back = QPushButton("Put back")
        self.back.setToolTip("Draw gets back the network that it had before")
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
        nest(self._lower, self._answers, 2)
        self._lower.addWidget(self.maps, 3)
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, 0, 0)
        nest(self._column, self._head)
        self._column.addWidget(self.track, 2)
        nest(self._column, self._lower, 5)
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


ABOUT = "Back through the run: kernels, answers and accuracy at any of its moments"
PLAY_MS = 160
MEGABYTE = 2**20
NO_DRAWING = "Draw a digit in Draw, and it appears here."
OTHER_INPUT = "This network takes other images."


class TrainRewind(TrainPart):
    """Joins the history to the page."""

    def __init__(self, context: TrainContext, parent: QObject | None = None) -> None:
        super().__init__(context, parent)
        self.model = RunHistory(context.session, context.networks, self)
        self.page = RewindPage()
        self.player = QTimer(self, interval=PLAY_MS)
        self.marks: MomentMarks | None = None
        context.view.pages.add_page("Rewind", self.page, ABOUT)
        self._connect()

    def close(self) -> None:
        """Play no further."""
        self.player.stop()

    # What the user can do

    @Slot()
    def toggle_play(self) -> None:
        """Let the moments follow one another, or stop; from the end it begins again."""
        if self.player.isActive() or len(self.model.moments) < 2:
            self.player.stop()
        else:
            if self.model.place == len(self.model.moments) - 1:
                self.model.go_to(0)
            self.player.start()
        self.page.show_playing(is_playing=self.player.isActive())

    @Slot()
    def _play_on(self) -> None:
        self.model.go_to(self.model.place + 1)
        if self.model.place >= len(self.model.moments) - 1:
            self.toggle_play()

    @Slot(int)
    def _go_to(self, place: int) -> None:
        if self.player.isActive():
            self.toggle_play()
        self.model.go_to(place)

    @Slot()
    def _use(self) -> None:
        self.model.use_moment()
        name = self.context.networks.title
        self.context.status_message.emit(f"Draw now uses {name} as it was: {self.model.title}.")

    @Slot()
    def _put_back(self) -> None:
        self.model.put_back()
        self.context.status_message.emit("Draw has its earlier network again.")

    # What is shown

    @Slot(bool)
    def _watch(self, is_watched: bool) -> None:
        if is_watched:
            self.model.take_drawing(self.drawing())
            self._show_moments()
        else:
            if self.player.isActive():
                self.toggle_play()
            self._mark_curves()
        self.model.watch(is_watched=is_watched)

    @Slot()
    def _show_moments(self) -> None:
        """Show track and note, if anybody can see them."""
        page, model = self.page, self.model
        if not page.isVisible():
            return
        moments = model.moments
        page.show_content(is_empty=not moments)
        if not moments:
            return
        page.track.show_moments([moment.step for moment in moments], model.accuracies, model.place)
        page.show_place(model.place, len(moments))
        page.note.setText(self._account())
        page.note.setToolTip(page.note.text())
        page.note.update()
        self._show_title()
        self._mark_curves()

    def _mark_curves(self) -> None:
        """Show on the curves, as long as the page is open, where the moment lies."""
        if self.marks is None and self.context.view.plots:
            from app.train.rewind.moment_marks import MomentMarks  # noqa: PLC0415 - brings pyqtgraph

            self.marks = MomentMarks(self.context.view.plots)
        moment, positions = self.model.moment, self.context.session.curves.loss.positions
        if self.marks is None or moment is None:
            return
        is_known = self.page.isVisible() and moment.step <= len(positions)
        if is_known:
            self.marks.show_at(float(positions[moment.step - 1]) if moment.step else 0.0)
        else:
            self.marks.show_at(None)

    def _account(self) -> str:
        history, held_out = self.model.history, self.model.image.held_out
        budget, used = history.budget_bytes / MEGABYTE, history.bytes / MEGABYTE
        text = (
            f"{len(history.moments)} moments kept, at most {history.limit} ({used:.1f} of "
            f"{budget:.0f} MB), further and further apart."
        )
        if held_out is not None:
            text += f" Accuracy on {len(held_out.labels):,} of {held_out.total:,} held-out images."
        return text

    @Slot()
    def _show_moment(self) -> None:
        """Show what the moment's network makes of image and drawing, if anybody can see it."""
        page, model = self.page, self.model
        if not page.isVisible() or not model.moments:
            return
        self._show_moments()
        image, label = model.image.image, model.image.label
        look = model.look(image)
        self._show_answer(page.answer, model.image.title, image, look, label)
        drawing = None if model.drawing is None else model.drawing[np.newaxis]
        drawn = model.look(drawing)
        self._show_answer(page.drawn, "Your drawing", drawing, drawn, None)
        maps = look or drawn
        kernels = () if maps is None or maps.kernels is None else (maps.kernels,)
        sets = () if maps is None else maps.maps
        page.maps.show_sets((*kernels, *sets), "This network has no maps to show.")
        page.use.setEnabled(model.is_finite)

    def _show_answer(
        self,
        view: ImageAnswer,
        title: str,
        image: Picture | None,
        look: NetworkSnapshot | None,
        label: int | None,
    ) -> None:
        shares = None if look is None else look.probabilities
        empty = NO_DRAWING if image is None else ""
        view.show_answer(title, image, shares, label, empty, self.model.image.class_names)
        if image is not None and look is None:
            view.words.setText(OTHER_INPUT)

    def _show_title(self) -> None:
        model = self.model
        moment = model.moment
        if moment is None:
            return
        known = model.accuracies.get(moment.step)
        right = "" if known is None else f": {100 * known:.1f} % right"
        title = f"{model.title}{right}"
        self.page.title.setText(title[:1].upper() + title[1:])
        self.page.title.update()

    @Slot()
    def _show_use(self) -> None:
        self.page.back.setVisible(self.model.can_put_back)

    def _connect(self) -> None:
        page, model = self.page, self.model
        page.watched_changed.connect(self._watch)
        page.track.place_wanted.connect(self._go_to)
        page.track.play_wanted.connect(self.toggle_play)
        page.play.clicked.connect(self.toggle_play)
        page.first.clicked.connect(lambda: self._go_to(0))
        page.last.clicked.connect(lambda: self._go_to(len(model.moments) - 1))
        page.previous.clicked.connect(lambda: self._go_to(model.place - 1))
        page.next.clicked.connect(lambda: self._go_to(model.place + 1))
        page.answer.browsed.connect(model.image.go)
        page.use.clicked.connect(self._use)
        page.back.clicked.connect(self._put_back)
        self.player.timeout.connect(self._play_on)
        model.moments_changed.connect(self._show_moments)
        model.moment_chosen.connect(self._show_moment)
        model.measured.connect(self._show_moments)
        model.use_changed.connect(self._show_use)
