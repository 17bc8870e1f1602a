"""NumPy archives: Keras's ``mnist.npz`` and others of that kind. No pickle is ever read."""

from __future__ import annotations

import math
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.basics.errors import DataError, reading
from engine.basics.parser_faults import PARSER_FAULTS
from engine.basics.records import quoted
from engine.data.arrays import as_images, as_labels
from engine.data.dataset import Dataset, check_memory

TRAINING_NAMES = (
    ("x_train", "y_train"),
    ("train_images", "train_labels"),
    ("x", "y"),
    ("images", "labels"),
    ("data", "target"),
)
"""What images and labels to train on are called, the best known names first."""

TEST_NAMES = (("x_test", "y_test"), ("test_images", "test_labels"))
"""The same for images to test with; an archive may lack them."""


_Header = tuple[tuple[int, ...], np.dtype[Any]]


def read_npz(path: Path) -> tuple[Dataset, Dataset | None]:
    """The images to train on and, if there are any, those to test with.

    Raises:
        DataError: if it is no such archive, lacks images or labels, holds Python objects, or is
            larger than memory.
    """
    try:
        with reading(path), zipfile.ZipFile(path) as archive:
            shapes = {
                entry.removesuffix(".npy"): _header(archive, entry, path.name)
                for entry in archive.namelist()
                if entry.endswith(".npy")
            }
        names = _training_names(shapes, path.name)
        test_names = _names(shapes, TEST_NAMES)
        pairs = [pair for pair in (names, test_names) if pair]
        _check_size(path.name, [[shapes[name] for name in pair] for pair in pairs])
        with reading(path), np.load(path, allow_pickle=False) as arrays:
            training = _dataset(arrays, names, path, "")
            test = _dataset(arrays, test_names, path, " test") if test_names else None
    except DataError:  # a ValueError, too, but it says what is wrong
        raise
    except PARSER_FAULTS as error:
        raise DataError(
            f"{path.name} is damaged or no NumPy archive: {quoted(str(error))}."
        ) from error
    return training, test


def _names(shapes: dict[str, Any], known: tuple[tuple[str, str], ...]) -> tuple[str, str] | None:
    """Which of the known pairs is there, in capitals or not."""
    actual = {name.lower(): name for name in shapes}
    for images, labels in known:
        if images in actual and labels in actual:
            return actual[images], actual[labels]
    return None


def _training_names(shapes: dict[str, Any], name: str) -> tuple[str, str]:
    names = _names(shapes, TRAINING_NAMES)
    if names is None:
        found = quoted(", ".join(sorted(shapes)) or "nothing")
        raise DataError(
            f"{name} must hold x_train and y_train (or x and y, images and labels); "
            f"it holds {found}."
        )
    return names


def _header(archive: zipfile.ZipFile, entry: str, name: str) -> _Header:
    """Shape and type of an array, read without the array."""
    with archive.open(entry) as file:
        version = np.lib.format.read_magic(file)
        read = (
            np.lib.format.read_array_header_1_0
            if version == (1, 0)
            else np.lib.format.read_array_header_2_0
        )
        shape, _, dtype = read(file)
    if any(size < 0 for size in shape):
        raise DataError(f"{name} is damaged: {entry} has the shape {shape}.")
    if dtype.hasobject:
        raise DataError(
            f"{name} holds Python objects in {entry.removesuffix('.npy')}: they could run a "
            "program when read, so they are not. Save plain arrays of numbers instead."
        )
    return shape, dtype


def _check_size(name: str, pairs: list[list[_Header]]) -> None:
    """Refuse what is larger than memory: each pair is that of images and that of labels."""
    of_images = [pair[0][0] for pair in pairs]
    images = sum(shape[0] for shape in of_images if shape)
    pixels = max(math.prod(shape[1:]) for shape in of_images)
    raw = sum(math.prod(shape) * dtype.itemsize for pair in pairs for shape, dtype in pair)
    check_memory(name, images, pixels, spare=raw)


def _dataset(
    arrays: np.lib.npyio.NpzFile, names: tuple[str, str], path: Path, part: str
) -> Dataset:
    images = as_images(_array(arrays, names[0]), f"{names[0]} of {path.name}")
    labels, classes = as_labels(_array(arrays, names[1]), len(images), f"{path.name}")
    description = f"The {len(images):,}{part} images of {path.name}."
    return Dataset(images, labels, path.stem, description, classes)


def _array(arrays: np.lib.npyio.NpzFile, name: str) -> NDArray[Any]:
    array: NDArray[Any] = arrays[name]
    return array
