"""Fashion-MNIST: ten kinds of clothing in MNIST's very format, and harder to tell apart.

60,000 images of 28×28 pixels to train on and 10,000 to test with. Source: H. Xiao, K. Rasul,
R. Vollgraf, "Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms",
2017. The checksums belong to the files with the MD5 sums published there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from engine.data.dataset import Dataset
from engine.data.download import PublishedFile, download, has_checksum
from engine.data.mnist import cache_directory, load_mnist

NAME = "Fashion-MNIST"

CLASS_NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
"""What the labels 0 to 9 stand for."""

MIRRORS = (
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
)
"""Where the files are published, in the order in which they are tried."""

FILES = (
    PublishedFile(
        "train-images-idx3-ubyte.gz",
        "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        26_421_880,
    ),
    PublishedFile(
        "train-labels-idx1-ubyte.gz",
        "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        29_515,
    ),
    PublishedFile(
        "t10k-images-idx3-ubyte.gz",
        "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        4_422_102,
    ),
    PublishedFile(
        "t10k-labels-idx1-ubyte.gz",
        "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
        5_148,
    ),
)
"""The published files: training images and labels, test images and labels."""


def fashion_directory() -> Path:
    """The user's folder for the downloaded files, next to MNIST's."""
    return cache_directory().with_name("fashion-mnist")


def find_fashion(directory: Path | None = None) -> Path | None:
    """The folder with all four files, by default the one for downloads; ``None`` if some lack."""
    folder = directory or fashion_directory()
    return folder if all((folder / file.name).is_file() for file in FILES) else None


def is_fashion(directory: Path, files: Sequence[PublishedFile] = FILES) -> bool:
    """Whether a folder holds Fashion-MNIST as published: its labels tell, and they are small."""
    return all(has_checksum(directory / files[index].name, files[index].sha256) for index in (1, 3))


def load_fashion(directory: Path) -> tuple[Dataset, Dataset]:
    """Training and test images, with the names of their classes.

    Raises:
        DataError: if a file is missing, damaged or of another kind.
    """
    training, test = load_mnist(directory)
    return _named(training, "training"), _named(test, "test")


download_fashion = partial(download, mirrors=MIRRORS, files=FILES)
"""Fetches the files that a folder lacks, see ``engine.data.download``; returns the folder."""


def _named(data: Dataset, part: str) -> Dataset:
    return replace(
        data,
        name=NAME,
        description=f"The {len(data):,} {part} images of {NAME}: ten kinds of clothing.",
        class_names=CLASS_NAMES,
    )
