"""Activations: functions applied to every number by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from engine.geometry import Shape
from engine.layers.base import Array, Layer, check_float, check_gradient
from engine.spec import LayerSpec, register


def in_memory_order(x: Array) -> Array:
    """``x`` with its axes in the order in which they lie in memory, as layers hand it on."""
    if x.ndim == 4:
        return x.transpose(2, 1, 3, 0)
    return x.T if x.ndim == 2 else x


def in_caller_order(memory: Array) -> Array:
    """The inverse of ``in_memory_order``."""
    if memory.ndim == 4:
        return memory.transpose(3, 1, 0, 2)
    return memory.T if memory.ndim == 2 else memory


class ReLU(Layer):
    """``y = max(0, x)``; the gradient passes where the input was positive.

    Shape:
        any, the same in and out.
    """

    def __init__(self) -> None:
        super().__init__()
        self._output: Array | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Negative numbers become 0."""
        check_float(x, "ReLU")
        memory = in_memory_order(x)
        out = self.buffers.scratch("output", memory.shape, x.dtype)
        np.maximum(memory, 0, out=out)
        result = in_caller_order(out)
        self._output = result if training else None
        return result

    def backward(self, grad_output: Array) -> Array | None:
        """The gradient where the output is positive, else 0 (0 itself included, as in PyTorch)."""
        if self._output is None:
            raise self.not_ready()
        check_gradient(grad_output, self._output.shape, "ReLU")
        out, grad = in_memory_order(self._output), in_memory_order(grad_output)
        positive = self.buffers.scratch("positive", out.shape, np.bool_)
        result = self.buffers.scratch("grad_input", out.shape, grad.dtype)
        np.greater(out, 0, out=positive)
        np.multiply(grad, positive, out=result)
        return in_caller_order(result)

    def forget(self) -> None:
        """Drop what forward kept, and all buffers."""
        super().forget()
        self._output = None


@register
@dataclass(frozen=True)
class ReLUSpec(LayerSpec):
    """A ``ReLU`` has no settings."""

    kind: ClassVar[str] = "ReLU"
    title: ClassVar[str] = "ReLU"
    about: ClassVar[str] = "Keeps positive numbers and sets negative ones to 0."
    icon: ClassVar[str] = "relu"

    def words(self) -> str:
        """For the card."""
        return "max(0, x)"

    def output_shape(self, input_shape: Shape) -> Shape:
        """The input's shape."""
        return input_shape

    def build(self, input_shape: Shape, rng: np.random.Generator, dtype: Any) -> ReLU:  # noqa: ARG002
        """A ``ReLU``."""
        return ReLU()
