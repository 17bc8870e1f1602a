"""How a network fares on a thousand test images, before and after meddling, in a thread of its own.

The images are looked at and nothing is chosen by them: MNIST's test images where MNIST is found,
otherwise generated digits from a seed that no training uses; of a network that learnt
Fashion-MNIST, that one's test images.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from app.jobs.considerate import considerate
from app.jobs.thread import Worker
from engine.basics.errors import DataError
from engine.data import fashion
from engine.data.dataset import Dataset
from engine.data.fitting import numbered_by
from engine.data.generated.digits import generate_digits
from engine.data.mnist import find_mnist, load_mnist
from engine.networks.network import Sequential
from engine.training.trainer import evaluate

IMAGES = 1000
GENERATED_SEED = 7_000_003
"""Trainings take generated digits from small seeds, and their test digits from 1,000,000 on."""

_CHUNK = 100


class MeddledAccuracyWorker(Worker):
    """Counts correct answers of one or both networks.

    Args:
        before: The network as it was; ``None`` if its accuracy is known.
        after: The network as it is meddled with.
        images: The test images; ``None`` to look for them.
        directory: Where MNIST is looked for first.
        class_names: What the networks' classes are called; empty if they are digits.

    Attributes:
        progress: Steps done and in all, a step being an image that is made or classified; to be
            read at any time.
        accuracy_before: From 0 to 1; ``None`` if it was not asked for, or the work was stopped.
        accuracy_after: Likewise.
        images: What was used, for the next time.
    """

    def __init__(
        self,
        before: Sequential | None,
        after: Sequential,
        images: Dataset | None,
        directory: Path | None,
        class_names: tuple[str, ...] = (),
    ) -> None:
        super().__init__()
        self.progress = (0, 0)
        self.accuracy_before: float | None = None
        self.accuracy_after: float | None = None
        self.images = images
        self._before, self._after, self._directory = before, after, directory
        self._class_names = class_names
        self._done = 0

    def work(self) -> None:
        """Find the images, then ask the networks."""
        with considerate():
            self._total = IMAGES * (1 + (self._before is not None) + (self.images is None))
            if self.images is None:
                self.images = self._find()
                self._done = IMAGES
            if self._before is not None:
                self.accuracy_before = self._measure(self._before, self.images)
            self.accuracy_after = self._measure(self._after, self.images)

    def _find(self) -> Dataset:
        if self._class_names:
            images = _test_images_of(self._class_names).spread(IMAGES)
            return numbered_by(images, self._class_names)
        directory = find_mnist(self._directory)
        if directory is None:
            return generate_digits(IMAGES, GENERATED_SEED, self._report, self.control.is_stopped)
        return load_mnist(directory)[1].spread(IMAGES)

    def _report(self, done: int, total: int) -> None:
        self.progress = (self._done + IMAGES * done // max(1, total), self._total)

    def _measure(self, network: Sequential, images: Dataset) -> float | None:
        correct = 0
        for start in range(0, len(images), _CHUNK):
            if self.control.is_stopped():
                return None
            part = slice(start, start + _CHUNK)
            chunk = replace(images, images=images.images[part], labels=images.labels[part])
            correct += round(evaluate(network, chunk)[1] * len(chunk))
            self._report(start + len(chunk), len(images))
        self._done += IMAGES
        return correct / len(images)


def _test_images_of(class_names: tuple[str, ...]) -> Dataset:
    """The test images of classes that are no digits, where it is known which these are.

    Raises:
        DataError: if it is not, or they are not on this computer.
    """
    if not set(fashion.CLASS_NAMES) <= set(class_names):
        raise DataError(
            f"this network answers with {class_names[0]}, {class_names[1]} and so on, and which "
            "images of these it was not trained on is not known."
        )
    folder = fashion.find_fashion()
    if folder is None:
        raise DataError(f"{fashion.NAME} is not on this computer. Choose it in Train to fetch it.")
    return fashion.load_fashion(folder)[1]
