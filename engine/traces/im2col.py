"""The forward pass as one matrix product: every window laid out as a row.

``patches[y·W_out + x, (c·K_h + i)·K_w + j] = input[c, y·s + i·d, x·s + j·d]``; then
``output[o] = patches @ weights[o] + bias[o]``. Source: K. Chellapilla, S. Puri, P. Simard, "High
performance convolutional neural networks for document processing" (2006).
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from engine.traces.conv2d_case import Conv2dCase
from engine.traces.model import Cell, Values


class Im2col:
    """The matrix of one convolution, with the cell that every entry was read from.

    Shape:
        ``patches`` ``(H_out·W_out, C·K_h·K_w)``; ``weights(o)`` ``(C·K_h·K_w,)``.
    """

    def __init__(self, case: Conv2dCase) -> None:
        self.case = case
        self._patches: dict[int, Values] = {}

    @property
    def rows(self) -> int:
        """One per window."""
        return self.case.rows.output * self.case.columns.output

    @property
    def columns(self) -> int:
        """One per weight of a kernel."""
        return int(np.prod(self.case.kernel.shape[1:]))

    def row_of(self, step: int) -> int:
        """The window of step ``step`` of the forward trace."""
        return step % self.rows

    def patches(self, out_channel: int = 0) -> Values:
        """All windows, one a row, of the channels that kernel ``out_channel`` reads."""
        channels = self.case.channels_of(out_channel)
        if channels.start in self._patches:
            return self._patches[channels.start]
        source = self.case.padded[channels.start : channels.stop]
        windows = [
            source[:, *self.case.window(row, column)].ravel()
            for row in range(self.case.rows.output)
            for column in range(self.case.columns.output)
        ]
        self._patches[channels.start] = np.array(windows)
        return self._patches[channels.start]

    def weights(self, out_channel: int) -> Values:
        """The kernel laid out in the same order."""
        weights: Values = self.case.kernel[out_channel].ravel()
        return weights

    def input_cell(self, row: int, column: int, out_channel: int = 0) -> Cell:
        """Where an entry of the matrix was read."""
        y, x = divmod(row, self.case.columns.output)
        k, i, j = (int(part) for part in np.unravel_index(column, self.case.kernel.shape[1:]))
        channel = self.case.channels_of(out_channel)[k]
        rows, columns = self.case.rows.window(y), self.case.columns.window(x)
        return Cell("input", (channel, rows[i], columns[j]))

    def kernel_cell(self, column: int, out_channel: int) -> Cell:
        """Where a weight of the column stands in the kernel."""
        k, i, j = (int(part) for part in np.unravel_index(column, self.case.kernel.shape[1:]))
        return Cell("kernel", (out_channel, k, i, j))

    @cached_property
    def products_of(self) -> dict[tuple[int, int], Values]:
        """Products already asked for, by (row, out_channel)."""
        return {}

    def products(self, row: int, out_channel: int) -> Values:
        """The terms of one dot product, in the matrix's order."""
        key = (row, out_channel)
        if key not in self.products_of:
            y, x = divmod(row, self.case.columns.output)
            channels = self.case.channels_of(out_channel)
            window = self.case.padded[channels.start : channels.stop, *self.case.window(y, x)]
            self.products_of[key] = window.ravel() * self.weights(out_channel)
        return self.products_of[key]
