"""The gradient of Conv2d's input, explained in two ways that end on the same numbers.

Scatter-add: each output cell adds its gradient to the cells that its window read, times the weight
that they were read with. Full correlation: each input cell is a sum over the gradient
spread out by the stride and padded, times the kernel rotated by 180°.
"""

from __future__ import annotations

import numpy as np

from engine.basics.geometry import Axis
from engine.traces.conv2d import WindowTrace
from engine.traces.conv2d_case import Conv2dCase
from engine.traces.model import (
    CellKind,
    Grid,
    Group,
    Role,
    State,
    Step,
    Term,
    Update,
    Values,
    Window,
)
from engine.traces.trace import Trace
from engine.traces.updates import added, place_words


class GradInputScatter(WindowTrace):
    """Scatter-add: each output cell adds its gradient to the cells of its window.

    ``grad_input[c, y·s + i·d, x·s + j·d] += grad_output[o, y, x] · kernel[o, c, i, j]``

    Each step takes one output cell and adds to all cells of its window. What falls on the padding
    is discarded: padding has no gradient that anyone asks for.
    """

    title = "Gradient of the input, window by window"
    product_title = "grad_output × kernel"
    operands = ("grad_output", "kernel")

    def __init__(self, case: Conv2dCase) -> None:
        super().__init__(case)
        self.grids = {g.name: g for g in (case.grad_output_grid(), case.kernel_grid())}
        self.target = case.padded_grid(
            "grad_input", "grad_input", Role.GRADIENT, np.zeros_like(case.padded)
        )

    def _step(self, index: int) -> Step:
        o, row, column = self._at(index)
        g, w = self.grids["grad_output"].factor(o, row, column), self.grids["kernel"]
        before = self.state_after(index - 1).values
        rows, columns = self.case.rows.window(row), self.case.columns.window(column)
        updates = tuple(
            added(
                self.target,
                (c, r, col),
                Term((g, w.factor(o, k, i, j)), (k, i, j)),
                f"input channel {c + 1}",
                float(before[c, r, col]),
            )
            for k, c in enumerate(self.case.channels_of(o))
            for i, r in enumerate(rows)
            for j, col in enumerate(columns)
        )
        windows = tuple(Window("grad_input", (c,), rows, columns) for c in self.case.channels_of(o))
        return Step(
            index,
            place_words(o, row, column),
            "adds its gradient, times the kernel, to its window",
            windows,
            updates,
            self.case.kernel.shape[1:],
            channel=o,
        )

    def _initial_state(self) -> State:
        filled = np.broadcast_to(self.target.kinds == CellKind.VALUE, self.target.values.shape)
        return State(np.zeros_like(self.target.values), filled.copy())

    def _advance(self, state: State, index: int) -> None:
        o, row, column = self._at(index)
        rows, columns = self.case.window(row, column)
        for k, c in enumerate(self.case.channels_of(o)):
            share = self.case.grad_output[o, row, column] * self.case.kernel[o, k]
            state.values[c, rows, columns] += share
        state.values[~state.filled] = 0.0

    def _result_of(self, values: Values) -> Values:
        return self.case.without_padding(values)


class GradInputCorrelation(Trace):
    """Full correlation: each step fills one cell of the gradient from the rotated kernel.

    ``grad_input[c, y, x] = Σ spread[o, y + i·d, x + j·d] · rotated[o, c, i, j]`` over ``o``, ``i``,
    ``j``, where ``spread`` is grad_output with ``s − 1`` zeros between its cells and
    ``d·(K − 1) − p`` zeros around them (fewer than none: it is cut), and ``rotated`` is the kernel
    turned by 180°.
    """

    title = "Gradient of the input, cell by cell"
    product_title = "grad_output × rotated"
    operands = ("grad_output", "rotated_kernel")
    groups_are_output_channels = True

    def __init__(self, case: Conv2dCase) -> None:
        super().__init__()
        self.case = case
        rotated = Grid(
            "rotated_kernel", "rotated kernel", Role.KERNEL, case.kernel[:, :, ::-1, ::-1]
        )
        self.grids = {g.name: g for g in (_spread_grid(case), rotated)}
        self.target = Grid("grad_input", "grad_input", Role.GRADIENT, np.zeros(case.input.shape))

    def __len__(self) -> int:
        return self.case.input.size

    @property
    def output_channels(self) -> int:
        """Number of kernels; each step sums over those that read its channel."""
        return self.case.out_channels

    def _at(self, index: int) -> tuple[int, int, int]:
        channel, row, column = np.unravel_index(index, self.case.input.shape)
        return int(channel), int(row), int(column)

    def _readers(self, channel: int) -> list[tuple[int, int]]:
        """(out channel, channel within its kernel) for every kernel that reads ``channel``."""
        case = self.case
        return [
            (o, channel - case.channels_of(o).start)
            for o in range(case.out_channels)
            if channel in case.channels_of(o)
        ]

    def _windows(self, row: int, column: int) -> tuple[range, range]:
        down, across = self.case.rows, self.case.columns
        return (
            range(row, row + down.extent, down.dilation),
            range(column, column + across.extent, across.dilation),
        )

    def _step(self, index: int) -> Step:
        c, row, column = self._at(index)
        g, w = self.grids["grad_output"], self.grids["rotated_kernel"]
        rows, columns = self._windows(row, column)
        groups = tuple(
            Group(
                f"output channel {o + 1}",
                tuple(
                    Term((g.factor(o, r, col), w.factor(o, k, i, j)), (n, i, j))
                    for i, r in enumerate(rows)
                    for j, col in enumerate(columns)
                ),
            )
            for n, (o, k) in enumerate(self._readers(c))
        )
        value = self._value(c, row, column)
        return Step(
            index,
            place_words(c, row, column, "Input"),
            "",
            tuple(Window("grad_output", (o,), rows, columns) for o, _ in self._readers(c)),
            (Update(self.target.cell(c, row, column), groups, value, value),),
            (len(groups), *self.case.kernel.shape[2:]),
        )

    def _value(self, c: int, row: int, column: int) -> float:
        g, w = self.grids["grad_output"].values, self.grids["rotated_kernel"].values
        rows, columns = self._windows(row, column)
        window = np.ix_(rows, columns)
        return float(sum((g[o][window] * w[o, k]).sum() for o, k in self._readers(c)))

    def _initial_state(self) -> State:
        shape = self.target.values.shape
        return State(np.zeros(shape), np.zeros(shape, np.bool_))

    def _advance(self, state: State, index: int) -> None:
        at = self._at(index)
        state.values[at] = self._value(*at)
        state.filled[at] = True

    def _result_of(self, values: Values) -> Values:
        return values


def _spread_grid(case: Conv2dCase) -> Grid:
    """grad_output as the rotated kernel slides over it: spread by the stride, padded or cut."""
    rows, row_kinds = _spread_axis(case.rows)
    columns, column_kinds = _spread_axis(case.columns)
    values = np.zeros((case.out_channels, len(row_kinds), len(column_kinds)))
    for y, r in enumerate(rows):
        for x, c in enumerate(columns):
            if 0 <= r < values.shape[1] and 0 <= c < values.shape[2]:
                values[:, r, c] = case.grad_output[:, y, x]
    kinds = np.maximum.outer(row_kinds, column_kinds)
    outside = np.logical_or.outer(row_kinds == CellKind.PADDING, column_kinds == CellKind.PADDING)
    kinds[outside] = CellKind.PADDING
    return Grid("grad_output", "grad_output", Role.GRADIENT, values, kinds)


def _spread_axis(axis: Axis) -> tuple[list[int], np.ndarray[tuple[int], np.dtype[np.uint8]]]:
    """Where the output cells come to lie along one axis, and what every place is."""
    length = axis.size + axis.extent - 1
    first = axis.extent - 1 - axis.padding
    places = [first + index * axis.stride for index in range(axis.output)]
    kinds = np.full(length, CellKind.PADDING, np.uint8)
    for place in range(max(0, places[0]), min(length, places[-1] + 1)):
        kinds[place] = CellKind.VALUE if place in places else CellKind.INSERTED
    return places, kinds
