"""MNIST: where it lies, how it is read, and where it is downloaded from.

70,000 handwritten digits of 28×28 pixels, 60,000 to train on and 10,000 to test with. Source:
Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits", 1998.
"""

from __future__ import annotations

import hashlib
import os
import sys
from functools import partial
from pathlib import Path

import numpy as np

from engine.basics.errors import DataError
from engine.data.dataset import Dataset
from engine.data.download import PublishedFile, download
from engine.data.idx import parse_idx, read_unpacked

DATA_VARIABLE = "CNNVIZ_DATA"
"""The environment variable that names a folder with the MNIST files."""

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
"""Where the files are published, in the order in which they are tried."""

FILES = (
    PublishedFile(
        "train-images-idx3-ubyte.gz",
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        9_912_422,
    ),
    PublishedFile(
        "train-labels-idx1-ubyte.gz",
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        28_881,
    ),
    PublishedFile(
        "t10k-images-idx3-ubyte.gz",
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        1_648_877,
    ),
    PublishedFile(
        "t10k-labels-idx1-ubyte.gz",
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        4_542,
    ),
)
"""The published files: training images and labels, test images and labels."""

CONTENT_SHA256 = (
    "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
)
"""SHA-256 of the same files uncompressed: so files that were packed again are recognised too."""

_SUBFOLDERS = ("", "mnist", "MNIST/raw")


def cache_directory() -> Path:
    """The user's folder for the downloaded MNIST, where this system keeps such data.

    It is the one that ``pooch.os_cache("cnnviz")`` names, told without the time to import pooch.
    """
    system: str = sys.platform
    if system == "win32":
        local = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
        return Path(local, "cnnviz", "cnnviz", "Cache", "mnist")
    if system == "darwin":
        return Path.home() / "Library" / "Caches" / "cnnviz" / "mnist"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "cnnviz", "mnist")


def find_mnist(explicit: Path | None = None) -> Path | None:
    """The folder that holds MNIST: the given one, else CNNVIZ_DATA's, else the cache; else none.

    The files may lie in the folder itself, in ``mnist`` or in ``MNIST/raw`` within it.

    Raises:
        DataError: if a folder was given, or named by CNNVIZ_DATA, that does not hold all files.
    """
    asked_for = str(explicit) if explicit is not None else os.environ.get(DATA_VARIABLE)
    if asked_for:
        return _holding_folder(Path(asked_for).expanduser())
    cached = cache_directory()
    is_complete = all(_locate(cached, file.name) for file in FILES)
    return cached if is_complete else None


def mnist_folder(directory: Path) -> Path | None:
    """Where in a folder the four files lie, of MNIST or of a data set like it; ``None``: nowhere.

    They may lie in the folder itself, in ``mnist`` or in ``MNIST/raw`` within it.
    """
    try:
        return _holding_folder(directory)
    except DataError:
        return None


def load_mnist(directory: Path) -> tuple[Dataset, Dataset]:
    """Training and test images of MNIST, or of whatever data set lies there in its file format.

    Shape:
        ``(60000, 1, 28, 28)`` and ``(10000, 1, 28, 28)`` images for MNIST itself.

    Raises:
        DataError: if a file is missing, damaged or of another kind, or images and labels do not
            belong together.
    """
    directory = _holding_folder(directory)
    contents = [read_unpacked(_existing(directory, file.name)) for file in FILES]
    is_mnist = tuple(hashlib.sha256(content).hexdigest() for content in contents) == CONTENT_SHA256
    training = _dataset(directory, contents, 0, "training", is_mnist=is_mnist)
    test = _dataset(directory, contents, 2, "test", is_mnist=is_mnist)
    if training.images.shape[1:] != test.images.shape[1:]:
        raise DataError(
            f"Training and test images must have one size; those in {directory} have "
            f"{training.images.shape[2:]} and {test.images.shape[2:]}."
        )
    return training, test


download_mnist = partial(download, mirrors=MIRRORS, files=FILES)
"""Fetches the files that a folder lacks, see ``engine.data.download``; returns the folder."""


def _locate(directory: Path, name: str) -> Path | None:
    """The file under its published name, uncompressed, or with the dot that some copies have."""
    plain = name.removesuffix(".gz")
    dotted = plain.replace("-idx", ".idx")
    candidates = (directory / each for each in (name, plain, f"{dotted}.gz", dotted))
    return next((path for path in candidates if path.is_file()), None)


def _holding_folder(directory: Path) -> Path:
    if not directory.is_dir():
        raise DataError(f"There is no folder {directory} to read MNIST from.")
    folders = [directory / name for name in _SUBFOLDERS]
    missing = [
        [file.name for file in FILES if _locate(folder, file.name) is None] for folder in folders
    ]
    best = min(range(len(folders)), key=lambda index: len(missing[index]))
    if missing[best]:
        raise DataError(
            f"{folders[best]} must hold the four MNIST files; missing: {', '.join(missing[best])}."
        )
    return folders[best]


def _existing(directory: Path, name: str) -> Path:
    return _locate(directory, name) or directory / name


def _dataset(
    directory: Path, contents: list[bytes], first: int, part: str, *, is_mnist: bool
) -> Dataset:
    images = parse_idx(contents[first], FILES[first].name, axes=3)
    labels = parse_idx(contents[first + 1], FILES[first + 1].name, axes=1)
    if len(images) != len(labels):
        raise DataError(
            f"Every {part} image needs one label; {directory} has {len(images):,} images in "
            f"{FILES[first].name} and {len(labels):,} labels in {FILES[first + 1].name}."
        )
    name, origin = ("MNIST", "MNIST") if is_mnist else (directory.name, str(directory))
    note = "" if is_mnist else ", which is not the published MNIST: its checksums differ"
    return Dataset(
        images[:, None],
        labels.astype(np.int64),
        name,
        f"The {len(images):,} {part} images of {origin}{note}.",
    )
