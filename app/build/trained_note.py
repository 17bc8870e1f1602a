"""What Build says of the trained network: whether Draw uses this stack, and what weights stay."""

from __future__ import annotations

from PySide6.QtCore import QObject, SignalInstance, Slot

from app.build.pill import Pill
from app.build.stack_model import StackModel
from app.state.document import StackDocument
from app.state.edited_network import EditedNetwork
from app.state.networks import NetworkHolder
from app.state.trained_networks import TrainedNetworks
from engine.networks.kept_weights import KeptWeights
from engine.networks.model_file import Model

FRESH = "new weights"
"""Written on the card of a layer whose trained weights no longer fit."""

USED = "Every edit here makes a new stack. Unchanged layers keep their weights; undo restores all."
OTHER = "Its weights do not fit this stack: training starts with new ones."
BACK = "Undo brings it all back."
AGAIN = "All layers have their trained weights again."


class TrainedNote(QObject):
    """Keeps the pill, the cards and the status bar to what is true of the network in Draw."""

    def __init__(
        self,
        document: StackDocument,
        networks: NetworkHolder,
        pill: Pill,
        cards: StackModel,
        status_message: SignalInstance,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.trained = TrainedNetworks(document, networks, self)
        self.edited = EditedNetwork(document, networks, self)
        self._networks = networks
        self._pill = pill
        self._cards = cards
        self._status_message = status_message
        self._said = ""
        self.trained.brought_back.connect(self._say_brought_back)
        self.edited.changed.connect(self.show_state)
        self.show_state()

    @property
    def model(self) -> Model | None:
        """The network of Draw with its record, if it has exactly this stack."""
        if not self.edited.is_unchanged:
            return None
        return Model(self._networks.original, self._networks.record)

    @Slot()
    def show_state(self) -> None:
        """Say how things stand."""
        if not self._networks.has_network:
            self._pill.show_state("", "text_muted")
            return
        if self.edited.is_unchanged:
            self._pill.show_state("Trained: Draw uses this network", "success", USED)
            self._mark(None, "")
            return
        kept, text = self.edited.kept, "Not trained: train it to use it"
        still = f"Draw still uses {self.edited.name} as it was trained."
        if kept is None:
            self._pill.show_state(text, "warning", f"{still} {OTHER}")
            self._mark(None, "")
            return
        if kept.kept:
            count = len(kept.kept) + len(kept.renewed)
            which = f"{len(kept.kept)} of {count}" if kept.renewed else "all"
            text = f"Edited: {which} layers keep their weights"
        words = kept.words()
        self._pill.show_state(text, "warning", f"{still} {words} {BACK}")
        self._mark(kept, f"{words} {BACK}")

    def _mark(self, kept: KeptWeights | None, sentence: str) -> None:
        """Mark the cards whose weights will be new, and say so once whenever they are others."""
        marks = dict.fromkeys(kept.renewed, FRESH) if kept is not None and kept.kept else {}
        self._cards.set_notes(marks)
        if sentence != self._said:
            self._said = sentence
            self._status_message.emit(sentence or (AGAIN if self.edited.is_unchanged else ""))

    @Slot(str)
    def _say_brought_back(self, name: str) -> None:
        self._said = ""
        self._status_message.emit(f"Draw uses the trained {name} again, with its weights.")
