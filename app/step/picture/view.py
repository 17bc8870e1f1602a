"""The picture of a step: the grids (or the im2col matrix) and the sentence under them.

It has no controls, so that it can be shown to a lecture hall or rendered at any size.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QStackedWidget, QVBoxLayout, QWidget

from app.look.restyled import FONT, Restyled
from app.look.theme import font, px
from app.step.picture.channels import ChannelsView
from app.step.picture.clauses import clauses_of, covered, folded_clauses, in_focus, is_long
from app.step.picture.from_trace import picture
from app.step.picture.heading import StepHeading
from app.step.picture.im2col import Im2colView
from app.step.picture.links import Hover, lit
from app.step.picture.notes import note_of
from app.step.picture.pane import Editing
from app.step.picture.sentence import Sentence
from app.step.picture.shown import Cover, Focus
from app.step.picture.softmax import SoftmaxView
from app.step.picture.stage import Stage
from app.step.picture.visiting import state_seen_from, step_at
from app.step.stepper import Stepper
from engine.lab import PictureKind
from engine.traces import Cell, Clause, Conv2dForward, Step
from engine.traces.channels import by_channel
from engine.traces.loss import SoftmaxTrace

_MOST_TERMS = 150
_MOST_CHANNELS = 9
"""Channels that the sentence of an unfolded convolution names one by one."""
_HIDDEN = "hidden"
_VERY_LOW = 230
"""Height at scale 1 below which the cells need the room of the line over the sentence."""


class StepView(Restyled, QWidget):
    """Shows where a stepper stands, or the step of a cell that is pointed at.

    It changes nothing by itself: the stepper stays where it is.
    """

    restyled_by = FONT

    hover_began = Signal()
    hover_ended = Signal()
    pinned = Signal(object)
    visited = Signal(object)
    """The index of the step that is pointed at; ``None`` when none is."""

    def __init__(self, stepper: Stepper, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stepper = stepper
        self._hover: Hover | None = None
        self._visited: Step | None = None
        self._follows_pointer = self._has_hues = True
        self._pin: Hover | None = None
        self._opened: frozenset[int] = frozenset()
        self._where = ""
        self._hidden = Cover()
        self._quiz_cover = Cover()
        self.stage = Stage(self)
        self.im2col = Im2colView(self)
        self.channels = ChannelsView(self)
        self.softmax = SoftmaxView(self)
        self.problem = QLabel(self)
        self.heading = StepHeading(self)
        self.where, self.note = self.heading.where, self.heading.note
        self.sentence = Sentence(self)
        self.card = QFrame(self)
        self._arrange()
        self._connect()
        self.refresh(is_new=True)

    def _arrange(self) -> None:
        self.problem.setWordWrap(True)
        self.problem.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.problem.setProperty("role", "error")
        self.problem.setAccessibleName("why this geometry is impossible")
        self._pictures = QStackedWidget(self)
        for widget in (self.stage, self.im2col, self.channels, self.softmax, self.problem):
            self._pictures.addWidget(widget)
        self.card.setProperty("role", "card")
        self._card = QVBoxLayout(self.card)
        self._card.addWidget(self.heading)
        self._card.addWidget(self.sentence, 1)
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.addWidget(self._pictures, 1)
        self._whole.addWidget(self.card)
        self.follow_theme()

    def _connect(self) -> None:
        self.stage.cells_sized.connect(self._show_note)
        self.stage.channel_chosen.connect(self._choose_channel)
        self.stage.hovered.connect(self._point_at)
        self.stage.pinned.connect(self._set_pin)
        self.im2col.hovered.connect(self.set_hover)
        self.channels.hovered.connect(self._point_at)
        self.softmax.hovered.connect(self._point_at)
        self.softmax.pinned.connect(self._set_pin)
        self.channels.channel_chosen.connect(self._show_numbers_of)
        self.sentence.token_hovered.connect(self._hover_cell)
        self.sentence.part_clicked.connect(self._turn_part)
        self.stepper.trace_changed.connect(self._show_trace)
        self.stepper.position_changed.connect(self._show_step)
        self.stepper.channel_changed.connect(self._show_step)

    def set_editing(self, editing: Editing) -> None:
        """Let the cells be edited."""
        self.stage.set_editing(editing)
        self.softmax.editing = editing

    # --- what is hidden --------------------------------------------------------------------------

    def reveal(self, *, kernel: bool = True, result: bool = True, sentence: bool = True) -> None:
        """Show the kernel, the result and the sentence, or hide them under covered cells."""
        self._hidden = Cover(kernel=not kernel, result=not result, sentence=not sentence)
        self.refresh()

    def set_quiz_cover(self, cover: Cover) -> None:
        """Hide what a quiz asks for, on top of what is hidden anyway."""
        if cover != self._quiz_cover:
            self._quiz_cover = cover
            self.refresh()

    @property
    def cover(self) -> Cover:
        """All that is hidden now."""
        hidden, asked = self._hidden, self._quiz_cover
        return Cover(
            hidden.kernel,
            hidden.result,
            hidden.sentence or asked.sentence,
            asked.products,
            asked.asked,
        )

    # --- showing ---------------------------------------------------------------------------------

    @property
    def pin(self) -> Hover | None:
        """The cell that was chosen, which stays lit."""
        return self._pin

    @property
    def step(self) -> Step:
        """The step that is shown: that of the cell that is pointed at, or where the run stands."""
        return self.stepper.step if self._visited is None else self._visited

    @property
    def shows_im2col(self) -> bool:
        """Whether the step is shown as a row of the im2col matrix."""
        return self._shows(PictureKind.IM2COL)

    @property
    def shows_channels(self) -> bool:
        """Whether the step is shown unfolded, a row for each input channel."""
        return self._shows(PictureKind.CHANNELS)

    def _shows(self, kind: PictureKind) -> bool:
        model = self.stepper.model
        is_wanted = model.state.picture is kind and not model.problem
        return is_wanted and isinstance(model.trace, Conv2dForward)

    @property
    def told(self) -> Step:
        """The step as the sentence tells it: of very many channels some are put together."""
        return by_channel(self.step, _MOST_CHANNELS) if self.shows_channels else self.step

    def refresh(self, *, is_new: bool = False) -> None:
        """Show everything as it now is."""
        stepper = self.stepper
        if stepper.model.problem:
            self._show_problem()
            return
        trace, step, cover = stepper.trace, self.step, self.cover
        focus = Focus(stepper.channel, stepper.in_channel)
        hover = self._hover if self._hover is not None else self._pin
        target = state_seen_from(trace, step, stepper.position)
        if self.shows_im2col and isinstance(trace, Conv2dForward):
            self._pictures.setCurrentWidget(self.im2col)
            self.im2col.set_step(trace, step, target, focus.in_channel, hover, cover)
        elif self.shows_channels and isinstance(trace, Conv2dForward):
            self._pictures.setCurrentWidget(self.channels)
            self.channels.set_step(trace, step, target, focus.in_channel, cover)
        elif isinstance(trace, SoftmaxTrace):
            self._pictures.setCurrentWidget(self.softmax)
            names = stepper.model.state.class_names
            self.softmax.set_step(trace, step, stepper.position, names, hover, cover)
        else:
            self._pictures.setCurrentWidget(self.stage)
            shown = picture(trace, step, target, focus, hover, cover, has_hues=self._has_hues)
            points = self._follows_pointer and hover is not None and hover.cell is not None
            self.stage.set_picture(shown, has_lines=points)
        where = f"{step.title} {step.lead}" if len(step.updates) > 1 else step.title
        if isinstance(trace, SoftmaxTrace) and stepper.model.state.classes:
            where = f"{where}: {self.softmax.name_in_focus}"
        self._where = where
        self._show_note()
        told = in_focus(self.told, focus.group(trace, step))
        self.sentence.set_clauses(
            covered(self._clauses(told, focus.group(trace, step), hover), cover),
            lead="" if len(step.updates) > 1 else step.lead,
            columns=step.product_shape[2],
            is_new=is_new,
        )
        self.sentence.set_cover(self._words_over_sentence(cover))
        shows_lit = hover is not None and not self.shows_channels
        self.sentence.set_hues(self.softmax.hues() if isinstance(trace, SoftmaxTrace) else {})
        self.sentence.set_lit(lit(trace, step, hover).cells if hover and shows_lit else None)

    def _clauses(self, step: Step, group: int, hover: Hover | None) -> tuple[Clause, ...]:
        role = self.stepper.trace.target.role
        if self.shows_channels:
            return folded_clauses(step, role, self._opened)
        return clauses_of(step, role, group, hover, self._opened)

    # --- the parts of a long sum -----------------------------------------------------------------

    @Slot(int)
    def _turn_part(self, part: int) -> None:
        """Open a part of the sentence, or close it; of many, the others are closed for it."""
        opened = self._opened ^ {part}
        self._opened = opened if self._has_room_for(opened) else frozenset({part})
        self.refresh(is_new=True)

    def turn_all_parts(self) -> bool:
        """Open all parts of a long sum, or close them; say whether there are any."""
        step = self.told
        parts = frozenset(range(len(step.updates[0].groups)))
        if not (is_long(step) or self.shows_channels) or len(parts) < 2:
            return False
        is_to_open = not self._opened and self._has_room_for(parts)
        self._opened = parts if is_to_open else frozenset()
        self.refresh(is_new=True)
        return True

    def _has_room_for(self, parts: frozenset[int]) -> bool:
        """Whether not more is written out than can be read."""
        groups = self.told.updates[0].groups
        return sum(len(groups[part].terms) for part in parts if part < len(groups)) <= _MOST_TERMS

    @staticmethod
    def _words_over_sentence(cover: Cover) -> str:
        if not cover.sentence:
            return ""
        return "Which number belongs in the cell marked ?" if cover.asked is not None else _HIDDEN

    def _show_problem(self) -> None:
        self.problem.setText(self.stepper.model.problem)
        self._pictures.setCurrentWidget(self.problem)
        self.heading.set_words(
            "Nothing can be computed with this geometry.", "Ctrl+Z undoes the last change."
        )
        self.sentence.set_clauses((), is_new=True)
        self.sentence.set_cover("")

    @Slot()
    def _show_note(self) -> None:
        if not self.stepper.model.problem:
            self.heading.set_words(self._where, self._note())

    def _note(self) -> str:
        is_small = self._pictures.currentWidget() is self.stage and self.stage.has_small_cells
        return note_of(self.stepper.model.state, self.stepper.trace, self.step, is_small=is_small)

    @Slot()
    def _show_trace(self) -> None:
        if self._hover is not None:
            self.hover_ended.emit()
        self._hover = None
        self._visit(None)
        self._opened = frozenset()
        if self._pin is not None and self._of_this_trace(self._pin) is None:
            self.release()
        self._fit_card()
        self.refresh(is_new=True)

    def _of_this_trace(self, hover: Hover | None) -> Hover | None:
        """What is pointed at, unless it is a cell that the trace does not have, or has no more."""
        cell = None if hover is None else hover.cell
        return hover if cell is None or self.stepper.trace.holds(cell) else None

    @Slot()
    def _show_step(self) -> None:
        self._visit(None)  # the run goes on, whatever is pointed at
        self.refresh()

    # --- answering -------------------------------------------------------------------------------

    def follow_pointer(self, follows: bool) -> None:
        """Let pointing at a cell move the window there, or not."""
        self._follows_pointer = follows
        if not follows and self._visited is not None:
            self._visit(None)
            self.refresh()

    def _visit(self, step: Step | None) -> None:
        if step is not self._visited:
            self._visited = step
            self.visited.emit(None if step is None else step.index)

    def show_hues(self, is_shown: bool) -> None:
        """Give the inputs of an output that is pointed at the hues of their places, or not."""
        self._has_hues = is_shown
        self.refresh()

    @Slot(object)
    def _point_at(self, hover: Hover | None) -> None:
        """Move the window to what is pointed at, and light what it touches."""
        hover, at = self._of_this_trace(hover), None
        if hover is not None and hover.cell is not None and self._follows_pointer:
            trace, stepper = self.stepper.trace, self.stepper
            at = step_at(trace, hover.cell, self.step.index, stepper.channel)
        is_elsewhere = at is not None and at != self.stepper.step.index
        visited = self.stepper.trace[at] if is_elsewhere and at is not None else None
        has_moved = visited is not self._visited
        self._visit(visited)
        if has_moved and hover == self._hover:
            self.refresh()
        self.set_hover(hover)

    @Slot(object)
    def set_hover(self, hover: Hover | None) -> None:
        """Light what a hovered cell touches."""
        hover = self._of_this_trace(hover)
        if (hover is None) != (self._hover is None):
            (self.hover_ended if hover is None else self.hover_began).emit()
        if hover != self._hover:
            self._hover = hover
            self.refresh()

    def release(self) -> None:
        """Let the chosen cell go."""
        self.stage.release()
        self.softmax.release()
        self._pin = None

    @Slot(object)
    def _set_pin(self, pin: Hover | None) -> None:
        if pin != self._pin:
            self._pin = pin
            self.pinned.emit(pin)
            self.refresh()

    @Slot(str, int)
    def _choose_channel(self, axis: str, channel: int) -> None:
        if axis == "out":
            self.stepper.set_channel(channel)
        else:
            self.stepper.set_in_channel(channel)

    @Slot(int)
    def _show_numbers_of(self, channel: int) -> None:
        """From the rows to the grids of one input channel."""
        self.stepper.set_in_channel(channel)
        self.stepper.model.choose_picture(PictureKind.GRIDS)

    @Slot(object)
    def _hover_cell(self, cell: Cell | None) -> None:
        self.set_hover(None if cell is None else Hover(cell=cell))

    # --- Qt --------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the sentence more room or less."""
        super().resizeEvent(event)
        self._fit_card()

    def _restyle(self) -> None:
        self._whole.setSpacing(px(6))
        self._card.setContentsMargins(px(16), px(6), px(16), px(6))
        self._card.setSpacing(px(2))
        self.problem.setFont(font(20, QFont.Weight.Medium))
        self._fit_card()

    def _fit_card(self) -> None:
        """Give the sentence its share; where the view is very low, it says no place."""
        height = self.height()
        is_very_low, is_low = height < px(_VERY_LOW), height < px(460)
        self.heading.setVisible(not is_very_low)
        share = round(height * 0.2)
        step = self.stepper.step
        told = len(in_focus(step, 0).updates)
        rows = -(-told // max(1, step.product_shape[2]))
        room_for_rows = min(px(34) + rows * px(23), round(height * 0.3))
        least = 54 if is_very_low else 76 if is_low else 100
        base = max(px(least), min(px(230), share))
        self.card.setFixedHeight(max(base, room_for_rows))
