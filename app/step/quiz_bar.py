"""The line in which a quiz is answered: the question, the answer, what came of it, the score."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from app.kit.keys_and_pointer import KeepsKeys
from app.look.restyled import FONT, Restyled, give_role
from app.look.theme import font, px


class AnswerField(KeepsKeys, QLineEdit):
    """Takes every key but the window's commands; Escape leaves it."""

    left = Signal()
    next_begun = Signal()
    """A character was typed while nothing is asked: it begins the next answer."""
    paste_refused = Signal()
    """Something was to be pasted while nothing is asked."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave on Escape; what is typed after a right answer belongs to the next one."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        if self.isReadOnly() and event.matches(QKeySequence.StandardKey.Paste):
            self.paste_refused.emit()
            return
        if self.isReadOnly() and event.text().strip().isprintable() and event.text().strip():
            self.next_begun.emit()
        super().keyPressEvent(event)


class QuizBar(Restyled, QWidget):
    """Shows a quiz; it knows no answers."""

    restyled_by = FONT

    answered = Signal(str)
    typed = Signal()
    next_begun = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.question = QLabel("<b>?</b> =", self)
        self.field = AnswerField(self)
        self.field.setAccessibleName("answer")
        self.field.setPlaceholderText("number")
        self.check = QPushButton("Check", self)
        self.check.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.feedback = QLabel(self)
        self.feedback.setAccessibleName("what came of it")
        self.score = QLabel(self)
        self.score.setAccessibleName("score")
        self.end = QPushButton("End quiz", self)
        self.end.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self.question, self.field, self.check):
            layout.addWidget(widget)
        layout.addWidget(self.feedback, 1)
        layout.addWidget(self.score)
        layout.addWidget(self.end)
        self.field.returnPressed.connect(self._answer)
        self.field.left.connect(self.closed)
        self.field.textEdited.connect(self.typed)
        self.field.next_begun.connect(self.next_begun)
        self.field.paste_refused.connect(self._refuse_paste)
        self.check.clicked.connect(self._answer)
        self.end.clicked.connect(self.closed)
        self.follow_theme()

    def show_state(
        self, feedback: str, right: int, answered: int, *, is_solved: bool, has_erred: bool
    ) -> None:
        """Show where the quiz stands; after the right answer Enter goes on."""
        self.feedback.setText(feedback)
        self._set_role("success" if is_solved else "error" if has_erred else "muted")
        self.score.setText(f"{right} of {answered} right" if answered else "")
        self.check.setText("Next" if is_solved else "Check")
        self.field.setReadOnly(is_solved)
        if not is_solved and not has_erred:
            self.field.clear()

    def _set_role(self, role: str) -> None:
        give_role(self.feedback, role)

    def _answer(self) -> None:
        self.answered.emit(self.field.text())

    def _refuse_paste(self) -> None:
        self.feedback.setText("This cell is answered: press Enter for the next one, then paste.")

    def _restyle(self) -> None:
        self.question.setFont(font(14))
        self.field.setFont(font(14, QFont.Weight.Medium))
        self.field.setFixedWidth(px(110))
        self.feedback.setFont(font(14, QFont.Weight.Medium))
        self.score.setFont(font(14, QFont.Weight.DemiBold))
