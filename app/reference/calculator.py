"""Reference, calculator: a convolution's output size and costs, drawn and written out."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.kit.layout.settings_panel import SettingsPanel
from app.kit.layout.top_row import TopRow
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

_ROOM_FOR_SETTINGS = 1000
"""From this width on, at scale 1, the settings stand next to the picture."""
_FORMULAS_BESIDE = 660
"""From this width on formulas stand next to the figures."""
_LEAST_PICTURE = 250


class CalculatorPage(Restyled, QWidget):
    """The picture first and largest, the answers below it, the settings next to them."""

    def __init__(self, top_row: TopRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = ConvolutionForm()
        self.picture = WindowMap()
        self.answers = ConvolutionAnswers()
        self.sentence = Text(size=15)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sentence.setWordWrap(True)
        self.settings = SettingsPanel(top_row, "Convolution")
        self.settings.add(self.form)
        self.settings.bar.hide()
        self.card = QFrame()
        self.card.setProperty("role", "card")
        self._card_column = QVBoxLayout(self.card)
        self._card_column.addWidget(self.picture, 1)
        self._card_column.addWidget(self.sentence)
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.card, 1)
        self._column.addWidget(self.answers)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.settings)
        self._row.addWidget(scrolling(content, sideways=False), 1)
        self.setFocusProxy(self.picture)
        self.form.edited.connect(self.compute)
        self.picture.window_moved.connect(self._say)
        self.follow_theme()
        self.compute()

    def compute(self) -> None:
        """Answer what is set, or say, next to it, what cannot be used."""
        shape, settings, problem = self.form.input_shape, self.form.settings, self.form.problem
        if problem:
            self.form.wanted.show_unknown(problem)
            self.picture.fade(problem)
        else:
            self.form.wanted.show_wanted(shape, settings)
            self.picture.show_axes(self.form.axes)
            try:
                self.answers.show_answer(Answer(shape, Conv2dSpec(**settings)))
            except ShapeError as error:
                problem = str(error)
        if problem:
            self.answers.show_problem(problem)
        self.form.show_problem(problem)
        self.settings.show_facts(self.form.facts)

    def _say(self) -> None:
        self.sentence.setText(self.picture.sentence())

    def showEvent(self, event: QShowEvent) -> None:
        """Have in the top row what stands for the settings."""
        super().showEvent(event)
        self.settings.show_stand_ins(is_shown=True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Leave the top row to another page."""
        super().hideEvent(event)
        self.settings.show_stand_ins(is_shown=False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold the settings rather than the picture."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.card.setMinimumHeight(min(px(_LEAST_PICTURE), self.height()))
        self.settings.set_folded(is_folded=self.width() < px(_ROOM_FOR_SETTINGS))
        room = self.width() - (0 if self.settings.is_folded else self.settings.width())
        self.answers.set_wide(is_wide=room >= px(_FORMULAS_BESIDE))

    def _restyle(self) -> None:
        for layout in (self._row, self._column):
            layout.setSpacing(px(12))
        self._card_column.setContentsMargins(px(8), px(8), px(8), px(10))
        self.sentence.setMinimumHeight(self.sentence.fontMetrics().lineSpacing())
        self._fit()
