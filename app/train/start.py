"""Lets a run start from the weights that an edit of the trained network has left."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QVBoxLayout, QWidget

from app.look.restyled import Restyled
from app.look.text import Text
from app.look.theme import px
from app.state.edited_network import EditedNetwork
from app.train.part import TrainContext, TrainPart
from app.train.training import TrainingJob

CAUTION = (
    "The network that they come from may have learnt from images that this run holds out; "
    "held-out accuracy then looks better than it is. Test images stay untouched."
)


class StartWeights(Restyled, QWidget):
    """Where a run's first weights come from: a box to tick, and a sentence on what that means.

    Hidden as long as there are no weights to start from.

    Signals:
        chosen: The user ticked the box or took the tick away.
    """

    chosen = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = QCheckBox()
        self.box.setToolTip(CAUTION)
        self.note = Text(size=12, role="muted")
        self.note.setWordWrap(True)
        self.note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.box)
        self._column.addWidget(self.note)
        self.box.clicked.connect(self.chosen)
        self.hide()
        self.follow_theme()

    @property
    def is_chosen(self) -> bool:
        """Whether a run is to start from these weights."""
        return not self.isHidden() and self.box.isChecked()

    def show_choice(self, text: str, note: str, *, is_chosen: bool) -> None:
        """Offer weights; nothing is offered with an empty ``text``."""
        self.box.setText(text)
        self.box.setAccessibleDescription(note)
        self.box.setChecked(is_chosen)
        self.note.setText(note)
        self.setVisible(bool(text))

    def _restyle(self) -> None:
        self._column.setSpacing(px(4))


class TrainStart(TrainPart):
    """Offers the kept weights under the network's name, while there are any.

    A run starts from scratch unless the user ticks the box, which an edit never does by itself.
    """

    def __init__(self, context: TrainContext, parent: QObject | None = None) -> None:
        super().__init__(context, parent)
        self.edited = EditedNetwork(context.document, context.networks, self)
        self.choice = StartWeights()
        self._wanted = {"edited": False, "unchanged": False}
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
            note = f"Of {name}, which Draw uses. {kept.words()} Without the tick, all are new."
        self.choice.show_choice(text, note, is_chosen=self._wanted[self._case])
        self.choice.setEnabled(not self.context.session.is_active)
