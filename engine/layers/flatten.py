"""Flatten: feature maps to one row of features, channel by channel, row by row, and back."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from engine.basics.geometry import Shape, times
from engine.layers.base import Array, Layer, check_float, check_gradient
from engine.layers.spec import LayerSpec, Signs, register


class Flatten(Layer):
    """``(N, C, H, W)`` to ``(N, C·H·W)``, in PyTorch's order, so that weights can be exchanged.

    Shape:
        input ``(N, …)``, output ``(N, features)``.
    """

    def __init__(self) -> None:
        super().__init__()
        self._shape: tuple[int, ...] | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Lay out each sample's numbers in one row."""
        check_float(x, "Flatten")
        self._shape = x.shape if training else None
        N, *sizes = x.shape
        features = self.buffers.scratch("output", (*sizes, N), x.dtype)
        np.copyto(features, x.transpose(*range(1, x.ndim), 0))
        return features.reshape(-1, N).T

    def backward(self, grad_output: Array) -> Array:
        """Fold the row back to the input's shape."""
        if self._shape is None:
            raise self.not_ready()
        N, *sizes = self._shape
        check_gradient(grad_output, (N, math.prod(sizes)), "Flatten")
        if len(sizes) != 3:
            return grad_output.reshape(self._shape)
        C, H, W = sizes
        folded = self.buffers.scratch("grad_input", (H, C, W, N), grad_output.dtype)
        np.copyto(folded.transpose(1, 0, 2, 3), grad_output.T.reshape(C, H, W, N))
        return folded.transpose(3, 1, 0, 2)

    def forget(self) -> None:
        """Drop what forward kept, and all buffers."""
        super().forget()
        self._shape = None


@register
@dataclass(frozen=True)
class FlattenSpec(LayerSpec):
    """A ``Flatten`` has no settings."""

    kind: ClassVar[str] = "Flatten"
    title: ClassVar[str] = "Flatten"
    about: ClassVar[str] = "Lays all feature maps out in one row, for a dense layer."
    icon: ClassVar[str] = "flatten"
    family: ClassVar[str] = "dense"
    signs: ClassVar[Signs] = Signs.AS_INPUT
    belongs_to_convolution: ClassVar[bool] = False

    def words(self) -> str:
        """For the card."""
        return "feature maps to one row"

    def output_shape(self, input_shape: Shape) -> Shape:
        """``(C·H·W,)``."""
        return (math.prod(input_shape),)

    def formulas(self, input_shape: Shape) -> tuple[str, ...]:
        """The product, with the numbers."""
        product = "·".join(map(str, input_shape))
        return (f"features {product} = {times(self.output_shape(input_shape))}",)

    def build(self, input_shape: Shape, rng: np.random.Generator, dtype: Any) -> Flatten:  # noqa: ARG002
        """A ``Flatten``."""
        return Flatten()
