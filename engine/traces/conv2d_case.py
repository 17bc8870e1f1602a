"""One sample going through one convolution: the arrays, the geometry, and the grids of both."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.basics.errors import ShapeError
from engine.basics.geometry import Axis, Pair, pair, same_axis, times
from engine.basics.records import quoted
from engine.traces.model import CellKind, Grid, Role, Values, exact

Around = tuple[Pair, Pair]
"""Padding as ((top, bottom), (left, right))."""


@dataclass(frozen=True, eq=False)
class Conv2dCase:
    """One sample going through one convolution.

    Shape:
        input ``(C, H, W)``; kernel ``(O, C/groups, K_h, K_w)``; bias ``(O,)``, zeros if left out;
        grad_output ``(O, H_out, W_out)``, zeros if left out. Padding: cells on all sides, per axis,
        ``((top, bottom), (left, right))``, ``"same"`` or ``"valid"``.

    Raises:
        ShapeError: if the arrays do not fit together, or hold something that is no finite number.
    """

    input: Values
    kernel: Values
    bias: Values
    grad_output: Values
    stride: Pair
    padding: Around
    dilation: Pair
    groups: int

    def __init__(
        self,
        input: ArrayLike,  # noqa: A002 - the field's name for it
        kernel: ArrayLike,
        bias: ArrayLike | None = None,
        grad_output: ArrayLike | None = None,
        *,
        stride: int | Pair = 1,
        padding: int | Pair | Around | str = 0,
        dilation: int | Pair = 1,
        groups: int = 1,
    ) -> None:
        x = exact(input, 3, "input", "(C, H, W); take one sample of a batch with x[0]")
        w = exact(kernel, 4, "kernel", "(out_channels, in_channels/groups, K_h, K_w)")
        out_channels = w.shape[0]
        b = np.zeros(out_channels) if bias is None else exact(bias, 1, "bias", "(out_channels,)")
        if b.shape != (out_channels,):
            raise ShapeError(f"The bias needs {out_channels} values, one per kernel; got {b.size}.")
        if groups < 1 or out_channels % groups or x.shape[0] != w.shape[1] * groups:
            raise ShapeError(
                f"Kernels over {w.shape[1]} channels in {groups} groups need an input of "
                f"{w.shape[1] * groups} channels and a multiple of {groups} kernels; "
                f"got {x.shape[0]} channels and {out_channels} kernels."
            )
        for name, value in (
            ("input", x),
            ("kernel", w),
            ("bias", b),
            ("stride", pair(stride)),
            ("padding", _around(padding, x, w, pair(stride), pair(dilation))),
            ("dilation", pair(dilation)),
            ("groups", groups),
        ):
            object.__setattr__(self, name, value)
        expected = (out_channels, self.rows.output, self.columns.output)
        g = np.zeros(expected)
        if grad_output is not None:
            g = exact(grad_output, 3, "grad_output", "(out_channels, H_out, W_out)")
        if g.shape != expected:
            raise ShapeError(
                f"grad_output must have the output's shape {times(expected)}; got {times(g.shape)}."
            )
        object.__setattr__(self, "grad_output", g)

    @cached_property
    def rows(self) -> Axis:
        """The windows along the height."""
        return self._axis(0)

    @cached_property
    def columns(self) -> Axis:
        """The windows along the width."""
        return self._axis(1)

    def _axis(self, i: int) -> Axis:
        return Axis(
            self.input.shape[1 + i],
            self.kernel.shape[2 + i],
            self.stride[i],
            self.padding[i][0],
            self.dilation[i],
            self.padding[i][1],
        )

    @property
    def out_channels(self) -> int:
        """Number of kernels."""
        return int(self.kernel.shape[0])

    def channels_of(self, out_channel: int) -> range:
        """The input channels that kernel ``out_channel`` reads."""
        width = self.kernel.shape[1]
        first = out_channel // (self.out_channels // self.groups) * width
        return range(first, first + width)

    @cached_property
    def padded(self) -> Values:
        """The input with its ring of zeros, shape ``(C, H + padding, W + padding)``."""
        return np.pad(self.input, ((0, 0), *self.padding))

    def window(self, row: int, column: int) -> tuple[slice, slice]:
        """The slices of the padded input that output cell (row, column) reads."""
        ranges = (self.rows.window(row), self.columns.window(column))
        return (
            slice(ranges[0].start, ranges[0].stop, ranges[0].step),
            slice(ranges[1].start, ranges[1].stop, ranges[1].step),
        )

    def padded_grid(self, name: str, title: str, role: Role, values: Values) -> Grid:
        """A grid of the padded input's size, with its padding and unread cells marked."""
        kinds, unread = mark_padding(self.rows, self.columns)
        return Grid(name, title, role, values, kinds, unread)

    def without_padding(self, values: Values) -> Values:
        """The cells of a padded grid that are the input's own."""
        (top, _), (left, _) = self.padding
        return values[:, top : top + self.rows.size, left : left + self.columns.size]

    def input_grid(self) -> Grid:
        """The padded input."""
        return self.padded_grid("input", "input", Role.INPUT, self.padded)

    def kernel_grid(self) -> Grid:
        """All kernels."""
        return Grid("kernel", "kernel", Role.KERNEL, self.kernel)

    def grad_output_grid(self) -> Grid:
        """The gradient that arrives from the next layer."""
        return Grid("grad_output", "grad_output", Role.GRADIENT, self.grad_output)


def mark_padding(rows: Axis, columns: Axis) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """What every cell of a padded sheet is, and whether no window reaches it."""
    kinds = np.full((rows.padded, columns.padded), CellKind.PADDING, np.uint8)
    top, left = rows.padding, columns.padding
    kinds[top : top + rows.size, left : left + columns.size] = CellKind.VALUE
    unread = np.ones(kinds.shape, np.bool_)
    reached_rows = sorted({r for window in rows.windows() for r in window})
    reached_columns = sorted({c for window in columns.windows() for c in window})
    unread[np.ix_(reached_rows, reached_columns)] = False
    return kinds, unread


def _around(
    padding: int | Pair | Around | str, x: Values, w: Values, stride: Pair, dilation: Pair
) -> Around:
    """Padding on all four sides, from any way of saying it."""
    if isinstance(padding, str):
        if padding not in {"same", "valid"}:
            raise ShapeError(
                f'Padding must be numbers, "same" or "valid"; got {quoted(padding)!r}.'
            )
        if padding == "valid":
            return (0, 0), (0, 0)
        down, across = (
            same_axis(x.shape[1 + i], w.shape[2 + i], stride[i], dilation[i]) for i in (0, 1)
        )
        return (down.padding, down.after), (across.padding, across.after)
    if isinstance(padding, int):
        return (padding, padding), (padding, padding)
    height, width = padding
    return (
        (height, height) if isinstance(height, int) else height,
        (width, width) if isinstance(width, int) else width,
    )


def four_by_four(padding: int = 0) -> Conv2dCase:
    """The course's 4×4 example: 1…16 through two 3×3 kernels, bias 0, stride 1.

    The gradient that arrives is 2×2 per kernel; with padding, where the output is larger, it lies
    in the output's top left corner, with zeros elsewhere.
    """
    kernels = np.zeros((2, 1, 3, 3))
    kernels[0, 0, 1, 1], kernels[0, 0, 2, 1] = 1, -1
    kernels[1, 0, 1, 1], kernels[1, 0, 1, 2] = -1, 1
    side = 2 + 2 * padding
    grad_output = np.zeros((2, side, side))
    grad_output[:, :2, :2] = [[[-4, -4], [10, 11]], [[1, -7], [1, -11]]]
    image = np.arange(1, 17).reshape(1, 4, 4)
    return Conv2dCase(image, kernels, np.zeros(2), grad_output, padding=padding)
