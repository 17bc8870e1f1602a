"""The networks that were in use: undoing an edit brings back the one trained with that stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from app.state.document import StackDocument
from app.state.networks import NetworkHolder

if TYPE_CHECKING:
    from engine.basics.geometry import Shape
    from engine.layers.spec import LayerSpec
    from engine.networks.model_file import TrainingRecord
    from engine.networks.network import Sequential

MOST = 8
"""How many networks are remembered, the latest ones."""

Structure = tuple["Shape", tuple["LayerSpec", ...]]


class TrainedNetworks(QObject):
    """Remembers the networks that ``networks`` held, by their structure.

    Once the stack of ``document`` is, by undo or redo, that of a remembered network again, Draw
    uses that one again, with its weights and its record. Opening a preset or editing one's way to
    an equal stack changes nothing: only who undoes wants what was there.

    Signals:
        brought_back: The name of the network that is in use again.
    """

    brought_back = Signal(str)

    def __init__(
        self, document: StackDocument, networks: NetworkHolder, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._networks = networks
        self._known: dict[Structure, tuple[Sequential, TrainingRecord | None]] = {}
        self._steps = document.undo_stack.count()
        networks.network_changed.connect(self._remember)
        document.undo_stack.indexChanged.connect(self._bring_back)
        self._remember()

    def __len__(self) -> int:
        """How many networks are remembered."""
        return len(self._known)

    @Slot()
    def _remember(self) -> None:
        """The holder never changes a network that it was given, so no copy is needed."""
        if not self._networks.has_network:
            return
        network = self._networks.original
        structure = (network.stack.input_shape, network.stack.layers)
        self._known.pop(structure, None)
        self._known[structure] = (network, self._networks.record)
        while len(self._known) > MOST:
            del self._known[next(iter(self._known))]

    @Slot()
    def _bring_back(self) -> None:
        steps = self._document.undo_stack.count()
        was_undone = steps == self._steps and steps > 0
        self._steps = steps
        stack = self._document.stack
        found = self._known.get((stack.input_shape, stack.layers))
        if not was_undone or found is None or found[0] is self._networks.original:
            return
        self._networks.set_network(*found)
        self.brought_back.emit(found[0].stack.name)
