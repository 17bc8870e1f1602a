"""The quiz: the cell of this step is asked for, answers are judged and counted."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from app.step.stepper import Stepper
from engine.basics.numbers import show
from engine.traces import Cell, Update


class Quiz(QObject):
    """Asks for one cell of every step while it is on.

    The first answer to a question counts; after a wrong one the sum is shown, and asked again.
    """

    changed = Signal()

    def __init__(self, stepper: Stepper, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stepper = stepper
        self.is_on = False
        self.right = 0
        self.answered = 0
        self.has_erred = False
        self.is_solved = False
        stepper.trace_changed.connect(self._ask)
        stepper.position_changed.connect(self._ask)

    @property
    def update(self) -> Update | None:
        """What is asked for: of several cells, the first that really gets something."""
        if not self.is_on:
            return None
        updates = [update for update in self._stepper.step.updates if not update.is_discarded]
        return next((update for update in updates if update.value), updates[0] if updates else None)

    @property
    def asked(self) -> Cell | None:
        """The cell that is asked for, as long as it is not solved."""
        update = self.update
        return update.target if update is not None and not self.is_solved else None

    @Slot()
    def toggle(self) -> None:
        """Begin with a score of nothing, or leave."""
        self.is_on = not self.is_on
        self.right = self.answered = 0
        self._ask()

    def answer(self, value: float) -> bool:
        """Judge an answer: whole numbers exactly, others as they are printed."""
        update = self.update
        if update is None or self.is_solved:
            return False
        is_right = is_same_number(value, update.after)
        if not self.has_erred:
            self.answered += 1
            self.right += is_right
        self.is_solved = is_right
        self.has_erred = self.has_erred or not is_right
        self.changed.emit()
        return is_right

    def go_on(self) -> bool:
        """Ask for the cell of the next step; ``False`` if there is none."""
        is_last = self._stepper.position == self._stepper.count - 1
        if not is_last:
            self._stepper.next()
        return not is_last

    @Slot()
    def _ask(self) -> None:
        self.has_erred = self.is_solved = False
        self.changed.emit()


def is_same_number(answer: float, value: float) -> bool:
    """Whether an answer is right: exactly for whole numbers, else to half a per cent."""
    if value == int(value):
        return abs(answer - value) < 1e-9
    return abs(answer - value) <= 0.005 * abs(value) or show(answer).text == show(value).text
