"""Training networks side by side, in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import closing
from typing import Final

from app.jobs.considerate import considerate
from app.jobs.thread import Worker
from app.state.data_sources import DataSource
from engine.data.progress import CancelledError
from engine.networks.stack import Stack, describe
from engine.training.config import TrainingConfig
from engine.training.events import Event
from engine.training.paired_training import PairedTraining
from engine.training.setup import check_paired_memory

HELD_OUT: Final = 0.2
"""The share of the images that is not trained on."""


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
