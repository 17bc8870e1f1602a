"""What a network answers to a few fixed images just now, to be asked again while it learns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.data.dataset import Labels, places_in_turn
from engine.layers.base import Array
from engine.networks.network import Sequential
from engine.training.batch_step import as_floats

NO_ANSWER = -1
"""The answer of a network whose probabilities are no numbers."""


@dataclass(frozen=True, eq=False)
class PresentAnswers:
    """The answers after ``step`` steps of training.

    Shape:
        ``labels`` is ``(N,)``, ``probabilities`` ``(N, classes)``.
    """

    step: int
    labels: Labels
    probabilities: Array

    @cached_property
    def answers(self) -> NDArray[np.int64]:
        """``(N,)``: the class with the highest probability, ``NO_ANSWER`` where one is NaN."""
        if not self.probabilities.size:
            return np.full(len(self.labels), NO_ANSWER, np.int64)
        is_known = np.isfinite(self.probabilities).all(axis=1)
        answers: NDArray[np.int64] = np.where(
            is_known, self.probabilities.argmax(axis=1), NO_ANSWER
        ).astype(np.int64)
        return answers

    @cached_property
    def shares(self) -> NDArray[np.float64]:
        """``(N,)``: the probability of each answer, 0 to 1; 0 where there is none."""
        if not self.probabilities.size:
            return np.zeros(len(self.labels))
        best = self.probabilities.max(axis=1)
        shares: NDArray[np.float64] = np.where(self.answers == NO_ANSWER, 0.0, best)
        return shares

    @cached_property
    def is_right(self) -> NDArray[np.bool_]:
        """``(N,)``: whether the answer is the label."""
        is_right: NDArray[np.bool_] = self.answers == self.labels
        return is_right

    @property
    def right(self) -> int:
        """How many are answered rightly."""
        return int(self.is_right.sum())

    def turned_since(self, before: PresentAnswers | None) -> NDArray[np.bool_]:
        """``(N,)``: which images of the same ones are answered otherwise than ``before``."""
        if before is None or len(before.labels) != len(self.labels):
            return np.zeros(len(self.labels), bool)
        has_turned: NDArray[np.bool_] = self.answers != before.answers
        return has_turned


def ask(
    network: Sequential, images: NDArray[np.uint8], labels: Labels, step: int
) -> PresentAnswers:
    """Let the network answer images as a data set holds them, grey levels 0 to 255.

    A network whose weights are not finite any more answers nothing.

    Shape:
        ``images`` is ``(N, C, H, W)`` as the network takes them, ``labels`` ``(N,)``.
    """
    if not len(labels):
        return PresentAnswers(step, labels, np.zeros((0, 0), network.dtype))
    with np.errstate(all="ignore"):
        found = network.predict_proba(as_floats(images, network.dtype))
    return PresentAnswers(step, labels, np.array(found))


def places_to_ask(labels: Labels, count: int, only: int | None = None) -> NDArray[np.intp]:
    """Which of the images to ask: the first of each class in turn, or of one class, by class.

    Shape:
        ``labels`` is ``(N,)``; the places are at most ``(count,)``, those of a class together.
    """
    if only is not None:
        return np.flatnonzero(labels == only)[:count]
    places = places_in_turn(labels, count)
    return places[np.lexsort((places, labels[places]))]
