"""Why 3×3: one large kernel against several small ones, and what a 1×1 convolution is for.

Source of the comparison: K. Simonyan, A. Zisserman, "Very deep convolutional networks for
large-scale image recognition" (2015), section 2.3; of the bottleneck: K. He and others, "Deep
residual learning" (2016), figure 5.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.layers import Conv2d, Conv2dSpec, ReLUSpec
from engine.layers.spec import LayerSpec
from engine.networks.network import Sequential
from engine.networks.stack import Report, Stack, describe


@dataclass(frozen=True)
class Chain:
    """Convolutions ``channels → channels`` behind one another, each padded and with a ReLU."""

    kernels: tuple[int, ...]
    channels: int
    size: int

    @property
    def title(self) -> str:
        """In a few words: ``5×5 + 3×3``."""
        return " + ".join(f"{kernel}×{kernel}" for kernel in self.kernels)

    @cached_property
    def stack(self) -> Stack:
        """The chain as a stack on maps of ``size``×``size``."""
        layers: list[LayerSpec] = []
        for kernel in self.kernels:
            layers += [_conv(self.channels, kernel), ReLUSpec()]
        return Stack(self.title, (self.channels, self.size, self.size), tuple(layers))

    @cached_property
    def report(self) -> Report:
        """What the chain costs."""
        return describe(self.stack)

    @property
    def receptive_fields(self) -> tuple[int, ...]:
        """How far it sees after each layer: ``r_n = r_(n−1) + kernel_n − 1``, starting from 1."""
        return tuple(accumulate(self.kernels, lambda reach, kernel: reach + kernel - 1))

    @property
    def non_linearities(self) -> int:
        """How many ReLUs it has."""
        return sum(isinstance(layer, ReLUSpec) for layer in self.stack.layers)


COMPARISONS = (((7,), (5, 3), (3, 3, 3)), ((5,), (3, 3)))
"""Kernels that see equally far: 7 cells, then 5."""


def chains(comparison: int, channels: int, size: int) -> tuple[Chain, ...]:
    """The chains of one comparison."""
    return tuple(Chain(kernels, channels, size) for kernels in COMPARISONS[comparison])


def bottleneck(channels: int, narrow: int, size: int) -> tuple[Report, Report]:
    """A plain 3×3, and 1×1 to ``narrow``, 3×3, 1×1 back: the same shapes outside."""
    shape = (channels, size, size)
    plain = Stack("3×3", shape, (_conv(channels, 3),))
    layers = (_conv(narrow, 1), _conv(narrow, 3), _conv(channels, 1))
    return describe(plain), describe(Stack("1×1, 3×3, 1×1", shape, layers))


def _conv(out: int, kernel: int) -> Conv2dSpec:
    around = (kernel // 2, kernel // 2)
    return Conv2dSpec(out_channels=out, kernel_size=(kernel, kernel), padding=around)


@dataclass(frozen=True)
class Mixing:
    """A 1×1 convolution with small numbers.

    Shape:
        x ``(C, H, W)``, weight ``(O, C)``, output ``(O, H, W)``.
    """

    x: NDArray[Any]
    weight: NDArray[Any]
    output: NDArray[Any]

    def sentence(self, out: int, row: int, column: int) -> str:
        """How one cell comes about: ``1·1 + 5·(−1) + 0·2 = −4``."""
        terms = (
            f"{_written(x)}·{_written(w, inside=True)}"
            for x, w in zip(self.x[:, row, column], self.weight[out], strict=True)
        )
        return f"{' + '.join(terms)} = {_written(self.output[out, row, column])}"


def mixing_example() -> Mixing:
    """Three channels mixed into two, computed by the engine's own convolution."""
    x = np.array([[[1, 2], [3, 4]], [[5, 6], [7, 8]], [[0, 1], [1, 0]]], np.float64)
    weight = np.array([[1, -1, 2], [0, 1, 3]], np.float64)
    layer = Conv2d(3, 2, 1, dtype=np.float64)
    layer.parameters["weight"][...] = weight[:, :, None, None]
    return Mixing(x, weight, layer.forward(x[None])[0])


def _written(number: float, *, inside: bool = False) -> str:
    text = f"{number:g}".replace("-", "−")
    return f"({text})" if inside and number < 0 else text


def timed_passes(chain: Chain, images: int, rng: np.random.Generator) -> Iterator[float]:
    """Seconds of one forward and backward pass of a batch, again and again.

    The first pass, which also allocates, is not among them.
    """
    network = Sequential.from_stack(chain.stack, rng)
    x = rng.standard_normal((images, *chain.stack.input_shape)).astype(np.float32)
    grad = np.ones_like(network.forward(x, training=True))
    network.backward(grad)
    while True:
        began = time.perf_counter()
        network.forward(x, training=True)
        network.backward(grad)
        yield time.perf_counter() - began
