"""A few digits and what augmentation makes of them, for a preview."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.augmentation import Augmentation, AugmentationConfig
from engine.data.digits import generate_digits

COLUMNS = 6
ROWS = 3


class AugmentedDigits:
    """Generated digits in the first row, changed in a new way in each row below."""

    def __init__(self) -> None:
        self._images: NDArray[np.uint8] | None = None
        self._round = 0

    def next_round(self) -> None:
        """Let the next preview be changed in other ways."""
        self._round += 1

    def rows(self, config: AugmentationConfig) -> NDArray[np.uint8]:
        """The preview.

        Shape:
            ``(ROWS, COLUMNS, 28, 28)``.
        """
        if self._images is None:
            self._images = generate_digits(COLUMNS, 3).images
        augment = Augmentation(config)
        rng = np.random.default_rng(self._round)
        changed = [augment(self._images, rng) for _ in range(ROWS - 1)]
        return np.stack([self._images, *changed])[:, :, 0]
