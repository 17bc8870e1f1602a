"""Reference, calculator: what one convolution gives and costs, and the same asked backwards."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.theme import font, px
from app.widgets.field_editors import FieldEditor, PairEditor, editor_for, explanation
from app.widgets.layer_inspector import FormulaBox
from app.widgets.restyled import Restyled
from app.widgets.scrolling import scrolling
from app.widgets.stack_totals import Figure
from app.widgets.text import Text
from app.widgets.window_map import WindowMap
from engine.calculator import COURSE_CASES, Answer, Case, Same, halving_strides, keeping_padding
from engine.errors import ShapeError
from engine.geometry import Axis, Pair, times
from engine.layers import Conv2dSpec
from engine.memory import memory_words
from engine.spec import FieldInfo

_SIZE = FieldInfo("size", "pair", "Input", "Height and width of the input.", 1, 1024, "cells")
_CHANNELS = FieldInfo("channels", "int", "Channels", "Channels of the input.", 1, 4096)
_MOST_PADDING = next(
    int(info.maximum or 0) for info in Conv2dSpec.fields() if info.name == "padding"
)
_ANY_WIDTH = 16_777_215  # Qt's own largest
_FIELDS = ("kernel_size", "out_channels", "stride", "padding", "dilation", "groups", "bias")


class CalculatorForm(Restyled, QFrame):
    """The settings of a convolution and its input.

    Signals:
        edited: Something was changed by the user.
    """

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.editors: dict[str, FieldEditor] = {}
        self._labels: list[QLabel] = []
        self._grid = QGridLayout()
        self._grid.setColumnStretch(1, 1)
        declared = {info.name: info for info in Conv2dSpec.fields()}
        for info in (_SIZE, _CHANNELS, *(declared[name] for name in _FIELDS)):
            self._add(info)
        self.cases = tuple(QPushButton(case.title) for case in COURSE_CASES)
        self._cases_title = Text("The course's three cases", 12, role="muted")
        self._cases = QHBoxLayout()
        for button, case in zip(self.cases, COURSE_CASES, strict=True):
            button.setToolTip(
                f"{times((*case.input_shape[1:], case.input_shape[0]))}: {case.spec.words()}"
            )
            button.clicked.connect(lambda _=False, case=case: self._take(case))
            self._cases.addWidget(button)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._cases_title)
        self._column.addLayout(self._cases)
        self._column.addLayout(self._grid)
        self._column.addStretch(1)
        self.show_case(COURSE_CASES[2])
        self.follow_theme()

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """``(C, H, W)`` as set."""
        height, width = self.editors["size"].value()
        return self.editors["channels"].value(), height, width

    @property
    def settings(self) -> dict[str, Any]:
        """The fields of the spec as set, whether they go together or not."""
        return {name: self.editors[name].value() for name in _FIELDS}

    def show_case(self, case: Case) -> None:
        """Show other settings without telling of it."""
        values = {name: getattr(case.spec, name) for name in _FIELDS}
        values |= {"size": case.input_shape[1:], "channels": case.input_shape[0]}
        for name, value in values.items():
            editor = self.editors[name]
            editor.set_value(value)
            if isinstance(editor, PairEditor):
                editor.relink()

    def set_pair(self, name: str, value: Pair) -> None:
        """Set one field, as if the user had."""
        self.editors[name].set_value(value)
        self.edited.emit()

    def _take(self, case: Case) -> None:
        self.show_case(case)
        self.edited.emit()

    def _add(self, info: FieldInfo) -> None:
        label, editor = QLabel(info.label), editor_for(info)
        label.setBuddy(editor)
        label.setToolTip(explanation(info))
        editor.value_edited.connect(self.edited)
        row = len(self._labels)
        self._grid.addWidget(label, row, 0)
        self._grid.addWidget(editor, row, 1)
        self._labels.append(label)
        self.editors[info.name] = editor

    def _restyle(self) -> None:
        self._column.setContentsMargins(px(16), px(12), px(16), px(12))
        self._column.setSpacing(px(8))
        self._cases.setSpacing(px(8))
        self._grid.setContentsMargins(0, px(6), 0, 0)
        self._grid.setHorizontalSpacing(px(12))
        self._grid.setVerticalSpacing(px(8))
        for label in self._labels:
            label.setFont(font(13))
        self.setFixedWidth(px(316))


class CalculatorAnswers(Restyled, QFrame):
    """The figures, formulas, padding rules and the questions asked backwards.

    Signals:
        padding_wanted, stride_wanted: The user wants the padding or stride that answers.
    """

    padding_wanted = Signal(object)
    stride_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.output = Figure("Output")
        self.parameters = Figure("Parameters")
        self.multiply_adds = Figure("Multiply-adds")
        self.memory = Figure("Memory, float32")
        self.memory.setToolTip("Input, output and parameters of one sample.")
        self._figures = QGridLayout()
        for place, figure in enumerate(self.figures):
            self._figures.addWidget(figure, place // 2, place % 2)
        self.problem = Text(role="error")
        self.problem.setWordWrap(True)
        self.formulas = FormulaBox()
        self.same = FormulaBox()
        self._backwards = Text("Asked backwards", 13, QFont.Weight.DemiBold)
        self.keep, self.halve = QPushButton(), QPushButton()
        self._is_wide = False
        self._padding: Pair = (0, 0)
        self._stride: Pair = (1, 1)
        self.keep.clicked.connect(lambda: self.padding_wanted.emit(self._padding))
        self.halve.clicked.connect(lambda: self.stride_wanted.emit(self._stride))
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.problem)
        self._column.addLayout(self._figures)
        for widget in (self.formulas, self.same, self._backwards, self.keep, self.halve):
            self._column.addWidget(widget)
        self._column.addStretch(1)
        self.follow_theme()

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The four numbers."""
        return self.output, self.parameters, self.multiply_adds, self.memory

    def show_problem(self, sentence: str) -> None:
        """Say why there is no answer."""
        self.problem.setText(sentence)
        self.problem.show()
        for figure in self.figures:
            figure.value.setText("–")
        self.formulas.hide()
        self.same.hide()

    def show_answer(self, answer: Answer) -> None:
        """Show everything about a convolution that fits."""
        self.problem.hide()
        channels, height, width = answer.output_shape
        self.output.value.setText(times((height, width, channels)))
        self.parameters.value.setText(f"{answer.parameters:,}")
        self.multiply_adds.value.setText(f"{answer.multiply_adds:,}")
        parts = (answer.input_bytes, answer.output_bytes, answer.parameter_bytes)
        self.memory.value.setText(memory_words(sum(parts)))
        self.memory.setToolTip(
            "Input {}, output {}, parameters {}".format(*map(memory_words, parts))
        )
        self.formulas.show_lines("Numbers plugged in", answer.formulas, _unread(answer.axes))
        self.formulas.show()
        self.same.show_lines("Padding “same” instead", [_same_line(same) for same in answer.same])
        self.same.show()

    def show_backwards(
        self, size: Pair, kernel: Pair, stride: Pair, padding: Pair, dilation: Pair
    ) -> None:
        """Answer which padding keeps the size, and which stride halves it."""
        keeping = [
            keeping_padding(*axis) for axis in zip(size, kernel, stride, dilation, strict=True)
        ]
        self._padding = (keeping[0][0], keeping[1][0])
        is_even = all(before == after for before, after in keeping)
        self.keep.setText(f"Padding {_padding_words(keeping)} keeps the size")
        is_allowed = max(self._padding) <= _MOST_PADDING
        self.keep.setEnabled(is_even and is_allowed and self._padding != padding)
        self.keep.setToolTip(
            "An odd total cannot be split evenly."
            if not is_even
            else "Set it"
            if is_allowed
            else f"More than the {_MOST_PADDING:,} cells that a layer takes."
        )
        try:
            halving = [
                halving_strides(*axis) for axis in zip(size, kernel, padding, dilation, strict=True)
            ]
        except ShapeError:
            halving = [range(0), range(0)]
        if all(halving):
            self._stride = (halving[0][0], halving[1][0])
            self.halve.setText(f"Stride {_once(self._stride)} halves it")
        else:
            self.halve.setText("No stride halves it")
        self.halve.setEnabled(all(halving) and self._stride != stride)

    def _restyle(self) -> None:
        self._column.setContentsMargins(px(16), px(12), px(16), px(12))
        self._column.setSpacing(px(10))
        self._figures.setHorizontalSpacing(px(16))
        self._figures.setVerticalSpacing(px(8))
        for figure in self.figures:
            figure.restyle()
        self.let_widen(is_wide=self._is_wide)

    def let_widen(self, *, is_wide: bool) -> None:
        """Take all the width there is, or keep to a column."""
        self._is_wide = is_wide
        self.setMinimumWidth(px(336))
        self.setMaximumWidth(_ANY_WIDTH if is_wide else px(336))


class CalculatorPage(Restyled, QWidget):
    """Form, picture and answers side by side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = CalculatorForm()
        self.picture = WindowMap()
        self.answers = CalculatorAnswers()
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
        self._is_narrow: bool | None = None
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
        """Answer what is set, or say in place what does not fit."""
        settings, shape = self.form.settings, self.form.input_shape
        self.answers.show_backwards(
            (shape[1], shape[2]),
            settings["kernel_size"],
            settings["stride"],
            settings["padding"],
            settings["dilation"],
        )
        try:
            answer = Answer(shape, Conv2dSpec(**settings))
        except ShapeError as error:
            self.answers.show_problem(str(error))
            self.picture.show_axes(None)
            return
        self.answers.show_answer(answer)
        self.picture.show_axes(answer.axes)

    def _say(self) -> None:
        self.sentence.setText(self.picture.sentence())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The picture goes under the answers where there is no room between."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        is_narrow = self.width() < px(880)
        if is_narrow == self._is_narrow:
            return
        self._is_narrow = is_narrow
        self._grid.addWidget(self.form, 0, 0, 2, 1)
        self._grid.addWidget(self._card, int(is_narrow), 1)
        self._grid.addWidget(self.answers, 0, 1 if is_narrow else 2, 1 if is_narrow else 2, 1)
        self._grid.setColumnStretch(1, 1)
        self._grid.setRowStretch(int(is_narrow), 1)
        self._grid.setRowStretch(int(not is_narrow), 0)
        self.answers.let_widen(is_wide=is_narrow)
        self._restyle()

    def _restyle(self) -> None:
        self._grid.setSpacing(px(12))
        self._card.setMinimumHeight(px(330) if self._is_narrow else 0)
        self._card_column.setContentsMargins(px(8), px(8), px(8), px(12))


def _unread(axes: tuple[Axis, Axis]) -> str:
    found = []
    for axis, one, more in zip(axes, ("row", "column"), ("rows", "columns"), strict=True):
        count = axis.unread_input
        if count:
            found.append(f"last {one}" if count == 1 else f"last {count} {more}")
    return f"Never read: the {' and the '.join(found)} (hatched)." if found else ""


def _same_line(same: Same) -> str:
    if same.axes is None:
        return f"{same.library} refuses: it needs stride 1"
    sides = [(axis.padding, axis.after) for axis in same.axes]
    height, width = (axis.output for axis in same.axes)
    return f"{same.library} {times((height, width))}, padding {_padding_words(sides)}"


def _padding_words(sides: list[Pair]) -> str:
    words = [str(before) if before == after else f"{before}+{after}" for before, after in sides]
    return words[0] if words[0] == words[1] else " × ".join(words)


def _once(pair: Pair) -> str:
    return str(pair[0]) if pair[0] == pair[1] else times(pair)
