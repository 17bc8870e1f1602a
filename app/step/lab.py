"""The lab's state in the application: one value, its trace, and undo for every edit of it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from app.state.undo_steps import StateStep, UndoStack
from engine.basics.errors import EngineError
from engine.lab import OPERATIONS, LabState, Operation, Pass, PictureKind, example_state, trace_of
from engine.lab.opening import opened
from engine.traces import Trace


class LabEdit(StateStep[LabState]):
    """From one state of the lab to another."""

    def changes_nothing(self) -> bool:
        """Whether the data are what they were."""
        return self.after.is_same_data(self.before)


class LabModel(QObject):
    """Holds the state that is shown.

    What is edited (operation, numbers, geometry) can be undone; what is only looked at (pass, way,
    step, channels, picture) cannot, and stays when an edit is undone.

    An impossible geometry is kept, so that it can be corrected: ``problem`` says what is wrong with
    it, and ``trace`` stays the last one that was possible.
    """

    trace_changed = Signal()
    """Other numbers, geometry, pass or way: everything that is shown may be new."""
    moved = Signal()
    """Another step, channel or picture of the same trace."""

    def __init__(self, state: LabState | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.undo_stack = UndoStack(self)
        self._state = example_state() if state is None else state
        self._trace = trace_of(self._state)
        self._problem = ""
        self._is_new = False
        self._last_states: dict[Operation, LabState] = {}
        self._state = self._clamped(self._state)

    # --- what is shown ---------------------------------------------------------------------------

    @property
    def state(self) -> LabState:
        """Everything, with the step that is shown."""
        return self._state

    @property
    def trace(self) -> Trace:
        """All windows of the pass that is looked at."""
        return self._trace

    @property
    def problem(self) -> str:
        """Why the geometry is impossible; empty if it is not."""
        return self._problem

    # --- editing ---------------------------------------------------------------------------------

    def set_state(self, state: LabState, text: str = "change", merge_key: str = "") -> None:
        """Show another state. If its data are others, that is one step of undo, called ``text``.

        Successive edits with the same ``merge_key`` are one step.
        """
        if state.is_same_data(self._state):
            self._show(state)
        else:
            self._is_new = True
            edit = LabEdit(self._restore, self._state, state, text, merge_key)
            self.undo_stack.push(edit)

    def choose_operation(self, operation: Operation | str) -> None:
        """Explain another operation, with the numbers that it had last."""
        wanted = Operation(operation)
        if wanted is self._state.operation:
            return
        self._last_states[self._state.operation] = self._state
        state = self._last_states.get(wanted) or example_state(wanted)
        self.set_state(state, f"change to {OPERATIONS[wanted].title}")

    # --- looking ---------------------------------------------------------------------------------

    def choose_pass(self, pass_: Pass) -> None:
        """Look at another pass, at its first window in the same channel; unknown ones: ignored."""
        keys = OPERATIONS[self._state.operation].pass_keys
        if pass_ in keys and pass_ is not self._state.pass_:
            state = replace(self._state, pass_=pass_, way=0, step=0)
            is_softmax = state.operation is Operation.SOFTMAX
            self._show(opened(state) if is_softmax else state)

    def choose_way(self, way: int) -> None:
        """Compute the pass in another of its ways; an unknown one is ignored."""
        count = len(OPERATIONS[self._state.operation].pass_info(self._state.pass_).ways)
        if 0 <= way < count and way != self._state.way:
            self._show(replace(self._state, way=way, step=0))

    def choose_picture(self, picture: PictureKind) -> None:
        """Show the step as grids or as a row of the im2col matrix."""
        self.move(replace(self._state, picture=picture))

    def move(self, state: LabState) -> None:
        """Look at another step or channel of the same trace."""
        if state != self._state:
            self._state = self._clamped(state)
            self.moved.emit()

    def _restore(self, state: LabState) -> None:
        """Show where an edit leads: a new one as it is, one undone or redone in today's view."""
        is_new, self._is_new = self._is_new, False
        if not is_new and state.operation is self._state.operation:
            state = state.with_view_of(self._state)
        self._show(state)

    def _show(self, state: LabState) -> None:
        try:
            self._trace = trace_of(state)
            self._problem = ""
        except EngineError as error:
            self._problem = str(error)
            self._state = state
        else:
            self._state = self._clamped(state)
        self.trace_changed.emit()

    def _clamped(self, state: LabState) -> LabState:
        """``state`` with a pass, way, step and channels that exist; the step in its channel."""
        trace = self._trace
        info = OPERATIONS[state.operation].pass_info(state.pass_)
        step = max(0, min(state.step, len(trace) - 1))
        channel = max(0, min(state.channel, trace.output_channels - 1))
        if trace.channel_of(step) is not None and trace.channel_of(step) != channel:
            step = trace.in_channel(step, channel)
        in_channels = state.input.shape[0] if state.input.ndim > 1 else 1
        return replace(
            state,
            pass_=info.key,
            way=min(state.way, len(info.ways) - 1),
            step=step,
            channel=channel,
            in_channel=max(0, min(state.in_channel, in_channels - 1)),
        )
