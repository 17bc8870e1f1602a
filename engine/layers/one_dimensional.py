"""Convolution and pooling along one axis, as the 2-D ones on maps that are one row high.

y[n, o, i] = bias[o] + Σ_c Σ_k weight[o, c, k] · x[n, c, i·s + k·d − p]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import DTypeLike

from engine.basics.errors import ShapeError
from engine.basics.geometry import Axis, Shape, same_axis, times
from engine.layers.base import Array, Layer, check_gradient
from engine.layers.conv import Conv2d
from engine.layers.pooling import AvgPool2d, MaxPool2d, pooling_axes
from engine.layers.setting_fields import (
    bias_field,
    cells_field,
    count_padding_field,
    dilation_field,
    groups_field,
    initializer_field,
    kernels_field,
    padding_rule_field,
    sigma_field,
    stride_field,
)
from engine.layers.spec import Cost, LayerSpec, Signs, register


class OneRow(Layer):
    """A 1-D layer that hands ``(N, C, L)`` on to a 2-D one as ``(N, C, 1, L)``."""

    def __init__(self, inner: Layer) -> None:
        super().__init__()
        self._inner = inner
        self._output_shape: tuple[int, ...] | None = None
        self.buffers = inner.buffers

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """The layer's output, ``(N, C_out, L_out)``."""
        if x.ndim != 3:
            raise ShapeError(
                f"{type(self).__name__} needs input of shape (N, C, L); got {x.ndim} axes, "
                f"shape {x.shape}."
            )
        self._inner.needs_input_grad = self.needs_input_grad
        self._inner.second_thread = self.second_thread
        result = self._inner.forward(x[:, :, None], training=training)[:, :, 0]
        self._output_shape = result.shape if training else None
        return result

    def backward(self, grad_output: Array) -> Array:
        """The input's gradient, ``(N, C, L)``; parameters' into ``gradients``."""
        if self._output_shape is None:
            raise self.not_ready()
        check_gradient(grad_output, self._output_shape, type(self).__name__)
        grad = self._inner.backward(grad_output[:, :, None])
        return grad[:, :, 0] if self.needs_input_grad else grad

    def rebind(self, parameters: Mapping[str, Array], gradients: Mapping[str, Array]) -> None:
        """Let this layer and the 2-D one inside work on the same memory."""
        super().rebind(parameters, gradients)
        self._inner.rebind(_as_one_row(self.parameters), _as_one_row(self.gradients))

    @property
    def held_bytes(self) -> int:
        """Memory held for reuse, in bytes."""
        return self._inner.held_bytes

    def forget(self) -> None:
        """Drop what forward kept, and all buffers."""
        self._inner.forget()
        self._output_shape = None


def _as_one_row(arrays: Mapping[str, Array]) -> dict[str, Array]:
    return {name: array[:, :, None] if array.ndim == 3 else array for name, array in arrays.items()}


class Conv1d(OneRow):
    """1-D convolution.

    Shape:
        input ``(N, in_channels, L)``, output ``(N, out_channels, L_out)``, ``weight``
        ``(out_channels, in_channels / groups, K)``;
        ``L_out = floor((L + 2·padding − dilation·(K − 1) − 1) / stride) + 1``.

    Raises:
        ShapeError: if settings are out of range or an input does not fit.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        stride: int = 1,
        padding: int | str = 0,
        dilation: int = 1,
        groups: int = 1,
        *,
        bias: bool = True,
        initializer: str = "he",
        sigma: float = 0.01,
        rng: np.random.Generator | None = None,
        dtype: DTypeLike = np.float32,
    ) -> None:
        inner = Conv2d(
            in_channels,
            out_channels,
            (1, kernel_size),
            (1, stride),
            padding if isinstance(padding, str) else (0, padding),
            (1, dilation),
            groups,
            bias=bias,
            initializer=initializer,
            sigma=sigma,
            rng=rng,
            dtype=dtype,
        )
        super().__init__(inner)
        for name, value in inner.parameters.items():
            self.add_parameter(name, value[:, :, 0] if value.ndim == 4 else value)
        self.rebind(self.parameters, self.gradients)


class MaxPool1d(OneRow):
    """1-D max pooling. Shape: ``(N, C, L)`` to ``(N, C, L_out)``."""

    def __init__(self, kernel_size: int, stride: int | None = None, padding: int = 0) -> None:
        step = kernel_size if stride is None else stride
        super().__init__(MaxPool2d((1, kernel_size), (1, step), (0, padding)))


class AvgPool1d(OneRow):
    """1-D average pooling. Shape: ``(N, C, L)`` to ``(N, C, L_out)``."""

    def __init__(
        self,
        kernel_size: int,
        stride: int | None = None,
        padding: int = 0,
        *,
        count_padding: bool = True,
    ) -> None:
        step = kernel_size if stride is None else stride
        super().__init__(
            AvgPool2d((1, kernel_size), (1, step), (0, padding), count_padding=count_padding)
        )


def expect_rows(shape: Shape, title: str) -> tuple[int, int]:
    """``(C, L)`` of an input shape, or ``ShapeError`` saying what came instead."""
    if len(shape) != 2:
        raise ShapeError(
            f"{title} needs sequences (channels×length); the layer before gives {times(shape)}. "
            "Use the 2-D layer for images."
        )
    return shape[0], shape[1]


@register
@dataclass(frozen=True)
class Conv1dSpec(LayerSpec):
    """Settings of a ``Conv1d``; the input channels come from the layer before."""

    kind: ClassVar[str] = "Conv1d"
    title: ClassVar[str] = "Convolution 1-D"
    about: ClassVar[str] = "Slides kernels along a sequence; each gives one sequence of its own."
    icon: ClassVar[str] = "conv1d"
    family: ClassVar[str] = "convolution"
    signs: ClassVar[Signs] = Signs.ANY
    belongs_to_convolution: ClassVar[bool] = False

    out_channels: int = kernels_field()
    kernel_size: int = cells_field(3, "Kernel size", "Length of the window.")
    stride: int = stride_field(1)
    padding: int = cells_field(
        0, "Padding", "Zeros added at each end.", minimum=0, only_with=("padding_mode", "given")
    )
    padding_mode: str = padding_rule_field(
        "given: the number above. same: as many zeros as keep ceil(length/stride). valid: none."
    )
    dilation: int = dilation_field(1)
    groups: int = groups_field()
    bias: bool = bias_field("One number per kernel, added to all its sums.")
    initializer: str = initializer_field()
    sigma: float = sigma_field()

    def words(self) -> str:
        """For the card: ``6 kernels of 5, padding 2``."""
        parts = [f"{self.out_channels} kernels of {self.kernel_size}"]
        if self.stride != 1:
            parts.append(f"stride {self.stride}")
        if self.padding_mode != "given":
            parts.append(f"padding {self.padding_mode}")
        elif self.padding:
            parts.append(f"padding {self.padding}")
        if self.dilation != 1:
            parts.append(f"dilation {self.dilation}")
        if self.groups != 1:
            parts.append(f"{self.groups} groups")
        return ", ".join(parts)

    def axis(self, input_shape: Shape) -> Axis:
        """The windows along the sequence, or ``ShapeError``."""
        _, L = expect_rows(input_shape, self.title)
        if self.padding_mode == "same":
            return same_axis(L, self.kernel_size, self.stride, self.dilation)
        padding = self.padding if self.padding_mode == "given" else 0
        return Axis(L, self.kernel_size, self.stride, padding, self.dilation)

    def windows(self, input_shape: Shape) -> tuple[Axis, ...]:
        """The windows along the sequence."""
        return (self.axis(input_shape),)

    def output_shape(self, input_shape: Shape) -> Shape:
        """``(out_channels, L_out)``."""
        channels = expect_rows(input_shape, self.title)[0]
        if channels % self.groups or self.out_channels % self.groups:
            raise ShapeError(
                f"{self.groups} groups must divide the {channels} input channels and the "
                f"{self.out_channels} kernels. Use a common divisor."
            )
        return (self.out_channels, self.axis(input_shape).output)

    def cost(self, input_shape: Shape) -> Cost:
        """Parameters, and one multiply-add per kernel cell, input channel and output cell."""
        out, L_out = self.output_shape(input_shape)
        weights = out * self.kernel_size * input_shape[0] // self.groups
        return Cost(weights + (out if self.bias else 0), weights * L_out)

    def formulas(self, input_shape: Shape) -> tuple[str, ...]:
        """Output length, with the numbers."""
        return (f"length {self.axis(input_shape).formula()}",)

    def build(self, input_shape: Shape, rng: np.random.Generator, dtype: Any) -> Conv1d:
        """A ``Conv1d`` with fresh weights."""
        self.output_shape(input_shape)
        return Conv1d(
            input_shape[0],
            self.out_channels,
            self.kernel_size,
            self.stride,
            self.padding if self.padding_mode == "given" else self.padding_mode,
            self.dilation,
            self.groups,
            bias=self.bias,
            initializer=self.initializer,
            sigma=self.sigma,
            rng=rng,
            dtype=dtype,
        )


@dataclass(frozen=True)
class Pooling1dSpec(LayerSpec):
    """What the specs of the 1-D poolings share."""

    family: ClassVar[str] = "pooling"
    signs: ClassVar[Signs] = Signs.AS_INPUT
    belongs_to_convolution: ClassVar[bool] = False

    kernel_size: int = cells_field(2, "Window", "Length of the window.")
    stride: int = stride_field(2)
    padding: int = cells_field(
        0, "Padding", "Cells added at each end; at most half the window.", minimum=0, maximum=256
    )

    def words(self) -> str:
        """For the card: ``window 2, stride 2``."""
        padding = f", padding {self.padding}" if self.padding else ""
        return f"window {self.kernel_size}, stride {self.stride}{padding}"

    def axis(self, input_shape: Shape) -> Axis:
        """The windows along the sequence, or ``ShapeError``."""
        _, L = expect_rows(input_shape, self.title)
        size, window = (1, L), (1, self.kernel_size)
        return pooling_axes(size, window, (1, self.stride), (0, self.padding))[1]

    def windows(self, input_shape: Shape) -> tuple[Axis, ...]:
        """The windows along the sequence."""
        return (self.axis(input_shape),)

    def output_shape(self, input_shape: Shape) -> Shape:
        """``(C, L_out)``."""
        return (expect_rows(input_shape, self.title)[0], self.axis(input_shape).output)

    def formulas(self, input_shape: Shape) -> tuple[str, ...]:
        """Output length, with the numbers."""
        return (f"length {self.axis(input_shape).formula()}",)


@register
@dataclass(frozen=True)
class MaxPool1dSpec(Pooling1dSpec):
    """Settings of a ``MaxPool1d``."""

    kind: ClassVar[str] = "MaxPool1d"
    title: ClassVar[str] = "Max pooling 1-D"
    about: ClassVar[str] = "Keeps the largest value of each window of a sequence."
    icon: ClassVar[str] = "pool1d"

    def build(self, input_shape: Shape, rng: np.random.Generator, dtype: Any) -> MaxPool1d:  # noqa: ARG002
        """A ``MaxPool1d``."""
        self.output_shape(input_shape)
        return MaxPool1d(self.kernel_size, self.stride, self.padding)


@register
@dataclass(frozen=True)
class AvgPool1dSpec(Pooling1dSpec):
    """Settings of an ``AvgPool1d``."""

    kind: ClassVar[str] = "AvgPool1d"
    title: ClassVar[str] = "Average pooling 1-D"
    about: ClassVar[str] = "Replaces each window of a sequence by the mean of its values."
    icon: ClassVar[str] = "avgpool1d"

    count_padding: bool = count_padding_field()

    def build(self, input_shape: Shape, rng: np.random.Generator, dtype: Any) -> AvgPool1d:  # noqa: ARG002
        """An ``AvgPool1d``."""
        self.output_shape(input_shape)
        return AvgPool1d(
            self.kernel_size, self.stride, self.padding, count_padding=self.count_padding
        )
