"""The workspace *Step*, the sliding-window lab: layers forward and backward, by their numbers."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.kit.workspace import ShownPage, Workspace
from app.look.nesting import nest
from app.look.restyled import FONT, Restyled
from app.look.theme import px
from app.step.channel_bar import ChannelChoice
from app.step.checking import CheckCard
from app.step.controls import Fold, StepControls, has_other_pictures
from app.step.data import DataMenu, StepSources
from app.step.edits import StepEdits
from app.step.geometry import GeometryStrip
from app.step.keys import KEYS, step_shortcut
from app.step.lab import LabModel
from app.step.picture.from_trace import MOST_THUMBS
from app.step.picture.shown import Cover
from app.step.picture.view import StepView
from app.step.quiz import Quiz
from app.step.quiz_bar import QuizBar
from app.step.stepper import SPEEDS, Stepper
from app.step.transport import Transport
from engine.lab import OPERATIONS, Operation, Pass, PictureKind

_LEAST_CONTENT = QSize(360, 270)
_LEAST_HEIGHT_UNFOLDED, _LEAST_HEIGHT_WITH_TABS = 560, 380
_COMFORTABLE_WIDTH = 560
_CHANNEL_WORDS = {
    Operation.CONV2D: "Kernel",
    Operation.CONV1D: "Kernel",
    Operation.MAX_POOL: "Channel",
    Operation.AVG_POOL: "Channel",
}
_NO_IM2COL = "The im2col matrix belongs to the forward pass of a convolution."
_NO_CHANNELS = "Rows for the input channels belong to the forward pass of a convolution."
_NO_CHECK = (
    "Click a cell of the input, the kernel or their gradient first; "
    "then its gradient can be checked."
)
_NO_PARTS = "This sum is short: it is written out already."


class StepPanel(Restyled, Workspace):
    """The picture of a step, what is explained above it, and the transport below.

    Args:
        model: The state that is shown; a new one if left out.
        sources: Where drawing and network come from; without them the menu does not offer these.
        rng: For random numbers.
        clock: Seconds that only grow, by which it plays; replaced in tests.
        parent: Qt owner.
    """

    restyled_by = FONT

    keys: ClassVar[tuple[tuple[str, str], ...]] = KEYS

    end_passed = Signal()
    """PageDown at the last step: a lecture goes to its next scene."""
    start_passed = Signal()
    """PageUp at the first step: a lecture goes to the scene before."""

    def __init__(
        self,
        model: LabModel | None = None,
        sources: StepSources | None = None,
        rng: np.random.Generator | None = None,
        clock: Callable[[], float] = time.monotonic,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.model = model if model is not None else LabModel(parent=self)
        self.stepper = Stepper(self.model, clock, self)
        self.quiz = Quiz(self.stepper, self)
        self.edits = StepEdits(self.model, self)
        self._shown_kind = self.model.state.picture
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.geometry_strip = GeometryStrip(self)
        self.controls = StepControls(self.geometry_strip, self)
        self.quiz_bar = QuizBar(self.quiz, self)
        self.picture = StepView(self.stepper, self)
        self.transport = Transport(SPEEDS, self)
        self.channels = ChannelChoice("Kernel", self)
        self.in_channels = ChannelChoice("Input channel", self, most_buttons=0)
        seed = np.random.default_rng() if rng is None else rng
        self.data_menu = DataMenu(self.model, sources, seed, self)
        self.controls.data.setMenu(self.data_menu)
        self.check_card = CheckCard(self.model, self.edits, self.picture, self)
        self._said = ""
        self.picture.set_editing(self.edits)
        self._arrange()
        self._connect()
        self._add_keys()
        self._show_trace()

    # --- making ----------------------------------------------------------------------------------

    def _arrange(self) -> None:
        self._bottom = QHBoxLayout()
        self._bottom.addWidget(self.channels)
        self._bottom.addWidget(self.in_channels)
        self._bottom.addWidget(self.transport, 1)
        self._content = QWidget()
        self._whole = QVBoxLayout(self._content)
        self._whole.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._whole.addWidget(self.controls)
        self._whole.addWidget(self.geometry_strip)
        self._whole.addWidget(self.quiz_bar)
        self._whole.addWidget(self.picture, 1)
        nest(self._whole, self._bottom)
        self.quiz_bar.hide()
        self._fold = Fold.NOTHING
        self._scroller = QScrollArea(self)
        self._scroller.setFrameShape(QFrame.Shape.NoFrame)
        self._scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroller.setWidgetResizable(True)
        self._scroller.setWidget(self._content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._scroller)
        self.follow_theme()

    def _restyle(self) -> None:
        # Where type is large and the window small, the rest is reached by scrolling.
        self._content.setMinimumSize(px(_LEAST_CONTENT.width()), px(_LEAST_CONTENT.height()))
        self._fit_room()
        self._whole.setSpacing(px(6))
        self._bottom.setSpacing(px(8))

    def _connect(self) -> None:
        stepper, model, transport = self.stepper, self.model, self.transport
        self.controls.operation_chosen.connect(model.choose_operation)
        self.controls.pass_chosen.connect(model.choose_pass)
        self.controls.way_chosen.connect(model.choose_way)
        self.controls.im2col.clicked.connect(self.toggle_im2col)
        self.controls.channels.clicked.connect(self.toggle_channels)
        self.controls.quiz.clicked.connect(self.quiz.toggle)
        self.controls.hues.toggled.connect(self.picture.show_hues)
        self.controls.check.clicked.connect(self.check_chosen)
        self.geometry_strip.edited.connect(model.set_state)
        self.geometry_strip.left.connect(self.setFocus)
        self.geometry_strip.closed.connect(self.controls.summary.popup.hide)
        self.geometry_strip.edit_confirmed.connect(model.undo_stack.end_gesture)
        self.geometry_strip.problem_changed.connect(self.status_message)
        self.channels.chosen.connect(stepper.set_channel)
        self.in_channels.chosen.connect(stepper.set_in_channel)
        for choice in (self.channels, self.in_channels):
            choice.left.connect(self.setFocus)
            choice.problem_changed.connect(self.status_message)
        self.data_menu.refused.connect(self.status_message)
        self.data_menu.remarked.connect(self.status_message)
        self.picture.visited.connect(transport.tell)
        self.picture.hover_began.connect(stepper.hold)
        self.picture.hover_ended.connect(stepper.release)
        self.picture.stage.refused.connect(self.status_message)
        self.picture.softmax.refused.connect(self.status_message)
        self.check_card.possible_changed.connect(self.controls.check.setEnabled)
        self.quiz.changed.connect(self._show_quiz)
        self.quiz_bar.closed.connect(self.quiz.toggle)
        transport.first.clicked.connect(stepper.first)
        transport.previous.clicked.connect(stepper.previous)
        transport.play.clicked.connect(stepper.toggle_play)
        transport.next.clicked.connect(stepper.next)
        transport.last.clicked.connect(stepper.last)
        transport.scrubber.moved.connect(stepper.go_to)
        transport.speed_requested.connect(stepper.set_speed)
        stepper.position_changed.connect(self._show_position)
        stepper.channel_changed.connect(self._show_position)
        stepper.playing_changed.connect(transport.set_playing)
        stepper.speed_changed.connect(transport.set_speed)
        stepper.position_changed.connect(self._take_back)
        model.trace_changed.connect(self._take_back)
        model.trace_changed.connect(self._show_trace)
        self.status_message.connect(self._remember)
        model.moved.connect(self._show_picture_kind)

    def _add_keys(self) -> None:
        stepper, undo_stack = self.stepper, self.model.undo_stack
        bindings: tuple[tuple[str, Callable[[], object]], ...] = (
            ("Space", stepper.toggle_play),
            ("Right", stepper.next),
            ("PgDown", self._page_on),
            ("Left", stepper.previous),
            ("PgUp", self._page_back),
            ("Home", stepper.first),
            ("End", stepper.last),
            ("G", stepper.toggle_gradients),
            ("I", self.toggle_im2col),
            ("U", self.toggle_channels),
            ("Q", self.quiz.toggle),
            ("C", self.check_chosen),
            ("F", self._turn_parts),
            ("H", self.controls.hues.toggle),
            ("Escape", self._leave),
            ("Ctrl+Z", undo_stack.undo),
            ("Ctrl+Shift+Z", undo_stack.redo),
            ("Ctrl+Y", undo_stack.redo),
        )
        for keys, slot in bindings:
            step_shortcut(self, keys).activated.connect(slot)
        for number in range(1, 10):
            slot = partial(stepper.set_channel, number - 1)
            step_shortcut(self, str(number)).activated.connect(slot)
            slot = partial(stepper.set_in_channel, number - 1)
            step_shortcut(self, f"Alt+{number}").activated.connect(slot)

    def page_list(self) -> tuple[ShownPage, ...]:
        """Every operation with each of its passes."""
        return tuple(
            ShownPage(
                f"{info.title}, {one.title}",
                partial(self._show_pass, operation, key),
                lambda: (self.picture,),
            )
            for operation, info in OPERATIONS.items()
            for key, one in zip(info.pass_keys, info.passes, strict=True)
        )

    def _show_pass(self, operation: Operation, pass_: Pass) -> None:
        if self.model.state.operation is not operation:
            self.model.choose_operation(operation)
        self.model.choose_pass(pass_)

    @Slot()
    def _page_on(self) -> None:
        if self.stepper.position == self.stepper.count - 1:
            self.end_passed.emit()
        else:
            self.stepper.next()

    @Slot()
    def _page_back(self) -> None:
        if self.stepper.position == 0:
            self.start_passed.emit()
        else:
            self.stepper.previous()

    # --- showing ---------------------------------------------------------------------------------

    @Slot()
    def _show_trace(self) -> None:
        state = self.model.state
        self._shown_kind = state.picture
        self.controls.show_state(state)
        self.geometry_strip.show_state(state)
        self._show_channels()
        self._fit_room()
        self.transport.setEnabled(not self.model.problem)
        self.transport.set_speed(self.stepper.speed)
        self.transport.set_playing(self.stepper.is_playing)
        self._show_position()
        self.check_card.show_possible()
        self.check_card.put_away()

    def _show_channels(self) -> None:
        """Offer the channels; input channels where not all of them are in sight as small grids."""
        state, stepper = self.model.state, self.stepper
        words, count = _CHANNEL_WORDS.get(state.operation, ""), stepper.trace.output_channels
        is_possible = not self.model.problem
        self.channels.setVisible(bool(words) and count > 1 and is_possible)
        if words and is_possible:
            self.channels.show_channels(words, count, stepper.channel)
        inputs = len(state.input) if words == "Kernel" else 1
        self.in_channels.setVisible(inputs > MOST_THUMBS and is_possible)
        if inputs > MOST_THUMBS and is_possible:
            self.in_channels.show_channels("Input channel", inputs, stepper.in_channel)

    @Slot()
    def _show_position(self) -> None:
        stepper = self.stepper
        trace = stepper.trace
        self.channels.show_index(stepper.channel)
        self.in_channels.show_index(stepper.in_channel)
        has_sections = trace.channel_of(0) is not None
        sections = trace.output_channels if has_sections else 1
        self.transport.set_position(stepper.position, stepper.count, sections)

    @Slot()
    def _show_picture_kind(self) -> None:
        kind = self.model.state.picture
        if kind is not self._shown_kind:
            self._shown_kind = kind
            self.controls.show_state(self.model.state)
            self.picture.refresh()

    @Slot()
    def toggle_im2col(self) -> None:
        """From the grids to the im2col matrix and back."""
        self._toggle_picture(PictureKind.IM2COL, _NO_IM2COL)

    @Slot()
    def toggle_channels(self) -> None:
        """From the grids to a row for each input channel and back."""
        self._toggle_picture(PictureKind.CHANNELS, _NO_CHANNELS)

    def _toggle_picture(self, kind: PictureKind, if_there_is_none: str) -> None:
        if not has_other_pictures(self.model.state):
            self.status_message.emit(if_there_is_none)
            return
        is_shown = self.model.state.picture is kind
        self.model.choose_picture(PictureKind.GRIDS if is_shown else kind)

    @Slot()
    def _turn_parts(self) -> None:
        if not self.picture.turn_all_parts():
            self.status_message.emit(_NO_PARTS)

    @Slot()
    def check_chosen(self) -> None:
        """Check the gradient of the chosen cell."""
        if not self.check_card.check_chosen():
            self.status_message.emit(_NO_CHECK)

    @Slot()
    def _leave(self) -> None:
        """Escape: close what lies open, let the chosen cell go."""
        if self.check_card.put_away():
            return
        if self.picture.pin is not None:
            self.picture.release()
            self.picture.refresh()
        elif self.quiz.is_on:
            self.quiz.toggle()

    @Slot(str)
    def _remember(self, sentence: str) -> None:
        self._said = sentence

    @Slot()
    def _take_back(self) -> None:
        """Why a key did nothing is of no interest once the lab has gone on."""
        if self._said in {_NO_IM2COL, _NO_CHANNELS, _NO_CHECK, _NO_PARTS}:
            self.status_message.emit("")

    # --- the quiz --------------------------------------------------------------------------------

    @Slot()
    def _show_quiz(self) -> None:
        quiz = self.quiz
        self.controls.quiz.setChecked(quiz.is_on)
        if quiz.is_on != self.quiz_bar.isVisibleTo(self):
            self.quiz_bar.setVisible(quiz.is_on)
            self.geometry_strip.setVisible(not quiz.is_on)
            self.controls.summary.setEnabled(not quiz.is_on)
            if quiz.is_on:
                self.stepper.pause()
                self.quiz_bar.field.setFocus()
            else:
                self.setFocus()
        self.picture.follow_pointer(not quiz.is_on)
        hides_sum = quiz.is_on and not quiz.is_solved and not quiz.has_erred
        self.picture.set_quiz_cover(Cover(sentence=hides_sum, products=hides_sum, asked=quiz.asked))

    # --- Qt --------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Take the keys."""
        super().showEvent(event)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def hideEvent(self, event: QHideEvent) -> None:
        """Do not play on unseen."""
        self.stepper.pause()
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep what lies over the picture in its place."""
        super().resizeEvent(event)
        self.check_card.place()
        self._fit_room()

    def _fit_room(self) -> None:
        """Where room is short, do without what says or holds nothing, and fold the settings.

        What is folded follows from the room alone, never from what is shown: nothing may move
        under the pointer of who changes a setting.
        """
        has_room = self.width() >= px(_COMFORTABLE_WIDTH)
        for choice in (self.channels, self.in_channels):
            choice.show_name(has_room)
        side = px(20 if has_room else 8)
        self._whole.setContentsMargins(side, px(10), side, px(6))
        if self.height() >= px(_LEAST_HEIGHT_UNFOLDED):
            self._set_fold(Fold.NOTHING)
        elif self.height() >= px(_LEAST_HEIGHT_WITH_TABS):
            self._set_fold(Fold.GEOMETRY)
        else:
            self._set_fold(Fold.CHOICES)

    def _set_fold(self, fold: Fold) -> None:
        was_open, self._fold = self._fold is Fold.NOTHING, fold
        self.controls.set_fold(fold)
        is_open = fold is Fold.NOTHING
        if is_open and not was_open:
            self._whole.insertWidget(1, self.controls.summary.give_back())
            self.geometry_strip.setVisible(not self.quiz.is_on)
        elif was_open and not is_open:
            self.controls.summary.take_in()

    def minimumSizeHint(self) -> QSize:
        """Small enough for any screen: what does not fit is set below, and scrolls at last."""
        return QSize(600, 440)
