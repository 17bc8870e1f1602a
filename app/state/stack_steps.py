"""The one kind of step that the open stack's undo stack holds: the stack before and after.

A stack is frozen and a few kilobytes at most, so a step keeps both of them whole: undoing cannot
drift from what was there, whatever the edit was. Consecutive steps with the same ``merge_key``
become one, so that typing 12 into a spin box is undone at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.state.undo_steps import StateStep
from engine.networks.stack import Stack

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


class StackEdit(StateStep[StackState]):
    """Go from one state of the stack to another, and back."""

    def changes_nothing(self) -> bool:
        """Whether the stack is what it was."""
        return self.before.stack == self.after.stack
