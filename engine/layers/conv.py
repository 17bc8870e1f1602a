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

# ruff: noqa: RUF009 - a field is declared by a call; it has no state that specs could share

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import DTypeLike

from engine.basics.errors import ShapeError
from engine.basics.geometry import (
    Axis,
    Pair,
    Shape,
    both_ways,
    conv_parameter_count,
    pair,
    same_axis,
    times,
)
from engine.basics.second_thread import (
    LEAST_MULTIPLY_ADDS,
    LEAST_SIDE_BY_SIDE,
    SecondThread,
    at_once,
    by_rows,
)
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
from engine.layers.conv_plan import ConvPlan
from engine.layers.initializers import initial_weight
from engine.layers.setting_fields import (
    bias_field,
    cells_field,
    dilation_field,
    groups_field,
    initializer_field,
    kernels_field,
    padding_rule_field,
    sigma_field,
    stride_field,
)
from engine.layers.spec import Cost, LayerSpec, Signs, register

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
        self._plan: ConvPlan | None = None
        self._kept: ConvPlan | None = None

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

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Convolve ``x``, ``(N, C, H, W)``; the result is ``(N, out_channels, H_out, W_out)``."""
        check_planes(x, self.in_channels, "Conv2d")
        plan = self._plan_for(x)
        columns = plan.gather(batch_last(x))
        by_rows(
            self._second_thread_for(plan),
            lambda part: self._correlate(plan, columns, part),
            plan.rows.output,
        )
        self._kept = plan if training else None
        return batch_first(plan.maps)

    def _correlate(self, plan: ConvPlan, columns: Array, part: slice) -> None:
        """The output rows ``part``: products of the weight with the windows, plus the bias."""
        weight, output = self._grouped_weight(), plan.output[:, part]
        if plan.rows.dilation == 1:
            blocks = plan.blocks(columns)[:, part]
            np.matmul(weight.reshape(plan.flat_weight), blocks, out=output)
        else:
            output.fill(0)
            for a in range(plan.rows.kernel):
                seen = plan.kernel_row(columns, a)[:, part]
                output += weight[:, :, :, a].reshape(plan.row_weight) @ seen
        if "bias" in self.parameters:
            maps = plan.maps[part]
            np.add(maps, self.parameters["bias"][:, None, None], out=maps)

    def _second_thread_for(self, plan: ConvPlan) -> SecondThread | None:
        return self.second_thread if plan.multiply_adds >= LEAST_MULTIPLY_ADDS else None

    def _plan_for(self, x: Array) -> ConvPlan:
        """The last step's plan, if memory is reused and the shape is the same; else a new one."""
        plan = self._plan
        if plan is None or plan.input_shape != x.shape or plan.dtype != x.dtype:
            axes = window_axes(
                (x.shape[2], x.shape[3]), self.kernel_size, self.stride, self.padding, self.dilation
            )
            plan = ConvPlan(x.shape, axes, self.out_channels, self.groups, x.dtype)
            self._plan = plan if self.buffers.reuse else None
        return plan

    def _grouped_weight(self) -> Array:
        """The weight as ``(groups, 1, out/groups, K_h, C/groups, K_w)``, the order of a block."""
        weight = self.parameters["weight"]
        _, C, K_h, K_w = weight.shape
        return weight.reshape(self.groups, 1, -1, C, K_h, K_w).transpose(0, 1, 2, 4, 3, 5)

    def backward(self, grad_output: Array) -> Array:
        """Gradients of weight and bias into ``gradients``; the input's is returned."""
        plan = self._kept
        if plan is None:
            raise self.not_ready()
        check_gradient(grad_output, plan.output_shape, "Conv2d")
        grad = batch_last(grad_output)
        if not self.needs_input_grad:
            self._parameter_gradients(plan, grad, self._second_thread_for(plan))
            return NOT_COMPUTED
        at_once(
            self.second_thread if plan.multiply_adds >= LEAST_SIDE_BY_SIDE else None,
            lambda: self._input_gradient(plan, grad),
            lambda: self._parameter_gradients(plan, grad, None),
        )
        return batch_first(plan.grad_input)

    def _parameter_gradients(
        self, plan: ConvPlan, grad: Array, second_thread: SecondThread | None
    ) -> None:
        self._weight_gradient(plan, plan.by_group(grad), second_thread)
        if "bias" in self.gradients:
            rows = (grad.reshape(-1, plan.ones.size) @ plan.ones).reshape(grad.shape[:2])
            np.add.reduce(rows, axis=0, out=self.gradients["bias"])

    def _weight_gradient(
        self, plan: ConvPlan, grad: Array, second_thread: SecondThread | None
    ) -> None:
        """Each kernel cell: the sum, over all windows, of what the cell saw times the gradient.

        The windows stand on the left of the product: BLAS is up to twice as fast with the longer
        side there.
        """
        columns, rows = plan.columns, plan.rows
        products = plan.weight_products
        turned = grad.swapaxes(2, 3)

        def multiply(part: slice) -> None:
            if rows.dilation == 1:
                np.matmul(plan.blocks(columns)[:, part], turned[:, part], out=products[:, part])
                return
            for a in range(rows.kernel):
                seen = plan.kernel_row(columns, a)[:, part]
                cells = seen.shape[2]
                products[:, part, a * cells : (a + 1) * cells] = seen @ turned[:, part]

        by_rows(second_thread, multiply, rows.output)
        groups, _, C, K_w, *_ = columns.shape
        total = np.add.reduce(products, axis=1)
        target = self.gradients["weight"]
        ordered = total.reshape(groups, rows.kernel, C, K_w, -1).transpose(0, 4, 2, 1, 3)
        np.copyto(target.reshape(ordered.shape), ordered)

    def _input_gradient(self, plan: ConvPlan, grad: Array) -> None:
        """Products down the height first, then K_w slabs added along the width."""
        if plan.rows.stride == 1 and plan.rows.dilation == 1:
            # with the kernel upside down: an input row hears from the output rows above it
            weight = self._grouped_weight()[:, :, :, ::-1].transpose(0, 1, 4, 5, 3, 2)
            flipped = weight.reshape(plan.flipped_weight)
            plan.row_products(flipped, grad)
        else:
            self._scatter_rows(plan, plan.by_group(grad))
        plan.add_columns()

    def _scatter_rows(self, plan: ConvPlan, grad: Array) -> None:
        """Gradient of the columns, kernel row by kernel row, for any stride and dilation."""
        rows = plan.rows
        plan.grad_columns.fill(0)
        weight = self._grouped_weight()
        for a in range(rows.kernel):
            part = weight[:, :, :, a].reshape(plan.row_weight).swapaxes(2, 3)
            first = a * rows.dilation
            stop = first + rows.stride * (rows.output - 1) + 1
            plan.grad_columns_by_group[:, first : stop : rows.stride] += part @ grad

    @property
    def held_bytes(self) -> int:
        """Memory held for reuse, in bytes."""
        return 0 if self._plan is None else self._plan.bytes

    def forget(self) -> None:
        """Drop what forward kept, and all buffers."""
        super().forget()
        self._plan = self._kept = None


@register
@dataclass(frozen=True)
class Conv2dSpec(LayerSpec):
    """Settings of a ``Conv2d``; the input channels come from the layer before."""

    kind: ClassVar[str] = "Conv2d"
    title: ClassVar[str] = "Convolution 2-D"
    about: ClassVar[str] = "Slides kernels over the feature maps; each gives one map of its own."
    icon: ClassVar[str] = "conv"
    family: ClassVar[str] = "convolution"
    signs: ClassVar[Signs] = Signs.ANY
    belongs_to_convolution: ClassVar[bool] = False

    out_channels: int = kernels_field()
    kernel_size: Pair = cells_field((3, 3), "Kernel size", "Height and width of the window.")
    stride: Pair = stride_field((1, 1))
    padding: Pair = cells_field(
        (0, 0),
        "Padding",
        "Zeros added on each side of the input.",
        minimum=0,
        only_with=("padding_mode", "given"),
    )
    padding_mode: str = padding_rule_field(
        "given: the numbers above. same: as many zeros as keep ceil(size/stride); an odd one goes "
        "to the end, as in PyTorch at stride 1 and in Keras at larger strides. valid: none."
    )
    dilation: Pair = dilation_field((1, 1))
    groups: int = groups_field()
    bias: bool = bias_field("One number per kernel, added to all its sums.")
    initializer: str = initializer_field()
    sigma: float = sigma_field()

    def words(self) -> str:
        """For the card: ``6 kernels 5×5, padding 2``."""
        parts = [f"{self.out_channels} kernels {times(self.kernel_size)}"]
        if self.stride != (1, 1):
            parts.append(f"stride {both_ways(self.stride)}")
        if self.padding_mode != "given":
            parts.append(f"padding {self.padding_mode}")
        elif self.padding != (0, 0):
            parts.append(f"padding {both_ways(self.padding)}")
        if self.dilation != (1, 1):
            parts.append(f"dilation {both_ways(self.dilation)}")
        if self.groups != 1:
            parts.append(f"{self.groups} groups")
        return ", ".join(parts)

    def axes(self, input_shape: Shape) -> tuple[Axis, Axis]:
        """The windows along height and width, or ``ShapeError``."""
        _, H, W = expect_planes(input_shape, self.title)
        return window_axes((H, W), self.kernel_size, self.stride, self._padding, self.dilation)

    def windows(self, input_shape: Shape) -> tuple[Axis, ...]:
        """The windows along height and width."""
        return self.axes(input_shape)

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
        """Output height and width, and the parameters, with the numbers."""
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
