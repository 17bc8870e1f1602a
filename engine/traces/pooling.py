"""Max and average pooling, one window at a time, forward and backward.

Max: ``output[c, y, x] = max input[c, y·s + i, x·s + j]``; its gradient goes, whole, to the cell
that was the maximum, of equal ones to the first in row-major order (PyTorch's rule). Average: the
mean, whose gradient is shared out equally. Padding never wins a maximum.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from engine.basics.errors import ShapeError
from engine.basics.geometry import Axis, Pair, pair, times
from engine.traces.cells import CellTrace
from engine.traces.conv2d_case import mark_padding
from engine.traces.model import (
    Cell,
    CellKind,
    Factor,
    Grid,
    Group,
    Role,
    Rule,
    Step,
    Term,
    Update,
    Values,
    Window,
    exact,
)
from engine.traces.updates import added, place_words, single


@dataclass(frozen=True, eq=False)
class PoolCase:
    """One sample going through one pooling.

    Shape:
        input ``(C, H, W)``; grad_output ``(C, H_out, W_out)``, zeros if left out.

    Raises:
        ShapeError: if the arrays do not fit, or the padding is more than half the window.
    """

    input: Values
    grad_output: Values
    kernel_size: Pair
    stride: Pair
    padding: Pair
    counts_padding: bool

    def __init__(
        self,
        input: ArrayLike,  # noqa: A002 - the field's name for it
        kernel_size: int | Pair = 2,
        stride: int | Pair | None = None,
        padding: int | Pair = 0,
        grad_output: ArrayLike | None = None,
        *,
        counts_padding: bool = True,
    ) -> None:
        kernel, around = pair(kernel_size), pair(padding)
        if any(2 * p > k for p, k in zip(around, kernel, strict=True)):
            raise ShapeError(
                f"The padding {times(around)} is more than half of the window {times(kernel)}; "
                "some windows would hold nothing else."
            )
        for name, value in (
            ("input", exact(input, 3, "input", "(C, H, W); take one sample of a batch with x[0]")),
            ("kernel_size", kernel),
            ("stride", kernel if stride is None else pair(stride)),
            ("padding", around),
            ("counts_padding", counts_padding),
        ):
            object.__setattr__(self, name, value)
        expected = (self.input.shape[0], self.rows.output, self.columns.output)
        g = np.zeros(expected)
        if grad_output is not None:
            g = exact(grad_output, 3, "grad_output", "(C, H_out, W_out)")
        if g.shape != expected:
            raise ShapeError(
                f"grad_output must have the output's shape {times(expected)}; got {times(g.shape)}."
            )
        object.__setattr__(self, "grad_output", g)

    @cached_property
    def rows(self) -> Axis:
        """The windows along the height."""
        height = self.input.shape[1]
        return Axis(height, self.kernel_size[0], self.stride[0], self.padding[0])

    @cached_property
    def columns(self) -> Axis:
        """The windows along the width."""
        width = self.input.shape[2]
        return Axis(width, self.kernel_size[1], self.stride[1], self.padding[1])

    def padded_grid(self, name: str, role: Role) -> Grid:
        """A grid of the padded input's size; the input's values if it is called ``"input"``."""
        (height, width) = self.padding
        values = np.pad(self.input, ((0, 0), (height, height), (width, width)))
        kinds, unread = mark_padding(self.rows, self.columns)
        shown = values if name == "input" else np.zeros_like(values)
        return Grid(name, name, role, shown, kinds, unread)


class PoolTrace(CellTrace):
    """One step per channel and window."""

    averages: bool = False

    def __init__(self, case: PoolCase) -> None:
        super().__init__()
        self.case = case
        self.shape = case.grad_output.shape
        self._source = case.padded_grid("input", Role.INPUT)

    @property
    def output_channels(self) -> int:
        """Channels; each is pooled by itself."""
        return self.shape[0]

    def channel_of(self, index: int) -> int | None:
        """The channel of window ``index``."""
        return self._at(self._checked(index))[0]

    def in_channel(self, index: int, channel: int) -> int:
        """The same window in another channel."""
        size = len(self) // self.output_channels
        return channel * size + index % size

    def _cells(self, at: tuple[int, ...]) -> list[tuple[int, int, int, int]]:
        """(row, column, i, j) of every cell that counts in the window of ``at``."""
        counts_all = self.averages and self.case.counts_padding
        return [
            (row, column, i, j)
            for i, row in enumerate(self.case.rows.window(at[1]))
            for j, column in enumerate(self.case.columns.window(at[2]))
            if counts_all or self._source.kinds[row, column] == CellKind.VALUE
        ]

    def _chosen(self, at: tuple[int, ...]) -> tuple[int, int]:
        """Row and column of the first maximum."""
        cells = self._cells(at)
        best = max(self._source.values[at[0], row, column] for row, column, _, _ in cells)
        return next(
            (row, column)
            for row, column, _, _ in cells
            if self._source.values[at[0], row, column] == best
        )

    def _explain(self, index: int, at: tuple[int, ...], updates: tuple[Update, ...]) -> Step:
        rows, columns = self.case.rows.window(at[1]), self.case.columns.window(at[2])
        names = [
            name for name in ("input", "grad_input") if name in (*self.grids, self.target.name)
        ]
        chosen = () if self.averages else (Cell("input", (at[0], *self._chosen(at))),)
        return Step(
            index,
            place_words(at[0], at[1], at[2]),
            "",
            tuple(Window(name, (at[0],), rows, columns) for name in names),
            updates,
            (1, *self.case.kernel_size),
            channel=at[0],
            chosen=chosen,
        )


class PoolForward(PoolTrace):
    """What both forward passes share: the input is read, the output filled."""

    operands = ("input",)

    def __init__(self, case: PoolCase) -> None:
        super().__init__(case)
        self.grids = {"input": self._source}
        self.target = Grid("output", "output", Role.OUTPUT, np.zeros(self.shape))

    def _updates(self, at: tuple[int, ...], before: Values) -> tuple[Update, ...]:
        del before
        terms = tuple(
            Term((self._source.factor(at[0], row, column),), (0, i, j))
            for row, column, i, j in self._cells(at)
        )
        values = [term.value for term in terms]
        value = sum(values) / len(values) if self.averages else max(values)
        return (
            Update(
                self.target.cell(*at),
                (Group("", terms),),
                value,
                value,
                divisor=float(len(values)) if self.averages else 1.0,
                rule=Rule.SUM if self.averages else Rule.MAX,
            ),
        )


class MaxPoolForward(PoolForward):
    """The largest cell of each window."""

    title = "Max pooling"


class AvgPoolForward(PoolForward):
    """The mean of each window."""

    title = "Average pooling"
    averages = True


class PoolBackward(PoolTrace):
    """What both backward passes share: each output cell adds to cells of its window."""

    accumulates = True
    operands: tuple[str, ...] = ("grad_output",)

    def __init__(self, case: PoolCase) -> None:
        super().__init__(case)
        grad_output = Grid("grad_output", "grad_output", Role.GRADIENT, case.grad_output)
        self.grids = {"grad_output": grad_output}
        self.target = case.padded_grid("grad_input", Role.GRADIENT)

    def _gradient(self, at: tuple[int, ...]) -> Factor:
        return self.grids["grad_output"].factor(*at)

    def _result_of(self, values: Values) -> Values:
        top, left = self.case.padding
        height, width = self.case.input.shape[1:]
        return values[:, top : top + height, left : left + width]


class MaxPoolBackward(PoolBackward):
    """The gradient goes to the maximum, the others get nothing."""

    title = "Gradient of max pooling"
    operands = ("input", "grad_output")

    def __init__(self, case: PoolCase) -> None:
        super().__init__(case)
        self.grids = {"input": self._source, **self.grids}

    def _updates(self, at: tuple[int, ...], before: Values) -> tuple[Update, ...]:
        index = (at[0], *self._chosen(at))
        return (added(self.target, index, single(self._gradient(at)), "", float(before[index])),)


class AvgPoolBackward(PoolBackward):
    """The gradient is shared out equally among the cells of the window."""

    title = "Gradient of average pooling"
    averages = True

    def _updates(self, at: tuple[int, ...], before: Values) -> tuple[Update, ...]:
        cells = self._cells(at)
        return tuple(
            added(
                self.target,
                (at[0], row, column),
                Term((self._gradient(at),), (0, i, j)),
                "",
                float(before[at[0], row, column]),
                divisor=float(len(cells)),
            )
            for row, column, i, j in cells
        )
