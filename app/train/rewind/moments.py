"""Keeping a run's weights from time to time, and measuring the kept ones meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from app.jobs.considerate import give_way
from app.jobs.thread import Worker
from app.train.observers import Observation, Observer
from engine.layers.base import Array
from engine.networks.network import Sequential
from engine.training.trainer import BatchDone, Diverged, Event, Trainer
from engine.training.weight_history import Moment, next_step, pack, unpack

CHUNK = 50
"""Images answered between two looks at whether anybody still waits."""

SHARE_WHILE_TRAINING = 0.06
"""How much of the time is spent on measuring while a network trains."""

SNAPSHOT_SECONDS = 0.1
"""How often a worker that rests looks whether it still has to."""


@dataclass(frozen=True, eq=False)
class MomentKept(Observation):
    """The network at one step of ``steps``. ``is_start`` marks what the run began with."""

    moment: Moment
    steps: int
    is_start: bool = False


class MomentObserver(Observer):
    """Copies the weights at steps further and further apart, at each pause and at the end."""

    def __init__(self) -> None:
        self._due = 0
        self._latest = (0, 0, 0)
        self._kept = -1
        self._has_diverged = False

    def began(self, trainer: Trainer) -> Iterable[Observation]:
        """Keep the network as the run finds it."""
        done = trainer.position
        epoch = done.epoch if done.batch else done.epoch - 1
        self._latest = (done.step, epoch, done.batch)
        yield self._keep(trainer, is_start=True)

    def took(self, event: Event, trainer: Trainer) -> Iterable[Observation]:
        """Keep the network if its step is one to be kept."""
        if isinstance(event, BatchDone):
            self._latest = (event.step, event.epoch, event.batch)
            if event.step >= self._due:
                yield self._keep(trainer)
        elif isinstance(event, Diverged):
            self._has_diverged = True

    def paused(self, trainer: Trainer) -> Iterable[Observation]:
        """Keep the network as it stands."""
        if self._kept != self._latest[0]:
            yield self._keep(trainer)

    def ended(self, trainer: Trainer) -> Iterable[Observation]:
        """Keep the last weights; those that a divergence was undone to belong to no step."""
        if not self._has_diverged:
            yield self._keep(trainer)

    def _keep(self, trainer: Trainer, *, is_start: bool = False) -> MomentKept:
        step, epoch, batch = self._latest
        self._kept, self._due = step, next_step(step)
        moment = Moment(step, epoch, batch, pack(trainer.network))
        return MomentKept(moment, trainer.steps, is_start)


class AccuracyWorker(Worker):
    """Measures moments on the same images, one after another, as long as there are any.

    Args:
        network: Its own, of the moments' stack.
        images: ``(N, C, H, W)`` as floats.
        labels: ``(N,)``.
        moments: What to measure, in this order.
        is_training: Whether a network trains at present, which then must not be held up.
    """

    def __init__(
        self,
        network: Sequential,
        images: Array,
        labels: Array,
        moments: Iterable[Moment],
        is_training: Callable[[], bool],
    ) -> None:
        super().__init__()
        self._is_training = is_training
        self._network, self._images, self._labels = network, images, labels
        self._moments = tuple(moments)
        self._lock = threading.Lock()
        self._found: dict[int, float] = {}

    def take_found(self) -> dict[int, float]:
        """The accuracies (0 to 1) found since the last call, by step."""
        with self._lock:
            found, self._found = self._found, {}
        return found

    def work(self) -> None:
        """Go through the moments."""
        give_way()
        for moment in self._moments:
            began = time.perf_counter()
            with np.errstate(all="ignore"):
                unpack(self._network, moment.values)
                correct = self._count_right()
            if correct is None:
                return
            with self._lock:
                self._found[moment.step] = correct / len(self._labels)
            self._rest(time.perf_counter() - began)

    def _rest(self, spent: float) -> None:
        """Leave the machine to a training that goes on meanwhile."""
        until = time.perf_counter() + spent * (1 / SHARE_WHILE_TRAINING - 1)
        while self._is_training() and (left := until - time.perf_counter()) > 0:
            if self.control.wait_for_stop(min(left, SNAPSHOT_SECONDS)):
                return

    def _count_right(self) -> int | None:
        correct = 0
        for start in range(0, len(self._labels), CHUNK):
            if self.control.is_stopped():
                return None
            part = slice(start, start + CHUNK)
            answers = self._network.forward(self._images[part]).argmax(axis=1)
            correct += int(np.count_nonzero(answers == self._labels[part]))
        return correct
