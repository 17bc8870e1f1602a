"""What can be seen of a network that learns: first-layer kernels, feature maps, probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from engine.insight.layer_outputs import is_signed
from engine.layers.base import Array
from engine.layers.elementwise import ActivationLayer
from engine.layers.regularization import BatchNorm2d, Dropout
from engine.networks.losses import softmax
from engine.networks.network import Sequential

MOST_MAPS = 64
MOST_SETS = 5


@dataclass(frozen=True, eq=False)
class MapSet:
    """Maps that are shown together, on one range of colours.

    Attributes:
        title: Which layer they are of.
        kind: What they are, in the plural: ``kernels``, ``units`` or ``maps``.
        maps: Shape (n, H, W), copies.
        total: How many there are in all; ``maps`` holds the first ones.
        is_signed: Whether they can be negative.
        layer: Whose output they are, from 0; ``None`` if they are weights.
    """

    title: str
    kind: str
    maps: Array
    total: int
    is_signed: bool
    layer: int | None = None


@dataclass(frozen=True, eq=False)
class NetworkSnapshot:
    """A network at one moment, with what it makes of one image.

    ``kernels`` is ``None`` if the first layer's weights cannot be shown as maps; ``probabilities``,
    (classes,), and ``maps`` are of the image.
    """

    kernels: MapSet | None
    maps: tuple[MapSet, ...]
    probabilities: Array


def first_kernels(network: Sequential) -> MapSet | None:
    """The weights that read the image itself, as maps, one per kernel and channel.

    A convolution's are its kernels; those of a dense layer lie like the pixels that they weigh.
    """
    for index, layer in enumerate(network.layers):
        weight = layer.parameters.get("weight")
        if weight is None:
            continue
        if weight.ndim == 4:
            maps = weight.reshape(-1, *weight.shape[2:])
        elif weight.ndim == 2 and len(network.stack.input_shape) == 3:
            _, height, width = network.stack.input_shape
            if weight.shape[1] % (height * width):
                return None
            maps = weight.reshape(-1, height, width)
        else:
            return None
        kind = "kernels" if weight.ndim == 4 else "units"
        kept = np.array(maps[:MOST_MAPS])
        return MapSet(_title(network, index), kind, kept, len(maps), is_signed=True)
    return None


def take_snapshot(network: Sequential, image: Array) -> NetworkSnapshot:
    """Kernels, feature maps and probabilities.

    Of each convolution, the maps are shown as they are after its activation: the last ones before
    the next pooling or the next convolution. The first ``MOST_SETS`` convolutions are shown.

    Shape:
        ``image`` is one sample, ``(C, H, W)``, as floats.

    Raises:
        ShapeError: if the image has another shape than the network takes, or holds NaN.
    """
    outputs = network.activations(np.asarray(image, network.dtype)[np.newaxis])
    signed = is_signed(network.stack)
    sets = []
    for index in _telling_layers(network)[:MOST_SETS]:
        maps = outputs[index][0]
        kept = np.array(maps[:MOST_MAPS])
        sets.append(MapSet(_title(network, index), "maps", kept, len(maps), signed[index], index))
    last = outputs[-1]
    probabilities = last if network.ends_in_softmax else softmax(last)
    return NetworkSnapshot(first_kernels(network), tuple(sets), np.array(probabilities[0]))


def _title(network: Sequential, index: int) -> str:
    """Number and kind of a layer: ``1 Convolution``."""
    return f"{index + 1} {network.stack.layers[index].short_title}"


def _telling_layers(network: Sequential) -> list[int]:
    """For each convolution, the last layer that keeps its maps as they are but for activation."""
    weighted = [
        index
        for index, layer in enumerate(network.layers)
        if (weight := layer.parameters.get("weight")) is not None and weight.ndim == 4
    ]
    found = []
    for start, end in pairwise([*weighted, len(network.layers)]):
        last = start
        for index in range(start + 1, end):
            if not isinstance(network.layers[index], ActivationLayer | BatchNorm2d | Dropout):
                break
            last = index
        found.append(last)
    return found
