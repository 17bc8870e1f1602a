"""A few images and what augmentation makes of them, for a preview."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.data.augmentation import Augmentation, AugmentationConfig
from engine.data.dataset import Dataset
from engine.data.generated.digits import generate_digits

COLUMNS = 6
ROWS = 3


class AugmentedDigits:
    """Images of the chosen data in the first row, changed in a new way in each row below.

    As long as no samples of the data are known, they are generated digits.
    """

    def __init__(self) -> None:
        self._digits: Dataset | None = None
        self._samples: Dataset | None = None
        self._round = 0

    def use(self, samples: Dataset | None) -> None:
        """Show some of these images from now on; of none, generated digits."""
        has_enough = samples is not None and len(samples) >= COLUMNS
        self._samples = samples if has_enough else None

    @property
    def words(self) -> str:
        """What the preview shows."""
        name = self._images.name
        return f"Above: images of {name} as they are. Below: each changed in two ways."

    def next_round(self) -> None:
        """Let the next preview be changed in other ways."""
        self._round += 1

    def rows(self, config: AugmentationConfig) -> NDArray[np.uint8]:
        """The preview.

        Shape:
            ``(ROWS, COLUMNS, H, W)``.
        """
        images = self._images.images[:COLUMNS]
        augment = Augmentation(config)
        rng = np.random.default_rng(self._round)
        changed = [augment(images, rng) for _ in range(ROWS - 1)]
        return np.stack([images, *changed])[:, :, 0]

    @property
    def _images(self) -> Dataset:
        if self._samples is not None:
            return self._samples
        if self._digits is None:
            self._digits = generate_digits(COLUMNS, 3)
        return self._digits
