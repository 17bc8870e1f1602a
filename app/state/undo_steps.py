"""Undo: steps that go from one state to another, and the stack of them.

The stack is ours rather than Qt's. ``QUndoStack`` deletes its commands itself, and PySide counts
each of them as a child of the stack as well: when the collector meets a command before the stack,
the command goes back to Python, is deleted there, and once more by the stack, which crashes. A step
here is a plain Python object with one owner.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import fields, is_dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar
from weakref import WeakMethod

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction

State = TypeVar("State")

MOST_STEPS = 3000
"""How many steps a stack keeps; the oldest go."""

MOST_BYTES = 2**24
"""So large are the arrays that a stack keeps; the oldest steps go, the last one never does."""


class StateStep(Generic[State]):
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
        self._apply = WeakMethod(apply)
        self.before = before
        self.after = after
        self.text = text
        self.merge_key = merge_key

    @cached_property
    def bytes(self) -> int:
        """How large the arrays are that the step brought in: others have them from before."""
        before = {id(array) for array in _arrays_in(self.before)}
        new = {id(array): array.nbytes for array in _arrays_in(self.after)}
        return sum(size for key, size in new.items() if key not in before)

    def continues(self, earlier: StateStep[Any]) -> bool:
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


def _arrays_in(state: object) -> Iterator[np.ndarray[Any, Any]]:
    """Arrays in a state and in what it consists of."""
    if isinstance(state, np.ndarray):
        yield state
    elif is_dataclass(state):
        for field in fields(state):
            yield from _arrays_in(getattr(state, field.name))
    elif isinstance(state, tuple) and state and not isinstance(state[0], (float, tuple)):
        for part in state:
            yield from _arrays_in(part)


class UndoStack(QObject):
    """Steps that were taken, and those that were undone; its words are those of ``QUndoStack``.

    ``index`` of the steps are done, the others can be redone; at ``cleanIndex`` everything was
    saved, or nothing was edited yet; −1 says that no step leads back there.

    Signals:
        indexChanged: Another number of steps is done.
        cleanChanged: Whether what is there is what was saved.
    """

    indexChanged = Signal(int)
    cleanChanged = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._steps: list[StateStep[Any]] = []
        self._index = self._clean_index = 0
        self._is_gesture_over = False

    @Slot()
    def end_gesture(self) -> None:
        """What was edited is confirmed: the next step is one of its own, whatever it continues."""
        self._is_gesture_over = True

    def push(self, step: StateStep[Any]) -> None:
        """Do a step, and keep it: as part of the last one, if it continues that.

        A step is never merged into one that was saved, that was confirmed or undone and redone,
        nor into one after which others could be redone.
        """
        last = self._steps[-1] if 0 < self._index == len(self._steps) else None
        is_apart = self._is_gesture_over or self.isClean()
        self._is_gesture_over = False
        if last is not None and not is_apart and step.continues(last):
            last.after = step.after
            step.redo()
            if last.changes_nothing():
                self._steps.pop()
                self._go_to(self._index - 1)
            return
        step.redo()
        del self._steps[self._index :]
        if self._clean_index > self._index:
            self._clean_index = -1
        self._steps.append(step)
        index = self._index + 1 - self._drop_oldest()
        self._index = index - 1
        self._go_to(index)

    def _drop_oldest(self) -> int:
        """Let steps go that are too many or hold too much; return how many went."""
        held, count = sum(step.bytes for step in self._steps), 0
        while len(self._steps) - count > 1 and (
            len(self._steps) - count > MOST_STEPS or held > MOST_BYTES
        ):
            held -= self._steps[count].bytes
            count += 1
        del self._steps[:count]
        self._clean_index = max(self._clean_index - count, -1)
        return count

    @Slot()
    def undo(self) -> None:
        """Take the last step back, if there is one."""
        self.setIndex(self._index - 1)

    @Slot()
    def redo(self) -> None:
        """Do the step again that was undone last, if there is one."""
        self.setIndex(self._index + 1)

    def setIndex(self, index: int) -> None:
        """Undo or redo until ``index`` steps are done, or as many as there are."""
        index = min(max(index, 0), len(self._steps))
        self.end_gesture()
        for step in self._steps[index : self._index][::-1]:
            step.undo()
        for step in self._steps[self._index : index]:
            step.redo()
        self._go_to(index)

    @Slot()
    def setClean(self) -> None:
        """Note that what is there now is what is saved."""
        was_clean, self._clean_index = self.isClean(), self._index
        if not was_clean:
            self.cleanChanged.emit(True)

    @Slot()
    def clear(self) -> None:
        """Forget all steps; what is there counts as saved."""
        if self._steps:
            was_clean, self._steps = self.isClean(), []
            self._index = self._clean_index = 0
            self.indexChanged.emit(0)
            if not was_clean:
                self.cleanChanged.emit(True)

    def _go_to(self, index: int) -> None:
        was_clean, before = self.isClean(), self._index
        self._index = index
        if index != before:
            self.indexChanged.emit(index)
        if self.isClean() is not was_clean:
            self.cleanChanged.emit(not was_clean)

    # What is there

    def count(self) -> int:
        """How many steps there are, undone ones included."""
        return len(self._steps)

    def index(self) -> int:
        """How many of them are done."""
        return self._index

    def cleanIndex(self) -> int:
        """How many were done when it was saved; −1 if no step leads back there."""
        return self._clean_index

    def isClean(self) -> bool:
        """Whether what is there is what was saved."""
        return self._clean_index == self._index

    def command(self, index: int) -> StateStep[Any]:
        """One step, counted from 0."""
        return self._steps[index]

    def text(self, index: int) -> str:
        """One step in words."""
        return self._steps[index].text

    def canUndo(self) -> bool:
        """Whether there is a step to undo."""
        return self._index > 0

    def canRedo(self) -> bool:
        """Whether there is a step to redo."""
        return self._index < len(self._steps)

    def undoText(self) -> str:
        """The step that would be undone, in words; empty if there is none."""
        return self._steps[self._index - 1].text if self.canUndo() else ""

    def redoText(self) -> str:
        """The step that would be redone, in words; empty if there is none."""
        return self._steps[self._index].text if self.canRedo() else ""

    # Actions

    def createUndoAction(self, parent: QObject, word: str) -> QAction:
        """An action that undoes, and says what; ``parent`` owns it."""
        action = _StepAction(word, self.undoText, parent)
        action.triggered.connect(self.undo)
        self.indexChanged.connect(action.tell)
        return action

    def createRedoAction(self, parent: QObject, word: str) -> QAction:
        """An action that redoes, and says what; ``parent`` owns it."""
        action = _StepAction(word, self.redoText, parent)
        action.triggered.connect(self.redo)
        self.indexChanged.connect(action.tell)
        return action


class _StepAction(QAction):
    """Undo or redo, with the step in words; disabled while there is none."""

    def __init__(self, word: str, text_of_step: Callable[[], str], parent: QObject) -> None:
        super().__init__(word, parent)
        self._word, self._text_of_step = word, text_of_step
        self.tell()

    @Slot()
    def tell(self) -> None:
        """Show the step as it is now."""
        text = self._text_of_step()
        self.setText(f"{self._word} {text}".rstrip())
        self.setEnabled(bool(text))
