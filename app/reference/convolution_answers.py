"""What the calculator answers: figures, formulas, and what “same” padding would do."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QGridLayout, QWidget

from app.kit.stack.figures import ACTIVATIONS, Figure, FormulaBox
from app.look.nesting import nest
from app.look.restyled import Restyled
from app.look.theme import px
from app.reference.wanted_size import padding_words
from engine.basics.geometry import Axis, times
from engine.basics.memory import memory_words
from engine.costs.calculator import Answer, Same


class ConvolutionAnswers(Restyled, QFrame):
    """The figures, the formulas with their numbers, and the libraries' “same”."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.output = Figure("Output")
        self.parameters = Figure("Parameters")
        self.multiply_adds = Figure("Multiply-adds")
        self.memory = Figure(ACTIVATIONS)
        self.figures = (self.output, self.parameters, self.multiply_adds, self.memory)
        self._figures = QGridLayout()
        for place, figure in enumerate(self.figures):
            self._figures.addWidget(figure, place // 2, place % 2)
        self._figures.setRowStretch(2, 1)
        self.formulas = FormulaBox()
        self.same = FormulaBox()
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        nest(self._row, self._figures)
        self._row.addWidget(self.formulas, 3, Qt.AlignmentFlag.AlignTop)
        self._row.addWidget(self.same, 2, Qt.AlignmentFlag.AlignTop)
        for box in (self.formulas, self.same):
            policy = box.sizePolicy()
            policy.setRetainSizeWhenHidden(True)  # nothing moves while a number is being typed
            box.setSizePolicy(policy)
        self.follow_theme()

    def show_problem(self, sentence: str) -> None:
        """Show no number; why is said where it was set, and in the tool tips."""
        self.formulas.hide()
        self.same.hide()
        for figure in self.figures:
            figure.show_unknown(sentence)

    def show_answer(self, answer: Answer) -> None:
        """Show everything about a convolution that fits."""
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
        self.formulas.show()
        self.same.show()

    def set_wide(self, *, is_wide: bool) -> None:
        """Have the formulas next to the figures or below: the owner says so, as it scrolls."""
        direction = QBoxLayout.Direction
        self._row.setDirection(direction.LeftToRight if is_wide else direction.TopToBottom)

    def _restyle(self) -> None:
        self._row.setContentsMargins(px(16), px(10), px(16), px(8))
        self._row.setSpacing(px(24))
        self._figures.setHorizontalSpacing(px(16))
        self._figures.setVerticalSpacing(px(6))


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
    return f"{same.library} {times((height, width))}, padding {padding_words(sides)}"
