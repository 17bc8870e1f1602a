"""Reference, calculator: a convolution's output size and costs, drawn and written out."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from app.kit.scrolling import scrolling
from app.look.restyled import Restyled
from app.look.text import Text
from app.look.theme import px
from app.reference.convolution_answers import ConvolutionAnswers
from app.reference.convolution_form import ConvolutionForm
from app.reference.window_map import WindowMap
from engine.basics.errors import ShapeError
from engine.costs.calculator import Answer
from engine.layers import Conv2dSpec


class CalculatorPage(Restyled, QWidget):
    """Form, picture and answers side by side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = ConvolutionForm()
        self.picture = WindowMap()
        self.answers = ConvolutionAnswers()
        self.sentence = Text(size=13, role="muted")
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sentence.setWordWrap(True)
        self._card = QFrame()
        self._card.setProperty("role", "card")
        self._card_column = QVBoxLayout(self._card)
        self._card_column.addWidget(self.picture, 1)
        self._card_column.addWidget(self.sentence)
        content = QWidget()
        self._grid = QGridLayout(content)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._columns = 0
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scrolling(content, sideways=False))
        self._place()
        self.setFocusProxy(self.picture)
        self.form.edited.connect(self.compute)
        self.picture.window_moved.connect(self._say)
        self.answers.padding_wanted.connect(lambda pair: self.form.set_pair("padding", pair))
        self.answers.stride_wanted.connect(lambda pair: self.form.set_pair("stride", pair))
        self.follow_theme()
        self.compute()

    def compute(self) -> None:
        """Answer what is set, or say in place what cannot be used or does not fit."""
        shape, settings, problem = self.form.input_shape, self.form.settings, self.form.problem
        self.answers.show_wanted(shape, settings, problem)
        if not problem:
            try:
                answer = Answer(shape, Conv2dSpec(**settings))
            except ShapeError as error:
                problem = str(error)
        if problem:
            self.answers.show_problem(problem)
            self.picture.show_reason(problem)
        else:
            self.answers.show_answer(answer)
            self.picture.show_axes(answer.axes)

    def _say(self) -> None:
        self.sentence.setText(self.picture.sentence())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Three columns, two, or one, as there is room: nothing is cut at the side."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        columns = 3 if self.width() >= px(880) else 2 if self.width() >= px(690) else 1
        if columns == self._columns:
            return
        self._columns = columns
        form, answers, card = {
            3: ((0, 0, 2, 1), (0, 2, 2, 1), (0, 1, 2, 1)),
            2: ((0, 0, 2, 1), (0, 1, 1, 1), (1, 1, 1, 1)),
            1: ((0, 0, 1, 2), (1, 0, 1, 2), (2, 0, 1, 2)),
        }[columns]
        self._grid.addWidget(self.form, *form)
        self._grid.addWidget(self._card, *card)
        self._grid.addWidget(self.answers, *answers)
        self._grid.setColumnStretch(1, 1)
        for row in range(3):
            self._grid.setRowStretch(row, int(row == card[0]))
        self.answers.let_widen(is_wide=columns < 3)
        self._restyle()

    def _restyle(self) -> None:
        self._grid.setSpacing(px(12))
        self._card.setMinimumHeight(px(330) if self._columns < 3 else 0)
        self._card_column.setContentsMargins(px(8), px(8), px(8), px(12))
