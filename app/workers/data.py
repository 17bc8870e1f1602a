"""Where training images come from: MNIST on disk, generated digits; and fetching MNIST."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from app.workers.thread import Worker
from engine.data.dataset import Dataset
from engine.data.digits import generate_digits
from engine.data.mnist import download_mnist, load_mnist
from engine.data.progress import IsCancelled, Progress

Download = Callable[[Path, Progress, IsCancelled], Path]
"""Fetches MNIST into a folder; ``functools.partial`` of ``download_mnist`` for other mirrors."""


class DataSource(Protocol):
    """Something to train on. ``load`` runs in a worker's thread, one call at a time.

    ``key`` is what settings remember, ``title`` the name in lists, ``about`` a sentence for the
    reader, ``largest`` the most images that may be asked for, ``usual`` how many are proposed.
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
        if self._pair is None:
            self._pair = load_mnist(self.directory)
        return self._pair


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
        wanted = (images, seed)
        if self._kept is None or self._kept[0] != wanted:
            self._kept = None
            dataset = generate_digits(images, seed, report, is_cancelled)
            self._kept = (wanted, dataset)
        return self._kept[1]


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
