"""What the calculator answers: figures, formulas, padding rules, settings for a wanted size."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.kit.stack.figures import Figure, FormulaBox
from app.look.restyled import Restyled
from app.look.text import Text
from app.look.theme import px
from engine.basics.errors import ShapeError
from engine.basics.geometry import Axis, Pair, times
from engine.basics.memory import memory_words
from engine.costs.calculator import Answer, Same, halving_strides, keeping_padding
from engine.layers import Conv2dSpec

_MOST_PADDING = next(
    int(info.maximum or 0) for info in Conv2dSpec.fields() if info.name == "padding"
)
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
        self.memory = Figure("Memory, float32")
        self.memory.setToolTip("Input, output and parameters of one sample.")
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
        self._column.addWidget(self.problem)
        self._column.addLayout(self._figures)
        for widget in (self.formulas, self.same, wanted, self.keep, self.halve):
            self._column.addWidget(widget)
        self._column.addStretch(1)
        self.follow_theme()

    def show_problem(self, sentence: str) -> None:
        """Say why there is no answer."""
        self.problem.setText(sentence)
        self._show_problem_only(True)
        for figure in self.figures:
            figure.value.setText("–")

    def show_answer(self, answer: Answer) -> None:
        """Show everything about a convolution that fits."""
        self._show_problem_only(False)
        channels, height, width = answer.output_shape
        self.output.value.setText(times((height, width, channels)))
        self.parameters.value.setText(f"{answer.parameters:,}")
        self.multiply_adds.value.setText(f"{answer.multiply_adds:,}")
        parts = (answer.input_bytes, answer.output_bytes, answer.parameter_bytes)
        self.memory.value.setText(memory_words(sum(parts)))
        self.memory.setToolTip(
            "Input {}, output {}, parameters {}".format(*map(memory_words, parts))
        )
        self.formulas.show_lines("With these numbers", answer.formulas, _unread(answer.axes))
        self.same.show_lines("Padding “same” instead", [_same_line(same) for same in answer.same])

    def _show_problem_only(self, is_problem: bool) -> None:
        self.problem.setVisible(is_problem)
        self.formulas.setHidden(is_problem)
        self.same.setHidden(is_problem)

    def show_wanted(
        self, size: Pair, kernel: Pair, stride: Pair, padding: Pair, dilation: Pair
    ) -> None:
        """Say which padding keeps the size, and which stride halves it."""
        keeping = [
            keeping_padding(*axis) for axis in zip(size, kernel, stride, dilation, strict=True)
        ]
        self._padding = (keeping[0][0], keeping[1][0])
        is_even = all(before == after for before, after in keeping)
        self.keep.setText(f"Padding {_padding_words(keeping)} keeps the size")
        obstacle = "" if is_even else "An odd total cannot be split evenly."
        if is_even and max(self._padding) > _MOST_PADDING:
            obstacle = f"More than the {_MOST_PADDING:,} cells that a layer takes."
        self.keep.setEnabled(not obstacle and self._padding != padding)
        self.keep.setToolTip(obstacle or "Set it")
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


def _once(pair: Pair) -> str:
    return str(pair[0]) if pair[0] == pair[1] else times(pair)
