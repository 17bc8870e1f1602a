"""What the calculator answers: figures, formulas, padding rules, settings for a wanted size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.kit.stack.figures import ACTIVATIONS, UNKNOWN, Figure, FormulaBox
from app.look.restyled import Restyled
from app.look.text import Text
from app.look.theme import px
from engine.basics.errors import ShapeError
from engine.basics.geometry import Axis, Pair, Shape, times
from engine.basics.memory import memory_words
from engine.costs.calculator import Answer, Same, halving_strides, keeping_padding
from engine.layers import Conv2dSpec

_ANY_WIDTH = 16_777_215  # Qt's own largest


class ConvolutionAnswers(Restyled, QFrame):
    """The figures, formulas, padding rules, and which settings give a wanted size.

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
        self.memory = Figure(ACTIVATIONS)
        self._figures = QGridLayout()
        self.figures = (self.output, self.parameters, self.multiply_adds, self.memory)
        for place, figure in enumerate(self.figures):
            self._figures.addWidget(figure, place // 2, place % 2)
        self.problem = Text(role="error")
        self.problem.setWordWrap(True)
        self.formulas = FormulaBox()
        self.same = FormulaBox()
        wanted = Text("Settings for a wanted size", 13, QFont.Weight.DemiBold)
        self.keep, self.halve = QPushButton(), QPushButton()
        self._is_wide = False
        self._padding: Pair = (0, 0)
        self._stride: Pair = (1, 1)
        self.keep.clicked.connect(lambda: self.padding_wanted.emit(self._padding))
        self.halve.clicked.connect(lambda: self.stride_wanted.emit(self._stride))
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._figures)  # buttons before sentences: so they stay in place
        for widget in (wanted, self.keep, self.halve, self.problem, self.formulas, self.same):
            self._column.addWidget(widget)
        self._column.addStretch(1)
        self.follow_theme()

    def show_problem(self, sentence: str) -> None:
        """Say why there is no answer."""
        self.problem.setText(sentence)
        self._show_problem_only(True)
        for figure in self.figures:
            figure.show_unknown(sentence)

    def show_answer(self, answer: Answer) -> None:
        """Show everything about a convolution that fits."""
        self._show_problem_only(False)
        channels, height, width = answer.output_shape
        self.output.show_value(times((height, width, channels)))
        self.parameters.show_value(f"{answer.parameters:,}")
        self.multiply_adds.show_value(f"{answer.multiply_adds:,}")
        self.memory.show_value(memory_words(answer.output_bytes))
        self.memory.setToolTip(
            "Memory for the output of one picture, in float32. The input takes "
            f"{memory_words(answer.input_bytes)} and the parameters "
            f"{memory_words(answer.parameter_bytes)} besides."
        )
        self.formulas.show_lines("With these numbers", answer.formulas, _unread(answer.axes))
        self.same.show_lines("Padding “same” instead", [_same_line(same) for same in answer.same])

    def _show_problem_only(self, is_problem: bool) -> None:
        self.problem.setVisible(is_problem)
        self.formulas.setHidden(is_problem)
        self.same.setHidden(is_problem)

    def show_wanted(self, shape: Shape, settings: Mapping[str, Any], unread: str) -> None:
        """Say which padding keeps the size, and which stride halves it; offer what would work.

        Args:
            shape: ``(C, H, W)``.
            settings: The fields of the spec, whether they go together or not.
            unread: Why they are not what is typed; empty if they are.
        """
        if unread:
            self.keep.setText(f"Padding {UNKNOWN} keeps the size")
            self.halve.setText(f"Stride {UNKNOWN} halves it")
            _offer(self.keep, unread)
            _offer(self.halve, unread)
            return
        kernel, stride, padding, dilation = (
            settings[name] for name in ("kernel_size", "stride", "padding", "dilation")
        )
        keeping = [
            keeping_padding(*axis) for axis in zip(shape[1:], kernel, stride, dilation, strict=True)
        ]
        self._padding = (keeping[0][0], keeping[1][0])
        self.keep.setText(f"Padding {_padding_words(keeping)} keeps the size")
        obstacle = "An odd total cannot be split evenly."
        if all(before == after for before, after in keeping):
            obstacle = _obstacle(shape, settings, "padding", self._padding)
        _offer(self.keep, obstacle)
        try:
            halving = [
                halving_strides(*axis)
                for axis in zip(shape[1:], kernel, padding, dilation, strict=True)
            ]
        except ShapeError as error:
            halving, obstacle = [range(0), range(0)], str(error)
        else:
            obstacle = "With no stride there are half as many windows as the input has cells."
        self.halve.setText("No stride halves it")
        if all(halving):
            self._stride = (halving[0][0], halving[1][0])
            self.halve.setText(f"Stride {_once(self._stride)} halves it")
            obstacle = _obstacle(shape, settings, "stride", self._stride)
        _offer(self.halve, obstacle)

    def _restyle(self) -> None:
        self._column.setContentsMargins(px(16), px(12), px(16), px(12))
        self._column.setSpacing(px(10))
        self._figures.setHorizontalSpacing(px(16))
        self._figures.setVerticalSpacing(px(8))
        self.let_widen(is_wide=self._is_wide)

    def let_widen(self, *, is_wide: bool) -> None:
        """Take all the width there is, or keep to a column."""
        self._is_wide = is_wide
        self.setMinimumWidth(px(336))
        self.setMaximumWidth(_ANY_WIDTH if is_wide else px(336))


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


def _offer(button: QPushButton, obstacle: str) -> None:
    """Let a setting be taken with a click, unless something is in the way."""
    button.setEnabled(not obstacle)
    button.setToolTip(obstacle or "Set it")


def _obstacle(shape: Shape, settings: Mapping[str, Any], name: str, pair: Pair) -> str:
    """Why there would be no answer with this setting, or nothing new; empty if there is one."""
    if settings[name] == pair:
        return "This is what is set."
    try:
        Answer(shape, Conv2dSpec(**{**settings, name: pair}))
    except ShapeError as error:
        return str(error)
    return ""


def _once(pair: Pair) -> str:
    return str(pair[0]) if pair[0] == pair[1] else times(pair)
