"""Where training images come from: MNIST and its like on disk, files, generated and own digits."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from app.jobs.thread import Worker
from engine.basics.errors import DataError
from engine.data.dataset import Dataset
from engine.data.fashion import CLASS_NAMES, load_fashion
from engine.data.generated.digits import generate_digits
from engine.data.mnist import download_mnist, load_mnist
from engine.data.open_data import Opened, open_data
from engine.data.own_drawings import NAME as DRAWINGS
from engine.data.own_drawings import DrawingStore, drawings_dataset
from engine.data.progress import IsCancelled, Progress

Download = Callable[[Path, Progress, IsCancelled], Path]
"""Fetches MNIST into a folder; ``functools.partial`` of ``download_mnist`` for other mirrors."""


class DataSource(Protocol):
    """Something to train on. ``load`` runs in a worker's thread, one call at a time.

    ``key`` is what settings remember, ``title`` the name in lists, ``about`` a sentence for the
    reader, ``largest`` the most images that may be asked for, ``usual`` how many are proposed.
    A source whose classes are not the digits has ``class_names`` as well.
    """

    key: str
    title: str
    about: str
    largest: int
    usual: int

    def load(self, images: int, seed: int, report: Progress, is_cancelled: IsCancelled) -> Dataset:
        """Return ``images`` labelled images, the same ones for the same seed.

        Raises:
            CancelledError: if ``is_cancelled`` said so.
            EngineError: if the data cannot be read.
        """


def class_names_of(source: object) -> tuple[str, ...]:
    """What the classes of a source, or of a kind of them, are called; digits, if not said."""
    names: tuple[str, ...] = getattr(source, "class_names", ())
    return names or tuple(map(str, range(10)))


def labels_of(source: DataSource) -> tuple[int, ...]:
    """The classes of which a source has images; all, if it does not say."""
    labels: tuple[int, ...] = getattr(source, "labels", ())
    return labels or tuple(range(len(class_names_of(source))))


def has_digits(source: DataSource) -> bool:
    """Whether the classes of a source are the digits, so that drawings of digits fit to it."""
    return class_names_of(source) == tuple(map(str, range(10)))


class MnistSource:
    """The training images of MNIST, or of files like it, read from a folder and kept."""

    key = "mnist"
    title = "MNIST"
    about = "Digits by American census workers and school pupils, scanned in the 1990s."
    largest = 60_000
    usual = 60_000

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._pair: tuple[Dataset, Dataset] | None = None
        self._reading = threading.Lock()

    def check(self) -> None:
        """Read the files now.

        Raises:
            DataError: if they are missing or damaged.
        """
        training, _ = self._read()
        self.largest = self.usual = len(training)
        if training.name != "MNIST":
            self.key, self.title, self.about = "folder", training.name, training.description

    def load(
        self,
        images: int,
        seed: int,
        report: Progress,
        is_cancelled: IsCancelled,  # noqa: ARG002 - reading takes less than a second
    ) -> Dataset:
        """Return some of the training images, chosen by the seed."""
        report(0, images)
        training, _ = self._read()
        return training if images >= len(training) else training.take(images, seed)

    def load_test(self) -> Dataset:
        """Return the test images, which no choice is ever made on."""
        return self._read()[1]

    def _read(self) -> tuple[Dataset, Dataset]:
        with self._reading:
            if self._pair is None:
                self._pair = self._read_files()
            return self._pair

    def _read_files(self) -> tuple[Dataset, Dataset]:
        return load_mnist(self.directory)


class FashionSource(MnistSource):
    """The training images of Fashion-MNIST."""

    key = "fashion"
    title = "Fashion-MNIST"
    about = (
        "Ten kinds of clothing from a shop's pictures, in MNIST's format: harder than digits. "
        "A network trained on it answers a drawing with a class of clothing."
    )
    class_names = CLASS_NAMES

    def _read_files(self) -> tuple[Dataset, Dataset]:
        return load_fashion(self.directory)


class GeneratedSource:
    """Digits written by cnnviz itself, with the ink of the drawing canvas."""

    key = "generated"
    title = "Generated digits"
    about = (
        "Pen strokes made up by cnnviz, in the ways people of different schools write. "
        "Nobody's handwriting; works offline."
    )
    largest = 100_000
    usual = 10_000

    def __init__(self) -> None:
        self._kept: tuple[tuple[int, int], Dataset] | None = None

    def load(self, images: int, seed: int, report: Progress, is_cancelled: IsCancelled) -> Dataset:
        """Return ``images`` digits; the same ones again come without waiting."""
        wanted, kept = (images, seed), self._kept
        if kept is None or kept[0] != wanted:
            self._kept = None
            kept = (wanted, generate_digits(images, seed, report, is_cancelled))
            self._kept = kept
        return kept[1]


class DrawingsSource:
    """What the user kept in Draw, read again each time."""

    key = "drawings"
    title = DRAWINGS

    def __init__(self, folder: Path) -> None:
        self.store = DrawingStore(folder)
        self.about = ""
        self.largest = self.usual = 0
        self.count_again()

    def count_again(self) -> int:
        """Look how many there are now."""
        self.largest = self.usual = self.store.count()
        self.about = (
            f"The {self.largest:,} drawings that you kept in Draw with the keys 0 to 9. "
            "Few drawings teach little: mix them with other digits."
        )
        return self.largest

    def load(
        self,
        images: int,
        seed: int,
        report: Progress,
        is_cancelled: IsCancelled,  # noqa: ARG002 - there are not that many
    ) -> Dataset:
        """Return some of the drawings, chosen by the seed."""
        report(0, images)
        data = drawings_dataset(self.store.load()[0])
        return data if images >= len(data) else data.take(images, seed)


@dataclass(frozen=True)
class FileFacts:
    """What is known of a file or folder once it was read, and remembered for the next start.

    ``labels`` are those that its images have, if they are not all that there could be.
    """

    path: str
    title: str
    about: str
    images: int
    class_names: tuple[str, ...] = ()
    labels: tuple[int, ...] = ()


class FileSource:
    """Images in a file or folder of the user's; read when they are wanted, and then kept."""

    def __init__(self, facts: FileFacts, shape: tuple[int, ...] = (1, 28, 28)) -> None:
        self.facts, self.shape = facts, shape
        self.key, self.title, self.about = file_key(facts.path), facts.title, facts.about
        self.largest = self.usual = facts.images
        self.class_names, self.labels = facts.class_names, facts.labels
        self._opened: Opened | None = None
        self._reading = threading.Lock()

    @property
    def recipe(self) -> dict[str, object]:
        """What is needed to have it again."""
        return {"path": self.facts.path}

    def load(self, images: int, seed: int, report: Progress, is_cancelled: IsCancelled) -> Dataset:
        """Return some of the training images, chosen by the seed."""
        training, _ = self.read(report, is_cancelled)
        return training if images >= len(training) else training.take(images, seed)

    def read(self, report: Progress, is_cancelled: IsCancelled) -> Opened:
        """Read it, unless that was done.

        Raises:
            CancelledError: if ``is_cancelled`` said so.
            DataError: if it cannot be read.
        """
        with self._reading:
            if self._opened is None:
                path = Path(self.facts.path)
                self._opened = open_data(path, self.shape, report, is_cancelled)
            return self._opened

    def forget(self) -> None:
        """Free the memory; it can be read again."""
        self._opened = None

    def with_facts(self) -> FileSource:
        """The same source, knowing what was read.

        Raises:
            DataError: if nothing was read, or there are too few images to hold any out.
        """
        if self._opened is None:
            raise DataError(f"{self.title} was not read yet.")
        data = self._opened[0]
        if len(data) < 2:
            raise DataError(f"{data.name} has {len(data)} images; two or more are needed.")
        numbers = tuple(map(str, range(data.classes))) if data.classes > 10 else ()
        labels = tuple(map(int, np.unique(data.labels)))
        facts = FileFacts(
            self.facts.path,
            data.name,
            data.description,
            len(data),
            data.class_names or numbers,
            labels if len(labels) < data.classes else (),
        )
        known = FileSource(facts, self.shape)
        known._opened = self._opened
        return known


def file_key(path: str) -> str:
    """The name under which settings remember a file: without the slashes that group them."""
    return "file:" + path.replace("\\", "|").replace("/", "|")


class DownloadWorker(Worker):
    """Fetches MNIST into a folder. ``done`` and ``total`` (bytes) may be read at any time."""

    def __init__(self, directory: Path, download: Download = download_mnist) -> None:
        super().__init__()
        self.directory = directory
        self.progress = (0, 0)
        self._download = download

    def work(self) -> None:
        """Download and check every file."""
        self._download(self.directory, self._report, self.control.is_stopped)

    def _report(self, done: int, total: int) -> None:
        self.progress = (done, total)
