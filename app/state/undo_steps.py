"""Steps of undo that go from one state to another, and runs of them that become one.

Qt can merge steps by itself (``mergeWith``), but PySide never lets go of a command that Qt has
merged or found obsolete while pushing it. Here the step that is there already takes the later one
over before Qt hears of it, so nothing is left behind.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar
from weakref import WeakMethod

from PySide6.QtGui import QUndoCommand, QUndoStack

State = TypeVar("State")


class StateStep(QUndoCommand, Generic[State]):
    """Go from one state to another, and back.

    Args:
        apply: A bound method that shows a state; held weakly, the receiver owns the undo stack.
        before: The state that undo returns to.
        after: The state that redo goes to.
        text: The step in words, as the Undo action shows it.
        merge_key: Steps with equal keys in a row become one; ``None`` or ``""`` never merges.
    """

    def __init__(
        self,
        apply: Callable[[State], None],
        before: State,
        after: State,
        text: str,
        merge_key: Hashable = None,
    ) -> None:
        super().__init__(text)
        self._apply = WeakMethod(apply)
        self.before = before
        self.after = after
        self.merge_key = merge_key

    def continues(self, earlier: StateStep[State]) -> bool:
        """Whether this step is part of one before it."""
        return bool(self.merge_key) and self.merge_key == earlier.merge_key

    def changes_nothing(self) -> bool:
        """Whether a step that has taken others over leads back to where it began."""
        return False

    def undo(self) -> None:
        """Show the state before."""
        self._show(self.before)

    def redo(self) -> None:
        """Show the state after."""
        self._show(self.after)

    def _show(self, state: State) -> None:
        apply = self._apply()
        if apply is not None:
            apply(state)


def push_step(steps: QUndoStack, step: StateStep[State]) -> None:
    """Do a step, and keep it: as part of the last one, if it continues that.

    A step is never merged into one that was saved, nor into one after which others could be redone.
    """
    index = steps.index()
    last = steps.command(index - 1) if 0 < index == steps.count() else None
    is_saved = index == steps.cleanIndex()
    if is_saved or not isinstance(last, StateStep) or not step.continues(last):
        steps.push(step)
        return
    last.after = step.after
    step.redo()
    if last.changes_nothing():
        last.setObsolete(True)
        steps.undo()  # of an obsolete step only lets go of it
