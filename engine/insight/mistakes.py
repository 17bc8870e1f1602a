"""Which images a network gets wrong: what it takes for what, and how sure it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.data.progress import IsCancelled, never_cancelled
from engine.layers.base import Array
from engine.networks.network import Sequential
from engine.training.batch_step import Samples, as_floats

CHUNK = 64
"""Images between two checks whether the job was cancelled."""


@dataclass(frozen=True, eq=False)
class Mistakes:
    """A network's answers to labelled images.

    Shape:
        ``images`` is ``(N, C, H, W)``, ``labels`` ``(N,)``, ``probabilities`` ``(N, classes)``.
        ``class_names`` is empty where a class is called by its number.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    probabilities: Array
    class_names: tuple[str, ...] = ()

    def name_of(self, label: int) -> str:
        """A class by its number and, if it has one, its name."""
        return f"{label} {self.class_names[label]}" if self.class_names else str(label)

    @cached_property
    def answers(self) -> NDArray[np.int64]:
        """``(N,)``: the class with the highest probability."""
        answers: NDArray[np.int64] = self.probabilities.argmax(axis=1)
        return answers

    @cached_property
    def matrix(self) -> NDArray[np.int64]:
        """The confusion matrix ``(classes, classes)``: images by label (rows) and answer."""
        classes = self.probabilities.shape[1]
        matrix = np.zeros((classes, classes), np.int64)
        np.add.at(matrix, (self.labels, self.answers), 1)
        return matrix

    @property
    def wrong(self) -> int:
        """How many images are answered wrongly."""
        return int(self.matrix.sum() - self.matrix.trace())

    @cached_property
    def margins(self) -> NDArray[np.float64]:
        """``(N,)``: how far each best answer is ahead of the second best, in probability."""
        two = np.sort(self.probabilities, axis=1)[:, -2:].astype(np.float64)
        margins: NDArray[np.float64] = two[:, 1] - two[:, 0]
        return margins

    @property
    def wrong_ones(self) -> list[int]:
        """The images that are answered wrongly, in the order of the data."""
        return [int(index) for index in np.flatnonzero(self.answers != self.labels)]

    def cell(self, label: int, answer: int) -> list[int]:
        """The images of one cell of the matrix.

        Returns:
            Their indices: of wrong answers the worst first (the surest), of right ones the least
            certain first.
        """
        found = np.flatnonzero((self.labels == label) & (self.answers == answer))
        order = np.argsort(
            self.margins[found] if label == answer else -self.margins[found], kind="stable"
        )
        return [int(index) for index in found[order]]

    def worst_first(self, images: Iterable[int]) -> list[int]:
        """Images in the order of what they cost: the less probable the label, the earlier."""
        found = np.fromiter(images, np.int64)
        shares = self.probabilities[found, self.labels[found]]
        return [int(index) for index in found[np.argsort(shares, kind="stable")]]

    def least_certain_first(self, images: Iterable[int]) -> list[int]:
        """Images in the order of their margins, the smallest first."""
        found = np.fromiter(images, np.int64)
        return [int(index) for index in found[np.argsort(self.margins[found], kind="stable")]]


def find_mistakes(
    network: Sequential, data: Samples, is_cancelled: IsCancelled = never_cancelled
) -> Mistakes | None:
    """Let a network answer all images of a data set; ``None`` if ``is_cancelled`` said so."""
    parts = []
    for start in range(0, len(data), CHUNK):
        if is_cancelled():
            return None
        images = as_floats(data.images[start : start + CHUNK], network.dtype)
        parts.append(network.predict_proba(images))
    names: tuple[str, ...] = getattr(data, "class_names", ())
    return Mistakes(data.images, data.labels, np.concatenate(parts), names)
