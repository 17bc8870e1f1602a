"""How a network's layers are doing while it learns: sizes, steps, histograms, dead units.

The update ratio ‖ΔW‖ / ‖W‖ says how far one step moves a layer's weights for their size; about
0.001 is usual. Source: A. Karpathy, "CS231n: Neural networks, part 3" (2015).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.layers.activations import ReLU
from engine.layers.base import Array
from engine.networks.network import Sequential

BINS = 41
"""Bars of a histogram: odd, so that the middle one is around zero."""

PART = 20
"""Images looked at together: few enough to stay near the processor."""


@dataclass(frozen=True, eq=False)
class Histogram:
    """How many numbers lie in each of equally wide bins from ``-limit`` to ``limit``.

    ``limit`` is the largest finite magnitude, so every finite number is counted; what is not
    finite is left out.
    """

    limit: float
    counts: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class LayerHealth:
    """One layer that has weights W; norms are Euclidean, ``√Σ w²``, biases left out.

    Attributes:
        index: Which layer of the stack, from 0.
        title: What kind of layer it is.
        count: How many weights there are.
        weight_norm: ‖W‖.
        gradient_norm: ‖dW‖, of the loss of the latest batch, with what weight decay adds.
        update_ratio: ‖ΔW‖ / ‖W‖ of one step, W as it was before; ``None`` if not measured.
        weights: Histogram of W.
        gradients: Histogram of dW.
        dead: How many of its units are 0 whatever comes in; ``None`` if no ReLU follows.
        units: How many units (feature maps of a convolution) there are.
    """

    index: int
    title: str
    count: int
    weight_norm: float
    gradient_norm: float
    update_ratio: float | None
    weights: Histogram
    gradients: Histogram
    dead: int | None = None
    units: int = 0

    @property
    def dead_share(self) -> float | None:
        """Dead units among all, 0 to 1."""
        return None if self.dead is None else self.dead / max(self.units, 1)


def histogram(values: Array, bins: int = BINS) -> Histogram:
    """Count numbers of any shape in ``bins`` bins, symmetric about zero; one pass over them."""
    numbers = np.asarray(values).reshape(-1)
    if not np.isfinite(numbers).all():
        numbers = numbers[np.isfinite(numbers)]
    limit = float(np.abs(numbers).max(initial=0.0))
    if not limit:
        counts = np.zeros(bins, np.int64)
        counts[bins // 2] = numbers.size
        return Histogram(0.0, counts)
    scaled = numbers.astype(np.float64)
    scaled /= 2 * limit / bins
    scaled += bins / 2
    places = scaled.astype(np.intp)
    np.clip(places, 0, bins - 1, out=places)
    return Histogram(limit, np.bincount(places, minlength=bins))


def update_ratio(before: Array, after: Array) -> float:
    """‖after − before‖ / ‖before‖; 0 if nothing moved, infinite if it started at 0."""
    moved, size = norm(after - before), norm(before)
    if size:
        return moved / size
    return math.inf if moved else 0.0


def norm(values: Array) -> float:
    """``√Σ v²`` of an array of any shape, summed in float64."""
    return math.sqrt(float(np.square(values, dtype=np.float64).sum()))


def dead_units(network: Sequential, images: Array) -> dict[int, tuple[int, int]]:
    """For each ReLU, by its index: units that are 0 for all ``images``, and how many it has.

    A unit is a feature map or a number: a map counts as dead if it is 0 at every place.

    Shape:
        ``images`` is ``(N, *stack.input_shape)``, as floats.
    """
    largest: dict[int, Array] = {}
    for start in range(0, len(images), PART):
        x = images[start : start + PART]
        for index, layer in enumerate(network.layers):
            x = layer.forward(x)
            if isinstance(layer, ReLU):
                here = x.max(axis=tuple(axis for axis in range(x.ndim) if axis != 1))
                largest[index] = np.maximum(largest.get(index, here), here)
    return {
        index: (int(np.count_nonzero(values <= 0)), int(values.size))
        for index, values in largest.items()
    }


def layer_health(
    network: Sequential,
    before: Array | None = None,
    dead: Mapping[int, tuple[int, int]] | None = None,
) -> tuple[LayerHealth, ...]:
    """Measure every layer that has weights.

    Args:
        network: As it is after a step; its gradients are those that the step was made of.
        before: ``network.parameters`` as they were before that step; without them the ratio is
            not known.
        dead: What ``dead_units`` found; a ReLU's units are those of the weights before it.

    Shape:
        ``before`` has the shape of ``network.parameters``.
    """
    dead = dead or {}
    start, found = 0, []
    for index, (spec, layer) in enumerate(zip(network.stack.layers, network.layers, strict=True)):
        for name, value in layer.parameters.items():
            if name == "weight":
                old = None if before is None else before[start : start + value.size]
                units = _relu_of(network, index, dead)
                gradient = layer.gradients[name]
                found.append(
                    LayerHealth(
                        index,
                        spec.short_title,
                        value.size,
                        norm(value),
                        norm(gradient),
                        None if old is None else update_ratio(old, value.reshape(-1)),
                        histogram(value),
                        histogram(gradient),
                        *(units or (None, 0)),
                    )
                )
            start += value.size
    return tuple(found)


def _relu_of(
    network: Sequential, index: int, dead: Mapping[int, tuple[int, int]]
) -> tuple[int, int] | None:
    """The ReLU that a layer's outputs go through before any other weights."""
    for after in range(index + 1, len(network.layers)):
        if after in dead:
            return dead[after]
        if "weight" in network.layers[after].parameters:
            return None
    return None
