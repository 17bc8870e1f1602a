"""Conv2d forward, one window at a time.

``output[o, y, x] = bias[o] + Σ input[c, y·s + i·d, x·s + j·d] · kernel[o, c, i, j]`` over ``c``,
``i``, ``j``, with stride ``s``, dilation ``d`` and the input padded with zeros: a
cross-correlation, called convolution in the field.

Source: V. Dumoulin, F. Visin, "A guide to convolution arithmetic for deep learning" (2016).
"""

from __future__ import annotations

import math

import numpy as np

from engine.traces.conv2d_case import Conv2dCase
from engine.traces.model import (
    Cell,
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
from engine.traces.updates import place_words


class WindowTrace(Trace):
    """A trace with one step per output channel and window, channel by channel."""

    def __init__(self, case: Conv2dCase) -> None:
        super().__init__()
        self.case = case
        self.shape = case.grad_output.shape

    def __len__(self) -> int:
        return math.prod(self.shape)

    def _at(self, index: int) -> tuple[int, int, int]:
        channel, row, column = np.unravel_index(index, self.shape)
        return int(channel), int(row), int(column)

    def channel_of(self, index: int) -> int | None:
        """The output channel of window ``index``."""
        return self._at(self._checked(index))[0]

    def in_channel(self, index: int, channel: int) -> int:
        """The same window in another output channel."""
        size = len(self) // self.output_channels
        return channel * size + index % size

    def steps_with(self, cell: Cell) -> tuple[int, ...]:
        """The steps that read or write ``cell``, by arithmetic: real layers have thousands."""
        _, height, width = self.shape
        size = height * width
        if cell.grid in {"output", "grad_output"}:
            o, row, column = cell.index
            return (int(np.ravel_multi_index((o, row, column), self.shape)),)
        if cell.grid in {"kernel", "grad_kernel", "bias", "grad_bias"}:
            o = cell.index[0] if cell.grid.endswith("kernel") else cell.column
            return tuple(range(o * size, (o + 1) * size))
        if cell.grid not in {"input", "grad_input"}:
            return ()
        rows = [y for y in range(height) if cell.row in self.case.rows.window(y)]
        columns = [x for x in range(width) if cell.column in self.case.columns.window(x)]
        readers = [o for o in range(self.shape[0]) if cell.index[0] in self.case.channels_of(o)]
        return tuple(o * size + y * width + x for o in readers for y in rows for x in columns)

    @property
    def output_channels(self) -> int:
        """Number of kernels."""
        return self.case.out_channels

    def _input_windows(self, out_channel: int, row: int, column: int) -> tuple[Window, ...]:
        rows, columns = self.case.rows.window(row), self.case.columns.window(column)
        channels = self.case.channels_of(out_channel)
        return tuple(Window("input", (c,), rows, columns) for c in channels)


class Conv2dForward(WindowTrace):
    """The forward pass: each step fills one cell of the output."""

    title = "Forward"
    product_title = "input × kernel"
    operands = ("input", "kernel")

    def __init__(self, case: Conv2dCase) -> None:
        super().__init__(case)
        bias = Grid("bias", "bias", Role.KERNEL, case.bias[np.newaxis])
        self.grids = {g.name: g for g in (case.input_grid(), case.kernel_grid(), bias)}
        self.target = Grid("output", "output", Role.OUTPUT, np.zeros(self.shape))

    def _step(self, index: int) -> Step:
        o, row, column = self._at(index)
        x, w = self.grids["input"], self.grids["kernel"]
        rows, columns = self.case.rows.window(row), self.case.columns.window(column)
        groups = tuple(
            Group(
                f"input channel {c + 1}",
                tuple(
                    Term((x.factor(c, r, col), w.factor(o, k, i, j)), (k, i, j))
                    for i, r in enumerate(rows)
                    for j, col in enumerate(columns)
                ),
            )
            for k, c in enumerate(self.case.channels_of(o))
        )
        bias = self.grids["bias"].factor(0, o)
        after = self._value(o, row, column)
        update = Update(self.target.cell(o, row, column), groups, after, after, bias=bias)
        return Step(
            index,
            place_words(o, row, column),
            "",
            self._input_windows(o, row, column),
            (update,),
            self.case.kernel.shape[1:],
            channel=o,
        )

    def _value(self, o: int, row: int, column: int) -> float:
        case, channels = self.case, self.case.channels_of(o)
        window = case.padded[(slice(channels.start, channels.stop), *case.window(row, column))]
        subtotals = (window * case.kernel[o]).reshape(len(channels), -1).sum(axis=1)
        total: float = sum(subtotals.tolist(), float(case.bias[o]))
        return total

    def _initial_state(self) -> State:
        return State(np.zeros(self.shape), np.zeros(self.shape, np.bool_))

    def _advance(self, state: State, index: int) -> None:
        at = self._at(index)
        state.values[at] = self._value(*at)
        state.filled[at] = True

    def _result_of(self, values: Values) -> Values:
        return values
