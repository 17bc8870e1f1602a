"""Says that steps of the preparation are switched off, and what that does to the answer."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.theme import px
from app.viewmodels.recognition import Recognition, without_words
from app.widgets.probability_bars import percent
from app.widgets.text import IconLabel, Text
from engine.preprocess import Steps


class PathNotice(QWidget):
    """A line that is hidden while every step is taken.

    Signals:
        reset_clicked: All steps are to be taken again.
    """

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
        self._restyle()
        self.hide()

    def show_path(self, steps: Steps, recognition: Recognition) -> None:
        """Compare the answer with that of the full path, if some step is left out."""
        self.setVisible(not steps.is_full)
        if not steps.is_full:
            self.sentence.setText(comparison(steps, recognition))

    def changeEvent(self, event: QEvent) -> None:
        """Take the sizes of the new scale."""
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_row"):
            self._restyle()
        super().changeEvent(event)

    def _restyle(self) -> None:
        self._row.setSpacing(px(8))


def comparison(steps: Steps, recognition: Recognition) -> str:
    """The answer without some steps beside the answer with all of them, in words."""
    words = without_words(steps).capitalize()
    if recognition.full is None:
        return f"{words}: what the network sees is not as in training."
    return f"{words}: {_answer(recognition)}.  All steps: {_answer(recognition.full)}."


def _answer(recognition: Recognition) -> str:
    if recognition.answer is None:
        return "no digit"
    return f"{recognition.answer}, {percent(recognition.share)}"
