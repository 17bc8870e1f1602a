"""How far a network's answers can be believed: probabilities that come true.

A trained network is usually too sure of itself, or not sure enough. Dividing its logits by one
number, the temperature, changes no answer but makes "90 %" right nine times in ten. Source: C. Guo,
G. Pleiss, Y. Sun, K. Weinberger, "On calibration of modern neural networks", 2017. Whether a
picture is of any class at all is another question: see ``engine.ink.guard``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from engine.basics.errors import DataError
from engine.basics.records import Record
from engine.networks.losses import softmax

if TYPE_CHECKING:
    from engine.networks.network import Sequential

Floats = NDArray[np.floating]

BINS = 15
"""Groups of like probability over which the calibration error is taken, as Guo et al. do."""

_COLDEST, _HOTTEST = 0.05, 20.0
_SECTIONS = 60
_FAINTEST = 1e-30
_NEARLY_NONE = np.nextafter(np.float32(0), np.float32(1))
_NEARLY_ALL = np.nextafter(np.float32(1), np.float32(0))
_FEWEST = 20
"""Fewer validation images tell nothing."""


@dataclass(frozen=True)
class Calibration:
    """What the validation images taught about a network's probabilities.

    Attributes:
        temperature: what logits are divided by.
        error_before: expected calibration error at temperature 1, from 0 to 1.
        error_after: the same at ``temperature``. Both on images that it was not fitted on.

    Raises:
        DataError: if the temperature is not a positive number.
    """

    temperature: float = 1.0
    error_before: float | None = None
    error_after: float | None = None

    def __post_init__(self) -> None:
        if not (math.isfinite(self.temperature) and self.temperature > 0):
            raise DataError(f"A temperature must be above 0; it is {self.temperature}.")

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Read what ``dataclasses.asdict`` gave; unknown entries are passed over."""
        return cls(**Record(data, "The calibration").values_of(cls))

    def probabilities(self, logits: Floats) -> Floats:
        """``softmax(logits / temperature)``. Shape: ``(N, classes)``.

        A softmax over several classes never reaches 0 or 1, but float32 rounds to them; the
        nearest numbers that are neither stand in for those, so that nothing looks certain.
        """
        shares = softmax(logits / np.float32(self.temperature))
        if shares.shape[-1] > 1:
            np.clip(shares, _NEARLY_NONE, _NEARLY_ALL, out=shares)
        return shares


def class_scores(network: Sequential, images: Floats) -> Floats:
    """Logits, ``(N, classes)``, also of a network that ends in a softmax."""
    outputs = network.logits(images)
    return np.log(np.maximum(outputs, _FAINTEST)) if network.ends_in_softmax else outputs


def evidence(logits: Floats) -> Floats:
    """How much speaks for any class: ``log Σ exp(logit)``. Shape: ``(…, classes)`` to ``(…)``."""
    highest = logits.max(axis=-1)
    total: Floats = highest + np.log(np.exp(logits - highest[..., None]).sum(axis=-1))
    return total


def calibrate(
    network: Sequential, images: NDArray[np.uint8], labels: NDArray[np.int64]
) -> Calibration:
    """Fit the temperature on every other one of the validation images, and measure it on the rest.

    A temperature that makes the error on the rest larger is not kept. With fewer than 20 images
    nothing is fitted.

    Shape:
        ``images`` is ``(N, C, H, W)`` from 0 to 255, ``labels`` is ``(N,)``.
    """
    if len(labels) < _FEWEST:
        return Calibration()
    logits = class_scores(network, images.astype(np.float32) / np.float32(255))
    temperature = fit_temperature(logits[::2], labels[::2])
    before, after = (
        calibration_error(softmax(logits[1::2] / np.float32(value)), labels[1::2])
        for value in (1.0, temperature)
    )
    if after > before:
        temperature, after = 1.0, before
    return Calibration(temperature, before, after)


def fit_temperature(logits: Floats, labels: NDArray[np.int64]) -> float:
    """The temperature at which the right answers are most probable: least mean cross-entropy.

    Shape:
        ``logits`` is ``(N, classes)``, ``labels`` is ``(N,)``.
    """
    wide = logits.astype(np.float64)

    def loss(log_temperature: float) -> float:
        scaled = wide / math.exp(log_temperature)
        return float((evidence(scaled) - scaled[np.arange(len(labels)), labels]).mean())

    golden = (math.sqrt(5) - 1) / 2
    low, high = math.log(_COLDEST), math.log(_HOTTEST)
    for _ in range(_SECTIONS):
        left, right = high - golden * (high - low), low + golden * (high - low)
        if loss(left) < loss(right):
            high = right
        else:
            low = left
    return math.exp((low + high) / 2)


def calibration_error(probabilities: Floats, labels: NDArray[np.int64], bins: int = BINS) -> float:
    """Expected calibration error: how far the probability of the answer is from its being right.

    Answers are grouped by their probability into ``bins`` of equal width; the error is
    ``Σ_b n_b/N · |share right in b − mean probability in b|``.
    """
    confidence, is_right = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    group = np.minimum((confidence * bins).astype(np.intp), bins - 1)
    gap = np.bincount(group, is_right - confidence.astype(np.float64), bins)
    return float(np.abs(gap).sum() / len(labels))
