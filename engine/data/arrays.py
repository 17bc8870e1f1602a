"""From whatever arrays a file holds to labelled images: shapes, ranges and labels made one kind."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.basics.errors import DataError
from engine.data.dataset import Images, Labels

Array = NDArray[Any]

_COLOURS = (1, 3)


def as_images(array: Array, what: str) -> Images:
    """Images in grey levels, whatever way round they were.

    Args:
        array: ``(N, H, W)``, ``(N, H, W, C)``, ``(N, C, H, W)`` or ``(N, H·W)`` of square images;
            whole numbers from 0 to 255, fractions from 0 to 1, or 0 and 1 for black and white.
        what: how messages call it.

    Shape:
        ``(N, C, H, W)``, uint8.

    Raises:
        DataError: if they are no images.
    """
    return _as_levels(_as_nchw(array, what), what)


def as_labels(array: Array, images: int, what: str) -> tuple[Labels, int]:
    """Labels as whole numbers, and how many classes there are: at least 10 for digits.

    ``array`` is ``(N,)``, ``(N, 1)``, or one column per class with a 1 in it.

    Raises:
        DataError: if there is not one label from 0 on for each image.
    """
    labels = one_label_each(array, images, what)
    if labels.dtype.kind not in "iubf":
        raise DataError(f"Labels must be whole numbers from 0; {what} has {labels.dtype}.")
    with np.errstate(invalid="ignore"):  # what is no whole number is named below
        whole = labels.astype(np.int64)
    wrong = np.flatnonzero((whole != labels) | (whole < 0))
    if wrong.size:
        raise DataError(
            f"Labels must be whole numbers from 0; in {what}, number {wrong[0] + 1:,} is "
            f"{labels[wrong[0]]}."
        )
    return whole, classes_of(whole, what)


def one_label_each(array: Array, images: int, what: str) -> Array:
    """Labels ``(N,)`` of any type, from ``(N,)``, ``(N, 1)``, or one column per class.

    Columns become their numbers, and must hold one 1 in each row and 0 otherwise.

    Raises:
        DataError: if there is not one label for each image.
    """
    if array.ndim not in {1, 2} or len(array) != images or array.shape[1:] == (0,):
        raise DataError(
            f"Every image needs one label; {what} has {images:,} images and labels of shape "
            f"{array.shape}."
        )
    if array.ndim == 1 or array.shape[1] == 1:
        return array.reshape(-1)
    numbers = array if array.dtype.kind in "biuf" else np.full(array.shape, np.nan)
    is_one = numbers == 1
    wrong = np.flatnonzero((is_one.sum(axis=1) != 1) | ~(is_one | (numbers == 0)).all(axis=1))
    if wrong.size:
        raise DataError(
            f"Labels of {array.shape[1]} columns need one 1 in each row, in the column of its "
            f"class, and 0 otherwise; in {what}, row {wrong[0] + 1:,} is not like that."
        )
    columns: Array = is_one.argmax(axis=1)
    return columns


MOST_CLASSES = 1000
"""More than that is a mistake, such as a column of pixels or identifiers taken for labels."""


def classes_of(labels: Labels, what: str) -> int:
    """How many classes there are: digits are ten, even if some do not occur.

    Raises:
        DataError: if there are more than can be meant.
    """
    classes = max(10, int(labels.max(initial=0)) + 1)
    if classes > MOST_CLASSES:
        raise DataError(
            f"Labels must be from 0 to {MOST_CLASSES - 1}; {what} has {classes - 1:,}. "
            "Are these really labels?"
        )
    return classes


def square_side(pixels: int, what: str) -> int:
    """The side of a square image of so many pixels.

    Raises:
        DataError: if there is no such square.
    """
    side = math.isqrt(pixels)
    if side * side != pixels or not side:
        raise DataError(
            f"{what} has {pixels:,} values for each image, which is no square: 784 would be 28×28."
        )
    return side


def has_channels_last(shape: tuple[int, ...]) -> bool:
    """Whether these are images ``(N, H, W, C)``, grey or coloured."""
    return len(shape) == 4 and shape[3] in _COLOURS and shape[1] not in _COLOURS


def _as_nchw(array: Array, what: str) -> Array:
    if array.dtype.kind not in "iubf":
        raise DataError(f"Images must be numbers; {what} has {array.dtype}.")
    if array.ndim == 2:
        side = square_side(array.shape[1], what)
        return array.reshape(-1, 1, side, side)
    if array.ndim == 3:
        return array[:, None]
    if has_channels_last(array.shape):
        return np.moveaxis(array, 3, 1)
    if array.ndim == 4 and array.shape[1] in _COLOURS:
        return array
    raise DataError(
        "Images need shape (N, H, W), (N, H, W, 3), (N, 3, H, W) or (N, H·W); "
        f"{what} has {array.shape}."
    )


def _as_levels(array: Array, what: str) -> Images:
    if array.size == 0:
        return array.astype(np.uint8)
    low, high = float(array.min()), float(array.max())
    if not (math.isfinite(low) and math.isfinite(high)):
        raise DataError(f"Images hold NaN or infinite numbers in {what}. Replace them first.")
    if low < 0 or high > 255:
        raise DataError(
            f"Images must have grey levels from 0 to 255, or 0 to 1; those in {what} run from "
            f"{low:g} to {high:g}."
        )
    scale = 255.0 if high <= 1 else 1.0  # fractions, or black and white
    if array.dtype == np.uint8 and scale == 1:
        return np.asarray(array, np.uint8, order="C")
    levels = np.empty(array.shape, np.uint8)
    for start in range(0, len(array), 1000):  # in parts: floats take eight times the memory
        levels[start : start + 1000] = np.rint(array[start : start + 1000] * scale)
    return levels
