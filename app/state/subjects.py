"""What words, windows and figures are said of, and what ends them once it is another one.

The open network, the training run, the stack and the drawing are each a ``Subject``. Whatever is
said of one (a sentence, a window, an accuracy, a plot) is ``Said`` of it, and goes with it.
"""

from __future__ import annotations

from collections.abc import Callable
from weakref import WeakMethod

from PySide6.QtCore import QObject, Signal, Slot


class Subject(QObject):
    """One thing after another of which something can be said, such as the open network.

    Signals:
        moved_on: It is another one now: what was said of the one before no longer holds.
    """

    moved_on = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._count = 0

    @property
    def count(self) -> int:
        """How many there have been, the present one included; 0 before the first."""
        return self._count

    def move_on(self, tell: Callable[[], object] | None = None) -> None:
        """There is another one now; what is said of it while ``tell`` tells so, stays."""
        self._count += 1
        if tell is not None:
            tell()
        self.moved_on.emit()


class Said(QObject):
    """Something that was said, as long as it holds.

    Args:
        end: A method that takes it away, held weakly; called once, when the first of its subjects
            moves on.
        parent: Qt owner.
    """

    def __init__(self, end: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._end = WeakMethod(end)
        self._of: dict[Subject, int] = {}
        self._followed: set[Subject] = set()

    @property
    def holds(self) -> bool:
        """Whether something is said, and all that it was said of is still there."""
        return bool(self._of) and all(one.count == count for one, count in self._of.items())

    def of(self, *subjects: Subject) -> None:
        """It is said now, of these as they are now; of none, it stays until it is replaced."""
        self._of = {one: one.count for one in subjects}
        for one in set(subjects) - self._followed:
            self._followed.add(one)
            one.moved_on.connect(self._look)

    @Slot()
    def _look(self) -> None:
        if self._of and not self.holds:
            self._of = {}
            end = self._end()
            if end is not None:
                end()
