"""Softmax: probabilities of all classes, or of all channels at each place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from engine.basics.geometry import Shape
from engine.layers.base import Array
from engine.layers.elementwise import ActivationLayer
from engine.layers.spec import LayerSpec, Signs, register


class Softmax(ActivationLayer):
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

    def pull_back(self, kept: Array, grad: Array, result: Array) -> None:
        """The product with the Jacobian ``diag(y) − y·yᵀ``."""
        np.multiply(grad, kept, out=result)
        weighted = result.sum(axis=self._axis(kept), keepdims=True)
        np.subtract(grad, weighted, out=result)
        np.multiply(result, kept, out=result)


@register
@dataclass(frozen=True)
class SoftmaxSpec(LayerSpec):
    """A ``Softmax`` has no settings."""

    kind: ClassVar[str] = "Softmax"
    title: ClassVar[str] = "Softmax"
    about: ClassVar[str] = (
        "Makes probabilities of the logits. Not needed at the end: training and recognition apply "
        "it by themselves, more exactly."
    )
    icon: ClassVar[str] = "softmax"
    family: ClassVar[str] = "activation"
    belongs_to_convolution: ClassVar[bool] = False
    signs: ClassVar[Signs] = Signs.NEVER_NEGATIVE

    def words(self) -> str:
        """For the card: the formula."""
        return "exp(x) / Σ exp(x)"

    def output_shape(self, input_shape: Shape) -> Shape:
        """The input's shape."""
        return input_shape

    def build(self, input_shape: Shape, rng: np.random.Generator, dtype: Any) -> Softmax:  # noqa: ARG002
        """The layer."""
        return Softmax()
