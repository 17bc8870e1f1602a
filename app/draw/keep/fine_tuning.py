"""Fine-tuning of the open network on the user's own drawings: a short training, then used or not.

It runs in a thread of its own, and there is a way back.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from app.draw.meddled_accuracy import GENERATED_SEED, IMAGES
from app.jobs.background import Background
from app.jobs.considerate import considerate
from app.jobs.thread import Worker
from app.look.percentages import percent
from app.state.networks import NetworkHolder
from app.state.recognition import recognise, why_unfit
from engine.basics.errors import DataError, EngineError
from engine.data.dataset import Dataset
from engine.data.generated.digits import generate_digits
from engine.data.mnist import find_mnist, load_mnist
from engine.data.own_drawings import KeptDrawing, drawings_dataset
from engine.data.progress import CancelledError
from engine.ink.resample import Picture
from engine.networks.calibration import Calibration, calibrate
from engine.networks.model_file import TrainingRecord
from engine.networks.network import Sequential
from engine.networks.stack import describe
from engine.training.fine_tuning import CONFIG, Accuracy, fine_tune, halve, measure
from engine.training.setup import check_training_memory
from engine.training.trainer import BatchDone, Diverged, Event, TrainingConfig

WATCH_MS = 60

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
    test: int = IMAGES


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
            test = self._generate(amounts.test, GENERATED_SEED)
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


Row = tuple[str, str, str]
"""One line of what is compared: on what, before, and after."""


class FineTuning(QObject):
    """One fine-tuning after another.

    Signals:
        changed: It has begun, ended, was used or taken back.
        ended: It has come to an end, with a result or a problem.
        progressed: ``stage`` and ``progress`` moved on.
    """

    changed = Signal()
    ended = Signal()
    progressed = Signal()

    def __init__(
        self,
        networks: NetworkHolder,
        directory: Path | None = None,
        amounts: Amounts | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._networks = networks
        self.directory, self.amounts = directory, amounts
        self.result: FineTuningResult | None = None
        self.problem = ""
        self._start: Sequential | None = None
        self._before: tuple[Sequential, TrainingRecord | None] | None = None
        self._in_use: Sequential | None = None
        self._is_exchanging = False
        self._training = Background[FineTuningWorker](self, WATCH_MS)
        self._training.progressed.connect(self.progressed)
        self._training.ended.connect(self._on_ended)
        networks.network_changed.connect(self._on_network_changed)

    @property
    def is_running(self) -> bool:
        """Whether it goes on."""
        return self._training.is_running

    @property
    def stage(self) -> str:
        """What is being done."""
        return worker.stage if (worker := self._training.worker) else ""

    @property
    def progress(self) -> tuple[int, int]:
        """Steps of the stage that are done, and in all; 0 and 0 as long as that is unknown."""
        return worker.progress if (worker := self._training.worker) else (0, 0)

    @property
    def can_undo(self) -> bool:
        """Whether the network from before can be brought back."""
        return self._before is not None and self._networks.original is self._in_use

    def why_not(self, drawings: tuple[KeptDrawing, ...]) -> str:
        """Say why the open network cannot be fine-tuned on these; empty if it can."""
        if (unfit := why_unfit(self._networks)) != "":
            return unfit
        if names := self._networks.class_names:
            return (
                f"The open network answers with {names[0]}, {names[1]} and so on; your drawings "
                "are digits. Fine-tuning needs a network that learnt digits."
            )
        try:
            halve(drawings_dataset(drawings))
        except EngineError as error:
            return str(error)
        return ""

    def start(self, drawings: tuple[KeptDrawing, ...]) -> None:
        """Train a copy of the open network; what comes of it is in ``result``."""
        if self.is_running:
            return
        self._start, self.result, self.problem = self._networks.original, None, ""
        self._training.start(
            FineTuningWorker(self._start.copy(), drawings, self.directory, self.amounts)
        )
        self.changed.emit()

    @Slot()
    def cancel(self) -> None:
        """Give it up; nothing has changed."""
        self._training.stop()

    def stop_and_join(self, timeout_ms: int) -> bool:
        """Give it up and wait for its thread; say whether it ended in time."""
        return self._training.join(timeout_ms)

    @Slot()
    def use(self) -> None:
        """Let Draw use the changed network from now on."""
        if self.result is None:
            return
        before = (self._networks.original, self._networks.record)
        self._exchange(self.result.network, self._record(self.result), is_only_here=True)
        self._before, self._in_use = before, self._networks.original
        self.changed.emit()

    def keep_old(self) -> None:
        """Leave the network as it is, and forget the changed one."""
        self.result = None
        self.changed.emit()

    @Slot()
    def undo(self) -> None:
        """Bring back the network from before ``use``."""
        if self._before is not None and self.can_undo:
            network, record = self._before
            self._before = self._in_use = None
            self._exchange(network, record)
            self._start = self._networks.original  # the holder has a copy: the result fits it
            self.changed.emit()

    def rows(self, pixels: Picture) -> tuple[Row, ...]:
        """The comparison; the last line is about the drawing whose ink is ``pixels``."""
        result = self.result
        if result is None or self._start is None:
            return ()
        rows: list[Row] = [
            (
                f"Your {result.left_out:,} drawing{'s' if result.left_out != 1 else ''} left out",
                _share(result.before.left_out, result.left_out),
                _share(result.after.left_out, result.left_out),
            ),
            (
                f"{result.test_images:,} {result.test_name}",
                percent(result.before.others),
                percent(result.after.others),
            ),
        ]
        old_record = self._before[1] if self._before and self.can_undo else self._networks.record
        answers = (
            _answer(self._start, old_record, pixels),
            _answer(result.network, self._record(result), pixels),
        )
        if all(answers):
            rows.append(("The drawing in Draw", *answers))
        return tuple(rows)

    @property
    def account(self) -> str:
        """What was trained on, and what was not."""
        if self.result is None:
            return ""
        own = self.result.trained_on
        return (
            f"Trained on {own:,} of your drawings, repeated and varied, mixed with "
            f"{self.result.mixed_with}: all layers, {CONFIG.epochs} epochs of small steps. Neither "
            "the drawings left out nor the test images were trained on."
        )

    def _exchange(
        self, network: Sequential, record: TrainingRecord | None, *, is_only_here: bool = False
    ) -> None:
        self._is_exchanging = True
        self._networks.set_network(network, record, is_only_here=is_only_here)
        self._is_exchanging = False

    def _record(self, result: FineTuningResult) -> TrainingRecord:
        known = self._networks.record if not self.can_undo else (self._before or (None, None))[1]
        own = f"fine-tuned on {result.trained_on} drawings"
        record = known or TrainingRecord("", 0, 0, None, CONFIG.seed, "")
        return replace(
            record,
            data=f"{record.data}, {own}" if record.data else own,
            validation_accuracy=None,
            test_accuracy=None,
            test_data="",
            date=datetime.now(UTC).date().isoformat(),
            calibration=result.calibration,
        )

    @Slot()
    def _on_network_changed(self) -> None:
        """A result belongs to the network that it started from, a problem to the one open then."""
        if self._is_exchanging:
            return
        if not self.is_running and self._networks.original not in {self._start, self._in_use}:
            self.result = self._before = self._in_use = None
            self.problem = ""
        self.changed.emit()

    @Slot(object)
    def _on_ended(self, worker: FineTuningWorker) -> None:
        self.result = worker.result
        if worker.error is not None:
            self.problem = str(worker.error)
        elif self._networks.original is not self._start:
            self.result = None
            self.problem = "Another network was opened meanwhile, so nothing was kept of it."
            self._start = self._networks.original
        self.changed.emit()
        self.ended.emit()


def _answer(network: Sequential, record: TrainingRecord | None, pixels: Picture) -> str:
    """The digit that a network sees and how sure it is; empty on a blank sheet."""
    holder = NetworkHolder()
    holder.set_network(network, record)
    seen = recognise(pixels, holder)
    if seen.probabilities is None:
        return ""
    if seen.answer is None:
        return "no digit"
    return f"{seen.answer}  ({percent(float(seen.probabilities[seen.answer]))})"


def _share(share: float, count: int) -> str:
    return f"{round(share * count):,} of {count:,} right"
