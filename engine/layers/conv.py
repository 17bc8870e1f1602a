"""Convolution, forward and backward: im2col along the width, matrix products down the height.

The operation is cross-correlation, called convolution in the field:

    y[n, o, i, j] = bias[o]
                  + Σ_c Σ_a Σ_b weight[o, c, a, b] · x[n, c, i·s + a·d − p, j·s + b·d − p]

with stride s, dilation d, padding p. Source: I. Goodfellow, Y. Bengio, A. Courville, "Deep
Learning" (2016), section 9.1; gradients by the chain rule.

How it is computed. The input, ``(H, C, W, N)`` in memory, is copied K_w times, shifted along the
width only: ``columns[h, c, b, j] = x[h, c, j·s + b·d]``. The K_h rows of ``columns`` under one
output row are one contiguous block, so the windows of that output row are a matrix
``(K_h·C·K_w, W_out·N)`` without any further copy; those of the next output row overlap it in
memory. One batched product ``weight @ rows`` then gives all output rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import DTypeLike

from engine.errors import ShapeError
from engine.geometry import Axis, Pair, Shape, conv_parameter_count, pair, same_axis
from engine.initializers import INITIALIZERS, initial_weight
from engine.layers.base import (
    NOT_COMPUTED,
    Array,
    Layer,
    batch_first,
    batch_last,
    check_gradient,
    check_planes,
    expect_planes,
)
from engine.spec import Cost, LayerSpec, register, spec_field

Padding = int | Pair | str
"""Cells on each side, ``(height, width)``, or ``"same"`` or ``"valid"``."""


def window_axes(
    size: Pair, kernel_size: Pair, stride: Pair, padding: Pair | str, dilation: Pair
) -> tuple[Axis, Axis]:
    """The windows along height and width.

    Raises:
        ShapeError: if the kernel does not fit.
    """
    if padding == "same":
        across = [
            same_axis(*axis) for axis in zip(size, kernel_size, stride, dilation, strict=True)
        ]
        return across[0], across[1]
    cells = (0, 0) if isinstance(padding, str) else padding
    return (
        Axis(size[0], kernel_size[0], stride[0], cells[0], dilation[0]),
        Axis(size[1], kernel_size[1], stride[1], cells[1], dilation[1]),
    )


class Conv2d(Layer):
    """2-D convolution.

    Shape:
        input ``(N, in_channels, H, W)``, output ``(N, out_channels, H_out, W_out)``,
        ``weight`` ``(out_channels, in_channels / groups, K_h, K_w)``, ``bias`` ``(out_channels,)``;
        ``H_out = floor((H + 2·padding − dilation·(K_h − 1) − 1) / stride) + 1``.

    Raises:
        ShapeError: if settings are out of range or an input does not fit.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | Pair,
        stride: int | Pair = 1,
        padding: Padding = 0,
        dilation: int | Pair = 1,
        groups: int = 1,
        *,
        bias: bool = True,
        initializer: str = "he",
        sigma: float = 0.01,
        rng: np.random.Generator | None = None,
        dtype: DTypeLike = np.float32,
    ) -> None:
        super().__init__()
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size, self.stride = pair(kernel_size), pair(stride)
        self.padding = padding if isinstance(padding, str) else pair(padding)
        self.dilation = pair(dilation)
        self._check_settings()
        shape = (out_channels, in_channels // groups, *self.kernel_size)
        rng = np.random.default_rng() if rng is None else rng
        self.add_parameter(
            "weight", initial_weight(shape, rng, dtype, name=initializer, sigma=sigma)
        )
        if bias:
            self.add_parameter("bias", np.zeros(out_channels, dtype))
        self._kept: tuple[Array, Array, tuple[Axis, Axis], int] | None = None

    def _check_settings(self) -> None:
        settings = (self.in_channels, self.out_channels, self.groups)
        if min(*settings, *self.kernel_size, *self.stride, *self.dilation) < 1:
            raise ShapeError(
                "Conv2d needs channels, groups, kernel, stride and dilation of at least 1; got "
                f"{settings}, {self.kernel_size}, {self.stride}, {self.dilation}."
            )
        if self.in_channels % self.groups or self.out_channels % self.groups:
            raise ShapeError(
                f"Conv2d's groups must divide both channel counts; {self.groups} does not divide "
                f"{self.in_channels} and {self.out_channels}."
            )
        if isinstance(self.padding, str):
            if self.padding not in ("same", "valid"):
                raise ShapeError(f'Padding must be numbers, "same" or "valid"; got {self.padding}.')
        elif min(self.padding) < 0:
            raise ShapeError(f"Padding must not be negative; got {self.padding}.")

    # ---------------------------------------------------------------- forward

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Convolve ``x``, ``(N, C, H, W)``; the result is ``(N, out_channels, H_out, W_out)``."""
        check_planes(x, self.in_channels, "Conv2d")
        axes = window_axes(
            (x.shape[2], x.shape[3]), self.kernel_size, self.stride, self.padding, self.dilation
        )
        columns = self._columns(batch_last(x), axes)
        out = self._correlate(columns, axes, x.shape[0])
        if "bias" in self.parameters:
            np.add(out, self.parameters["bias"][:, None, None], out=out)
        self._kept = (x, columns, axes, x.shape[0]) if training else None
        return batch_first(out)

    def _columns(self, memory: Array, axes: tuple[Axis, Axis]) -> Array:
        """Im2col along the width: ``(groups, H_padded, C/groups, K_w, W_out, N)``."""
        rows, across = axes
        _, C, _, N = memory.shape
        if rows.padding or rows.after or across.padding or across.after:
            padded = self.buffers.take("padded", (rows.padded, C, across.padded, N), memory.dtype)
            inner = padded[
                rows.padding : rows.padding + rows.size,
                :,
                across.padding : across.padding + across.size,
            ]
            np.copyto(inner, memory)
            memory = padded
        if self.groups == 1 and across.kernel == 1 and across.stride == 1:
            return memory[None, :, :, None]
        sH, sC, sW, sN = memory.strides
        per_group = C // self.groups
        shifted = as_strided(
            memory,
            (self.groups, rows.padded, per_group, across.kernel, across.output, N),
            (per_group * sC, sH, sC, across.dilation * sW, across.stride * sW, sN),
            writeable=False,
        )
        columns = self.buffers.scratch("columns", shifted.shape, memory.dtype)
        np.copyto(columns, shifted)
        return columns

    def _blocks(self, columns: Array, rows: Axis) -> Array:
        """The windows under each output row: ``(groups, H_out, K_h·C·K_w, W_out·N)``, overlapping.

        Only for dilation 1 along the height, where the K_h rows are contiguous.
        """
        groups, H, C, K_w, W_out, N = columns.shape
        item = columns.itemsize  # not from strides: those of an axis of length 1 mean nothing
        sH = C * K_w * W_out * N * item
        sG = H * sH
        return as_strided(
            columns,
            (groups, rows.output, rows.kernel * C * K_w, W_out * N),
            (sG, rows.stride * sH, W_out * N * item, item),
            writeable=False,
        )

    def _kernel_row(self, columns: Array, rows: Axis, a: int) -> Array:
        """What kernel row ``a`` sees of each output row: ``(groups, H_out, C·K_w, W_out·N)``."""
        groups, _, C, K_w, W_out, N = columns.shape
        first = a * rows.dilation
        stop = first + rows.stride * (rows.output - 1) + 1
        picked = columns[:, first : stop : rows.stride]
        return picked.reshape(groups, rows.output, C * K_w, W_out * N)

    def _correlate(self, columns: Array, axes: tuple[Axis, Axis], N: int) -> Array:
        rows, across = axes
        out = self.buffers.scratch(
            "output", (rows.output, self.out_channels, across.output, N), columns.dtype
        )
        by_group = self._by_group(out)
        weight = self._grouped_weight()  # (groups, 1, out/groups, K_h, C, K_w)
        if rows.dilation == 1:
            flat = weight.reshape(*weight.shape[:3], -1)
            np.matmul(flat, self._blocks(columns, rows), out=by_group)
            return out
        for a in range(rows.kernel):
            part = weight[:, :, :, a].reshape(*weight.shape[:3], -1)
            product = part @ self._kernel_row(columns, rows, a)
            if a == 0:
                by_group[...] = product
            else:
                by_group += product
        return out

    def _grouped_weight(self) -> Array:
        """The weight as ``(groups, 1, out/groups, K_h, C/groups, K_w)``, the order of a block."""
        weight = self.parameters["weight"]
        _, C, K_h, K_w = weight.shape
        ordered = weight.reshape(self.groups, 1, -1, C, K_h, K_w).transpose(0, 1, 2, 4, 3, 5)
        return np.ascontiguousarray(ordered)

    def _by_group(self, memory: Array) -> Array:
        """``(H, C, W, N)`` seen as ``(groups, H, C/groups, W·N)``, without a copy."""
        H, C, W, N = memory.shape
        return memory.reshape(H, self.groups, C // self.groups, W * N).transpose(1, 0, 2, 3)

    # --------------------------------------------------------------- backward

    def backward(self, grad_output: Array) -> Array:
        """Gradients of weight and bias into ``gradients``; the input's is returned."""
        if self._kept is None:
            raise self.not_ready()
        x, columns, axes, N = self._kept
        expected = (N, self.out_channels, axes[0].output, axes[1].output)
        check_gradient(grad_output, expected, "Conv2d")
        grad = batch_last(grad_output)
        self._weight_gradient(grad, columns, axes[0])
        if "bias" in self.gradients:
            flat = grad.reshape(grad.shape[0] * grad.shape[1], -1)
            ones = np.ones(flat.shape[1], flat.dtype)
            self.gradients["bias"][...] = (flat @ ones).reshape(grad.shape[:2]).sum(axis=0)
        if not self.needs_input_grad:
            return NOT_COMPUTED
        return self._input_gradient(grad, axes, x.shape[1])

    def _weight_gradient(self, grad: Array, columns: Array, rows: Axis) -> None:
        by_group = self._by_group(grad)  # (groups, H_out, out/groups, W_out·N)
        groups, _, C, K_w, *_ = columns.shape
        if rows.dilation == 1:
            products = by_group @ self._blocks(columns, rows).swapaxes(2, 3)
            total = products.sum(axis=1).reshape(groups, -1, rows.kernel, C, K_w)
        else:
            parts = [
                (by_group @ self._kernel_row(columns, rows, a).swapaxes(2, 3)).sum(axis=1)
                for a in range(rows.kernel)
            ]
            total = np.stack(parts, axis=2).reshape(groups, -1, rows.kernel, C, K_w)
        target = self.gradients["weight"]
        target[...] = total.transpose(0, 1, 3, 2, 4).reshape(target.shape)

    def _input_gradient(self, grad: Array, axes: tuple[Axis, Axis], C: int) -> Array:
        """Products down the height first, then K_w slabs added along the width.

        Rows of the padding are never computed where the stride is 1.
        """
        rows, across = axes
        if rows.stride == 1 and rows.dilation == 1:
            columns, first = self._column_gradient_unit_stride(grad, rows, across, C), 0
        else:
            columns, first = self._column_gradient(grad, rows, across, C), rows.padding
        N = grad.shape[3]
        total = self.buffers.scratch("grad_input", (rows.size, C, across.padded, N), grad.dtype)
        total.fill(0)
        for b in range(across.kernel):
            start = b * across.dilation
            stop = start + across.stride * (across.output - 1) + 1
            slab = total[:, :, start : stop : across.stride]
            np.add(slab, columns[first : first + rows.size, :, b], out=slab)
        inner = total[:, :, across.padding : across.padding + across.size]
        return batch_first(inner)

    def _column_gradient_unit_stride(self, grad: Array, rows: Axis, across: Axis, C: int) -> Array:
        """Gradient of the columns by the same overlapping blocks, with the kernel upside down.

        Column row h receives from output rows h − K_h + 1 … h: with K_h − 1 rows of zeros around
        the gradient, these are one contiguous block again. Only rows of the input itself.
        """
        H_out, O, W_out, N = grad.shape
        margin = rows.kernel - 1
        tall = self.buffers.take(
            "tall", (self.groups, H_out + 2 * margin, O // self.groups, W_out, N), grad.dtype
        )
        split = grad.reshape(H_out, self.groups, -1, W_out, N).swapaxes(0, 1)
        np.copyto(tall[:, margin : margin + H_out], split)
        sG, sH, *_, item = tall.strides
        blocks = as_strided(
            tall[:, rows.padding :],
            (self.groups, rows.size, rows.kernel * (O // self.groups), W_out * N),
            (sG, sH, W_out * N * item, item),
            writeable=False,
        )
        weight = self._grouped_weight()[:, :, :, ::-1]  # (groups, 1, out, K_h flipped, C, K_w)
        flipped = np.ascontiguousarray(weight.transpose(0, 1, 4, 5, 3, 2))
        flipped = flipped.reshape(self.groups, 1, -1, rows.kernel * (O // self.groups))
        columns = self.buffers.scratch(
            "grad_columns", (rows.size, C, across.kernel, W_out, N), grad.dtype
        )
        by_group = columns.reshape(rows.size, self.groups, -1, W_out * N).swapaxes(0, 1)
        np.matmul(flipped, blocks, out=by_group)
        return columns

    def _column_gradient(self, grad: Array, rows: Axis, across: Axis, C: int) -> Array:
        """Gradient of the columns, kernel row by kernel row, for any stride and dilation."""
        by_group = self._by_group(grad)
        W_out, N = grad.shape[2:]
        columns = self.buffers.scratch(
            "grad_columns", (rows.padded, C, across.kernel, W_out, N), grad.dtype
        )
        columns.fill(0)
        target = columns.reshape(rows.padded, self.groups, -1, W_out * N).swapaxes(0, 1)
        weight = self._grouped_weight()
        for a in range(rows.kernel):
            part = weight[:, :, :, a]
            part = part.reshape(*part.shape[:3], -1).swapaxes(2, 3)
            first = a * rows.dilation
            stop = first + rows.stride * (rows.output - 1) + 1
            target[:, first : stop : rows.stride] += part @ by_group
        return columns

    def forget(self) -> None:
        """Drop what forward kept, and all buffers."""
        super().forget()
        self._kept = None


@register
@dataclass(frozen=True)
class Conv2dSpec(LayerSpec):
    """Settings of a ``Conv2d``; the input channels come from the layer before."""

    kind: ClassVar[str] = "Conv2d"
    title: ClassVar[str] = "Convolution 2-D"
    about: ClassVar[str] = "Slides kernels over the feature maps; each gives one map of its own."
    icon: ClassVar[str] = "conv"

    out_channels: int = spec_field(
        8,
        "Kernels",
        "How many kernels, and so output channels.",
        kind="int",
        minimum=1,
        maximum=4096,
    )
    kernel_size: Pair = spec_field(
        (3, 3),
        "Kernel size",
        "Height and width of the window.",
        kind="pair",
        minimum=1,
        maximum=512,
        unit="cells",
    )
    stride: Pair = spec_field(
        (1, 1),
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
        "Zeros added on each side of the input.",
        kind="pair",
        minimum=0,
        maximum=512,
        unit="cells",
    )
    padding_mode: str = spec_field(
        "given",
        "Padding rule",
        "given: the numbers above. same: as many zeros as keep ceil(size/stride); an odd one goes "
        "to the end, as in PyTorch at stride 1 and in Keras at larger strides. valid: none.",
        kind="choice",
        choices=("given", "same", "valid"),
    )
    dilation: Pair = spec_field(
        (1, 1),
        "Dilation",
        "Distance between the cells that a window reads; 1 is without gaps.",
        kind="pair",
        minimum=1,
        maximum=512,
        unit="cells",
    )
    groups: int = spec_field(
        1,
        "Groups",
        "Channels are split into this many groups that do not see each other.",
        kind="int",
        minimum=1,
        maximum=4096,
    )
    bias: bool = spec_field(
        True, "Bias", "One number per kernel, added to all its sums.", kind="bool"
    )
    initializer: str = spec_field(
        "he",
        "Starting weights",
        "How the weights are drawn before training.",
        kind="choice",
        choices=INITIALIZERS,
    )
    sigma: float = spec_field(
        0.01,
        "Sigma",
        "Standard deviation of the weights, where they start as plain normal.",
        kind="float",
        minimum=0.0,
        maximum=10.0,
    )

    def words(self) -> str:
        """For the card: ``6 kernels 5×5, padding 2``."""
        parts = [f"{self.out_channels} kernels {_by(self.kernel_size)}"]
        if self.stride != (1, 1):
            parts.append(f"stride {_once(self.stride)}")
        if self.padding_mode != "given":
            parts.append(f"padding {self.padding_mode}")
        elif self.padding != (0, 0):
            parts.append(f"padding {_once(self.padding)}")
        if self.dilation != (1, 1):
            parts.append(f"dilation {_once(self.dilation)}")
        if self.groups != 1:
            parts.append(f"{self.groups} groups")
        return ", ".join(parts)

    def axes(self, input_shape: Shape) -> tuple[Axis, Axis]:
        """The windows along height and width, or ``ShapeError``."""
        _, H, W = expect_planes(input_shape, self.title)
        return window_axes((H, W), self.kernel_size, self.stride, self._padding, self.dilation)

    @property
    def _padding(self) -> Pair | str:
        return self.padding if self.padding_mode == "given" else self.padding_mode

    def output_shape(self, input_shape: Shape) -> Shape:
        """``(out_channels, H_out, W_out)``."""
        channels = expect_planes(input_shape, self.title)[0]
        if channels % self.groups or self.out_channels % self.groups:
            raise ShapeError(
                f"{self.groups} groups must divide the {channels} input channels and the "
                f"{self.out_channels} kernels. Use a common divisor."
            )
        rows, across = self.axes(input_shape)
        return (self.out_channels, rows.output, across.output)

    def cost(self, input_shape: Shape) -> Cost:
        """Parameters, and one multiply-add per kernel cell, input channel and output cell."""
        out, H_out, W_out = self.output_shape(input_shape)
        parameters = conv_parameter_count(
            input_shape[0], out, self.kernel_size, groups=self.groups, bias=self.bias
        )
        weights = conv_parameter_count(
            input_shape[0], out, self.kernel_size, groups=self.groups, bias=False
        )
        return Cost(parameters, weights * H_out * W_out)

    def formulas(self, input_shape: Shape) -> tuple[str, ...]:
        """Output height and width, and the parameters, numbers plugged in."""
        rows, across = self.axes(input_shape)
        K_h, K_w = self.kernel_size
        per_group = f"{input_shape[0]}/{self.groups}" if self.groups > 1 else f"{input_shape[0]}"
        count = self.cost(input_shape).parameters
        bias = " + 1" if self.bias else ""
        return (
            f"height {rows.formula()}",
            f"width {across.formula()}",
            f"parameters ({K_h}·{K_w}·{per_group}{bias})·{self.out_channels} = {count:,}",
        )

    def build(self, input_shape: Shape, rng: np.random.Generator, dtype: Any) -> Conv2d:
        """A ``Conv2d`` with fresh weights."""
        self.output_shape(input_shape)
        return Conv2d(
            input_shape[0],
            self.out_channels,
            self.kernel_size,
            self.stride,
            self._padding,
            self.dilation,
            self.groups,
            bias=self.bias,
            initializer=self.initializer,
            sigma=self.sigma,
            rng=rng,
            dtype=dtype,
        )


def _by(values: Pair) -> str:
    return f"{values[0]}×{values[1]}"


def _once(values: Pair) -> str:
    return str(values[0]) if values[0] == values[1] else _by(values)
