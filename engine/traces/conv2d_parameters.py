"""The gradients of Conv2d's kernel and bias, one window or one weight at a time."""

from __future__ import annotations

import numpy as np

from engine.traces.conv2d import WindowTrace
from engine.traces.conv2d_case import Conv2dCase
from engine.traces.model import Cell, Grid, Group, Role, State, Step, Term, Update, Values, Window
from engine.traces.updates import added, place_words, single

LONGEST_SUM = 36
"""Longer sums are told row by row."""


class GradKernelAccumulation(WindowTrace):
    """Window by window: each window is added, times the gradient of the output cell it made.

    ``grad_kernel[o, c, i, j] += input[c, y·s + i·d, x·s + j·d] · grad_output[o, y, x]``
    """

    title = "Gradient of the kernel, window by window"
    product_title = "input × grad_output"
    operands = ("input", "grad_output")

    def __init__(self, case: Conv2dCase) -> None:
        super().__init__(case)
        self.grids = {g.name: g for g in (case.input_grid(), case.grad_output_grid())}
        self.target = _grad_kernel_grid(case)

    def _step(self, index: int) -> Step:
        o, row, column = self._at(index)
        x, g = self.grids["input"], self.grids["grad_output"].factor(o, row, column)
        before = self.state_after(index - 1).values
        rows, columns = self.case.rows.window(row), self.case.columns.window(column)
        updates = tuple(
            added(
                self.target,
                (o, k, i, j),
                Term((x.factor(c, r, col), g), (k, i, j)),
                f"input channel {c + 1}",
                float(before[o, k, i, j]),
            )
            for k, c in enumerate(self.case.channels_of(o))
            for i, r in enumerate(rows)
            for j, col in enumerate(columns)
        )
        return Step(
            index,
            place_words(o, row, column),
            "multiplies its window by its gradient",
            self._input_windows(o, row, column),
            updates,
            self.case.kernel.shape[1:],
            channel=o,
        )

    def _initial_state(self) -> State:
        shape = self.target.values.shape
        return State(np.zeros(shape), np.ones(shape, np.bool_))

    def _advance(self, state: State, index: int) -> None:
        o, row, column = self._at(index)
        rows, columns = self.case.window(row, column)
        for k, c in enumerate(self.case.channels_of(o)):
            share = self.case.padded[c, rows, columns] * self.case.grad_output[o, row, column]
            state.values[o, k] += share

    def _result_of(self, values: Values) -> Values:
        return values


class GradKernelCorrelation(WindowTrace):
    """Weight by weight: the input is correlated with grad_output.

    ``grad_kernel[o, c, i, j] = Σ input[c, i·d + y·s, j·d + x·s] · grad_output[o, y, x]`` over ``y``
    and ``x``: stride and dilation have changed places.
    """

    title = "Gradient of the kernel, weight by weight"
    product_title = "input × grad_output"
    operands = ("input", "grad_output")

    def __init__(self, case: Conv2dCase) -> None:
        super().__init__(case)
        self.grids = {g.name: g for g in (case.input_grid(), case.grad_output_grid())}
        self.target = _grad_kernel_grid(case)

    def __len__(self) -> int:
        return self.case.kernel.size

    def channel_of(self, index: int) -> int | None:
        """The output channel of weight ``index``."""
        return self._weight(self._checked(index))[0]

    def steps_with(self, cell: Cell) -> tuple[int, ...]:
        """The steps that read or write ``cell``; here a step is a weight, not a window."""
        return self._steps_by_cell.get(cell, ())

    def _weight(self, index: int) -> tuple[int, int, int, int]:
        o, k, i, j = np.unravel_index(index, self.case.kernel.shape)
        return int(o), int(k), int(i), int(j)

    def _windows(self, i: int, j: int) -> tuple[range, range]:
        down, across = self.case.rows, self.case.columns
        top, left = i * down.dilation, j * across.dilation
        return (
            range(top, top + (down.output - 1) * down.stride + 1, down.stride),
            range(left, left + (across.output - 1) * across.stride + 1, across.stride),
        )

    def _step(self, index: int) -> Step:
        o, k, i, j = self._weight(index)
        c = self.case.channels_of(o)[k]
        x, g = self.grids["input"], self.grids["grad_output"]
        rows, columns = self._windows(i, j)
        terms = tuple(
            Term((x.factor(c, r, col), g.factor(o, row, column)), (0, row, column))
            for row, r in enumerate(rows)
            for column, col in enumerate(columns)
        )
        value = self._value(o, k, i, j)
        groups: tuple[Group, ...] = (Group(f"input channel {c + 1}", terms),)
        if len(terms) > LONGEST_SUM:
            width = len(columns)
            groups = tuple(
                Group(f"row {row + 1}", terms[row * width : (row + 1) * width])
                for row in range(len(rows))
            )
        update = Update(self.target.cell(o, k, i, j), groups, value, value)
        return Step(
            index,
            f"Kernel {o + 1}, input channel {k + 1}, row {i + 1}, column {j + 1}",
            "",
            (Window("input", (c,), rows, columns),),
            (update,),
            (1, *self.case.grad_output.shape[1:]),
            channel=o,
        )

    def _value(self, o: int, k: int, i: int, j: int) -> float:
        rows, columns = self._windows(i, j)
        window = self.case.padded[self.case.channels_of(o)[k]][np.ix_(rows, columns)]
        return float((window * self.case.grad_output[o]).sum())

    def _initial_state(self) -> State:
        shape = self.target.values.shape
        return State(np.zeros(shape), np.zeros(shape, np.bool_))

    def _advance(self, state: State, index: int) -> None:
        at = self._weight(index)
        state.values[at] = self._value(*at)
        state.filled[at] = True

    def _result_of(self, values: Values) -> Values:
        return values


class GradBias(WindowTrace):
    """``grad_bias[o] += grad_output[o, y, x]``: it was added everywhere, so all count."""

    title = "Gradient of the bias"
    operands = ("grad_output",)

    def __init__(self, case: Conv2dCase) -> None:
        super().__init__(case)
        self.grids = {"grad_output": case.grad_output_grid()}
        self.target = Grid(
            "grad_bias", "grad_bias", Role.GRADIENT, np.zeros((1, case.out_channels))
        )

    def _step(self, index: int) -> Step:
        o, row, column = self._at(index)
        term = single(self.grids["grad_output"].factor(o, row, column))
        before = float(self.state_after(index - 1).values[0, o])
        return Step(
            index,
            place_words(o, row, column),
            f"grad_bias {o + 1}:",
            (),
            (added(self.target, (0, o), term, "", before),),
            (0, 0, 0),
            channel=o,
        )

    def _initial_state(self) -> State:
        shape = self.target.values.shape
        return State(np.zeros(shape), np.ones(shape, np.bool_))

    def _advance(self, state: State, index: int) -> None:
        o, row, column = self._at(index)
        state.values[0, o] += self.case.grad_output[o, row, column]

    def _result_of(self, values: Values) -> Values:
        grad_bias: Values = values[0]
        return grad_bias


def _grad_kernel_grid(case: Conv2dCase) -> Grid:
    return Grid("grad_kernel", "grad_kernel", Role.GRADIENT, np.zeros_like(case.kernel))
