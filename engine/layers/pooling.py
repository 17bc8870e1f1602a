"""Max pooling: the largest value of each window, and the way back to where it was.

    y[n, c, i, j] = max over a, b of x[n, c, i·s + a − p, j·s + b − p]

The gradient goes, whole, to the cell that held the maximum; to the first in row-major order where
several did.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from engine.errors import ShapeError
from engine.geometry import Axis, Pair, Shape, pair
from engine.layers.base import (
    Array,
    Layer,
    batch_first,
    batch_last,
    check_gradient,
    check_planes,
    expect_planes,
)
from engine.spec import Cost, LayerSpec, register, spec_field


def pooling_axes(size: Pair, kernel_size: Pair, stride: Pair, padding: Pair) -> tuple[Axis, Axis]:
    """The windows along height and width; padding may be at most half the window.

    Raises:
        ShapeError: if a window could lie in the padding alone, or does not fit.
    """
    if any(2 * p > k for p, k in zip(padding, kernel_size, strict=True)):
        raise ShapeError(
            f"Padding {padding} is more than half the window {kernel_size}: a window could see "
            "padding alone. Use less padding."
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
    """

    def __init__(
        self, kernel_size: int | Pair, stride: int | Pair | None = None, padding: int | Pair = 0
    ) -> None:
        super().__init__(kernel_size, stride, padding)
        self._kept: tuple[Array, tuple[Axis, Axis]] | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """The maximum of each window."""
        check_planes(x, None, "MaxPool2d")
        axes = self.axes(x)
        memory = self.padded(batch_last(x), axes, -np.inf)
        slabs = window_slabs(memory, axes)
        first = next(slabs)
        best = self.buffers.scratch("output", first.shape, memory.dtype)
        if training:
            self._kept = (self._search(first, slabs, best), axes)
            return batch_first(best)
        self._kept = None
        np.copyto(best, first)
        for slab in slabs:
            np.maximum(best, slab, out=best)
        return batch_first(best)

    def _search(self, first: Array, others: Iterator[Array], best: Array) -> Array:
        """Fill ``best`` and return the position of each maximum in its window, row-major."""
        cells = self.kernel_size[0] * self.kernel_size[1]
        small = np.min_scalar_type(cells)
        where = self.buffers.scratch("where", best.shape, small)
        larger = self.buffers.scratch("larger", best.shape, np.bool_)
        candidate = self.buffers.scratch("candidate", best.shape, small)
        where.fill(0)
        current = first
        for position, slab in enumerate(others, start=1):
            # strictly larger, so that the first of equals stays; positions only grow
            np.greater(slab, current, out=larger)
            np.maximum(current, slab, out=best)
            np.multiply(larger, small.type(position), out=candidate)
            np.maximum(where, candidate, out=where)
            current = best
        if current is first:
            np.copyto(best, first)
        return where

    def backward(self, grad_output: Array) -> Array | None:
        """Hand each gradient to the cell that held the maximum."""
        if self._kept is None:
            raise self.not_ready()
        where, axes = self._kept
        H_out, C, W_out, N = where.shape
        check_gradient(grad_output, (N, C, H_out, W_out), "MaxPool2d")
        grad = batch_last(grad_output)
        rows, across = axes
        shape = (rows.padded, C, across.padded, N)
        total = self.buffers.scratch("grad_input", shape, grad.dtype)
        chosen = self.buffers.scratch("chosen", where.shape, np.bool_)
        tiled = all(a.stride == a.kernel and not a.clipped for a in axes)
        if not tiled:
            total.fill(0)
        share = None if tiled else self.buffers.scratch("share", where.shape, grad.dtype)
        for position, slab in enumerate(window_slabs(total, axes)):
            np.equal(where, position, out=chosen)
            if share is None:  # every cell belongs to exactly one window
                np.multiply(grad, chosen, out=slab)
            else:
                np.multiply(grad, chosen, out=share)
                np.add(slab, share, out=slab)
        return batch_first(self.unpadded(total, axes))

    def forget(self) -> None:
        """Drop what forward kept, and all buffers."""
        super().forget()
        self._kept = None


@dataclass(frozen=True)
class Pooling2dSpec(LayerSpec):
    """What the specs of the poolings share."""

    kernel_size: Pair = spec_field(
        (2, 2),
        "Window",
        "Height and width of the window.",
        kind="pair",
        minimum=1,
        maximum=512,
        unit="cells",
    )
    stride: Pair = spec_field(
        (2, 2),
        "Stride",
        "How far the window moves from one output cell to the next.",
        kind="pair",
        minimum=1,
        maximum=512,
        unit="cells",
    )
    padding: Pair = spec_field(
        (0, 0),
        "Padding",
        "Cells added on each side; at most half the window.",
        kind="pair",
        minimum=0,
        maximum=256,
        unit="cells",
    )

    def words(self) -> str:
        """For the card: ``window 2×2, stride 2``."""
        parts = [f"window {self.kernel_size[0]}×{self.kernel_size[1]}"]
        for name, value in (("stride", self.stride), ("padding", self.padding)):
            if name == "stride" or value != (0, 0):
                parts.append(f"{name} {value[0] if value[0] == value[1] else value}")
        return ", ".join(parts)

    def axes(self, input_shape: Shape) -> tuple[Axis, Axis]:
        """The windows along height and width, or ``ShapeError``."""
        _, H, W = expect_planes(input_shape, self.title)
        return pooling_axes((H, W), self.kernel_size, self.stride, self.padding)

    def output_shape(self, input_shape: Shape) -> Shape:
        """``(C, H_out, W_out)``."""
        rows, across = self.axes(input_shape)
        return (input_shape[0], rows.output, across.output)

    def cost(self, input_shape: Shape) -> Cost:
        """Nothing to learn, nothing multiplied."""
        self.output_shape(input_shape)
        return Cost()

    def formulas(self, input_shape: Shape) -> tuple[str, ...]:
        """Output height and width, numbers plugged in."""
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
