"""Thicker and thinner pens: the edge of the ink moved out or in by fractions of a pixel.

Dilation gives each pixel the darkest ink of itself and its four neighbours, erosion the lightest:
the edge moves by one pixel. Edges of drawn ink are grey, so a mixture of picture and dilation moves
it by a fraction. Source of the operations: J. Serra, "Image Analysis and Mathematical Morphology"
(1982).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Images = NDArray[np.uint8]
Floats = NDArray[np.float32]

LEAST_INK = 0.6
"""Share of a picture's ink that thinning leaves at least, so that thin strokes do not break."""


def change_thickness(images: Images, amounts: Floats) -> Images:
    """Move the edge of each picture's ink by its amount in pixels: out if positive, in if negative.

    Ink is thinned less than asked where it would lose more than ``1 − LEAST_INK`` of itself.

    Shape:
        ``images`` is ``(N, C, H, W)``, ink bright on 0; ``amounts`` is ``(N,)``. Returns new
        images of the same shape.
    """
    result = images.copy()
    steps = math.ceil(float(np.abs(amounts).max(initial=0)))
    for step in range(steps):
        shares = np.clip(np.abs(amounts) - step, 0, 1)
        thicker, thinner = amounts > step, amounts < -step
        if thicker.any():
            now = result[thicker]
            result[thicker] = _mixture(now, _of_neighbours(now, np.maximum), shares[thicker])
        if thinner.any():
            now = result[thinner]
            eroded = _of_neighbours(now, np.minimum)
            most = _largest_share(_ink(images[thinner]), _ink(now), _ink(eroded))
            result[thinner] = _mixture(now, eroded, np.minimum(shares[thinner], most))
    return result


def _of_neighbours(images: Images, choose: np.ufunc) -> Images:
    """What ``choose`` makes of every pixel and its four neighbours; outside is paper (0)."""
    ringed = np.pad(images, ((0, 0), (0, 0), (1, 1), (1, 1)))
    chosen: Images = choose(ringed[..., :-2, 1:-1], ringed[..., 2:, 1:-1])
    for neighbour in (ringed[..., 1:-1, :-2], ringed[..., 1:-1, 2:], images):
        choose(chosen, neighbour, out=chosen)
    return chosen


def _mixture(images: Images, changed: Images, shares: Floats) -> Images:
    """``images + share·(changed − images)`` in whole numbers, with shares in steps of 1/256."""
    weights = np.rint(shares * 256).astype(np.uint16).reshape(-1, 1, 1, 1)
    mixture = changed * weights
    mixture += images * (256 - weights)
    mixture += 128
    mixture >>= 8
    return mixture.astype(np.uint8)


def _ink(images: Images) -> Floats:
    """The ink of each picture, ``(N,)``."""
    ink: NDArray[np.uint32] = images.reshape(len(images), -1).sum(axis=1, dtype=np.uint32)
    return ink.astype(np.float32)


def _largest_share(first: Floats, now: Floats, eroded: Floats) -> Floats:
    """How far each picture may go towards its erosion and keep ``LEAST_INK`` of its first ink."""
    spare: Floats = np.maximum(now - np.float32(LEAST_INK) * first, 0)
    lost: Floats = np.maximum(now - eroded, 1)
    return spare / lost
