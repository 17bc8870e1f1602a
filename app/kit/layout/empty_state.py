"""What stands where something will come: what that is, one button that begins it, how far it is."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.look.restyled import Restyled
from app.look.text import Text
from app.look.theme import px

WIDTH = 480
_PROGRESS = "{what}, {done:,} of {whole:,}"


class EmptyState(Restyled, QWidget):
    """A head, a sentence and a button, at the left and at most 480 wide.

    It stands inside the final layout, next to titles and axes that are there already.

    Signals:
        begun: The button was pressed.
    """

    begun = Signal()

    def __init__(
        self, title: str, sentence: str = "", button: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.title = Text(title, 15, QFont.Weight.DemiBold)
        self.sentence = Text(sentence, 13, role="muted")
        self.button = QPushButton(button)
        self.button.clicked.connect(self.begun)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addStretch(1)
        self._column.addWidget(self.title)
        self._column.addWidget(self.sentence)
        self._column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addStretch(1)
        for words in (self.title, self.sentence):
            words.setWordWrap(True)
        for part in (self.title, self.sentence, self.button):
            part.setVisible(bool(part.text()))  # once it is no window of its own any more
        self.follow_theme()

    def say(self, sentence: str, button: str | None = None) -> None:
        """Say another sentence; ``button`` are other words for the button, none if empty."""
        self.sentence.setText(sentence)
        self.sentence.setVisible(bool(sentence))
        if button is not None:
            self.button.setText(button)
            self.button.setVisible(bool(button))

    def show_progress(self, what: str, done: int, whole: int) -> None:
        """Count: ``Moving the digit, 40 of 169``; the button is of no use meanwhile."""
        self.say(_PROGRESS.format(what=what, done=done, whole=whole))
        self.button.setVisible(False)

    def sizeHint(self) -> QSize:
        """As wide as it may be."""
        return QSize(px(WIDTH), super().sizeHint().height())

    def _restyle(self) -> None:
        self.setMaximumWidth(px(WIDTH))
        self._column.setSpacing(px(8))
