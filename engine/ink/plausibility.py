"""Whether a drawing can be a digit at all: scribbles, blots and dashes are none, to any network.

A network trained on digits gives every drawing a digit, often with conviction. Three measures of
the prepared picture tell blots, dashes and tangles apart. Their limits were set beyond all of 2,000
of MNIST's validation images and 600 generated digits, so that no digit is turned away for them. A
guard (``engine.ink.guard``) that has learnt what scribbles, signs and letters look like tells the
rest. Neither asks the network that reads the digit: one that it is unsure of is a digit all the
same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.ink.preprocess import Prepared, prepare

if TYPE_CHECKING:  # the window is painted before the guard is loaded
    from engine.ink.guard import Guard

LONGEST_OUTLINE = 168.0
"""In pixels of the 28×28 image; digits have 35 to 163."""

FULLEST = 0.68
"""Share of ink in the box around it, where that is not narrow; digits have up to 0.63."""

_NARROW = 0.6
"""Width by height of a box that a thick 1 may fill."""

WIDEST = 2.0
"""Width by height; digits have up to 1.8."""


def looks_like_digit(prepared: Prepared, guard: Guard | None) -> bool:
    """Whether a drawing is taken for a digit, by its measures and by the guard, if there is one.

    What is drawn does not depend on how it was prepared: where steps were left out, the guard sees
    the picture with all of them taken.
    """
    if guard is None or not can_be_digit(prepared):
        return can_be_digit(prepared)
    is_whole = prepared.steps.is_full or prepared.is_exact
    return guard.passes(prepared.image if is_whole else prepare(prepared.raw).image)


def nearest_words(probabilities: NDArray[np.floating]) -> str:
    """What to add where a drawing looks like no digit: which digit comes nearest."""
    return f"The nearest digit is {int(probabilities.argmax())}."


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
