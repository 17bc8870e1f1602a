"""Opening whatever the user points to: a folder of images, or a file in one of several formats."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

import numpy as np

from engine.basics.errors import DataError, reading
from engine.basics.file_kinds import DATA_KINDS, check_kind
from engine.data.arrays import as_labels
from engine.data.csv_file import read_csv
from engine.data.dataset import Dataset, check_memory
from engine.data.fashion import is_fashion, load_fashion
from engine.data.idx import read_idx
from engine.data.image_folder import DIGIT_SHAPE, read_image_folder
from engine.data.mnist import load_mnist, mnist_folder
from engine.data.npz_file import read_npz
from engine.data.progress import IsCancelled, Progress, ignore_progress, never_cancelled

FORMATS = (
    "a folder with one folder of images per class, an IDX file, an NPZ archive, or a CSV table"
)
"""What can be opened, in words."""

SUFFIXES = (".npz", ".csv", ".tsv", ".gz", ".idx", "-ubyte")
"""How names of files end that are tried without looking into them."""

Opened = tuple[Dataset, Dataset | None]
"""The images to train on and, where they come with the others, those to test with."""


def open_data(
    path: Path,
    shape: tuple[int, ...] = DIGIT_SHAPE,
    progress: Progress = ignore_progress,
    is_cancelled: IsCancelled = never_cancelled,
) -> Opened:
    """The labelled images in a file or folder; what it is is seen from name and content.

    Args:
        path: a folder or a file.
        shape: ``(C, H, W)`` that images from a folder are read with; other data keep their own.
        progress: told what is done and what there is in all.
        is_cancelled: asked every now and then.

    Raises:
        DataError: saying what is wrong with it.
        CancelledError: if ``is_cancelled`` said so.
    """
    if path.is_dir():
        return _open_folder(path, shape, progress, is_cancelled)
    if path.exists() and not path.is_file():
        raise DataError(f"{path.name} is no file but a device. What can be opened: {FORMATS}.")
    name = path.name.lower()
    start = _first_bytes(path)
    check_kind(path, *DATA_KINDS, what=f"What can be opened: {FORMATS}.")
    if name.endswith(".npz") or start.startswith(b"PK"):
        return read_npz(path)
    if name.endswith((".csv", ".tsv", ".txt")):
        return read_csv(path, progress, is_cancelled), None
    if start.startswith((b"\x00\x00\x08", b"\x1f\x8b")) or "idx" in name:
        return read_idx_pair(path)
    raise DataError(
        f"{path.name} is no data set that can be read (it begins with {start.hex(' ')}). "
        f"What can be opened: {FORMATS}."
    )


def read_idx_pair(path: Path) -> Opened:
    """Images and labels in IDX format, given either file: the other one lies next to it.

    Raises:
        DataError: if the other file is missing, or one of them is damaged or larger than memory.
    """
    images_path, labels_path = _pair(path)
    _check_idx(images_path)
    images, labels = read_idx(images_path, axes=3), read_idx(labels_path, axes=1)
    numbers, classes = as_labels(np.array(labels), len(images), images_path.name)
    name = images_path.name.split(".")[0].removesuffix("-ubyte")
    words = f"The {len(images):,} images of {images_path.name}."
    return Dataset(images[:, None], numbers, name, words, classes), None


def _open_folder(
    path: Path, shape: tuple[int, ...], progress: Progress, is_cancelled: IsCancelled
) -> Opened:
    holding = mnist_folder(path)
    if holding is None:
        return read_image_folder(path, shape, progress, is_cancelled), None
    return load_fashion(holding) if is_fashion(holding) else load_mnist(holding)


def _pair(path: Path) -> tuple[Path, Path]:
    name = path.name
    if "labels" in name or "idx1" in name:
        partner, is_labels = name.replace("labels", "images").replace("idx1", "idx3"), True
    else:
        partner, is_labels = name.replace("images", "labels").replace("idx3", "idx1"), False
    plain = partner.removesuffix(".gz")
    places = (path.with_name(each) for each in (partner, plain, f"{plain}.gz"))
    other = next((place for place in places if place.is_file() and place != path), None)
    if other is None:
        what = "images" if is_labels else "labels"
        raise DataError(
            f"The {what} for {name} are missing: they should be next to it, in a file called "
            f"{partner if partner != name else f'like it, with {what} in its name'}."
        )
    return (other, path) if is_labels else (path, other)


def _check_idx(path: Path) -> None:
    """Refuse what is larger than memory, by the header alone."""
    try:
        with path.open("rb") as file:
            is_packed = file.read(2) == b"\x1f\x8b"
        with gzip.open(path, "rb") if is_packed else path.open("rb") as stream:
            header = stream.read(16)
    except (OSError, EOFError, zlib.error):
        return  # reading it will say what is wrong
    if len(header) == 16 and header[:4] == b"\x00\x00\x08\x03":
        count, rows, columns = (int(length) for length in np.frombuffer(header, ">u4", 3, 4))
        check_memory(path.name, count, rows * columns)


def _first_bytes(path: Path) -> bytes:
    with reading(path), path.open("rb") as file:
        return file.read(4)
