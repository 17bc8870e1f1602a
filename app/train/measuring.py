"""Testing a network on images that no choice was made on, in a thread of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from app.jobs.considerate import considerate
from app.jobs.thread import Worker
from engine.data.dataset import Dataset
from engine.networks.network import Sequential
from engine.training.trainer import evaluate

CHUNK = 2000


class MeasureWorker(Worker):
    """Counts how many test images a network classifies correctly.

    ``progress`` (images done, images in all) may be read at any time; ``accuracy`` and
    ``data_name`` once it has ended, ``None`` if it was stopped before.
    """

    def __init__(self, network: Sequential, load_test: Callable[[], Dataset]) -> None:
        super().__init__()
        self.progress = (0, 0)
        self.accuracy: float | None = None
        self.images = 0
        self.data_name = ""
        self._network = network
        self._load_test = load_test

    def work(self) -> None:
        """Load the test images, then go through them in chunks."""
        with considerate():
            test = self._load_test()
            correct = 0
            for start in range(0, len(test), CHUNK):
                if self.control.is_stopped():
                    return
                part = slice(start, start + CHUNK)
                chunk = replace(test, images=test.images[part], labels=test.labels[part])
                _, accuracy = evaluate(self._network, chunk)
                correct += round(accuracy * len(chunk))
                self.progress = (start + len(chunk), len(test))
            self.images, self.data_name = len(test), test.name
            self.accuracy = correct / len(test)
