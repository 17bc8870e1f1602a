"""Two networks on the same image: how far their answers lie apart, and what each costs."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.networks.network import Sequential

Floats = NDArray[np.floating]

_REPEATS = 7


@dataclass(frozen=True)
class Difference:
    """How two networks' probabilities for one image differ.

    Attributes:
        distance: total variation ``½·Σ|p − q|``: 0 if they are the same, 1 if they share nothing.
        most_disputed: the class whose probability differs most.
    """

    distance: float
    most_disputed: int


def difference(one: Floats, other: Floats) -> Difference:
    """Compare the probabilities that two networks give. Shape: ``(classes,)`` each."""
    gaps = np.abs(one.astype(np.float64) - other.astype(np.float64))
    return Difference(float(gaps.sum() / 2), int(gaps.argmax()))


def seconds_per_image(network: Sequential, image: Floats, repeats: int = _REPEATS) -> float:
    """How long one image takes, forward: the shortest of several times, which others disturb least.

    Shape:
        ``image`` is one sample, ``(C, H, W)``.
    """
    batch = image[np.newaxis]
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        network.logits(batch)
        taken.append(time.perf_counter() - start)
    return min(taken)
