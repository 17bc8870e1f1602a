"""Why a key of Step does nothing just now: said in the status bar until the lab goes on."""

from __future__ import annotations

from PySide6.QtCore import QObject, SignalInstance, Slot

from app.step.lab import LabModel
from app.step.stepper import Stepper

NO_IM2COL = "The im2col matrix belongs to the forward pass of a convolution."
NO_CHECK = (
    "Click a cell of the input, the kernel or their gradient first; "
    "then its gradient can be checked."
)
NO_PARTS = "This sum is short: it is written out already."


class Refusals(QObject):
    """Says such a sentence, and takes it back once it is of no interest any more."""

    def __init__(
        self, status_message: SignalInstance, model: LabModel, stepper: Stepper, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._status_message = status_message
        self._said = ""
        status_message.connect(self._remember)
        stepper.position_changed.connect(self._take_back)
        model.trace_changed.connect(self._take_back)

    def say(self, sentence: str) -> None:
        """Say why not."""
        self._status_message.emit(sentence)

    @Slot(str)
    def _remember(self, sentence: str) -> None:
        self._said = sentence

    @Slot()
    def _take_back(self) -> None:
        if self._said in {NO_IM2COL, NO_CHECK, NO_PARTS}:
            self._status_message.emit("")
