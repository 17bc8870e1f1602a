"""Global average pooling: one number for each whole feature map, in place of its cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from engine.basics.geometry import Shape
from engine.layers.base import (
    Array,
    Layer,
    batch_first,
    batch_last,
    check_gradient,
    check_planes,
    expect_planes,
)
from engine.layers.spec import LayerSpec, Signs, register


class GlobalAvgPool(Layer):
    """The mean of each whole feature map (M. Lin et al., "Network In Network", 2014).

    Shape:
        input ``(N, C, H, W)``, output ``(N, C)``.
    """

    def __init__(self) -> None:
        super().__init__()
        self._shape: tuple[int, ...] | None = None

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """One number per channel."""
        check_planes(x, None, "GlobalAvgPool")
        self._shape = x.shape if training else None
        out = self.buffers.scratch("output", (x.shape[1], x.shape[0]), x.dtype)
        np.mean(batch_last(x), axis=(0, 2), out=out)
        return out.T

    def backward(self, grad_output: Array) -> Array:
        """Every cell of a map gets the same share."""
        if self._shape is None:
            raise self.not_ready()
        N, C, H, W = self._shape
        check_gradient(grad_output, (N, C), "GlobalAvgPool")
        result = self.buffers.scratch("grad_input", (H, C, W, N), grad_output.dtype)
        np.multiply(grad_output.T[:, None], grad_output.dtype.type(1 / (H * W)), out=result)
        return batch_first(result)

    def forget(self) -> None:
        """Drop what forward kept, and all buffers."""
        super().forget()
        self._shape = None


@register
@dataclass(frozen=True)
class GlobalAvgPoolSpec(LayerSpec):
    """A ``GlobalAvgPool`` has no settings."""

    kind: ClassVar[str] = "GlobalAvgPool"
    title: ClassVar[str] = "Global average pooling"
    about: ClassVar[str] = "Replaces each feature map by its mean: one number per channel."
    icon: ClassVar[str] = "globalpool"
    family: ClassVar[str] = "pooling"
    signs: ClassVar[Signs] = Signs.AS_INPUT
    belongs_to_convolution: ClassVar[bool] = False

    def words(self) -> str:
        """For the card."""
        return "one mean per map"

    def output_shape(self, input_shape: Shape) -> Shape:
        """``(C,)``."""
        return (expect_planes(input_shape, self.title)[0],)

    def windows(self, input_shape: Shape) -> None:
        """Every output reads all of the input."""
        self.output_shape(input_shape)

    def build(self, input_shape: Shape, rng: np.random.Generator, dtype: Any) -> GlobalAvgPool:  # noqa: ARG002
        """A ``GlobalAvgPool``."""
        self.output_shape(input_shape)
        return GlobalAvgPool()
