"""Paper under uneven light: a photograph's page is brighter on one side, and is paper all over.

The border of the image tells how the light falls: a smooth surface through its brightness,
``a + b·x + c·y + d·x² + e·x·y + f·y²`` by least squares, is what paper would show at every place.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.ink.resample import Picture

Floats = NDArray[np.floating]

_ROUNDS = 3
"""How often the surface is fitted, each time without what stood far from it: ink at the border."""

_FAR = 3.0
"""Farther from the surface than so many typical distances is no paper."""


def border_of(picture: Floats) -> Floats:
    """The outermost pixels of a picture. Shape: ``(n,)``."""
    sides = (picture[0], picture[-1], picture[1:-1, 0], picture[1:-1, -1])
    return np.asarray(np.concatenate(sides))


def evenly_lit(brightness: Picture) -> Picture:
    """The picture as under even light: the paper has one brightness, the border's median.

    A page whose border is even already stays as it is, to the last bit.

    Shape:
        ``(H, W)`` in and out, float32.
    """
    border = border_of(brightness)
    level = np.median(border)
    if not np.median(np.abs(border - level)) > 0 or min(brightness.shape) < 3:
        return brightness
    high, wide = brightness.shape
    y, x = np.meshgrid(np.linspace(-1, 1, high), np.linspace(-1, 1, wide), indexing="ij")
    terms = _terms(border_of(x), border_of(y))
    weights = _fitted(terms, border)
    light = sum(weight * term for weight, term in zip(weights, _terms(x, y), strict=True))
    return np.asarray(brightness - light + level, np.float32)


def _terms(x: Floats, y: Floats) -> list[Floats]:
    return [np.ones_like(x), x, y, x * x, x * y, y * y]


def _fitted(terms: list[Floats], border: Floats) -> Floats:
    """How much of each term the border's brightness has."""
    columns = np.stack(terms, axis=1)
    is_paper = np.ones(len(border), bool)
    weights: Floats = np.zeros(len(terms))
    for _ in range(_ROUNDS):
        weights = np.linalg.lstsq(columns[is_paper], border[is_paper], rcond=None)[0]
        distance = np.abs(border - columns @ weights)
        is_paper = distance <= _FAR * max(float(np.median(distance)), 1 / 255)
    return weights
