"""Interfering with a trained network: feature maps muted, kernels replaced, on a copy of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np

from engine.basics.errors import ShapeError
from engine.basics.geometry import times
from engine.layers.base import Array
from engine.layers.known_kernels import KnownKernel
from engine.networks.muted import Muted
from engine.networks.network import Sequential
from engine.networks.stack import Stack

Place = tuple[int, int]
"""A layer and one of its output channels (or features), both from 0."""


@dataclass(frozen=True, eq=False)
class NewKernel:
    """What stands in place of a trained kernel: its weights ``(in_channels, K_h, K_w)``, a name."""

    weights: Array
    title: str


@dataclass(frozen=True, eq=False)
class Meddling:
    """All that is changed in a network. An edit makes another one."""

    muted: frozenset[Place] = frozenset()
    kernels: Mapping[Place, NewKernel] = field(default_factory=dict)

    @property
    def is_none(self) -> bool:
        """Whether nothing is changed."""
        return not self.muted and not self.kernels

    def with_muted(self, place: Place, *, is_muted: bool) -> Meddling:
        """Mute a map, or let it be heard again."""
        one = frozenset({place})
        return replace(self, muted=self.muted | one if is_muted else self.muted - one)

    def with_kernel(self, place: Place, kernel: NewKernel | None) -> Meddling:
        """Put another kernel in its place; ``None`` puts the trained one back."""
        kernels = {key: value for key, value in self.kernels.items() if key != place}
        if kernel is not None:
            kernels[place] = kernel
        return replace(self, kernels=kernels)

    def apply(self, network: Sequential) -> MeddledNetwork:
        """A copy of the network with all this done to it.

        Raises:
            ShapeError: if a place or a kernel does not fit the network.
        """
        twin = MeddledNetwork(network.stack, np.random.default_rng(0), network.dtype)
        twin.load_state_dict(network.state_dict())
        for (layer, channel), kernel in self.kernels.items():
            weight = twin.layers[layer].parameters.get("weight")
            if weight is None or weight[channel].shape != kernel.weights.shape:
                raise ShapeError(f"Layer {layer + 1} has no kernel of {kernel.weights.shape}.")
            weight[channel] = kernel.weights
        twin.mute(self.muted)
        return twin


def can_mute(stack: Stack, layer: int) -> bool:
    """Whether a layer's maps can be muted: all but the last layer's, which are the answer."""
    return 0 <= layer < len(stack.layers) - 1


class MeddledNetwork(Sequential):
    """A network in which some feature maps are muted; copies and replicas keep that."""

    muted: frozenset[Place] = frozenset()

    def mute(self, places: frozenset[Place]) -> None:
        """Mute these maps. To be called once.

        Raises:
            ShapeError: if a place is in no layer, or in the last one.
        """
        for layer, _ in places:
            if not can_mute(self.stack, layer):
                raise ShapeError(
                    f"Layer {layer + 1} of {self.stack.name} cannot be muted: there must be a "
                    "layer behind it."
                )
        self.muted = places
        for index in sorted({layer for layer, _ in places}):
            channels = tuple(sorted(channel for layer, channel in places if layer == index))
            self.layers[index] = Muted(self.layers[index], channels)
        if places:
            self._training_order = list(self.layers)

    def copy(self) -> Self:
        """An independent network with the same weights, muted likewise."""
        twin = super().copy()
        twin.mute(self.muted)
        return twin

    def replica(self) -> Self:
        """A network on the same weights, muted likewise."""
        twin = super().replica()
        twin.mute(self.muted)
        return twin


def fitted_kernel(known: KnownKernel, shape: tuple[int, ...]) -> Array:
    """A well-known 3×3 kernel for a convolution with kernels of another size and several channels.

    It stands in the middle of the larger kernel, 0 around it, and filters the mean of the input
    channels: every channel has it, divided by their number.

    Shape:
        ``shape`` and the result are ``(in_channels, K_h, K_w)``.

    Raises:
        ShapeError: if the kernel is too small for what of the 3×3 is not 0.
    """
    channels, height, width = shape
    big = np.zeros((height + 4, width + 4))
    top, left = (height - 1) // 2 + 1, (width - 1) // 2 + 1
    big[top : top + 3, left : left + 3] = known.weights
    one = big[2:-2, 2:-2].copy()
    if np.count_nonzero(one) != np.count_nonzero(known.weights):
        raise ShapeError(
            f"{known.title} needs a kernel of at least 3×3; this one has {times(shape[1:])}."
        )
    return np.repeat(one[np.newaxis] / channels, channels, axis=0)
