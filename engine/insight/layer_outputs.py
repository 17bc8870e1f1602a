"""What a network's layers put out for one image, and what is shown of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.insight.shown_layer import ShownLayer
from engine.layers.base import Array
from engine.layers.spec import Signs
from engine.networks.network import Sequential
from engine.networks.receptive_field import receptive_fields
from engine.networks.stack import Stack, describe


@dataclass(frozen=True)
class Statistics:
    """A few numbers on many: the least, the largest, the mean, and which share is exactly 0."""

    least: float
    largest: float
    mean: float
    zeros: float


def statistics(values: Array) -> Statistics:
    """The statistics of one map or layer, of any shape; the mean is taken in float64."""
    return Statistics(
        float(values.min()),
        float(values.max()),
        float(values.mean(dtype=np.float64)),
        1.0 - np.count_nonzero(values) / values.size,
    )


def outputs_on(network: Sequential, image: Array) -> tuple[Array, ...]:
    """Every layer's output for one image, in order, as copies.

    Shape:
        ``image`` is one sample, ``(C, H, W)``; each output has its layer's shape, ``(C, H, W)`` or
        ``(features,)``.

    Raises:
        ShapeError: if the image has another shape than the network takes, or holds NaN.
    """
    x = np.asarray(image, network.dtype)[np.newaxis]
    return tuple(output[0] for output in network.activations(x))


def layers_of(network: Sequential) -> tuple[ShownLayer, ...]:
    """Every layer as it is shown before there is an image."""
    stack = network.stack
    rows = describe(stack).rows
    parts = zip(rows, is_signed(stack), receptive_fields(stack), strict=True)
    return tuple(
        ShownLayer(
            row.index + 1, row.spec.title, row.spec.words(), row.output_shape or (), signed, fields
        )
        for row, signed, fields in parts
    )


def is_signed(stack: Stack) -> tuple[bool, ...]:
    """Whether each layer's outputs can be negative, the input having no negative numbers."""
    found: list[bool] = []
    current = False
    for spec in stack.layers:
        if spec.signs is not Signs.AS_INPUT:
            current = spec.signs is Signs.ANY
        found.append(current)
    return tuple(found)
