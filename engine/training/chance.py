"""Whether an accuracy is more than luck, judged against the images that it was measured on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

DEVIATIONS = 2.0
"""How many standard deviations above the commonest class an accuracy may lie and still be luck."""


@dataclass(frozen=True)
class Chance:
    """What guessing comes to on these images: ``share`` of them are of the commonest class.

    ``classes`` are those that occur among the ``images``.
    """

    share: float
    images: int
    classes: int

    @classmethod
    def of(cls, labels: NDArray[Any]) -> Self:
        """Count the labels ``(N,)``, whole numbers from 0; there must be at least one."""
        counts = np.bincount(labels)
        return cls(float(counts.max() / len(labels)), len(labels), int(np.count_nonzero(counts)))

    @property
    def limit(self) -> float:
        """The highest accuracy that is no better than always answering the commonest class.

        ``p + 2·√(p·(1 − p)/N)``, since the share p of N images varies by that much; but at most
        half way from p to 1, or a few images could show nothing.
        """
        p = self.share
        margin = DEVIATIONS * math.sqrt(p * (1 - p) / self.images)
        return p + min(margin, (1 - p) / 2)

    def covers(self, accuracy: float) -> bool:
        """Whether an accuracy (0 to 1) may be luck; never where there is one class only."""
        return self.classes > 1 and not accuracy > self.limit

    def sentence(self, accuracy: float) -> str:
        """Say that a run came to no more than this."""
        return CHANCE_SENTENCE.format(
            right=100 * accuracy, images=self.images, share=100 * self.share
        )


CHANCE_SENTENCE = (
    "The network is no better than chance: {right:.1f} % of the {images:,} held-out images are "
    "right, and always answering the commonest class gets {share:.1f} % of them right."
)
