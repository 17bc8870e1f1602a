"""Says that steps of the preparation are switched off, and what that does to the answer."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.look.restyled import STYLE, Restyled
from app.look.text import IconLabel, Text
from app.look.theme import px


class PathNotice(Restyled, QWidget):
    """A line that is hidden while every step is taken.

    Signals:
        reset_clicked: All steps are to be taken again.
    """

    restyled_by = STYLE

    reset_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = Text(role="warning")
        self.button = QPushButton("All steps")
        self.button.setToolTip("Crop, scale and centre again, as for MNIST")
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.clicked.connect(self.reset_clicked)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(IconLabel("warning", 16, "warning"))
        self.sentence.setWordWrap(True)
        self._row.addWidget(self.sentence, 1)
        self._row.addWidget(self.button)
        self.follow_theme()
        self.hide()

    def show_sentence(self, sentence: str) -> None:
        """Say what is left out and what comes of it; hidden while there is nothing to say."""
        self.setVisible(bool(sentence))
        if sentence != self.sentence.text():
            self.sentence.setText(sentence)

    def _restyle(self) -> None:
        self._row.setSpacing(px(8))
