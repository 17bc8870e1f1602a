"""What a network says of the same digit at other places of its input."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.basics.errors import ShapeError
from engine.layers.base import Array
from engine.networks.calibration import Calibration, class_scores
from engine.networks.network import Sequential

REACH = 6
"""Pixels by which a digit is moved in every direction."""


@dataclass(frozen=True, eq=False)
class ShiftMap:
    """Answers for an image moved by ``−reach … reach`` pixels, downward first, then to the right.

    Attributes:
        images: The moved images, ``(S, S, C, H, W)`` with ``S = 2·reach + 1``.
        probabilities: ``(S, S, classes)``.
        kept_ink: Which share of the ink is still on the image, ``(S, S)``.
    """

    images: Array
    probabilities: Array
    kept_ink: Array

    @property
    def reach(self) -> int:
        """The farthest move, in pixels."""
        return len(self.images) // 2

    @property
    def answers(self) -> Array:
        """The most probable class at every place. Shape: ``(S, S)``."""
        best: Array = self.probabilities.argmax(axis=2)
        return best

    @property
    def confidences(self) -> Array:
        """The probability of that class. Shape: ``(S, S)``."""
        highest: Array = self.probabilities.max(axis=2)
        return highest

    @property
    def answer(self) -> int:
        """The answer for the image as it is."""
        return int(self.answers[self.reach, self.reach])

    @property
    def same(self) -> int:
        """At how many places, the middle included, the answer is that of the middle."""
        return int(np.count_nonzero(self.answers == self.answer))


def shifted(image: Array, down: int, right: int) -> Array:
    """The image moved by whole pixels; what leaves it is lost, what comes in is paper (0).

    Shape:
        ``(C, H, W)``, the same out.
    """
    moved = np.zeros_like(image)
    height, width = image.shape[1:]
    if abs(down) < height and abs(right) < width:
        source = image[
            :,
            max(0, -down) : height - max(0, down),
            max(0, -right) : width - max(0, right),
        ]
        top, left = max(0, down), max(0, right)
        moved[:, top : top + source.shape[1], left : left + source.shape[2]] = source
    return moved


def shift_map(
    network: Sequential,
    image: Array,
    calibration: Calibration,
    reach: int = REACH,
    progress: Callable[[int], None] = lambda _done: None,
) -> ShiftMap:
    """Ask the network about the image at all ``(2·reach + 1)²`` places, a row of them in a batch.

    After every row ``progress`` is told how many places are done.

    Shape:
        ``image`` is one sample, ``(C, H, W)``.

    Raises:
        ShapeError: if the image is no ``(C, H, W)``, or another one than the network takes.
    """
    if image.ndim != 3:
        raise ShapeError(f"An image to be moved needs shape (C, H, W); got {image.shape}.")
    moves = range(-reach, reach + 1)
    side = len(moves)
    image = np.asarray(image, network.dtype)
    moved = np.stack([shifted(image, down, right) for down in moves for right in moves])
    rows = []
    for start in range(0, len(moved), side):
        rows.append(class_scores(network, moved[start : start + side]))
        progress(start + side)
    shares = calibration.probabilities(np.concatenate(rows))
    ink = float(np.abs(image).sum()) or 1.0
    kept = np.abs(moved).sum(axis=(1, 2, 3)) / ink
    return ShiftMap(
        moved.reshape(side, side, *image.shape),
        shares.reshape(side, side, -1),
        kept.reshape(side, side),
    )
