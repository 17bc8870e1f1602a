"""Dense layer: every output is a weighted sum of all inputs.

y[n, o] = bias[o] + Σ_i weight[o, i] · x[n, i]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import DTypeLike

from engine.basics.errors import ShapeError
from engine.basics.geometry import Shape, times
from engine.layers.base import NOT_COMPUTED, Array, Layer, check_float, check_gradient
from engine.layers.initializers import initial_weight
from engine.layers.setting_fields import bias_field, initializer_field, sigma_field
from engine.layers.spec import Cost, LayerSpec, Signs, register, spec_field


class Dense(Layer):
    """Fully connected layer.

    Shape:
        input ``(N, in_features)``, output ``(N, out_features)``, ``weight``
        ``(out_features, in_features)``, ``bias`` ``(out_features,)``.

    Raises:
        ShapeError: if settings are out of range or an input does not fit.
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        *,
        bias: bool = True,
        initializer: str = "he",
        sigma: float = 0.01,
        rng: np.random.Generator | None = None,
        dtype: DTypeLike = np.float32,
    ) -> None:
        super().__init__()
        if min(in_features, out_features) < 1:
            raise ShapeError(
                f"Dense needs at least 1 input and 1 output; got {in_features} and {out_features}."
            )
        self.in_features, self.out_features = in_features, out_features
        rng = np.random.default_rng() if rng is None else rng
        shape = (out_features, in_features)
        self.add_parameter(
            "weight", initial_weight(shape, rng, dtype, name=initializer, sigma=sigma)
        )
        if bias:
            self.add_parameter("bias", np.zeros(out_features, dtype))
        self._input: Array | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """``x @ weight.T + bias``."""
        if x.ndim != 2:
            raise ShapeError(
                f"Dense needs input of shape (N, features); got {x.shape}. Put Flatten before it."
            )
        if x.shape[1] != self.in_features:
            raise ShapeError(f"Dense needs {self.in_features} input features; got {x.shape[1]}.")
        check_float(x, "Dense")
        self._input = x if training else None
        out = self.buffers.scratch("output", (self.out_features, x.shape[0]), x.dtype)
        np.matmul(self.parameters["weight"], x.T, out=out)
        if "bias" in self.parameters:
            np.add(out, self.parameters["bias"][:, None], out=out)
        return out.T

    def backward(self, grad_output: Array) -> Array:
        """``grad_weight = grad_output.T @ x``, ``grad_input = grad_output @ weight``."""
        if self._input is None:
            raise self.not_ready()
        check_gradient(grad_output, (self._input.shape[0], self.out_features), "Dense")
        if 4 * self.out_features < self.in_features:  # BLAS is faster with the longer side first
            product = self.buffers.scratch(
                "product", self.gradients["weight"].shape[::-1], grad_output.dtype
            )
            np.matmul(self._input.T, grad_output, out=product)
            np.copyto(self.gradients["weight"], product.T)
        else:
            np.matmul(grad_output.T, self._input, out=self.gradients["weight"])
        if "bias" in self.gradients:
            np.sum(grad_output, axis=0, out=self.gradients["bias"])
        if not self.needs_input_grad:
            return NOT_COMPUTED
        result = self.buffers.scratch("grad_input", self._input.shape[::-1], grad_output.dtype)
        np.matmul(self.parameters["weight"].T, grad_output.T, out=result)
        return result.T

    def forget(self) -> None:
        """Drop what forward kept, and all buffers."""
        super().forget()
        self._input = None


@register
@dataclass(frozen=True)
class DenseSpec(LayerSpec):
    """Settings of a ``Dense``; the input features come from the layer before."""

    kind: ClassVar[str] = "Linear"
    title: ClassVar[str] = "Dense"
    about: ClassVar[str] = "Connects every input with every output; the last one gives the logits."
    icon: ClassVar[str] = "dense"
    family: ClassVar[str] = "dense"
    signs: ClassVar[Signs] = Signs.ANY
    belongs_to_convolution: ClassVar[bool] = False

    out_features: int = spec_field(
        10,
        "Outputs",
        "How many outputs; the last layer needs one per class.",
        kind="int",
        minimum=1,
        maximum=65536,
    )
    bias: bool = bias_field("One number per output, added to its sum.")
    initializer: str = initializer_field()
    sigma: float = sigma_field()

    def words(self) -> str:
        """For the card: ``120 outputs``."""
        return f"{self.out_features} outputs"

    def output_shape(self, input_shape: Shape) -> Shape:
        """``(out_features,)``."""
        if len(input_shape) != 1:
            raise ShapeError(
                f"Dense needs one row of features; the layer before gives {times(input_shape)}. "
                "Insert Flatten before it."
            )
        return (self.out_features,)

    def windows(self, input_shape: Shape) -> None:
        """Every output reads all of the input."""
        self.output_shape(input_shape)

    def cost(self, input_shape: Shape) -> Cost:
        """One weight per input and output, one bias per output."""
        (outputs,) = self.output_shape(input_shape)
        weights = input_shape[0] * outputs
        return Cost(weights + (outputs if self.bias else 0), weights)

    def formulas(self, input_shape: Shape) -> tuple[str, ...]:
        """The parameters, with the numbers."""
        bias = " + 1" if self.bias else ""
        count = self.cost(input_shape).parameters
        return (f"parameters ({input_shape[0]}{bias})·{self.out_features} = {count:,}",)

    def build(self, input_shape: Shape, rng: np.random.Generator, dtype: Any) -> Dense:
        """A ``Dense`` with fresh weights."""
        self.output_shape(input_shape)
        return Dense(
            input_shape[0],
            self.out_features,
            bias=self.bias,
            initializer=self.initializer,
            sigma=self.sigma,
            rng=rng,
            dtype=dtype,
        )
