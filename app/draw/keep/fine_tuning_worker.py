"""A short training of the open network on the user's own drawings, in a thread of its own."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np

from app.jobs.considerate import considerate
from app.jobs.thread import Worker
from engine.basics.errors import DataError
from engine.data.dataset import Dataset
from engine.data.generated.digits import generate_digits
from engine.data.mnist import find_mnist, load_mnist
from engine.data.own_drawings import KeptDrawing, drawings_dataset
from engine.data.progress import CancelledError
from engine.networks.calibration import Calibration, calibrate
from engine.networks.network import Sequential
from engine.networks.stack import describe
from engine.training.fine_tuning import CONFIG, Accuracy, fine_tune, halve, measure
from engine.training.setup import check_training_memory
from engine.training.trainer import BatchDone, Diverged, Event, TrainingConfig

TEST_IMAGES = 1000
TEST_SEED = 7_000_003
"""No training uses generated digits of this seed."""

MIX_SEED = 11

LONGEST_SECONDS = 30.0
"""A slow computer takes fewer steps: somebody is waiting."""


@dataclass(frozen=True)
class Amounts:
    """How many images are used.

    ``mnist`` and ``generated`` are mixed with the drawings; ``alone`` is what is generated where
    MNIST is not found, ``test`` what is measured on.
    """

    mnist: int = 2400
    generated: int = 300
    alone: int = 800
    test: int = TEST_IMAGES


@dataclass(frozen=True, eq=False)
class FineTuningResult:
    """The changed network, how it does before and after, and on what all that rests.

    ``mixed_with`` and ``test_name`` are words for a sentence.
    """

    network: Sequential
    calibration: Calibration
    before: Accuracy
    after: Accuracy
    trained_on: int
    left_out: int
    mixed_with: str
    test_images: int
    test_name: str


class FineTuningWorker(Worker):
    """Loads, halves, measures, trains and measures again.

    ``stage``, ``progress`` (steps done and in all, within the stage) may be read at any time;
    ``result`` once it has ended, ``None`` if it was stopped or failed.
    """

    def __init__(
        self,
        network: Sequential,
        drawings: tuple[KeptDrawing, ...],
        directory: Path | None,
        amounts: Amounts | None = None,
        config: TrainingConfig = CONFIG,
    ) -> None:
        super().__init__()
        self.stage = "Preparing the images"
        self.progress = (0, 0)
        self.result: FineTuningResult | None = None
        self._network, self._drawings = network, drawings
        self._directory, self._config = directory, config
        self._amounts = amounts or Amounts()

    def work(self) -> None:
        """Do it all; a stop between two steps leaves no result."""
        with considerate():
            try:
                self._work()
            except CancelledError:
                return

    def _work(self) -> None:
        stack = self._network.stack
        check_training_memory(describe(stack), stack.name, self._config.batch_size)
        halves = halve(drawings_dataset(self._drawings))
        others, mixed_with, test, test_name = self._images()
        before = measure(self._network, halves, test)
        self._go_on()
        self.stage = "Training"
        self._train(halves.training, others)
        self.stage = "Measuring"
        after = measure(self._network, halves, test)
        self._go_on()
        self.result = FineTuningResult(
            self._network,
            calibrate(self._network, others.images, others.labels),
            before,
            after,
            len(halves.training),
            len(halves.left_out),
            mixed_with,
            len(test),
            test_name,
        )

    def _images(self) -> tuple[Dataset, str, Dataset, str]:
        """What is mixed in, what that is, what is measured on, and what that is."""
        amounts, folder = self._amounts, self._mnist_folder()
        if folder is None:
            mix = self._generate(amounts.alone, MIX_SEED)
            test = self._generate(amounts.test, TEST_SEED)
            return mix, f"{len(mix):,} generated digits", test, "generated digits"
        training, test = load_mnist(folder)
        mnist, generated = training.take(amounts.mnist, MIX_SEED), amounts.generated
        mix = mnist.joined(self._generate(generated, MIX_SEED))
        words = (
            f"{len(mnist):,} training images of {training.name} and {generated:,} generated digits"
        )
        return mix, words, test.spread(amounts.test), f"{test.name} test images"

    def _mnist_folder(self) -> Path | None:
        try:
            return find_mnist(self._directory)
        except DataError:
            return None

    def _generate(self, count: int, seed: int) -> Dataset:
        return generate_digits(count, seed, self._report, self.control.is_stopped)

    def _train(self, own: Dataset, others: Dataset) -> None:
        until = time.monotonic() + LONGEST_SECONDS
        run = fine_tune(self._network, own, others, self._config)
        with closing(cast("Generator[Event]", run)) as events:
            for event in events:
                self._go_on()
                if isinstance(event, BatchDone):
                    self._report(event.step, event.batches * self._config.epochs)
                if isinstance(event, Diverged):
                    raise DataError(f"{event.message} The network in Draw stays as it was.")
                if time.monotonic() > until:
                    break
        if not np.isfinite(self._network.parameters).all():
            raise DataError("The weights left the finite range. The network stays as it was.")

    def _go_on(self) -> None:
        if self.control.is_stopped():
            raise CancelledError("Fine-tuning was cancelled.")

    def _report(self, done: int, total: int) -> None:
        self.progress = (done, total)
