"""Activations: functions applied to every number by itself, and softmax, applied to all classes.

Source of the functions and their derivatives: I. Goodfellow, Y. Bengio, A. Courville, "Deep
Learning" (2016), sections 6.2 and 6.3.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from engine.basics.errors import ShapeError
from engine.basics.geometry import Shape
from engine.layers.base import (
    Array,
    Layer,
    check_float,
    check_gradient,
    in_caller_order,
    in_memory_order,
)
from engine.layers.spec import LayerSpec, register, spec_field


class Activation(Layer):
    """A function of each number whose derivative follows from its output.

    Shape:
        any ``(N, …)``, the same in and out.
    """

    is_elementwise = True
    """Whether each number depends on itself alone, so that rows can be shared out."""

    def __init__(self) -> None:
        super().__init__()
        self._output: Array | None = None

    @abstractmethod
    def apply(self, x: Array, out: Array) -> None:
        """Write the function of ``x`` to ``out``; both in memory order."""

    @abstractmethod
    def pull_back(self, out: Array, grad: Array, result: Array) -> None:
        """Write ``grad`` times the derivative, given the output, to ``result``."""

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """The function of every number."""
        check_float(x, type(self).__name__)
        memory = in_memory_order(x)
        out = self.buffers.scratch("output", memory.shape, x.dtype)
        if self.is_elementwise:
            self.share(lambda part: self.apply(memory[part], out[part]), out.shape[0], out.size)
        else:
            self.apply(memory, out)
        self._output = out if training else None
        return in_caller_order(out)

    def backward(self, grad_output: Array) -> Array:
        """The gradient times the derivative, number by number."""
        if self._output is None:
            raise self.not_ready()
        out = self._output
        check_gradient(grad_output, in_caller_order(out).shape, type(self).__name__)
        result = self.buffers.scratch("grad_input", out.shape, grad_output.dtype)
        grad = in_memory_order(grad_output)
        if self.is_elementwise:
            self.share(
                lambda part: self.pull_back(out[part], grad[part], result[part]),
                out.shape[0],
                out.size,
            )
        else:
            self.pull_back(out, grad, result)
        return in_caller_order(result)

    def forget(self) -> None:
        """Drop what forward kept, and all buffers."""
        super().forget()
        self._output = None


class ReLU(Activation):
    """``y = max(0, x)``; the gradient passes where the output is positive, not at 0 (PyTorch's)."""

    def apply(self, x: Array, out: Array) -> None:
        """Negative numbers become 0."""
        np.maximum(x, 0, out=out)

    def pull_back(self, out: Array, grad: Array, result: Array) -> None:
        """``grad`` where the output is positive, else 0."""
        np.greater(out, 0, out=result, casting="unsafe")
        np.multiply(grad, result, out=result)


class LeakyReLU(Activation):
    """``y = x`` where x is positive, else ``slope · x``, so that no unit is ever quite dead.

    Raises:
        ShapeError: if the slope is not positive; then the output would not tell the input's sign.
    """

    def __init__(self, slope: float = 0.01) -> None:
        super().__init__()
        if slope <= 0:
            raise ShapeError(f"LeakyReLU needs a slope above 0; got {slope}. Use ReLU for 0.")
        self.slope = slope

    def apply(self, x: Array, out: Array) -> None:
        """Negative numbers shrink."""
        np.multiply(x, self.slope, out=out)
        (np.maximum if self.slope <= 1 else np.minimum)(x, out, out=out)

    def pull_back(self, out: Array, grad: Array, result: Array) -> None:
        """``grad``, times the slope where the output is not positive."""
        factor = np.where(out > 0, out.dtype.type(1), out.dtype.type(self.slope))
        np.multiply(grad, factor, out=result)


class Sigmoid(Activation):
    """``y = 1/(1 + exp(−x))``, as ``(1 + tanh(x/2))/2``; the derivative is ``y·(1 − y)``."""

    def apply(self, x: Array, out: Array) -> None:
        """Squeeze to 0 … 1."""
        np.multiply(x, 0.5, out=out)
        np.tanh(out, out=out)
        np.add(out, 1, out=out)
        np.multiply(out, 0.5, out=out)

    def pull_back(self, out: Array, grad: Array, result: Array) -> None:
        """``grad · y · (1 − y)``."""
        np.subtract(1, out, out=result)
        np.multiply(result, out, out=result)
        np.multiply(result, grad, out=result)


class Tanh(Activation):
    """``y = tanh(x)``; the derivative is ``1 − y²``."""

    def apply(self, x: Array, out: Array) -> None:
        """Squeeze to −1 … 1."""
        np.tanh(x, out=out)

    def pull_back(self, out: Array, grad: Array, result: Array) -> None:
        """``grad · (1 − y²)``."""
        np.multiply(out, out, out=result)
        np.subtract(1, result, out=result)
        np.multiply(result, grad, out=result)


class Softmax(Activation):
    """``y_k = exp(x_k) / Σ_j exp(x_j)`` over the axis after the batch: classes, or channels.

    Each output depends on every input: ``∂L/∂x_k = y_k · (g_k − Σ_j g_j · y_j)``.
    """

    is_elementwise = False

    @staticmethod
    def _axis(memory: Array) -> int:
        return 1 if memory.ndim == 4 else 0

    def apply(self, x: Array, out: Array) -> None:
        """Probabilities that add up to 1; the largest input is subtracted against overflow."""
        axis = self._axis(x)
        np.subtract(x, x.max(axis=axis, keepdims=True), out=out)
        np.exp(out, out=out)
        np.divide(out, out.sum(axis=axis, keepdims=True), out=out)

    def pull_back(self, out: Array, grad: Array, result: Array) -> None:
        """The product with the Jacobian ``diag(y) − y·yᵀ``."""
        np.multiply(grad, out, out=result)
        weighted = result.sum(axis=self._axis(out), keepdims=True)
        np.subtract(grad, weighted, out=result)
        np.multiply(result, out, out=result)


@dataclass(frozen=True)
class ActivationSpec(LayerSpec):
    """What the specs of the activations share: the shape stays as it is.

    Class attributes: ``layer``, which is built without settings unless ``build`` says otherwise;
    ``formula``, for the card.
    """

    family: ClassVar[str] = "activation"
    layer: ClassVar[type[Activation]]
    formula: ClassVar[str]

    def words(self) -> str:
        """For the card: the formula."""
        return self.formula

    def output_shape(self, input_shape: Shape) -> Shape:
        """The input's shape."""
        return input_shape

    def build(self, input_shape: Shape, rng: np.random.Generator, dtype: Any) -> Activation:  # noqa: ARG002
        """The layer."""
        return self.layer()


@register
@dataclass(frozen=True)
class ReLUSpec(ActivationSpec):
    """A ``ReLU`` has no settings."""

    kind: ClassVar[str] = "ReLU"
    title: ClassVar[str] = "ReLU"
    about: ClassVar[str] = "Keeps positive numbers and sets negative ones to 0."
    icon: ClassVar[str] = "relu"
    layer: ClassVar[type[Activation]] = ReLU
    formula: ClassVar[str] = "max(0, x)"


@register
@dataclass(frozen=True)
class LeakyReLUSpec(ActivationSpec):
    """Settings of a ``LeakyReLU``."""

    kind: ClassVar[str] = "LeakyReLU"
    title: ClassVar[str] = "Leaky ReLU"
    about: ClassVar[str] = "Keeps positive numbers and shrinks negative ones, so no unit dies."
    icon: ClassVar[str] = "leakyrelu"

    slope: float = spec_field(
        0.01,
        "Slope",
        "What negative numbers are multiplied by.",
        kind="float",
        minimum=0.0001,
        maximum=1.0,
    )

    def words(self) -> str:
        """For the card."""
        return f"slope {self.slope:g}"

    def build(self, input_shape: Shape, rng: np.random.Generator, dtype: Any) -> LeakyReLU:  # noqa: ARG002
        """A ``LeakyReLU``."""
        return LeakyReLU(self.slope)


@register
@dataclass(frozen=True)
class SigmoidSpec(ActivationSpec):
    """A ``Sigmoid`` has no settings."""

    kind: ClassVar[str] = "Sigmoid"
    title: ClassVar[str] = "Sigmoid"
    about: ClassVar[str] = "Squeezes every number to between 0 and 1."
    icon: ClassVar[str] = "sigmoid"
    layer: ClassVar[type[Activation]] = Sigmoid
    formula: ClassVar[str] = "1/(1 + exp(−x))"


@register
@dataclass(frozen=True)
class TanhSpec(ActivationSpec):
    """A ``Tanh`` has no settings."""

    kind: ClassVar[str] = "Tanh"
    title: ClassVar[str] = "Tanh"
    about: ClassVar[str] = "Squeezes every number to between −1 and 1."
    icon: ClassVar[str] = "tanh"
    layer: ClassVar[type[Activation]] = Tanh
    formula: ClassVar[str] = "tanh(x)"


@register
@dataclass(frozen=True)
class SoftmaxSpec(ActivationSpec):
    """A ``Softmax`` has no settings."""

    kind: ClassVar[str] = "Softmax"
    title: ClassVar[str] = "Softmax"
    about: ClassVar[str] = (
        "Makes probabilities of the logits. Not needed at the end: training and recognition apply "
        "it by themselves, more exactly."
    )
    icon: ClassVar[str] = "softmax"
    layer: ClassVar[type[Activation]] = Softmax
    formula: ClassVar[str] = "exp(x) / Σ exp(x)"
