"""The line in which a quiz is answered: the question, the answer, what came of it, the score."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QWidget

from app.kit.buttons import SteadyButton
from app.kit.keys_and_pointer import KeepsKeys
from app.look.restyled import FONT, Restyled, give_role
from app.look.text import ElidedText, MarkedUp, Text
from app.look.theme import px
from app.step.quiz import Quiz
from engine.basics.errors import EngineError
from engine.basics.typed_numbers import read_number


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
    """Shows a quiz and reads the answers; which are right, the quiz knows."""

    restyled_by = FONT

    closed = Signal()

    def __init__(self, quiz: Quiz, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._quiz = quiz
        self.question = MarkedUp("<b>?</b> =", 14)
        self.field = AnswerField()
        self.field.setAccessibleName("answer")
        self.field.setPlaceholderText("number")
        self.check = self._button("Check", "Next")
        self.feedback = ElidedText("", 14, QFont.Weight.Medium)
        self.feedback.setAccessibleName("what came of it")
        self.score = Text("", 14, QFont.Weight.DemiBold)
        self.score.setAccessibleName("score")
        self.end = self._button("End quiz")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self.question, self.field, self.check):
            layout.addWidget(widget)
        layout.addWidget(self.feedback, 1)
        layout.addWidget(self.score)
        layout.addWidget(self.end)
        self.field.returnPressed.connect(self._answer)
        self.field.left.connect(self.closed)
        self.field.textEdited.connect(self._show_feedback)
        self.field.next_begun.connect(self._ask_next)
        self.field.paste_refused.connect(self._refuse_paste)
        self.check.clicked.connect(self._answer)
        self.end.clicked.connect(self.closed)
        quiz.changed.connect(self._show)
        self.follow_theme()

    @staticmethod
    def _button(*words: str) -> QPushButton:
        button = SteadyButton(*words)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    @Slot()
    def _show(self) -> None:
        """Show where the quiz stands."""
        quiz = self._quiz
        self._show_feedback()
        give_role(
            self.feedback,
            "success" if quiz.is_solved else "error" if quiz.has_erred else "muted",
        )
        self.score.setText(f"{quiz.right} of {quiz.answered} right" if quiz.answered else "")
        self.check.setText("Next" if quiz.is_solved else "Check")
        self.field.setReadOnly(quiz.is_solved)
        if not quiz.is_solved and not quiz.has_erred:
            self.field.clear()

    @Slot()
    def _show_feedback(self) -> None:
        """Say how the question stands: a complaint about the last text goes with the next one."""
        quiz, words = self._quiz, ""
        give_role(self.field, "")
        if quiz.is_solved:
            words = "Right. Press Enter for the next one."
        elif quiz.has_erred:
            words = "Not that. See the sum below."
        elif quiz.is_on and quiz.asked is None:
            words = "Everything in this step falls on the padding. Press Enter for the next one."
        self._say(words)

    def _say(self, words: str) -> None:
        """Say what came of it, as far as there is room: the tip has it all."""
        self.feedback.setText(words)
        self.feedback.setToolTip(words)

    @Slot()
    def _answer(self) -> None:
        if self._quiz.asked is None:
            self._ask_next()
            return
        try:
            value = read_number(self.field.text())
        except EngineError as error:
            give_role(self.field, "error")
            self._say(str(error))
            return
        if not self._quiz.answer(value):
            self.field.selectAll()

    @Slot()
    def _ask_next(self) -> None:
        if not self._quiz.go_on():
            self._say("That was the last step.")

    @Slot()
    def _refuse_paste(self) -> None:
        self._say("This cell is answered: press Enter for the next one, then paste.")

    def _restyle(self) -> None:
        self.field.setFont(self.feedback.font())
        self.field.setFixedWidth(px(110))
