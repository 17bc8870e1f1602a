"""Colour maps as lookup tables: which colour a value has, the same in every view.

Signed values are blue, white, orange; gradients purple, white, green; both white at exactly zero.
Values that cannot be negative are viridis; inputs and ink are grey.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

STEPS = 256
"""How many colours a map has."""

Table = NDArray[np.uint8]
"""256 colours, each red, green, blue, alpha. Shape (256, 4)."""

Image = NDArray[np.uint8]
"""Pixels as red, green, blue, alpha. Shape (H, W, 4)."""

_BLUE_ORANGE = ("#1d5b9e", "#5f97cc", "#b5d1ea", "#ffffff", "#fbd3a6", "#ee9a45", "#c25a06")
_PURPLE_GREEN = ("#642a87", "#9a6bb8", "#d3bfe2", "#ffffff", "#bfe0bd", "#6db26f", "#1d7435")
# The ten evenly spaced colours of matplotlib's viridis (CC0, van der Walt and Smith 2015).
_VIRIDIS = (
    "#440154", "#482878", "#3e4989", "#31688e", "#26828e",
    "#1f9e89", "#35b779", "#6ece58", "#b5de2b", "#fde725",
)  # fmt: skip
_DARK_TEXT = "#14181f"
_LIGHT_TEXT = "#ffffff"


def rgb_of(colour: str) -> tuple[int, int, int]:
    """Return the red, green and blue, 0 to 255, of a colour written ``#rrggbb``."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _table(anchors: tuple[str, ...], positions: NDArray[np.float64]) -> Table:
    """Interpolate evenly spaced ``anchors`` at 256 ``positions`` from 0 to 1."""
    colours = np.array([rgb_of(anchor) for anchor in anchors], dtype=np.float64)
    known = np.linspace(0.0, 1.0, len(anchors))
    table = np.full((256, 4), 255, dtype=np.uint8)
    for channel in range(3):
        table[:, channel] = np.rint(np.interp(positions, known, colours[:, channel]))
    table.setflags(write=False)
    return table


def _around_zero(anchors: tuple[str, ...]) -> Table:
    """Build a table whose two middle entries are both the middle anchor.

    256 is even, so without this no entry would be exactly white and a zero would look tinted.
    """
    signed = np.linspace(-1.0, 1.0, 256)
    shrunk = np.sign(signed) * np.maximum(0.0, np.abs(signed) - 1 / 255) / (1 - 1 / 255)
    return _table(anchors, (shrunk + 1) / 2)


@cache
def diverging() -> Table:
    """Return blue, white, orange: for signed values, on a range symmetric about zero."""
    return _around_zero(_BLUE_ORANGE)


@cache
def gradient_diverging() -> Table:
    """Return purple, white, green: for gradients, on a range symmetric about zero."""
    return _around_zero(_PURPLE_GREEN)


@cache
def viridis() -> Table:
    """Return viridis: for activations after ReLU and for probabilities."""
    return _table(_VIRIDIS, np.linspace(0.0, 1.0, 256))


@cache
def grey() -> Table:
    """Return black to white: for inputs, as MNIST shows them."""
    return _table(("#000000", "#ffffff"), np.linspace(0.0, 1.0, 256))


def apply(values: ArrayLike, cmap: Table, low: float, high: float) -> Image:
    """Colour a grid of values; outside the range the end colour holds, NaN is transparent.

    Shape:
        ``values`` (H, W), any number type; the result (H, W, 4), contiguous, for a ``QImage``.
    """
    index = positions(values, low, high)
    is_nan = index == STEPS
    index[is_nan] = 0
    image: Image = cmap[index]
    image[is_nan] = 0
    return image


def positions(values: ArrayLike, low: float, high: float) -> NDArray[np.intp]:
    """Which of the ``STEPS`` colours each value has, from 0; ``STEPS`` for what is no number.

    Shape:
        ``values`` any but (), and the result the same.
    """
    numbers = np.asarray(values, dtype=np.float64)
    span = high - low
    if not span > 0:
        scaled = np.full(numbers.shape, 0.5)
    else:
        scaled = (numbers - low) / span
        np.clip(scaled, 0.0, 1.0, out=scaled)
    scaled *= STEPS - 1
    np.rint(scaled, out=scaled)
    scaled[np.isnan(numbers)] = STEPS
    return scaled.astype(np.intp)


def symmetric_range(values: ArrayLike) -> tuple[float, float]:
    """Return (−m, m) with m the largest finite magnitude, or (−1, 1) when all is zero."""
    numbers = np.abs(np.asarray(values, dtype=np.float64))
    finite = numbers[np.isfinite(numbers)]
    largest = float(finite.max()) if finite.size else 0.0
    largest = largest or 1.0
    return -largest, largest


def luminance(colour: ArrayLike) -> float:
    """Return the relative luminance, 0 to 1, of an RGB colour of 0 to 255.

    WCAG 2.1: ``L = 0.2126 R + 0.7152 G + 0.0722 B`` of linearised components.
    """
    srgb = np.asarray(colour, dtype=np.float64)[:3] / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def contrast(first: str, second: str) -> float:
    """Return the contrast of two ``#rrggbb`` colours, 1 to 21: ``(L₁ + 0.05) / (L₂ + 0.05)``."""
    lighter, darker = sorted((luminance(rgb_of(first)), luminance(rgb_of(second))), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def text_colour_on(colour: ArrayLike) -> str:
    """Return the colour, dark or white, in which text on this RGB background reads better."""
    background = luminance(colour) + 0.05
    on_dark = (luminance(rgb_of(_LIGHT_TEXT)) + 0.05) / background
    on_light = background / (luminance(rgb_of(_DARK_TEXT)) + 0.05)
    return _DARK_TEXT if on_light >= on_dark else _LIGHT_TEXT
