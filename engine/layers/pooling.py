"""Pooling: the largest value of each window, or their mean, and the way back.

    max:      y[n, c, i, j] = max over a, b of x[n, c, i·s + a − p, j·s + b − p]
    average:  y[n, c, i, j] = (1/count) · Σ_a Σ_b x[n, c, i·s + a − p, j·s + b − p]

In max pooling the gradient goes, whole, to the cell that held the maximum; to the first in
row-major order where several did. In average pooling it is shared out equally.
"""

# ruff: noqa: RUF009 - a field is declared by a call; it has no state that specs could share

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import DTypeLike

from engine.basics.errors import ShapeError
from engine.basics.geometry import Axis, Pair, Shape, both_ways, pair, times
from engine.layers.base import (
    Array,
    Layer,
    batch_first,
    batch_last,
    check_gradient,
    check_planes,
    expect_planes,
)
from engine.layers.setting_fields import cells_field, count_padding_field, stride_field
from engine.layers.spec import Cost, LayerSpec, Signs, register


def pooling_axes(size: Pair, kernel_size: Pair, stride: Pair, padding: Pair) -> tuple[Axis, Axis]:
    """The windows along height and width; padding may be at most half the window.

    Raises:
        ShapeError: if a window could lie in the padding alone, or does not fit.
    """
    if any(2 * p > k for p, k in zip(padding, kernel_size, strict=True)):
        raise ShapeError(
            f"Padding {both_ways(padding)} is more than half the window {times(kernel_size)}: "
            "a window could see padding alone. Use less padding."
        )
    return (
        Axis(size[0], kernel_size[0], stride[0], padding[0]),
        Axis(size[1], kernel_size[1], stride[1], padding[1]),
    )


def window_slabs(memory: Array, axes: tuple[Axis, Axis]) -> Iterator[Array]:
    """For each window position, row-major: the cells that all windows have there, as one view.

    ``memory`` is padded, ``(H, C, W, N)``; each slab is ``(H_out, C, W_out, N)``.
    """
    rows, across = axes
    for a in range(rows.kernel):
        for b in range(across.kernel):
            yield memory[
                a : a + rows.stride * (rows.output - 1) + 1 : rows.stride,
                :,
                b : b + across.stride * (across.output - 1) + 1 : across.stride,
            ]


def slab_along(memory: Array, windows: Axis, axis: int, cell: int) -> Array:
    """The cells that all windows along one axis have at position ``cell``, as a view."""
    stop = cell + windows.stride * (windows.output - 1) + 1
    picked = slice(cell, stop, windows.stride)
    return memory[picked] if axis == 0 else memory[:, :, picked]


class Pooling2d(Layer):
    """What the poolings share: their windows, and the padded memory."""

    def __init__(
        self, kernel_size: int | Pair, stride: int | Pair | None = None, padding: int | Pair = 0
    ) -> None:
        super().__init__()
        self.kernel_size = pair(kernel_size)
        self.stride = self.kernel_size if stride is None else pair(stride)
        self.padding = pair(padding)
        if min(*self.kernel_size, *self.stride) < 1 or min(self.padding) < 0:
            raise ShapeError(
                "Pooling needs a window and a stride of at least 1 and padding of at least 0; got "
                f"{self.kernel_size}, {self.stride}, {self.padding}."
            )

    def axes(self, x: Array) -> tuple[Axis, Axis]:
        """The windows on an input of ``(N, C, H, W)``."""
        size = (x.shape[2], x.shape[3])
        return pooling_axes(size, self.kernel_size, self.stride, self.padding)

    def padded(self, memory: Array, axes: tuple[Axis, Axis], fill: float) -> Array:
        """``memory`` inside a ring of ``fill``, or itself where there is no padding."""
        rows, across = axes
        if not (rows.padding or across.padding):
            return memory
        shape = (rows.padded, memory.shape[1], across.padded, memory.shape[3])
        ring = self.buffers.take("padded", shape, memory.dtype, fill)
        np.copyto(self.unpadded(ring, axes), memory)
        return ring

    @staticmethod
    def unpadded(memory: Array, axes: tuple[Axis, Axis]) -> Array:
        """The view of the input's own cells."""
        rows, across = axes
        return memory[
            rows.padding : rows.padding + rows.size,
            :,
            across.padding : across.padding + across.size,
        ]


class MaxPool2d(Pooling2d):
    """2-D max pooling.

    Shape:
        input ``(N, C, H, W)``, output ``(N, C, H_out, W_out)`` with
        ``H_out = floor((H + 2·padding − K_h) / stride) + 1``. ``stride=None`` means the window's.

    The maximum is sought along the width first, then down the height: each a contest of whole
    slabs, in which only a strictly larger value takes the place of an earlier one. So the first of
    equal maxima in row-major order wins.
    """

    def __init__(
        self, kernel_size: int | Pair, stride: int | Pair | None = None, padding: int | Pair = 0
    ) -> None:
        super().__init__(kernel_size, stride, padding)
        self._kept: tuple[tuple[Axis, Axis], Array, Array] | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """The maximum of each window."""
        check_planes(x, None, "MaxPool2d")
        rows, across = axes = self.axes(x)
        memory = self.padded(batch_last(x), axes, -np.inf)
        _, C, _, N = memory.shape
        widest, in_row = self._contest(
            memory, across, 2, (rows.padded, C, across.output, N), training=training
        )
        best, in_column = self._contest(
            widest, rows, 0, (rows.output, C, across.output, N), training=training
        )
        self._kept = (axes, in_row, in_column) if training else None
        return batch_first(best)

    def _contest(
        self, memory: Array, windows: Axis, axis: int, shape: Shape, *, training: bool
    ) -> tuple[Array, Array]:
        """The maximum of each window along one axis, and its position in the window."""
        slabs = [slab_along(memory, windows, axis, cell) for cell in range(windows.kernel)]
        best = self.buffers.scratch(f"best{axis}", shape, memory.dtype)
        position = np.min_scalar_type(windows.kernel)
        winner = self.buffers.scratch(f"winner{axis}", shape, position)
        if len(slabs) == 1:
            np.copyto(best, slabs[0])
            winner.fill(0)
            return best, winner

        def compete(part: slice) -> None:
            if training:
                np.greater(slabs[1][part], slabs[0][part], out=winner[part], casting="unsafe")
            np.maximum(slabs[0][part], slabs[1][part], out=best[part])
            for cell in range(2, len(slabs)):
                if training:
                    larger = np.greater(slabs[cell][part], best[part])
                    np.copyto(winner[part], cell, where=larger)
                np.maximum(best[part], slabs[cell][part], out=best[part])

        self.share(compete, shape[0], memory.size)
        return best, winner

    def backward(self, grad_output: Array) -> Array:
        """Each gradient goes to the cell that held the maximum."""
        if self._kept is None:
            raise self.not_ready()
        axes, in_row, in_column = self._kept
        check_gradient(grad_output, batch_first(in_column).shape, "MaxPool2d")
        grad = batch_last(grad_output)
        rows, across = axes
        _, C, W_out, N = in_column.shape
        down = self._undo_contest(grad, in_column, rows, 0, (rows.padded, C, W_out, N))
        total = self._undo_contest(down, in_row, across, 2, (rows.padded, C, across.padded, N))
        return batch_first(self.unpadded(total, axes))

    def _undo_contest(
        self, grad: Array, winner: Array, windows: Axis, axis: int, shape: tuple[int, ...]
    ) -> Array:
        """Undo one contest: the gradient of its input, of ``shape``."""
        total = self.buffers.scratch(f"grad{axis}", shape, grad.dtype)
        chosen = self.buffers.scratch(f"chosen{axis}", grad.shape, np.bool_)
        slabs = [slab_along(total, windows, axis, cell) for cell in range(windows.kernel)]
        if windows.stride == windows.kernel and not windows.clipped:

            def give(part: slice) -> None:  # every cell belongs to exactly one window
                for cell, slab in enumerate(slabs):
                    np.equal(winner[part], cell, out=chosen[part])
                    np.multiply(grad[part], chosen[part], out=slab[part])

            self.share(give, grad.shape[0], total.size)
            return total
        total.fill(0)
        for cell, slab in enumerate(slabs):
            np.equal(winner, cell, out=chosen)
            np.add(slab, grad * chosen, out=slab)
        return total

    def forget(self) -> None:
        """Drop what forward kept, and all buffers."""
        super().forget()
        self._kept = None


class AvgPool2d(Pooling2d):
    """2-D average pooling.

    ``count_padding`` says whether the zeros of the padding count as cells of a window (PyTorch's
    ``count_include_pad``, on by default there and here); if not, the mean is over the input's own
    cells.

    Shape:
        as ``MaxPool2d``.
    """

    def __init__(
        self,
        kernel_size: int | Pair,
        stride: int | Pair | None = None,
        padding: int | Pair = 0,
        *,
        count_padding: bool = True,
    ) -> None:
        super().__init__(kernel_size, stride, padding)
        self.count_padding = count_padding
        self._kept: tuple[tuple[int, ...], tuple[Axis, Axis]] | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """The mean of each window."""
        check_planes(x, None, "AvgPool2d")
        axes = self.axes(x)
        slabs = window_slabs(self.padded(batch_last(x), axes, 0.0), axes)
        first = next(slabs)
        total = self.buffers.scratch("output", first.shape, x.dtype)
        np.copyto(total, first)
        for slab in slabs:
            np.add(total, slab, out=total)
        np.multiply(total, self._shares(axes, x.dtype), out=total)
        result = batch_first(total)
        self._kept = (result.shape, axes) if training else None
        return result

    def _shares(self, axes: tuple[Axis, Axis], dtype: DTypeLike) -> Array:
        """One over the number of cells that count in each window, ``(H_out, 1, W_out, 1)``."""
        if self.count_padding:
            return np.full((1, 1, 1, 1), 1 / (axes[0].kernel * axes[1].kernel), dtype)
        down, across = (
            np.array([sum(0 <= cell - axis.padding < axis.size for cell in w) for w in windows])
            for axis, windows in ((axis, axis.windows()) for axis in axes)
        )
        shares: Array = (1 / np.multiply.outer(down, across)).astype(dtype)
        return shares[:, None, :, None]

    def backward(self, grad_output: Array) -> Array:
        """Share each gradient out equally among the cells of its window."""
        if self._kept is None:
            raise self.not_ready()
        shape, axes = self._kept
        check_gradient(grad_output, shape, "AvgPool2d")
        grad = batch_last(grad_output)
        share = self.buffers.scratch("share", grad.shape, grad.dtype)
        np.multiply(grad, self._shares(axes, grad.dtype), out=share)
        rows, across = axes
        total = self.buffers.scratch(
            "grad_input", (rows.padded, grad.shape[1], across.padded, grad.shape[3]), grad.dtype
        )
        total.fill(0)
        for slab in window_slabs(total, axes):
            np.add(slab, share, out=slab)
        return batch_first(self.unpadded(total, axes))

    def forget(self) -> None:
        """Drop what forward kept, and all buffers."""
        super().forget()
        self._kept = None


@dataclass(frozen=True)
class Pooling2dSpec(LayerSpec):
    """What the specs of the poolings share."""

    family: ClassVar[str] = "pooling"
    signs: ClassVar[Signs] = Signs.AS_INPUT
    belongs_to_convolution: ClassVar[bool] = False

    kernel_size: Pair = cells_field((2, 2), "Window", "Height and width of the window.")
    stride: Pair = stride_field((2, 2))
    padding: Pair = cells_field(
        (0, 0),
        "Padding",
        "Cells added on each side; at most half the window.",
        minimum=0,
        maximum=256,
    )

    def words(self) -> str:
        """For the card: ``window 2×2, stride 2``."""
        padding = f", padding {both_ways(self.padding)}" if self.padding != (0, 0) else ""
        return f"window {times(self.kernel_size)}, stride {both_ways(self.stride)}{padding}"

    def axes(self, input_shape: Shape) -> tuple[Axis, Axis]:
        """The windows along height and width, or ``ShapeError``."""
        _, H, W = expect_planes(input_shape, self.title)
        return pooling_axes((H, W), self.kernel_size, self.stride, self.padding)

    def windows(self, input_shape: Shape) -> tuple[Axis, ...]:
        """The windows along height and width."""
        return self.axes(input_shape)

    def output_shape(self, input_shape: Shape) -> Shape:
        """``(C, H_out, W_out)``."""
        rows, across = self.axes(input_shape)
        return (input_shape[0], rows.output, across.output)

    def cost(self, input_shape: Shape) -> Cost:
        """Nothing to learn, nothing multiplied."""
        self.output_shape(input_shape)
        return Cost()

    def formulas(self, input_shape: Shape) -> tuple[str, ...]:
        """Output height and width, with the numbers."""
        rows, across = self.axes(input_shape)
        return (f"height {rows.formula()}", f"width {across.formula()}")


@register
@dataclass(frozen=True)
class MaxPool2dSpec(Pooling2dSpec):
    """Settings of a ``MaxPool2d``."""

    kind: ClassVar[str] = "MaxPool2d"
    title: ClassVar[str] = "Max pooling 2-D"
    about: ClassVar[str] = "Keeps the largest value of each window and forgets the rest."
    icon: ClassVar[str] = "pool"

    def build(self, input_shape: Shape, rng: np.random.Generator, dtype: Any) -> MaxPool2d:  # noqa: ARG002
        """A ``MaxPool2d``."""
        self.output_shape(input_shape)
        return MaxPool2d(self.kernel_size, self.stride, self.padding)


@register
@dataclass(frozen=True)
class AvgPool2dSpec(Pooling2dSpec):
    """Settings of an ``AvgPool2d``."""

    kind: ClassVar[str] = "AvgPool2d"
    title: ClassVar[str] = "Average pooling 2-D"
    about: ClassVar[str] = "Replaces each window by the mean of its values."
    icon: ClassVar[str] = "avgpool"

    count_padding: bool = count_padding_field()

    def build(self, input_shape: Shape, rng: np.random.Generator, dtype: Any) -> AvgPool2d:  # noqa: ARG002
        """An ``AvgPool2d``."""
        self.output_shape(input_shape)
        return AvgPool2d(
            self.kernel_size, self.stride, self.padding, count_padding=self.count_padding
        )
