"""Keeps a training run on disk while it goes on, so that it can go on after a crash.

Disk work is done in a thread of its own; what it costs decides how often there is more of it.
"""

from __future__ import annotations

import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import numpy as np

from app.train.observers import Observation, Observer
from engine.basics.errors import DataError, EngineError
from engine.layers.base import Array
from engine.networks.model_file import write_whole
from engine.networks.stack import Stack
from engine.training.batch_step import Samples
from engine.training.checkpoint import checkpoint_bytes
from engine.training.events import BatchDone, Changed, EpochDone, Event
from engine.training.run_log import RunLog
from engine.training.trainer import Checkpoint, Position, Trainer, TrainingConfig

FIRST_SECONDS = 5.0
USUAL_SECONDS = 20.0
"""Between two checkpoints in the middle of an epoch."""

REST = 100.0
"""After a checkpoint, so many times as long as it took pass before the next: it costs 1 %."""

OTHER_IMAGES = (
    "The images are not those that the run began with: a file or drawing among them has changed. "
    "It cannot go on as it would have. Its weights can still be used, or training be started again."
)


@dataclass(frozen=True)
class DataKnown(Observation):
    """The images are there: how many are trained on, the fingerprint of all, and their classes."""

    name: str
    training_images: int
    validation_images: int
    fingerprint: str
    class_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kept(Observation):
    """How the run stood when it was last written down."""

    position: Position
    changes: tuple[Changed, ...]


@dataclass(frozen=True)
class NotKept(Observation):
    """The disk refused, for the first time or once more after it had not."""

    message: str


class RunKeeper(Observer):
    """Writes checkpoints of one run to ``path``.

    Args:
        path: The file; its folder exists.
        stack: What is trained.
        config: What the run was started with.
        log: What it reported before, if it goes on; grows.
        fingerprint: Of the images that it must have, if it goes on.
        clock: Seconds since some moment.

    Attributes:
        origin: A text that is written into the file for whoever started the run.
        cost: Seconds that the last checkpoint took.

    Raises:
        DataError: from ``began``, if the images are others.
    """

    outlives_window: ClassVar[bool] = True

    def __init__(
        self,
        path: Path,
        stack: Stack,
        config: TrainingConfig,
        log: RunLog,
        fingerprint: str = "",
        *,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._path, self._stack, self._config = path, stack, config
        self._log, self._fingerprint, self._clock = log, fingerprint, clock
        self._writing: threading.Thread | None = None
        self.origin = ""
        self.cost = 0.0
        self._began_at = 0.0
        self._ended_at: float | None = None
        self._step_written = -1
        self._written: Kept | None = None
        self._trouble: str | None = None
        self._has_told = False

    def began(self, trainer: Trainer) -> Iterable[Observation]:
        """Compare the images with those that the run began with; write down its first weights."""
        found = fingerprint_of(trainer.training, trainer.validation)
        if self._fingerprint and found != self._fingerprint:
            raise DataError(OTHER_IMAGES)
        if not self._fingerprint:
            self._write_now(trainer)
        self._began_at, self._ended_at = self._clock(), None
        name = getattr(trainer.training, "name", "")
        yield from self._tell()
        names: tuple[str, ...] = getattr(trainer.training, "own_names", ())
        yield DataKnown(name, len(trainer.training), len(trainer.validation), found, names)

    def took(self, event: Event, trainer: Trainer) -> Iterable[Observation]:
        """Note what was reported, and write it down if it is time."""
        self._log.take(event)
        if isinstance(event, EpochDone) or (isinstance(event, BatchDone) and self._is_due()):
            self._write_in_background(trainer)
        return self._tell() if self._writing is not None and not self._writing.is_alive() else ()

    def paused(self, trainer: Trainer) -> Iterable[Observation]:
        """Write everything down: a pause may be long."""
        if trainer.position.step != self._step_written:
            self.finish_writing()
            self._write_now(trainer)
        return self._tell()

    def ended(self, trainer: Trainer) -> Iterable[Observation]:
        """Write everything down for the last time."""
        self.finish_writing()
        self._write_now(trainer)
        yield from self._tell()
        yield Kept(replace(trainer.position), trainer.changes)

    # Writing

    def _is_due(self) -> bool:
        now = self._clock()
        if self._ended_at is None:
            return now - self._began_at >= FIRST_SECONDS
        return now - self._ended_at >= max(USUAL_SECONDS, REST * self.cost)

    def _write_in_background(self, trainer: Trainer) -> None:
        """Copy, and let another thread write; passed over while it is too soon for that."""
        is_busy = self._writing is not None and self._writing.is_alive()
        rests = self._ended_at is not None and self._clock() - self._ended_at < REST * self.cost
        if is_busy or rests or not _is_finite(trainer):
            return
        began = self._clock()
        checkpoint, log = trainer.checkpoint(), self._log.tensors()
        self._step_written = checkpoint.position.step
        self._ended_at = self._clock()
        self._writing = threading.Thread(
            target=self._write, args=(checkpoint, log, began), name="cnnviz-run-keeper"
        )
        self._writing.start()

    def _write_now(self, trainer: Trainer) -> None:
        if _is_finite(trainer):
            self._step_written = trainer.position.step
            self._write(trainer.checkpoint(), self._log.tensors(), self._clock())

    def _write(self, checkpoint: Checkpoint, log: dict[str, Array], began: float) -> None:
        try:
            content = checkpoint_bytes(checkpoint, self._stack, self._config, log, self.origin)
            write_whole(self._path, content)
        except EngineError as error:
            self._trouble = str(error)
        else:
            self._trouble, self._has_told = None, False
            self._written = Kept(checkpoint.position, checkpoint.changes)
        self._ended_at = self._clock()
        self.cost = self._ended_at - began

    def finish_writing(self) -> None:
        """Wait until the checkpoint that is being written is on disk."""
        if self._writing is not None:
            self._writing.join()

    def _tell(self) -> Iterator[Observation]:
        """Say what came of the last checkpoint; of trouble, only once."""
        self._writing = None
        if self._trouble is not None and not self._has_told:
            self._has_told = True
            yield NotKept(self._trouble)
        elif self._trouble is None and self._written is not None:
            written, self._written = self._written, None
            yield written


def fingerprint_of(*parts: Samples) -> str:
    """A number, as text, that depends on every pixel, every label and their order."""
    number = 0
    for data in parts:
        for array in (data.images, data.labels):
            number = zlib.crc32(np.ascontiguousarray(array).data, number)
    return f"{number:08x}"


def _is_finite(trainer: Trainer) -> bool:
    """Whether there is something worth keeping; a run about to diverge keeps what it had."""
    return bool(np.isfinite(trainer.network.parameters).all())
