"""Whether a drawing can be a digit at all: scribbles, blots and dashes are none, to any network.

A network trained on digits gives every drawing a digit, often with conviction. Three measures of
the prepared picture tell most others apart. Their limits were set beyond all of 2,000 of MNIST's
validation images and 600 generated digits, so that no digit is turned away for them.
"""

from __future__ import annotations

import numpy as np

from engine.preprocess import Prepared

LONGEST_OUTLINE = 168.0
"""In pixels of the 28×28 image; digits have 35 to 163."""

FULLEST = 0.68
"""Share of ink in the box around it, where that is not narrow; digits have up to 0.63."""

_NARROW = 0.6
"""Width by height of a box that a thick 1 may fill."""

WIDEST = 2.0
"""Width by height; digits have up to 1.8."""


def can_be_digit(prepared: Prepared) -> bool:
    """Whether the ink is no more tangled, no fuller and no flatter than that of any digit."""
    height, width = prepared.fitted.shape
    is_blot = width > _NARROW * height and float(prepared.fitted.mean()) > FULLEST
    return not is_blot and width <= WIDEST * height and outline(prepared) <= LONGEST_OUTLINE


def outline(prepared: Prepared) -> float:
    """Length of the border between ink and paper, in pixels: the total variation of the image.

    ``Σ |x[i+1, j] − x[i, j]| + Σ |x[i, j+1] − x[i, j]|``, so a slanted border counts as its way
    across plus its way down.
    """
    image = prepared.placed
    return float(np.abs(np.diff(image, axis=0)).sum() + np.abs(np.diff(image, axis=1)).sum())
