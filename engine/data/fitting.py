"""Making images fit a network: another size, colours to grey, grey to colours; and saying so."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.basics.errors import DataError
from engine.basics.geometry import times
from engine.data.dataset import Dataset, Images, check_memory
from engine.ink.preprocess import LUMINANCE
from engine.ink.resample import area_weights

_PART = 500


def fit_words(have: tuple[int, ...], wanted: tuple[int, ...]) -> str:
    """What has to be done to images of one shape so that they have the other; empty if nothing.

    Shapes are ``(C, H, W)``.
    """
    if have == wanted:
        return ""
    steps = []
    if have[1:] != wanted[1:]:
        steps.append(f"scaled from {times(have[1:])} to {times(wanted[1:])}")
    if have[0] != wanted[0]:
        steps.append("made grey" if wanted[0] == 1 else "repeated as red, green and blue")
    return f"All images are {' and '.join(steps)} for this network."


def fit_images(data: Dataset, shape: tuple[int, ...]) -> Dataset:
    """The data set with images of ``shape``, ``(C, H, W)``; itself, if they have it already.

    Sizes are changed by area averaging, and proportions are kept: what is missing is black.

    Raises:
        DataError: if no images can have that shape.
    """
    have = data.images.shape[1:]
    if have == shape:
        return data
    if len(shape) != 3 or {have[0], shape[0]} - {1, 3}:
        raise DataError(
            f"{data.name} has images of {times(have)}, but the network takes {times(shape)}. "
            "Images can be scaled, and have 1 or 3 channels: change the stack's input."
        )
    check_memory(f"{data.name}, made {times(shape)},", len(data), math.prod(shape))
    images = np.empty((len(data), *shape), np.uint8)
    for start in range(0, len(data), _PART):
        images[start : start + _PART] = _fitted(data.images[start : start + _PART], shape)
    return replace(data, images=images, description=f"{data.description} {fit_words(have, shape)}")


def fit_classes(data: Dataset, outputs: int) -> Dataset:
    """The data set for a network with so many outputs; itself, if it has as many classes.

    With fewer classes the other outputs are never right. Of more classes those that occur are
    numbered from 0 again, if the outputs suffice for them.

    Raises:
        DataError: if they do not.
    """
    if data.classes == outputs:
        return data
    if data.classes < outputs:
        spare = tuple(f"unused {place}" for place in range(data.classes, outputs))
        names = data.class_names and data.class_names + spare
        return replace(data, classes=outputs, class_names=names)
    kept = np.unique(data.labels)
    if len(kept) > outputs:
        raise DataError(
            f"{data.name} has {len(kept)} classes; this network has {outputs} outputs. "
            f"Keep {outputs} classes or fewer of it, under Classes…"
        )
    names = tuple(data.name_of(int(label)) for label in kept)
    numbered = replace(
        data, labels=np.searchsorted(kept, data.labels), classes=len(kept), class_names=names
    )
    return fit_classes(numbered, outputs)


def numbered_by(data: Dataset, class_names: tuple[str, ...]) -> Dataset:
    """The data set with its labels as a network numbers its classes: the same by their names.

    Raises:
        DataError: if the network has no class of some image's name.
    """
    names = [data.name_of(label) for label in range(data.classes)]
    foreign = [names[label] for label in np.unique(data.labels) if names[label] not in class_names]
    if foreign:
        raise DataError(
            f"{data.name} has images of the class {foreign[0][:200]}, which is none of this "
            "network's. Choose images of the classes that it learnt."
        )
    if tuple(names) == class_names:
        return data
    places = np.array([class_names.index(n) if n in class_names else 0 for n in names], np.int64)
    return replace(
        data, labels=places[data.labels], classes=len(class_names), class_names=class_names
    )


def scaled(
    images: NDArray[np.float32],
    height: int,
    width: int,
    around: NDArray[np.floating] | None = None,
) -> NDArray[np.float32]:
    """Images scaled to fit into ``height`` × ``width``, in the middle of it.

    Shape:
        ``(N, C, H, W)`` to ``(N, C, height, width)``; ``around``, ``(C,)``, is what is left over
        filled with, 0 by default.
    """
    rows, columns = images.shape[2:]
    if (rows, columns) == (height, width):
        return images
    scale = min(height / rows, width / columns)
    inner = max(1, round(rows * scale)), max(1, round(columns * scale))
    small = area_weights(rows, inner[0]) @ images @ area_weights(columns, inner[1]).T
    placed = np.zeros((*images.shape[:2], height, width), np.float32)
    if around is not None:
        placed += np.asarray(around, np.float32)[:, None, None]
    top, left = (height - inner[0]) // 2, (width - inner[1]) // 2
    placed[:, :, top : top + inner[0], left : left + inner[1]] = small
    return placed


def _fitted(images: Images, shape: tuple[int, ...]) -> NDArray[np.float32]:
    channels, height, width = shape
    floats = images.astype(np.float32)
    if images.shape[1] == 3 and channels == 1:
        floats = np.tensordot(floats, LUMINANCE, (1, 0))[:, None]
    floats = scaled(floats, height, width)
    if floats.shape[1] != channels:
        floats = np.repeat(floats, channels, axis=1)
    return np.rint(floats)
