"""Questions for pen and paper about one convolution: its size, its cost, settings for a size."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from engine.basics.geometry import Axis, Pair, Shape, same_axis
from engine.layers import Conv2dSpec
from engine.networks.stack import FLOAT_BYTES


@dataclass(frozen=True)
class Case:
    """A question of the course: a convolution on an input."""

    title: str
    input_shape: Shape
    spec: Conv2dSpec


def _case(title: str, input_shape: Shape, out: int, stride: int = 1) -> Case:
    return Case(title, input_shape, Conv2dSpec(out_channels=out, stride=(stride, stride)))


COURSE_CASES = (
    _case("Case 1", (3, 144, 144), 6),
    _case("Case 2", (24, 60, 60), 48),
    _case("Case 3", (10, 20, 20), 20, stride=2),
)
"""Problem 10 of the course; the last one does not divide."""


@dataclass(frozen=True)
class Same:
    """What a library's ``padding="same"`` would do; ``axes`` are ``None`` where it refuses."""

    library: str
    axes: tuple[Axis, Axis] | None

    @property
    def output(self) -> Pair | None:
        """Height and width that come out."""
        return None if self.axes is None else (self.axes[0].output, self.axes[1].output)


@dataclass(frozen=True)
class Answer:
    """All about one convolution on one input of shape ``(C, H, W)``.

    Raises:
        ShapeError: when made, if the kernel does not fit.
    """

    input_shape: Shape
    spec: Conv2dSpec

    def __post_init__(self) -> None:
        self.spec.output_shape(self.input_shape)

    @cached_property
    def axes(self) -> tuple[Axis, Axis]:
        """The windows along height and width."""
        return self.spec.axes(self.input_shape)

    @property
    def output_shape(self) -> Shape:
        """``(out_channels, H_out, W_out)``."""
        return self.spec.output_shape(self.input_shape)

    @property
    def parameters(self) -> int:
        """Learnable numbers."""
        return self.spec.cost(self.input_shape).parameters

    @property
    def multiply_adds(self) -> int:
        """Multiply-adds for one sample."""
        return self.spec.cost(self.input_shape).multiply_adds

    @property
    def formulas(self) -> tuple[str, ...]:
        """Lines with the numbers in them."""
        return self.spec.formulas(self.input_shape)

    @property
    def input_bytes(self) -> int:
        """Memory of the input in float32."""
        return FLOAT_BYTES * math.prod(self.input_shape)

    @property
    def output_bytes(self) -> int:
        """Memory of the output in float32."""
        return FLOAT_BYTES * math.prod(self.output_shape)

    @property
    def parameter_bytes(self) -> int:
        """Memory of the parameters in float32."""
        return FLOAT_BYTES * self.parameters

    @property
    def same(self) -> tuple[Same, Same]:
        """``padding="same"`` in PyTorch, which needs stride 1, and in Keras."""
        sizes = self.input_shape[1:]
        settings = zip(
            sizes, self.spec.kernel_size, self.spec.stride, self.spec.dilation, strict=True
        )
        rows, across = (same_axis(*setting) for setting in settings)
        allowed = self.spec.stride == (1, 1)
        return Same("PyTorch", (rows, across) if allowed else None), Same("Keras", (rows, across))


def keeping_padding(size: int, kernel: int, stride: int = 1, dilation: int = 1) -> Pair:
    """Cells before and after the input with which as many windows fit as the input has cells.

    Equal on both sides where possible, otherwise one more at the end.

    From ``(size + padding − extent)/stride + 1 = size``.
    """
    extent = dilation * (kernel - 1) + 1
    total = max(0, (size - 1) * stride + extent - size)
    if total % 2 and Axis(size, kernel, stride, (total + 1) // 2, dilation).output == size:
        total += 1  # a larger stride leaves a cell unread, which may as well be padding
    return total // 2, total - total // 2


def halving_strides(size: int, kernel: int, padding: int = 0, dilation: int = 1) -> range:
    """The strides, one after another, that give ``ceil(size / 2)`` windows; perhaps none.

    Raises:
        ShapeError: if no window fits at all.
    """
    half = -(-size // 2)
    fitting = [
        stride
        for stride in range(1, size + 2 * padding + 1)
        if Axis(size, kernel, stride, padding, dilation).output == half
    ]
    return range(fitting[0], fitting[-1] + 1) if fitting else range(0)
