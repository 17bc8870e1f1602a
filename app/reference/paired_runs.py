"""Networks trained side by side, in a thread of its own: started, awaited, or given up."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot

from app.jobs.background import Background
from app.jobs.considerate import considerate
from app.jobs.thread import Worker
from app.kit.curves import TrainingCurves
from app.state.data_sources import DataSource
from engine.basics.errors import EngineError
from engine.data.progress import CancelledError
from engine.networks.stack import Report, Stack, describe
from engine.training.config import TrainingConfig
from engine.training.events import BatchDone, Diverged, EpochDone, Event
from engine.training.paired_training import PairedTraining
from engine.training.setup import check_paired_memory

HELD_OUT: Final = 0.2
"""The share of the images that is not trained on."""
COLLECT_MS = 50
JOIN_MS = 10_000


class PairedWorker(Worker):
    """Loads images and trains every stack on them, in turns.

    What happens is put aside with the place of the stack, until ``take_all`` fetches it.
    """

    def __init__(
        self, stacks: Sequence[Stack], source: DataSource, images: int, config: TrainingConfig
    ) -> None:
        super().__init__()
        self.prepared = (0, images)
        self.held_out = 0
        self._stacks = tuple(stacks)
        self._source = source
        self._images = images
        self._config = config
        self._lock = threading.Lock()
        self._events: list[tuple[int, Event]] = []

    def take_all(self) -> list[tuple[int, Event]]:
        """Return what has happened since the last call."""
        with self._lock:
            events, self._events = self._events, []
        return events

    def work(self) -> None:
        """Train until all have ended, or until told to stop."""
        with considerate():
            seed, batch = self._config.seed, self._config.batch_size
            check_paired_memory([describe(stack) for stack in self._stacks], batch)
            try:
                images = self._source.load(
                    self._images, seed, self._report, self.control.is_stopped
                )
            except CancelledError:
                return
            training, validation = images.split(round(HELD_OUT * len(images)), seed)
            self.held_out = len(validation)
            pair = PairedTraining(self._stacks, training, validation, self._config)
            with closing(pair.run()) as run:
                for happened in run:
                    with self._lock:
                        self._events.append(happened)
                    if self.control.is_stopped():
                        return

    def _report(self, done: int, total: int) -> None:
        self.prepared = (done, total)


@dataclass
class PairedRun:
    """What is known of one of the networks."""

    stack: Stack
    report: Report
    curves: TrainingCurves = field(default_factory=lambda: TrainingCurves(40))
    trouble: str = ""

    @property
    def accuracy(self) -> float | None:
        """Share of the held-out images right after the latest epoch, 0 to 1."""
        epochs = self.curves.epochs
        return epochs[-1].validation_accuracy if epochs else None

    @property
    def seconds(self) -> float:
        """Seconds that its batches and validations took, those of the others not counted."""
        return sum(epoch.seconds for epoch in self.curves.epochs)


def untrained(stacks: Sequence[Stack]) -> tuple[PairedRun, ...]:
    """What is known of networks before they are trained: their costs."""
    return tuple(PairedRun(stack, describe(stack, classes=10)) for stack in stacks)


class PairedRuns(QObject):
    """Trains stacks side by side, and keeps what came of the last time.

    Signals:
        changed: It started or ended.
        progressed: ``runs`` know more.
    """

    changed = Signal()
    progressed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.runs: tuple[PairedRun, ...] = ()
        self.config = TrainingConfig()
        self.held_out = 0
        self.has_finished = False
        self.problem = ""
        self._training = Background[PairedWorker](self, COLLECT_MS)
        self._training.progressed.connect(self._collect)
        self._training.ended.connect(self._on_ended)

    @property
    def is_running(self) -> bool:
        """Whether networks are being trained."""
        return self._training.is_running

    @property
    def progress_text(self) -> str:
        """How far it is, in words; empty when nothing goes on."""
        worker = self._training.worker
        if worker is None or not self.runs:
            return ""
        if not self.runs[0].curves.batches:
            done, total = worker.prepared
            return f"Preparing images: {done:,} of {total:,}"
        epoch = min(len(self.runs[-1].curves.epochs) + 1, self.config.epochs)
        return f"Epoch {epoch} of {self.config.epochs}"

    def start(
        self, stacks: Sequence[Stack], source: DataSource, images: int, config: TrainingConfig
    ) -> None:
        """Train ``stacks``, unless it is busy."""
        if self.is_running:
            return
        self.runs = untrained(stacks)
        self.config, self.problem = config, ""
        self.has_finished, self.held_out = False, 0
        self._training.start(PairedWorker(stacks, source, images, config))
        self.changed.emit()

    def stop(self) -> None:
        """End after the present batch; what was measured stays."""
        self._training.stop()

    def stop_and_join(self, timeout_ms: int = JOIN_MS) -> bool:
        """End and wait for the thread; say whether it ended in time."""
        return self._training.join(timeout_ms)

    @Slot()
    def _collect(self) -> None:
        if self._training.worker is not None:
            self._take(self._training.worker)

    def _take(self, worker: PairedWorker) -> None:
        self.held_out = worker.held_out
        for place, event in worker.take_all():
            run = self.runs[place]
            if isinstance(event, BatchDone):
                run.curves.append_batch(event)
            elif isinstance(event, EpochDone):
                run.curves.append_epoch(event)
            elif isinstance(event, Diverged):
                run.trouble = event.message
        self.progressed.emit()

    @Slot(object)
    def _on_ended(self, worker: PairedWorker) -> None:
        self._take(worker)
        self.has_finished = worker.error is None and not worker.control.is_stopped()
        if isinstance(worker.error, EngineError):
            self.problem = str(worker.error)
        elif isinstance(worker.error, MemoryError):
            self.problem = "Not enough memory: choose fewer images or channels."
        elif worker.error is not None:
            self.problem = f"It could not be trained: {worker.error}"
        self.changed.emit()
