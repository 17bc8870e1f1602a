"""Next to the canvas: the answer, below it what the network sees; or another view of the answer."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QScrollArea, QVBoxLayout, QWidget

from app.draw.number.number_answer import NumberAnswer
from app.draw.probability_bars import OpeningAnswer, ProbabilityBars
from app.draw.sheet.notices import ExactNote, StepsNotice
from app.draw.sheet.stage_strip import StageStrip
from app.draw.view import DrawView
from app.kit.pages import Pages
from app.look.nesting import nest
from app.look.restyled import STYLE, Restyled
from app.look.text import Text
from app.look.theme import px
from app.state.recognition import Recognition
from app.state.sketch import ExactImage
from engine.ink.preprocess import FULL

_BARS = 184
"""The height that the ten bars have before there are pictures below them."""
_SPARED = 34
"""What of it they can do without while a notice stands above them."""


class AnswerSide(Restyled, QWidget):
    """A row of pages: the answer with the stages under it, then the views.

    Args:
        number: The answer where a number is drawn.
        views: In the order of their buttons.
        parent: Qt owner.
    """

    restyled_by = STYLE

    def __init__(
        self, number: NumberAnswer, views: tuple[DrawView, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.strip = StageStrip()
        self.notice = StepsNotice()
        self.exact_note = ExactNote()
        self.problem = Text(size=14, role="warning")
        self.answer = OpeningAnswer()
        self.bars = ProbabilityBars()
        self.pages = Pages("What is shown next to the drawing")
        self._number, self._views = number, views
        self._is_number = False
        self._lay_out()
        self.notice.reset_clicked.connect(self.strip.take_all_steps)
        self.follow_theme()

    def show_recognition(self, recognition: Recognition, exact: ExactImage | None) -> None:
        """Show what the network was asked and what it answered; ``exact`` if it was an image."""
        self.strip.show_stages(recognition.prepared)
        self.bars.show_probabilities(
            recognition.probabilities, recognition.class_names, is_sure=not recognition.doubt
        )
        self.answer.show_recognition(recognition)
        self.notice.show_steps(self.strip.steps if exact is None else FULL, recognition)
        self.exact_note.show_image(exact, recognition)
        if self.problem.text() != recognition.problem:
            self.problem.setText(recognition.problem)
        self._show_answers()
        self._fit()
        for view in self._views:
            view.take_recognition(recognition)

    def set_number(self, *, is_on: bool) -> None:
        """Leave the place of the answer to that of a number, or take it again."""
        self._is_number = is_on
        self._show_answers()
        self._fit()

    @property
    def stays_next_to_card(self) -> bool:
        """Whether the page speaks of the enlarged map, which then must not cover it."""
        index = self.pages.index - 1
        return index >= 0 and self._views[index].stays_next_to_card

    def _show_answers(self) -> None:
        has_problem = bool(self.problem.text())
        self.problem.setVisible(has_problem)
        self.answer.setVisible(not has_problem and not self._is_number)
        self._number.setVisible(not has_problem and self._is_number)
        self.bars.setVisible(not has_problem)

    def _lay_out(self) -> None:
        self.problem.setWordWrap(True)
        self._answers = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._answers.addWidget(self.answer, 1)
        self._answers.addWidget(self._number, 2)
        self._answers.addWidget(self.bars, 3)
        self.stages_title = Text("What the network sees", 12, role="muted")
        page = QWidget()
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.problem)
        nest(self._column, self._answers, 1)
        self._column.addWidget(self.stages_title)
        self._column.addWidget(self.strip)
        self.pages.add_page("Answer", page, "The probability of each digit")
        for view in self._views:
            self.pages.add_page(view.title, _scrolled(view), view.about)
        for part in (self.notice, self.exact_note):
            self.pages.between.addWidget(part)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.pages)
        self._show_answers()

    def _restyle(self) -> None:
        self.pages.between.setSpacing(px(10))
        self._answers.setSpacing(px(20))
        self._column.setSpacing(px(6))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the parts into the new size."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Give the ten bars their room: names go over them, pictures become smaller, or go."""
        both = self._number.minimumSizeHint() + self.bars.minimumSizeHint()
        is_row = both.width() + px(20) <= self.width() or both.height() + px(60) > self.height()
        direction = QBoxLayout.Direction
        is_row |= not self._is_number
        self._answers.setDirection(direction.LeftToRight if is_row else direction.TopToBottom)
        row = self.pages.names.sizeHint().expandedTo(self.pages.corner.sizeHint())
        fixed = px(_BARS) + row.height() + px(8) + self._column.spacing()
        self.notice.hold(self.width())
        reserved = max(0, self.notice.height() + px(10) - px(_SPARED))
        if not self.exact_note.isHidden():  # whose size hint does not know the width
            fixed += self.exact_note.heightForWidth(self.width()) + px(10)
        room = self.height() - fixed - reserved  # kept free, or a notice would move the stages
        has_room = self.strip.fit(self.width(), room)
        if not has_room and self.notice.isHidden():  # where they have room only without it
            room += reserved
            has_room = self.strip.fit(self.width(), room)
        self.strip.setVisible(has_room)
        titled = self.stages_title.sizeHint().height() + self._column.spacing()
        has_title = room >= self.strip.height() + titled
        self.stages_title.setVisible(has_title and self.strip.isVisibleTo(self))


def _scrolled(view: QWidget) -> QScrollArea:
    """A view that scrolls where it has less room than it needs."""
    scroller = QScrollArea()
    scroller.setFrameShape(QFrame.Shape.NoFrame)
    scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroller.setWidgetResizable(True)
    scroller.setWidget(view)
    view.setAutoFillBackground(False)
    return scroller
