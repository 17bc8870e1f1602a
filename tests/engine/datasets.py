"""Tiny data sets that a network can learn, made on the spot."""

import numpy as np

from engine.data.dataset import Dataset


def squares(count, seed=0, side=8, classes=3):
    """A bright square in a corner that depends on the class, on noise."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, classes, count)
    images = rng.integers(0, 60, (count, 1, side, side))
    corners = [(0, 0), (0, side // 2), (side // 2, 0), (side // 2, side // 2)]
    for image, label in zip(images, labels, strict=True):
        row, column = corners[label]
        image[0, row : row + side // 2, column : column + side // 2] += 150
    return Dataset(
        images.astype(np.uint8), labels.astype(np.int64), "Squares", "Made for tests.", classes
    )
