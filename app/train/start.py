"""Lets a run start from the weights that an edit of the trained network has left."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Slot

from app.state.edited_network import EditedNetwork
from app.train.part import TrainContext, TrainPart
from app.train.setup.start_weights import StartWeights
from app.train.training import TrainingJob


class TrainStart(TrainPart):
    """Offers the kept weights under the network's name, while there are any.

    An edited network goes on from what is left of it unless the user would rather start afresh;
    the unchanged one starts afresh unless the user would rather go on.
    """

    def __init__(self, context: TrainContext, parent: QObject | None = None) -> None:
        super().__init__(context, parent)
        self.edited = EditedNetwork(context.document, context.networks, self)
        self.choice = StartWeights()
        self._wanted = {"edited": True, "unchanged": False}
        context.form.add_to_network(self.choice)
        context.session.prepare_with(self.with_weights)
        self.choice.chosen.connect(self._choose)
        self.edited.changed.connect(self._show)
        context.session.state_changed.connect(self._show)
        self._show()

    def with_weights(self, job: TrainingJob) -> TrainingJob:
        """Give the run its first weights, if that is chosen."""
        return replace(job, start=self.edited.weights()) if self.choice.is_chosen else job

    @property
    def _case(self) -> str:
        return "unchanged" if self.edited.is_unchanged else "edited"

    @Slot(bool)
    def _choose(self, is_chosen: bool) -> None:
        self._wanted[self._case] = is_chosen

    @Slot()
    def _show(self) -> None:
        kept, name = self.edited.kept, self.edited.name
        has_any = kept is not None and bool(kept.kept)
        if kept is None or not has_any or self.context.document.report.problem is not None:
            text, note = "", ""
        elif self.edited.is_unchanged:
            text = "Start from the trained weights"
            note = f"Without the tick, {name} learns from scratch."
        else:
            text = "Start from the kept weights"
            note = f"Of {name}, which Draw uses. {kept.words()}"
        self.choice.show_choice(text, note, is_chosen=self._wanted[self._case])
        self.choice.setEnabled(not self.context.session.is_active)
