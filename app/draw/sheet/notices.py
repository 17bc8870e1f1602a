"""Lines under the stages: that an image goes in as it is, or that steps are switched off."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.look.percentages import percent
from app.look.restyled import STYLE, Restyled
from app.look.text import IconLabel, Text
from app.look.theme import px
from app.state.recognition import Recognition, without_words
from app.state.sketch import ExactImage
from engine.ink.preprocess import Steps

_COMPARISON = "{words}: {some}.  All steps: {all}."
_LONGEST_NAME = 24
"""Names of classes are cut behind so many letters, so that no percentage has to be."""

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
        self.icon = IconLabel("warning", 16, "warning")
        self._row.addWidget(self.icon)
        self.sentence.setWordWrap(True)
        self._row.addWidget(self.sentence, 1)
        self._row.addWidget(self.button)
        self._longest, self._held_width = _longest(()), 0
        self.follow_theme()
        self.hide()

    def hold(self, width: int) -> None:
        """Be as high as the longest sentence needs in a width, so that none moves what is below."""
        self._held_width = width
        others = sum(
            part.sizeHint().width() + self._row.spacing() for part in (self.icon, self.button)
        )
        room = QRect(0, 0, max(1, width - others), 10_000)
        metrics = QFontMetrics(self.sentence.font())
        words = metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, self._longest)
        self.setFixedHeight(max(words.height(), self.button.sizeHint().height()))

    def show_steps(self, steps: Steps, recognition: Recognition) -> None:
        """Say which steps are left out and what comes of it."""
        sentence = comparison(steps, recognition)
        longest = _longest(recognition.class_names)
        if longest != self._longest:
            self._longest = longest
            if self._held_width:
                self.hold(self._held_width)
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
    some, every = _answer(recognition), _answer(recognition.full)
    return _COMPARISON.format(words=words, some=some, all=every)


def _answer(recognition: Recognition) -> str:
    if recognition.answer is None:
        return "no digit"
    return f"{_short(recognition.name_of(recognition.answer))}, {percent(recognition.share)}"


def _short(name: str) -> str:
    """A name of a class, no longer than the sentence has room for."""
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def _longest(names: tuple[str, ...]) -> str:
    """The longest sentence that there can be, of classes of these names."""
    name = max((_short(name) for name in (*names, "no digit")), key=len)
    words = without_words(Steps(crop=False, scale=False, centre=False)).capitalize()
    return _COMPARISON.format(words=words, some=f"{name}, 99.9 %", all=f"{name}, 99.9 %")
