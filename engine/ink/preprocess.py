"""From a picture of ink to what the network sees: the recipe that MNIST was made by.

Crop to the ink; scale the longer side to 20 pixels, with antialiasing; shift by whole pixels so
that the centre of mass comes to the middle of 28×28; 256 grey levels. Source: Y. LeCun, C. Cortes,
C. Burges, "The MNIST database of handwritten digits". Two details are not written there but hold
for all its images, and so are done here: the brightest pixel is (nearly) full ink, and the centre
of mass, counted in pixel centres from 0, is rounded to pixel 14 (so it lies from 13.5 to 14.5).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.basics.errors import DataError
from engine.ink.paper import border_of, evenly_lit
from engine.ink.resample import Picture, resample

SIDE = 28
"""Side of the network's input."""

FITTED_SIDE = 20
"""Length of the digit's longer side within it."""

CENTRE = 14
"""The pixel that the centre of mass is rounded to."""

LEVELS = 255
"""Grey levels above 0."""

_FAINTEST_INK = 0.5 / LEVELS
"""What is fainter would become grey level 0, and is paper."""


class NoInkError(DataError):
    """The picture is blank: there is nothing to recognise."""


@dataclass(frozen=True)
class Steps:
    """Which steps of the recipe are taken; all of them, unless one wants to see what each is for.

    Attributes:
        crop: cut to the ink. Without it, the whole picture goes on.
        scale: make the longer side 20 pixels. Without it, the picture keeps its own scale, at which
            the whole of it would fill 28.
        centre: bring the centre of mass to the middle. Without it, the middle of what was cropped
            comes there, wherever its ink lies.
    """

    crop: bool = True
    scale: bool = True
    centre: bool = True

    @property
    def is_full(self) -> bool:
        """Whether nothing is left out."""
        return self.crop and self.scale and self.centre


FULL = Steps()


@dataclass(frozen=True, eq=False)
class Prepared:
    """Every stage on the way of a picture to the network; 0 is paper, 1 is full ink.

    Attributes:
        raw: the picture as it came, ``(H, W)``.
        crop: the part of it that holds ink, ``(height, width)``.
        fitted: the crop with its longer side scaled to 20 pixels (or as ``steps`` has it).
        placed: ``fitted`` within 28×28, its centre of mass in the middle.
        image: ``placed`` in 256 grey levels, ``k/255``: what the network sees.
        crop_box: where the crop lies in the picture: (top, left, height, width).
        offset: (row, column) of ``placed`` where the top left pixel of ``fitted`` lies.
        steps: which steps were taken.
        is_exact: whether the picture was a network input already, and nothing was done to it.
    """

    raw: Picture
    crop: Picture
    fitted: Picture
    placed: Picture
    image: Picture
    crop_box: tuple[int, int, int, int]
    offset: tuple[int, int]
    steps: Steps = FULL
    is_exact: bool = False

    @property
    def pixels(self) -> NDArray[np.uint8]:
        """The image in whole grey levels, as data sets keep it: ``(28, 28)``, 0 to 255."""
        return np.rint(self.image * LEVELS).astype(np.uint8)

    def in_picture(self, row: float, column: float) -> tuple[float, float]:
        """Where a place of the 28×28 image lies in the raw picture, as (row, column).

        Both are measured from the top left corner, so pixel ``i`` reaches from ``i`` to ``i + 1``.
        """
        top, left, height, width = self.crop_box
        rows, columns = self.fitted.shape
        return (
            top + (row - self.offset[0]) * height / rows,
            left + (column - self.offset[1]) * width / columns,
        )


def prepare(picture: NDArray[np.floating], steps: Steps = FULL) -> Prepared:
    """Make a network input of a picture of ink by MNIST's recipe, keeping every stage.

    Steps that are left out pass on what they get: see ``Steps``.

    Shape:
        ``picture`` is ``(H, W)``, from 0 (paper) to 1 (full ink), of any size.

    Raises:
        NoInkError: if there is no ink in it.
        DataError: if it is not a picture, or has values that are not finite.
    """
    raw = _checked(picture)
    found = ink_box(raw)
    crop_box = found if steps.crop else (0, 0, *raw.shape)
    top, left, height, width = crop_box
    crop = raw[top : top + height, left : left + width]
    fitted = fit(crop) if steps.scale else fit(crop, SIDE * max(crop.shape) / max(raw.shape))
    if steps.centre:
        row, column = centre_of_mass(fitted)
        offset = CENTRE - math.floor(row + 0.5), CENTRE - math.floor(column + 0.5)
    else:
        offset = (SIDE - fitted.shape[0]) // 2, (SIDE - fitted.shape[1]) // 2
    placed = place(fitted, offset)
    image = (np.rint(placed * LEVELS) / np.float32(LEVELS)).astype(np.float32, copy=False)
    return Prepared(raw, crop, fitted, placed, image, crop_box, offset, steps)


def as_it_is(image: Picture, picture: NDArray[np.floating]) -> Prepared:
    """A network input that is one already, such as an image of a data set: nothing is done to it.

    Shape:
        ``image`` is ``(28, 28)`` from 0 to 1; ``picture``, ``(H, W)``, shows it on a sheet that it
        fills.

    Raises:
        DataError: if the image has another shape, or values that are not finite.
    """
    raw, exact = _checked(picture), _checked(image)
    if exact.shape != (SIDE, SIDE):
        raise DataError(f"An image as it is needs {SIDE}×{SIDE} pixels; it has {exact.shape}.")
    box, none = (0, 0, *raw.shape), Steps(crop=False, scale=False, centre=False)
    return Prepared(raw, raw, exact, exact, exact, box, (0, 0), none, is_exact=True)


def ink_box(picture: Picture) -> tuple[int, int, int, int]:
    """The smallest box around all ink: (top, left, height, width).

    Raises:
        NoInkError: if there is no ink.
    """
    is_ink = picture > _FAINTEST_INK
    rows = np.flatnonzero(is_ink.any(axis=1))
    if rows.size == 0:
        raise NoInkError("There is no ink to recognise: draw a digit first.")
    columns = np.flatnonzero(is_ink.any(axis=0))
    top, left = int(rows[0]), int(columns[0])
    return top, left, int(rows[-1]) - top + 1, int(columns[-1]) - left + 1


def fit(crop: Picture, longer: float = FITTED_SIDE) -> Picture:
    """Scale so that the longer side has 20 pixels, the brightest of which is full ink.

    Shape:
        ``(H, W)`` to ``(20, round(20·W/H))`` or ``(round(20·H/W), 20)``, neither below 1; another
        length than 20 if ``longer`` says so.
    """
    height, width = crop.shape
    scale = longer / max(height, width)
    fitted = resample(crop, _cells(height * scale), _cells(width * scale))
    fitted /= fitted.max()
    return fitted


def centre_of_mass(picture: Picture) -> tuple[float, float]:
    """Mean (row, column) of the ink, counted in pixel centres from 0: ``Σ i·ink / Σ ink``."""
    by_row, by_column = picture.sum(axis=1), picture.sum(axis=0)
    mass = float(by_row.sum())
    rows, columns = np.arange(by_row.size), np.arange(by_column.size)
    return float(by_row @ rows) / mass, float(by_column @ columns) / mass


def place(fitted: Picture, offset: tuple[int, int]) -> Picture:
    """Lay the fitted digit into 28×28, its top left pixel at ``offset`` (row, column).

    What would lie outside is cut off: it happens only where nearly all ink is at one end.
    """
    placed = np.zeros((SIDE, SIDE), np.float32)
    target, source = [], []
    for start, length in zip(offset, fitted.shape, strict=True):
        first, last = max(0, start), min(SIDE, start + length)
        target.append(slice(first, last))
        source.append(slice(first - start, last - start))
    placed[tuple(target)] = fitted[tuple(source)]
    return placed


def ink_from_image(pixels: NDArray[np.generic]) -> Picture:
    """The ink in an opened or pasted image, whichever of ink and paper is the darker one.

    Transparent places show paper. Colours become brightness. The border tells the paper's
    brightness, also where light falls unevenly on it; what differs from it most is full ink, and
    what differs no more than the border's own noise is paper.

    Shape:
        ``(H, W)``, or ``(H, W, C)`` with C = 1 grey, 2 grey and alpha, 3 colour, 4 colour and
        alpha. Whole numbers run to their type's largest value, floats from 0 to 1. Returns
        ``(H, W)``, from 0 to 1.

    Raises:
        DataError: if it is no image, is empty, or has one colour only.
    """
    brightness = evenly_lit(_brightness(pixels))
    border = border_of(brightness)
    paper = float(np.median(border))
    noise = _NOISE * float(np.median(np.abs(border - paper)))
    lightest, darkest = float(brightness.max()), float(brightness.min())
    contrast = max(lightest - paper, paper - darkest)
    if contrast - noise < max(_LEAST_CONTRAST, 0.25 * noise):
        raise DataError(
            "The image needs ink that stands out from its background; it has one colour only, "
            "or hardly more."
        )
    difference = brightness - paper if lightest - paper > paper - darkest else paper - brightness
    ink: Picture = (difference - noise) / np.float32(contrast - noise)
    np.clip(ink, 0, 1, out=ink)
    return ink


_LEAST_CONTRAST = 8 / LEVELS
"""A smaller difference of brightness is not taken for ink."""

_NOISE = 8.0
"""Median deviations that paper reaches: in a million pixels of Gaussian noise about 7.3."""

LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)
"""Shares of red, green and blue in the brightness that an eye sees (Rec. ITU-R BT.601)."""


def _brightness(pixels: NDArray[np.generic]) -> Picture:
    if pixels.ndim == 2:
        pixels = pixels[:, :, None]
    if pixels.ndim != 3 or not 1 <= pixels.shape[2] <= 4:
        raise DataError(
            f"An image needs shape (H, W) or (H, W, 1 to 4); it has {np.shape(pixels)}."
        )
    if pixels.size == 0:
        raise DataError("The image is empty: it has no pixels.")
    values = pixels.astype(np.float32)
    if pixels.dtype == np.bool_ or np.issubdtype(pixels.dtype, np.floating):
        values = np.clip(np.nan_to_num(values), 0, 1)
    else:
        values /= np.float32(np.iinfo(pixels.dtype.name).max)
    channels = values.shape[2]
    grey: Picture = values[:, :, :3] @ LUMINANCE if channels >= 3 else values[:, :, 0]
    if channels in {2, 4}:
        grey = _over_paper(grey, values[:, :, -1])
    return grey


def _over_paper(grey: Picture, alpha: Picture) -> Picture:
    """Lay a transparent image over white paper, or over black where what is visible is light."""
    visible = float(alpha.sum())
    if visible == 0:
        raise DataError("The image is empty: all of it is transparent.")
    is_light = float((grey * alpha).sum()) > 0.5 * visible
    has_transparency = float(alpha.min()) < 1
    paper = 0.0 if is_light and has_transparency else 1.0
    over: Picture = grey * alpha + np.float32(paper) * (1 - alpha)
    return over


def _checked(picture: NDArray[np.floating]) -> Picture:
    if picture.ndim != 2 or picture.size == 0:
        raise DataError(f"A picture needs shape (H, W); it has {picture.shape}.")
    raw = picture.astype(np.float32, copy=False)
    if not np.isfinite(raw).all():
        raise DataError("A picture needs values from 0 to 1; some are infinite or not numbers.")
    return np.clip(raw, 0, 1)


def _cells(length: float) -> int:
    return max(1, math.floor(length + 0.5))
