"""The one kind of step that the open stack's undo stack holds: the stack before and after.

A stack is frozen and a few kilobytes at most, so a step keeps both of them whole: undoing cannot
drift from what was there, whatever the edit was. Consecutive steps with the same ``merge_key``
become one, so that typing 12 into a spin box is undone at once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakMethod

from PySide6.QtGui import QUndoCommand

from engine.stack import Stack

Rows = tuple[int, ...]
"""Indices of layers; −1 is the input."""


@dataclass(eq=False)
class Home:
    """Where a stack is kept, and as what: saving changes both for all steps that lead from there.

    A preset has a home without a file: it is kept by cnnviz as long as nobody changes it.
    """

    path: Path | None
    kept: Stack | None


@dataclass(frozen=True)
class StackState:
    """A stack, the layers that an edit leaves in the reader's eye, and what tells layers apart.

    ``identities`` holds a number for each layer, which stays with it wherever it is moved and
    however it is set, and which no other layer ever gets.
    """

    stack: Stack
    rows: Rows
    identities: Rows
    home: Home


class StackEdit(QUndoCommand):
    """Go from one state of the stack to another, and back.

    Args:
        apply: A bound method that shows a state; held weakly, the receiver owns the undo stack.
        before: The state that undo returns to.
        after: The state that redo goes to.
        text: The step in words, as the Undo action shows it.
        merge_key: Steps with equal keys in a row become one; ``None`` never merges.
    """

    def __init__(
        self,
        apply: Callable[[StackState], None],
        before: StackState,
        after: StackState,
        text: str,
        merge_key: Hashable = None,
    ) -> None:
        super().__init__(text)
        self._apply = WeakMethod(apply)
        self.before = before
        self.after = after
        self.merge_key = merge_key

    def continues(self, merge_key: Hashable) -> bool:
        """Whether a later step of that key is part of this one."""
        return merge_key is not None and merge_key == self.merge_key

    def undo(self) -> None:
        """Show the state before."""
        self._show(self.before)

    def redo(self) -> None:
        """Show the state after."""
        self._show(self.after)

    def _show(self, state: StackState) -> None:
        apply = self._apply()
        if apply is not None:
            apply(state)
