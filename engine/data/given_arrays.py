"""Images and labels as a program hands them over: what is evident is done, the rest is refused.

An array does not say what its numbers mean. Whole numbers are taken for grey levels from 0 to 255,
fractions go into the network as they are. What can hardly be meant so is understood with a
``DataWarning`` where only one other meaning is left, and refused with the remedy where not.
"""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.basics.errors import DataError, DataWarning, ShapeError
from engine.data.arrays import MOST_CLASSES, Array, has_channels_last, one_label_each

WHITEST = 255

LARGEST_INPUT = 16.0
"""Beyond it fractions are no inputs any more: nothing learns from them at a usual rate."""

LARGEST_USUAL = 4.0
"""Beyond it fractions that are never negative have probably been left unscaled."""

_OUTLIERS = 0.05
"""Numbers scaled pixel by pixel to a variance of 1 run far out, but only few of them."""

_DARKEST_WHITE = 32
"""Grey levels that end below it are probably of fewer bits than eight."""

_WHITES = (16, 100, 255, 1023, 4095, 16_383, 65_535)
_OVERSHOOT = 1.1
"""Scaled pictures run over white by so much at most."""

_CALLER = 5
"""Whose line a warning names, counted from ``_warn``: who called what called ``given_images``."""


def given_images(X: ArrayLike, wanted: tuple[int, ...] | None = None) -> NDArray[np.float32]:
    """Images as float32 ``(N, C, H, W)``; grey levels become 0 to 1, fractions stay.

    Args:
        X: ``(N, H, W)``, ``(N, C, H, W)``, ``(N, H, W, C)`` of grey or coloured images, or
            ``(N, H·W)`` of square ones.
        wanted: The shape ``(C, H, W)`` that the network takes; where it is the arrays' own,
            channels are where it says.

    Warns:
        DataWarning: if channels come last, if there are only 0 and 1, or if the numbers are
            smaller or larger than a network is usually given.

    Raises:
        ShapeError: if they have another shape.
        DataError: if they are no numbers, or none that images can have.
    """
    array = _array(X, "Images")
    if array.dtype.kind != "b":
        check_values(array, "The images")
    array = _as_nchw(array, wanted)
    images = array.astype(np.float32)
    images *= np.float32(_scale(array))
    return images


def check_values(images: Array, what: str) -> None:
    """Refuse numbers that can be neither grey levels from 0 to 255 nor inputs of a network.

    Raises:
        DataError: with the range that was found, and what to do.
    """
    if images.dtype.kind not in "iuf":
        raise DataError(
            f"{what} must be numbers; got {images.dtype}. Give uint8 from 0 to 255, or floats "
            "from 0 to 1."
        )
    if images.size == 0 or images.dtype == np.uint8:
        return
    low, high = float(images.min()), float(images.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        raise DataError(f"{what} hold NaN or infinite numbers. Replace them first.")
    if images.dtype.kind == "f":
        _check_fractions(images, what, low, high)
    elif low < 0:
        raise DataError(
            f"{what} are whole numbers from {low:,.0f} to {high:,.0f}, but grey levels run from 0 "
            f"to {WHITEST}. Add what was subtracted from them, or give floats from 0 to 1."
        )
    elif high > WHITEST:
        raise DataError(
            f"{what} are whole numbers, and their values reach {high:,.0f}, but grey levels run "
            f"from 0 to {WHITEST}. Divide them by the value of white, which seems to be "
            f"{_white(high):,.0f}, to give floats from 0 to 1."
        )


def given_labels(y: ArrayLike, images: int, what: str = "y") -> Array:
    """One label for each image, ``(N,)``: numbers or names, whatever can be sorted.

    Args:
        y: ``(N,)``, ``(N, 1)``, or one column per class with a 1 in it, which becomes the
            column's number.
        images: How many there must be.
        what: How messages call them.

    Raises:
        DataError: if there is not one for each image, or some are missing or no classes.
    """
    labels = one_label_each(_array(y, "Labels"), images, what)
    if labels.dtype.kind not in "biufSUOM":
        raise DataError(f"Labels must be whole numbers or names; {what} has {labels.dtype}.")
    missing = _first(_is_missing(labels))
    if missing is not None:
        raise DataError(
            f"Every image needs a label; in {what}, number {missing + 1:,} is {labels[missing]}. "
            "Leave those images out."
        )
    broken = _first(labels != np.floor(labels)) if labels.dtype.kind == "f" else None
    if broken is not None:
        raise DataError(
            f"Labels must be whole numbers or names; in {what}, number {broken + 1:,} is "
            f"{labels[broken]:g}. A classifier learns classes, not amounts."
        )
    return labels


def classes_in(labels: Array) -> tuple[Array, NDArray[np.int64]]:
    """The distinct labels, sorted, and for each label its place among them.

    Raises:
        DataError: if they cannot be sorted, or are more than can be classes.
    """
    try:
        classes, places = np.unique(labels, return_inverse=True)
    except TypeError as error:
        kinds = ", ".join(sorted({type(one).__name__ for one in labels.tolist()}))
        raise DataError(
            f"Labels must all be of one kind, so that they can be sorted; these are {kinds}."
        ) from error
    if len(classes) > MOST_CLASSES:
        raise DataError(
            f"There can be up to {MOST_CLASSES:,} classes; these labels are {len(classes):,} "
            "different ones. Are these really labels?"
        )
    return classes, places.astype(np.int64)


def _array(given: ArrayLike, what: str) -> Array:
    try:
        array = np.asarray(given)
    except ValueError as error:
        raise DataError(
            f"{what} must all have one shape, to make one array. Make them equally large first."
        ) from error
    if np.ma.is_masked(given):
        raise DataError(f"{what} are masked in places. Fill these with numbers first.")
    return array


def _as_nchw(array: Array, wanted: tuple[int, ...] | None) -> Array:
    if array.ndim == 2:
        side = round(array.shape[1] ** 0.5)
        if side * side != array.shape[1]:
            raise ShapeError(
                f"Rows of {array.shape[1]} numbers are no square images. Give (N, H, W)."
            )
        return array.reshape(-1, 1, side, side)
    if array.ndim == 3:
        return array[:, None]
    if array.ndim != 4:
        raise ShapeError(f"Images need shape (N, H, W) or (N, C, H, W); got {array.shape}.")
    if array.shape[1:] == wanted:
        return array
    if array.shape[3] == 4 and array.shape[1] > 4:
        raise ShapeError(
            f"Images of shape {array.shape} seem to have red, green, blue and opacity last. Leave "
            "the opacity out, as in X[..., :3], or give (N, C, H, W)."
        )
    if not has_channels_last(array.shape):
        return array
    moved = np.moveaxis(array, 3, 1)
    _warn(f"Images of shape {array.shape} are taken as {moved.shape}: the channels come last.")
    return moved


def _scale(array: Array) -> float:
    """What to multiply numbers that passed ``check_values`` by, with a warning if it is a guess."""
    high = float(array.max()) if array.size else 0.0
    is_whole = array.dtype.kind != "f"
    if is_whole and high == 1:
        _warn(
            "The images hold 0 and 1 only, so 1 is taken for white. Give floats, or uint8 from 0 "
            f"to {WHITEST}, to say so."
        )
        return 1.0
    if is_whole and 1 < high < _DARKEST_WHITE:
        _warn(
            f"The images are whole numbers, so they are taken for grey levels from 0 to {WHITEST}, "
            f"but their values reach {high:.0f} only. If white is {high:.0f}, divide by it."
        )
    if not is_whole and high > LARGEST_USUAL and not (array < 0).any():
        _warn(
            f"The images are floats, so they are taken as they are, and their values reach "
            f"{high:g}. Networks learn best from 0 to 1: divide by the value of white."
        )
    return 1.0 if array.dtype.kind == "f" else 1 / WHITEST


def _check_fractions(images: Array, what: str, low: float, high: float) -> None:
    if max(high, -low) <= LARGEST_INPUT:
        return
    if low >= 0:
        white = _white(high)
        grey = ", or give uint8" if white == WHITEST else ""
        raise DataError(
            f"{what} are floats, which go in as they are, and their values reach {high:g}: divide "
            f"by {white:g}{grey}."
        )
    if np.count_nonzero(np.abs(images) > LARGEST_INPUT) > _OUTLIERS * images.size:
        raise DataError(
            f"{what} are floats, which go in as they are, and their values run from {low:g} to "
            f"{high:g}. Divide them, so that they are about 1 in size."
        )


def _white(high: float) -> float:
    """Which number probably stands for white where values reach ``high``."""
    return next((white for white in _WHITES if high <= white * _OVERSHOOT), high)


def _is_missing(labels: Array) -> Array:
    if labels.dtype.kind == "f":
        return ~np.isfinite(labels)
    if labels.dtype.kind == "M":
        return np.isnat(labels)
    if labels.dtype.kind == "O":
        return np.array([_is_nothing(one) for one in labels.tolist()], bool)
    return np.zeros(len(labels), bool)


def _is_nothing(label: object) -> bool:
    """Whether this stands for a label that is not known: ``None``, NaN and what is like them."""
    try:
        return label is None or not bool(label == label)  # noqa: PLR0124 - what tells NaN
    except TypeError:  # an unknown value of pandas is neither equal nor not
        return True


def _first(marks: Array) -> int | None:
    found = np.flatnonzero(marks)
    return int(found[0]) if found.size else None


def _warn(sentence: str) -> None:
    warnings.warn(sentence, DataWarning, stacklevel=_CALLER)
