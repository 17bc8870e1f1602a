"""The trained network next to the stack that is being edited: what of its weights is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from app.state.document import StackDocument, is_same
from app.state.networks import NetworkHolder
from engine.networks.kept_weights import KeptWeights, keep_weights
from engine.networks.stack import Report, describe

if TYPE_CHECKING:
    from engine.layers.base import Array
    from engine.networks.network import Sequential


class EditedNetwork(QObject):
    """Follows the layers of the trained network through the edits of ``document``.

    A layer of the stack is one of the network's if it was there when the stack was the network's,
    in any of the steps that undo still knows, whatever was done to it since.

    Signals:
        changed: The stack or the network is another one, and so perhaps what is kept.
    """

    changed = Signal()

    def __init__(
        self, document: StackDocument, networks: NetworkHolder, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._networks = networks
        self._network: Sequential | None = None
        self._trained: Report | None = None
        self._rows: dict[int, int] = {}
        self._known: tuple[Report, KeptWeights | None] | None = None
        document.stack_changed.connect(self._follow)
        networks.network_changed.connect(self._follow)
        self._follow()

    @property
    def is_unchanged(self) -> bool:
        """Whether the stack is that of the trained network."""
        return self._network is not None and is_same(self._network.stack, self._document.stack)

    @property
    def name(self) -> str:
        """What the trained network is called."""
        return self._network.stack.name if self._network is not None else ""

    @property
    def kept(self) -> KeptWeights | None:
        """What is left of the network's weights; ``None`` if the stack does not come from it."""
        report = self._document.report
        if self._known is None or self._known[0] is not report:
            self._known = (report, self._compare(report))
        return self._known[1]

    def weights(self) -> dict[str, Array]:
        """Copies of the weights that are kept, under their names in the edited stack."""
        kept = self.kept
        if kept is None or self._network is None:
            return {}
        return kept.weights(self._network.state_dict())

    def _compare(self, report: Report) -> KeptWeights | None:
        sources = [self._rows.get(identity) for identity in self._document.identities]
        if self._trained is None or all(source is None for source in sources):
            return None
        return keep_weights(report, self._trained, sources)

    @Slot()
    def _follow(self) -> None:
        """Note which layers are the network's, as long as the stack still is."""
        network = self._networks.original if self._networks.has_network else None
        if network is not self._network:
            self._network, self._rows, self._known = network, {}, None
            self._trained = None if network is None else describe(network.stack)
            states = tuple(self._document.states())
        else:
            states = ((self._document.stack, self._document.identities),)
        if network is not None:
            for stack, identities in states:
                if is_same(stack, network.stack):
                    self._rows |= {identity: row for row, identity in enumerate(identities)}
        self.changed.emit()
