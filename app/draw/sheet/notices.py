"""Lines under the stages: that an image goes in as it is, or that steps are switched off."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.look.percentages import percent
from app.look.restyled import STYLE, Restyled
from app.look.text import IconLabel, Text
from app.look.theme import px
from app.state.recognition import Recognition, without_words
from app.state.sketch import ExactImage
from engine.ink.preprocess import Steps

HINT = "Nothing was done to its pixels. Draw on it, and it is prepared like any drawing."


class ExactNote(Text):
    """Says that an image goes to the network as it is; hidden while there is a drawing."""

    def __init__(self) -> None:
        super().__init__(size=13, role="muted")
        self.setWordWrap(True)
        self.setToolTip(HINT)
        self.hide()

    def show_image(self, image: ExactImage | None, recognition: Recognition) -> None:
        """Tell of an image, and of the two most probable classes with what is between them."""
        self.setVisible(image is not None)
        if image is None:
            return
        name_of = recognition.name_of
        words = f"A held-out image, pixel by pixel as it is; its label is {image.label}."
        if recognition.top_two is not None:
            first, second, margin = recognition.top_two
            ahead = f"{name_of(first)} is ahead of {name_of(second)} by {percent(margin)}"
            words += f" The answer {ahead}."
        self.setText(words)


class StepsNotice(Restyled, QWidget):
    """Says which steps of the preparation are off; hidden while every step is taken.

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

    def show_steps(self, steps: Steps, recognition: Recognition) -> None:
        """Say which steps are left out and what comes of it."""
        sentence = comparison(steps, recognition)
        self.setVisible(bool(sentence))
        if sentence != self.sentence.text():
            self.sentence.setText(sentence)

    def _restyle(self) -> None:
        self._row.setSpacing(px(8))


def comparison(steps: Steps, recognition: Recognition) -> str:
    """The answer without some steps next to that with all of them; nothing if all are taken."""
    if steps.is_full:
        return ""
    words = without_words(steps).capitalize()
    if recognition.full is None:
        return f"{words}: what the network sees is not as in training."
    return f"{words}: {_answer(recognition)}.  All steps: {_answer(recognition.full)}."


def _answer(recognition: Recognition) -> str:
    if recognition.answer is None:
        return "no digit"
    return f"{recognition.name_of(recognition.answer)}, {percent(recognition.share)}"
