"""A folder of images, sorted into one folder per class by their owner."""

from __future__ import annotations

import os
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.basics.errors import DataError, reading
from engine.basics.geometry import times
from engine.data.dataset import Dataset, check_memory
from engine.data.fitting import scaled
from engine.data.images import read_image
from engine.data.progress import IsCancelled, Progress, counted, ignore_progress, never_cancelled
from engine.ink.preprocess import LUMINANCE

DIGIT_SHAPE = (1, 28, 28)

_NAMED = 3
"""So many unreadable files are named; the others are counted."""

_COLOURFUL = 12
"""Red, green and blue of grey images differ by less than this, after lossy compression too."""

_BRIGHT = 127
_MOST_LIGHT = 0.8
"""If this share of images has a light border, they are ink on paper, and are inverted."""


@dataclass
class _Found:
    """What happened to the files on the way."""

    scaled: int = 0
    coloured: int = 0
    light: int = 0
    unlabelled: int = 0
    unreadable: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)


def read_image_folder(
    folder: Path,
    shape: tuple[int, ...] = DIGIT_SHAPE,
    progress: Progress = ignore_progress,
    is_cancelled: IsCancelled = never_cancelled,
) -> Dataset:
    """The images in the sub-folders of ``folder``, each of which is a class and gives its name.

    Images of other sizes and colours are converted; the description says how many. Folders called
    by digits give these digits as labels, others are numbered by name.

    Args:
        folder: with one folder per class, or with such a folder called ``train``.
        shape: ``(C, H, W)`` that the images get, with one channel or three.
        progress: told the files that are done and those in all.
        is_cancelled: asked for each file.

    Raises:
        DataError: if there are no folders, a class is empty, no image can be read, or they do not
            fit into memory.
        CancelledError: if ``is_cancelled`` said so.
    """
    with reading(folder):
        classes, unlabelled = _classes(folder)
    files = [(path, name) for name, paths in classes.items() for path in paths]
    check_memory(folder.name, len(files), int(np.prod(shape)))
    found = _Found(unlabelled=unlabelled)
    images, names = _read(files, shape, found, progress, is_cancelled)
    _check_classes(folder, classes, Counter(names), found)
    if found.light >= _MOST_LIGHT * len(images):
        images = 255 - images
    else:
        found.light = 0
    titles = tuple(classes)
    if all(re.fullmatch(r"\d", title) for title in titles):
        labels = np.array([int(name) for name in names], np.int64)
        return Dataset(images, labels, folder.name, _words(folder, len(titles), images, found))
    place = {title: index for index, title in enumerate(titles)}
    labels = np.array([place[name] for name in names], np.int64)
    words = _words(folder, len(titles), images, found)
    return Dataset(images, labels, folder.name, words, len(titles), titles)


def _classes(folder: Path) -> tuple[dict[str, list[Path]], int]:
    """The images of each class by its name, and how many lie outside of them."""
    if not folder.is_dir():
        raise DataError(f"There is no folder {folder}.")
    inner = folder / "train"
    if inner.is_dir() and _folders(inner):
        folder = inner
    folders = _folders(folder)
    if not folders:
        images = len(_images(folder))
        raise DataError(
            f"{folder.name} must hold one folder for each class, with its images; it holds "
            f"{images:,} image{'s' if images != 1 else ''} and no folder, so labels are missing."
        )
    if len(folders) < 2:
        raise DataError(
            f"{folder.name} must hold two classes or more to tell apart; it holds one folder, "
            f"{folders[0].name}."
        )
    return {each.name: _images(each) for each in folders}, len(_images(folder))


def _folders(folder: Path) -> list[Path]:
    found = [path for path in folder.iterdir() if path.is_dir() and path.name[0] not in "._"]
    return sorted(found, key=_natural)


def _natural(path: Path) -> tuple[tuple[int, str], ...]:
    """So that 10 comes after 9."""
    pieces = re.findall(r"\d+|\D+", path.name.lower())
    return tuple((int(piece), "") if piece.isdecimal() else (-1, piece) for piece in pieces)


def _images(folder: Path) -> list[Path]:
    """The files that are images by their endings, or should be: all but hidden ones and notes."""
    with os.scandir(folder) as entries:
        names = [entry.name for entry in entries if entry.is_file()]
    skipped = (".txt", ".md", ".csv", ".json", ".xml", ".ini", ".db", ".html")
    kept = (name for name in names if name[0] != "." and not name.lower().endswith(skipped))
    return sorted((folder / name for name in kept), key=_natural)


def _read(
    files: list[tuple[Path, str]],
    shape: tuple[int, ...],
    found: _Found,
    progress: Progress,
    is_cancelled: IsCancelled,
) -> tuple[NDArray[np.uint8], list[str]]:
    images = np.empty((len(files), *shape), np.uint8)
    names: list[str] = []
    for number in counted(len(files), "Reading the images", progress, is_cancelled, every=1):
        path, name = files[number]
        try:
            pixels = read_image(path)
        except DataError as error:
            found.unreadable.append(f"{name}/{path.name}")
            found.reasons.append(str(error))
            continue
        images[len(names)] = _fitted(pixels, shape, found)
        names.append(name)
    return images[: len(names)], names


def _fitted(
    pixels: NDArray[np.generic], shape: tuple[int, ...], found: _Found
) -> NDArray[np.float32]:
    """One image in the wanted shape; what had to be done is counted."""
    if pixels.ndim == 2:
        largest = 65535.0 if pixels.dtype == np.uint16 else 1.0
        colours = np.repeat((pixels.astype(np.float32) * (255 / largest))[None], 3, axis=0)
    else:
        alpha = pixels[..., 3:].astype(np.float32) / 255
        paper = pixels[..., :3].astype(np.float32) * alpha + 255 * (1 - alpha)
        colours = np.moveaxis(paper, 2, 0)
    found.scaled += colours.shape[1:] != shape[1:]
    found.coloured += bool(np.ptp(colours, axis=0).max() > _COLOURFUL)
    if shape[0] == 1:
        colours = np.tensordot(LUMINANCE, colours, 1)[None]
    border = np.concatenate(
        (colours[:, 0], colours[:, -1], colours[:, :, 0], colours[:, :, -1]), axis=1
    )
    around = np.median(border, axis=1)
    found.light += bool(around.mean() > _BRIGHT)
    fitted: NDArray[np.float32] = np.rint(scaled(colours[None], shape[1], shape[2], around)[0])
    return fitted


def _check_classes(
    folder: Path, classes: dict[str, list[Path]], read: Counter[str], found: _Found
) -> None:
    if not read:
        first = f" The first: {found.reasons[0]}" if found.reasons else ""
        raise DataError(f"{folder.name} holds no image that can be read.{first}")
    empty = [name for name in classes if not read[name]]
    if empty:
        names = ", ".join(empty)
        several = len(empty) > 1
        raise DataError(
            f"{'The classes' if several else 'The class'} {names} of {folder.name} "
            f"{'have' if several else 'has'} no image that can be read. Put some in, or remove the "
            f"{'folders' if several else 'folder'}."
        )


def _words(folder: Path, classes: int, images: NDArray[np.uint8], found: _Found) -> str:
    size = times(images.shape[2:])
    said = [f"The {len(images):,} images in {classes} classes of {folder.name}."]
    if found.scaled:
        said.append(f"{_were(found.scaled)} scaled to {size}.")
    if found.coloured:
        rest = " and made grey" if images.shape[1] == 1 else ""
        said.append(f"{_were(found.coloured)} colour{rest}.")
    if found.light:
        said.append("All were inverted: ink is bright on black, as in MNIST.")
    if found.unreadable:
        names = ", ".join(found.unreadable[:_NAMED])
        more = len(found.unreadable) - _NAMED
        count = len(found.unreadable)
        said.append(
            f"{count:,} file{'s' if count > 1 else ''} could not be read and "
            f"{'are' if count > 1 else 'is'} left out: {names}"
            + (f" and {more:,} more." if more > 0 else ".")
        )
    if found.unlabelled:
        said.append(f"{found.unlabelled:,} outside the class folders have no label: left out.")
    return " ".join(said)


def _were(count: int) -> str:
    return "1 image was" if count == 1 else f"{count:,} images were"
