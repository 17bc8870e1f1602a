"""The talk of the quiz: an answer is read, judged and answered, and Enter goes on."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from app.step.edits import has_decimal_comma
from app.step.quiz import Quiz
from app.step.quiz_bar import QuizBar
from app.step.stepper import Stepper
from engine.basics.errors import EngineError
from engine.lab.pasted import read_number


class QuizTalk(QObject):
    """Between the quiz, which knows what is right, and the bar that is typed into."""

    def __init__(self, quiz: Quiz, bar: QuizBar, stepper: Stepper, parent: QObject) -> None:
        super().__init__(parent)
        self._quiz, self._bar, self._stepper = quiz, bar, stepper
        bar.answered.connect(self._answer)
        bar.typed.connect(self._take_back)
        bar.next_begun.connect(self._ask_next)

    def show_state(self) -> None:
        """Say how the question stands, and the score."""
        quiz = self._quiz
        self._bar.show_state(
            self._feedback(),
            quiz.right,
            quiz.answered,
            is_solved=quiz.is_solved,
            has_erred=quiz.has_erred,
        )

    def _feedback(self) -> str:
        if self._quiz.is_solved:
            return "Right. Enter goes on."
        if self._quiz.has_erred:
            return "Not that. See the sum below."
        if self._quiz.is_on and self._quiz.asked is None:
            return "Everything in this step falls on the padding. Enter goes on."
        return ""

    @Slot(str)
    def _answer(self, text: str) -> None:
        if self._quiz.asked is None:
            self._ask_next()
            return
        try:
            value = read_number(text, has_decimal_comma=has_decimal_comma())
        except EngineError as error:
            self._bar.feedback.setText(str(error))
            return
        if not self._quiz.answer(value):
            self._bar.field.selectAll()

    @Slot()
    def _take_back(self) -> None:
        """A complaint about the last text does not stand beside the next one."""
        self._bar.feedback.setText(self._feedback())

    @Slot()
    def _ask_next(self) -> None:
        if self._stepper.position == self._stepper.count - 1:
            self._bar.feedback.setText("That was the last step.")
        else:
            self._stepper.next()
