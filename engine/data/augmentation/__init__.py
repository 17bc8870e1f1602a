"""Drawings by many hands: training images changed as hands and pens differ, a new way each time.

A network that sees each digit shifted, turned, slanted, wobbled, in thin and in thick ink must
learn what stays the same. ``Augmentation`` is what ``Trainer(augment=…)`` takes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.basics.errors import ShapeError
from engine.data.augmentation.config import AugmentationConfig
from engine.data.augmentation.distortions import Distortions

__all__ = ["Augmentation", "AugmentationConfig", "Distortions"]


@dataclass(frozen=True)
class Augmentation:
    """Changes a batch of images within the ranges of ``config``.

    It keeps nothing between calls and may be called from several threads; the same generator state
    gives the same images.
    """

    config: AugmentationConfig = field(default_factory=AugmentationConfig)

    def __call__(self, images: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
        """The images, each changed in its own way.

        Shape:
            ``(N, C, H, W)`` uint8, ink bright on 0, to new images of the same; all channels of an
            image are changed alike.

        Raises:
            ShapeError: if the images have another shape or type.
        """
        if images.ndim != 4 or images.dtype != np.uint8:
            raise ShapeError(
                "Augmentation needs images of shape (N, C, H, W) and type uint8; "
                f"got {images.shape} and {images.dtype}."
            )
        _, _, H, W = images.shape
        return Distortions.draw(self.config, len(images), (H, W), rng).apply(images)
