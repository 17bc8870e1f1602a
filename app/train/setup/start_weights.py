"""Where a run's first weights come from: a box to tick, and a sentence on what that means."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QVBoxLayout, QWidget

from app.look.restyled import Restyled
from app.look.text import Text
from app.look.theme import px

CAUTION = (
    "The network that they come from may have learnt from images that this run holds out; "
    "held-out accuracy then looks better than it is. Test images stay untouched."
)


class StartWeights(Restyled, QWidget):
    """Hidden as long as there are no weights to start from.

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
