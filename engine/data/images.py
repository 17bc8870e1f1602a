"""Opening image files, and finding the ink in them."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.basics.errors import DataError
from engine.basics.file_kinds import IMAGE, check_kind
from engine.basics.parser_faults import PARSER_FAULTS
from engine.basics.records import quoted
from engine.ink.preprocess import ink_from_image
from engine.ink.resample import Picture, resample

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS = 80_000_000
"""Larger images are refused before they are unpacked: they need more memory than their worth."""

_LONGEST_SIDE = 1120
"""Larger images are scaled down to this; four times the drawing canvas is plenty."""


@dataclass(frozen=True, eq=False)
class OpenedInk:
    """The ink in an image file, and what to say about how it was read: `` (page 1 of 3)``."""

    ink: Picture
    remark: str = ""


def open_ink(path: Path) -> OpenedInk:
    """The ink in an image file, with a remark if only its first page was read, or it was scaled.

    Raises:
        DataError: as ``read_ink`` does.
    """
    ink = read_ink(path)
    pages, size = _pages_and_size(path)
    parts = [f"page 1 of {pages}"] if pages > 1 else []
    if max(size) > _LONGEST_SIDE:
        parts.append(f"scaled down from {size[0]}×{size[1]}")
    return OpenedInk(ink, f" ({', '.join(parts)})" if parts else "")


def _pages_and_size(path: Path) -> tuple[int, tuple[int, int]]:
    """How many pages or frames an image file has that was read already, and its size."""
    from PIL import Image  # noqa: PLC0415 - slow, and needed only here

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(path) as image:
                return int(getattr(image, "n_frames", 1)), image.size
        except PARSER_FAULTS:  # a later page is damaged
            return 1, (1, 1)


def read_ink(path: Path) -> Picture:
    """The ink in an image file: its first page, transparent places as paper, upright.

    Shape:
        ``(H, W)``, float32, 0 for paper and 1 for full ink; the longer side is at most 1120.

    Raises:
        DataError: if the file is missing, is no image, is damaged, too large, or shows no ink.
    """
    pixels = read_image(path)
    try:
        return ink_from_image(pixels)
    except DataError as error:
        raise DataError(f"{path.name} cannot be used: {error}") from error


def read_image(path: Path) -> NDArray[Any]:
    """The pixels of an image file, see ``read_ink``.

    Shape:
        ``(H, W)`` from 0 to 1 for 16-bit and floating-point grey, else ``(H, W, 4)``: colours and
        alpha.
    """
    try:
        return _read(path)
    except DataError:
        check_kind(path, IMAGE)  # rather what it is than what it lacks as an image
        raise


def _read(path: Path) -> NDArray[Any]:
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - slow, and needed only here

    if path.exists() and not path.is_file() and not path.is_dir():
        raise DataError(f"{path.name} is no file but a device. An image file is needed.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a large picture is judged below, not by a warning
            with Image.open(path) as image:
                _check_size(image, path)
                return _pixels(image)
    except FileNotFoundError as error:
        raise DataError(f"There is no file {path}.") from error
    except IsADirectoryError as error:
        raise DataError(f"{path.name} is a folder. An image file is needed.") from error
    except UnidentifiedImageError as error:
        raise DataError(
            f"{path.name} is no image that can be read. Files of PNG, JPEG, GIF, TIFF, BMP and "
            "WebP can be."
        ) from error
    except Image.DecompressionBombError as error:
        raise DataError(_too_large(path, "more")) from error
    except PARSER_FAULTS as error:
        if isinstance(error, DataError):
            raise
        if isinstance(error, OSError) and error.errno is not None:
            raise DataError(f"{path} cannot be read: {error.strerror}.") from error
        raise DataError(f"{path.name} is damaged or truncated: {quoted(str(error))}.") from error


def _check_size(image: Image, path: Path) -> None:
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise DataError(_too_large(path, f"{width}×{height}"))
    if width * height == 0:
        raise DataError(f"{path.name} is empty: it has no pixels.")


def _too_large(path: Path, size: str) -> str:
    return (
        f"{path.name} is too large: an image may have {MOST_PIXELS // 1_000_000} million pixels, "
        f"it has {size}. Make it smaller first."
    )


def _pixels(image: Image) -> NDArray[Any]:
    from PIL import ImageOps  # noqa: PLC0415 - slow, and needed only here

    if image.mode.startswith("I;16"):
        return _small(np.asarray(image, np.float32) / np.float32(65535))
    if image.mode in {"I", "F"}:
        values = _small(np.asarray(image, np.float32)).astype(np.float64)
        low, high = float(values.min()), float(values.max())
        return np.asarray((values - low) / ((high - low) or 1.0), np.float32)
    image.draft(None, (_LONGEST_SIDE, _LONGEST_SIDE))
    upright = ImageOps.exif_transpose(image).convert("RGBA")
    if max(upright.size) > _LONGEST_SIDE:
        upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE), reducing_gap=2.0)
    return np.asarray(upright)


def _small(grey: Picture) -> Picture:
    """The picture, made smaller if it is too large."""
    scale = _LONGEST_SIDE / max(grey.shape)
    if scale >= 1:
        return grey
    height, width = (max(1, round(side * scale)) for side in grey.shape)
    return resample(grey, height, width)
