"""Whose gradient can be checked in Step, and when the card that shows it comes and goes."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from app.look.theme import px
from app.step.check import CheckCard
from app.step.edits import StepEdits
from app.step.lab import LabModel
from app.step.picture.view import StepView
from engine.lab.editing import Place


class Checking(QObject):
    """Checks the number in the chosen cell, or any that is asked for, and places the card.

    Signals:
        possible_changed: Whether the chosen cell has a gradient that can be checked.
    """

    possible_changed = Signal(bool)

    def __init__(
        self, model: LabModel, edits: StepEdits, picture: StepView, owner: QWidget
    ) -> None:
        super().__init__(owner)
        self._model = model
        self._edits = edits
        self._picture = picture
        self._owner = owner
        self.card = CheckCard(owner)
        edits.check_wanted.connect(self.check)
        picture.pinned.connect(self.show_possible)
        self.card.closed.connect(self.close)

    @Slot()
    def show_possible(self) -> None:
        """Say whether there is something to check."""
        self.possible_changed.emit(self._chosen() is not None)

    def _chosen(self) -> Place | None:
        pin = self._picture.pin
        if pin is None or pin.cell is None or self._model.problem:
            return None
        return self._edits.checkable(pin.cell)

    def check_chosen(self) -> bool:
        """Check the gradient of the chosen cell; ``False`` if it has none."""
        place = self._chosen()
        if place is None:
            return False
        self.check(place)
        return True

    @Slot(object)
    def check(self, place: Place) -> None:
        """Show the gradient check of one number."""
        self.card.show_check(self._model.state, place)
        self.place_card()

    def place_card(self) -> None:
        """Put the card into the lower right corner of the picture."""
        right = self._owner.width() - px(28)
        bottom = self._picture.geometry().bottom() - px(8)
        self.card.move(max(0, right - self.card.width()), max(0, bottom - self.card.height()))

    @Slot()
    def close(self) -> bool:
        """Close the card and give the keys back; ``False`` if it was not open."""
        if not self.card.isVisible():
            return False
        self.card.hide()
        self._owner.setFocus()
        return True
