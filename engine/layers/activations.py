"""The activations: for each its layer, and a spec with the record that everything else reads.

Source of the functions and their derivatives: I. Goodfellow, Y. Bengio, A. Courville, "Deep
Learning" (2016), sections 6.2 and 6.3; of ELU: D.-A. Clevert, T. Unterthiner, S. Hochreiter, "Fast
and accurate deep network learning by exponential linear units" (2016).

A function such as ``relu`` is the plain definition, written so that it can be read in an exported
script; the layer's ``apply`` computes the same in place.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

import numpy as np

from engine.basics.errors import ShapeError
from engine.basics.numbers import APPROXIMATELY, show
from engine.layers.base import Array
from engine.layers.elementwise import Activation, ActivationLayer, ActivationSpec, Formula
from engine.layers.spec import Signs, register, spec_field


def _is(value: float) -> str:
    """A number after the sign that tells whether it was rounded: ``= 0.5``, ``≈ 0.0707``."""
    shown = show(value)
    return f"{'=' if float(shown.value) == value else APPROXIMATELY} {shown.text}"


def relu(x: Array) -> Array:
    """Set negative numbers to 0."""
    return np.maximum(x, 0)


class ReLU(ActivationLayer):
    """``y = max(0, x)``; the gradient passes where the output is positive, not at 0 (PyTorch's)."""

    def apply(self, x: Array, out: Array) -> None:
        """Negative numbers become 0."""
        np.maximum(x, 0, out=out)

    def pull_back(self, kept: Array, grad: Array, result: Array) -> None:
        """``grad`` where the output is positive, else 0."""
        np.greater(kept, 0, out=result, casting="unsafe")
        np.multiply(grad, result, out=result)


@register
@dataclass(frozen=True)
class ReLUSpec(ActivationSpec):
    """A ``ReLU`` has no settings."""

    kind: ClassVar[str] = "ReLU"
    title: ClassVar[str] = "ReLU"
    about: ClassVar[str] = "Keeps positive numbers and sets negative ones to 0."
    icon: ClassVar[str] = "relu"
    signs: ClassVar[Signs] = Signs.NEVER_NEGATIVE
    record: ClassVar[Activation] = Activation(
        operation="relu",
        layer=ReLU,
        formula="max(0, x)",
        symbol="max",
        function=relu,
        slope=lambda x, _: np.where(x > 0, 1.0, 0.0),
        written=lambda _: Formula("max({x}, 0)", lambda x: max(x, Fraction(0))),
        case_words=lambda x: "passes" if x > 0 else "is stopped",
        slope_words=lambda x, _: "passes" if x > 0 else "is stopped",
        pytorch="nn.ReLU()",
        keras="layers.ReLU()",
        onnx="Relu",
    )


def leaky_relu(x: Array, slope: float) -> Array:
    """Shrink negative numbers."""
    return np.where(x > 0, x, x * slope)


class LeakyReLU(ActivationLayer):
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

    def pull_back(self, kept: Array, grad: Array, result: Array) -> None:
        """``grad``, times the slope where the output is not positive."""
        factor = np.where(kept > 0, kept.dtype.type(1), kept.dtype.type(self.slope))
        np.multiply(grad, factor, out=result)


def _leaky_words(x: float, slope: float) -> str:
    return "positive, slope 1" if x > 0 else f"not positive, slope {show(slope).text}"


def _leaky_formula(x: float, slope: float) -> Formula:
    factor = show(1.0 if x > 0 else slope)
    return Formula(f"{{(x)}}·{factor.text}", lambda x: x * factor.value)


@register
@dataclass(frozen=True)
class LeakyReLUSpec(ActivationSpec):
    """Settings of a ``LeakyReLU``."""

    kind: ClassVar[str] = "LeakyReLU"
    title: ClassVar[str] = "Leaky ReLU"
    about: ClassVar[str] = "Keeps positive numbers and shrinks negative ones, so no unit dies."
    icon: ClassVar[str] = "leakyrelu"
    signs: ClassVar[Signs] = Signs.ANY
    record: ClassVar[Activation] = Activation(
        operation="leaky_relu",
        layer=LeakyReLU,
        formula="max(x, slope·x)",
        symbol="gives",
        function=leaky_relu,
        slope=lambda x, _, slope: np.where(x > 0, 1.0, slope),
        written=_leaky_formula,
        case_words=_leaky_words,
        slope_words=lambda x, _, slope: _leaky_words(x, slope),
        pytorch="nn.LeakyReLU({slope})",
        keras="layers.LeakyReLU(negative_slope={slope})",
        onnx="LeakyRelu",
        onnx_attributes={"slope": "alpha"},
    )

    slope: float = spec_field(
        0.01,
        "Slope",
        "What negative numbers are multiplied by.",
        kind="float",
        minimum=0.0001,
        maximum=1.0,
    )


def elu(x: Array, alpha: float) -> Array:
    """Let negative numbers run out at -alpha."""
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


class ELU(ActivationLayer):
    """``y = x`` where x is positive, else ``alpha·(exp(x) − 1)``; the slope there is ``y + alpha``.

    Raises:
        ShapeError: if alpha is not positive; then the output would not tell the input's sign.
    """

    def __init__(self, alpha: float = 1.0) -> None:
        super().__init__()
        if alpha <= 0:
            raise ShapeError(f"ELU needs an alpha above 0; got {alpha}. Use ReLU for 0.")
        self.alpha = alpha

    def apply(self, x: Array, out: Array) -> None:
        """Negative numbers run out at ``−alpha``."""
        np.minimum(x, 0, out=out)
        np.expm1(out, out=out)
        np.multiply(out, self.alpha, out=out)
        np.copyto(out, x, where=x > 0)

    def pull_back(self, kept: Array, grad: Array, result: Array) -> None:
        """``grad``, times ``y + alpha`` where the output is not positive."""
        np.add(kept, self.alpha, out=result)
        np.copyto(result, 1, where=kept > 0)
        np.multiply(result, grad, out=result)


def _elu_formula(x: float, alpha: float) -> Formula:
    if x > 0:
        return Formula("{(x)}·1", lambda x: x)
    return Formula(f"{show(alpha).text}·(e^{{(x)}} − 1)")


def _elu_words(x: float, y: float, alpha: float) -> str:
    return "positive, slope 1" if x > 0 else f"y {_is(y)}, slope y + alpha {_is(y + alpha)}"


@register
@dataclass(frozen=True)
class ELUSpec(ActivationSpec):
    """Settings of an ``ELU``."""

    kind: ClassVar[str] = "ELU"
    title: ClassVar[str] = "ELU"
    about: ClassVar[str] = "Keeps positive numbers and bends negative ones smoothly towards −alpha."
    icon: ClassVar[str] = "elu"
    signs: ClassVar[Signs] = Signs.ANY
    record: ClassVar[Activation] = Activation(
        operation="elu",
        layer=ELU,
        formula="x or alpha·(exp(x) − 1)",
        symbol="ELU",
        function=elu,
        slope=lambda x, y, alpha: np.where(x > 0, 1.0, y + alpha),
        written=_elu_formula,
        case_words=lambda x, **_: "positive" if x > 0 else "not positive",
        slope_words=_elu_words,
        pytorch="nn.ELU({alpha})",
        keras="layers.ELU(alpha={alpha})",
        onnx="Elu",
        onnx_attributes={"alpha": "alpha"},
    )

    alpha: float = spec_field(
        1.0,
        "Alpha",
        "Negative numbers run out at minus this.",
        kind="float",
        minimum=0.0001,
        maximum=10.0,
    )


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x)), written so that no exp can overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * x)))


class Sigmoid(ActivationLayer):
    """``y = 1/(1 + exp(−x))``, as ``(1 + tanh(x/2))/2``; the derivative is ``y·(1 − y)``."""

    def apply(self, x: Array, out: Array) -> None:
        """Squeeze to 0 … 1."""
        np.multiply(x, 0.5, out=out)
        np.tanh(out, out=out)
        np.add(out, 1, out=out)
        np.multiply(out, 0.5, out=out)

    def pull_back(self, kept: Array, grad: Array, result: Array) -> None:
        """``grad · y · (1 − y)``."""
        np.subtract(1, kept, out=result)
        np.multiply(result, kept, out=result)
        np.multiply(result, grad, out=result)


@register
@dataclass(frozen=True)
class SigmoidSpec(ActivationSpec):
    """A ``Sigmoid`` has no settings."""

    kind: ClassVar[str] = "Sigmoid"
    title: ClassVar[str] = "Sigmoid"
    about: ClassVar[str] = "Squeezes every number to between 0 and 1."
    icon: ClassVar[str] = "sigmoid"
    signs: ClassVar[Signs] = Signs.NEVER_NEGATIVE
    record: ClassVar[Activation] = Activation(
        operation="sigmoid",
        layer=Sigmoid,
        formula="1/(1 + exp(−x))",
        symbol="σ",
        function=sigmoid,
        slope=lambda _, y: y * (1 - y),
        written=lambda _: Formula("1/(1 + e^{(−x)})"),
        slope_words=lambda _, y: f"y {_is(y)}, slope y·(1 − y) {_is(y * (1 - y))}",
        pytorch="nn.Sigmoid()",
        keras='layers.Activation("sigmoid")',
        onnx="Sigmoid",
    )


def tanh(x: Array) -> Array:
    """Squeeze every number to between -1 and 1."""
    return np.tanh(x)


class Tanh(ActivationLayer):
    """``y = tanh(x)``; the derivative is ``1 − y²``."""

    def apply(self, x: Array, out: Array) -> None:
        """Squeeze to −1 … 1."""
        np.tanh(x, out=out)

    def pull_back(self, kept: Array, grad: Array, result: Array) -> None:
        """``grad · (1 − y²)``."""
        np.multiply(kept, kept, out=result)
        np.subtract(1, result, out=result)
        np.multiply(result, grad, out=result)


@register
@dataclass(frozen=True)
class TanhSpec(ActivationSpec):
    """A ``Tanh`` has no settings."""

    kind: ClassVar[str] = "Tanh"
    title: ClassVar[str] = "Tanh"
    about: ClassVar[str] = "Squeezes every number to between −1 and 1."
    icon: ClassVar[str] = "tanh"
    signs: ClassVar[Signs] = Signs.ANY
    record: ClassVar[Activation] = Activation(
        operation="tanh",
        layer=Tanh,
        formula="tanh(x)",
        symbol="tanh",
        function=tanh,
        slope=lambda _, y: 1 - y * y,
        written=lambda _: Formula("tanh {(x)}"),
        slope_words=lambda _, y: f"y {_is(y)}, slope 1 − y² {_is(1 - y * y)}",
        pytorch="nn.Tanh()",
        keras='layers.Activation("tanh")',
        onnx="Tanh",
    )
