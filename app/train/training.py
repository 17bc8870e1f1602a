"""Training in a thread of its own: the worker owns its network, and reports copies."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.jobs.considerate import considerate
from app.jobs.thread import Worker
from app.state.data_sources import DataSource
from app.train.observers import Observation, Observer
from engine.data.augmentation import Augmentation, AugmentationConfig
from engine.data.dataset import Dataset
from engine.data.progress import CancelledError, IsCancelled, Progress
from engine.insight.mistakes import Mistakes, find_mistakes
from engine.insight.symptoms import Symptom, SymptomWatch
from engine.networks.network import Sequential
from engine.networks.stack import Stack, describe
from engine.training.batch_step import as_floats
from engine.training.chance import Chance
from engine.training.setup import check_training_memory, starting_network
from engine.training.trainer import (
    BatchDone,
    Changed,
    Checkpoint,
    Diverged,
    EpochDone,
    Event,
    Finished,
    Trainer,
    TrainingConfig,
)

PROBE_IMAGES = 200
"""Held-out images on which the network is looked into after each epoch."""


@dataclass(frozen=True)
class TrainingJob:
    """What a training run is started with.

    ``images`` are taken from the source; ``validation_images`` of them are held out and never
    trained on. With an ``augmentation`` the others are changed in new ways in each epoch. With a
    ``checkpoint``, of a run with the same stack and images, that run goes on from there.
    """

    stack: Stack
    source: DataSource
    images: int
    validation_images: int
    config: TrainingConfig
    augmentation: AugmentationConfig | None = None
    checkpoint: Checkpoint | None = None
    is_lesson: bool = False
    """Whether it is made to go wrong: then Draw keeps the network that it has."""
    start: Mapping[str, NDArray[Any]] | None = field(default=None, compare=False)
    """Weights to start from, by their names in a ``state_dict``; all others are drawn at random."""


@dataclass(frozen=True)
class Preparing:
    """How far loading or generating the images has come."""

    done: int
    total: int


@dataclass(frozen=True)
class Started:
    """The images are there: training begins."""

    data_name: str
    training_images: int
    validation_images: int
    class_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Timed:
    """An event, and how many seconds of training (pauses left out) came before it."""

    event: Preparing | Started | Event | Symptom | Observation
    seconds: float


class Ending(Enum):
    """How a run ended."""

    FINISHED = "finished"
    STOPPED = "stopped"
    DIVERGED = "diverged"


@dataclass(frozen=True)
class Outcome:
    """What a run leaves behind.

    ``network`` is a copy with finite weights: of the epoch that was best on the validation
    images after ``FINISHED``, the latest after ``STOPPED``, the last good ones after
    ``DIVERGED``. It is ``None`` if nothing was learnt. ``validation_accuracy`` (0 to 1) is that of
    these very weights, ``best_epoch`` the epoch at whose end they stood, 0 if in the middle of one.
    ``epochs`` and ``batches`` count from the start of the first run, if this one continued it. From
    ``checkpoint`` the run could go on; it is ``None`` after a divergence. ``mistakes`` are the
    answers of ``network`` to the validation images, ``None`` if nobody waited for them. ``changes``
    are the settings that were changed on the way. ``at_chance`` is a sentence with the figures if
    ``network`` is no better than guessing, else empty.
    """

    ending: Ending
    started: Started
    epochs: int
    batches: int
    seconds: float
    network: Sequential | None = None
    best_epoch: int = 0
    validation_accuracy: float | None = None
    divergence: Diverged | None = None
    checkpoint: Checkpoint | None = None
    mistakes: Mistakes | None = None
    changes: tuple[Changed, ...] = ()
    at_chance: str = ""


def load_images(
    job: TrainingJob, report: Progress, is_stopped: IsCancelled
) -> tuple[Dataset, Dataset] | None:
    """The images to train on and those held out; ``None`` if the run was stopped meanwhile.

    Raises:
        DataError: if they cannot be read, or if the network cannot be trained in the memory here.
    """
    check_training_memory(describe(job.stack), job.stack.name, job.config.batch_size)
    try:
        images = job.source.load(job.images, job.config.seed, report, is_stopped)
    except CancelledError:
        return None
    return None if is_stopped() else images.split(job.validation_images, job.config.seed)


def first_network(job: TrainingJob) -> Sequential:
    """The network that a run of the job begins with, a new one each time."""
    network = starting_network(job.stack, job.config)
    network.load_state_dict(network.state_dict() | dict(job.start or {}))
    return network


class Mailbox:
    """Events on their way from the worker to the window, which empties it when it has time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._items: list[Timed] = []

    def put(self, item: Timed) -> None:
        """Add an event."""
        with self._lock:
            self._items.append(item)

    def take_all(self) -> list[Timed]:
        """Return what has arrived since the last call, in order."""
        with self._lock:
            items, self._items = self._items, []
        return items


class TrainingWorker(Worker):
    """Loads the images, builds the network and trains it, until told to stop.

    What the ``observers`` report comes into the mailbox with everything else.
    """

    def __init__(self, job: TrainingJob, observers: Sequence[Observer] = ()) -> None:
        super().__init__()
        self._observers = tuple(observers)
        self.mailbox = Mailbox()
        self.outcome: Outcome | None = None
        self._job = job
        self._began = 0.0
        self._paused = 0.0

    def work(self) -> None:
        """Run from start to end; what comes of it is in ``outcome``."""
        with considerate():
            self._began = time.perf_counter()
            datasets = load_images(self._job, self._report_loading, self.control.is_stopped)
            if datasets is not None:
                self._train(*datasets)

    def _train(self, training: Dataset, validation: Dataset) -> None:
        config = self._job.config
        network = first_network(self._job)
        augmentation = self._job.augmentation
        augment = Augmentation(augmentation) if augmentation else None
        trainer = Trainer(network, training, validation, config, augment)
        started = Started(training.name, len(training), len(validation), training.own_names)
        self._began, self._paused = time.perf_counter(), 0.0
        self._put(started)
        batches = epochs = 0
        if self._job.checkpoint is not None:
            trainer.restore(self._job.checkpoint)
            epochs = trainer.position.epoch - 1
            batches = trainer.position.step
        self._report(observer.began(trainer) for observer in self._observers)
        last: Event | None = None
        watch = SymptomWatch(training.classes, config.optimizer)
        probe = as_floats(validation.images[:PROBE_IMAGES], network.dtype)
        with closing(trainer.run()) as events:
            for event in events:
                last = event
                self._put(event)
                self._put_symptoms(watch, event, network, probe)
                batches += isinstance(event, BatchDone)
                epochs += isinstance(event, EpochDone)
                self._report(observer.took(event, trainer) for observer in self._observers)
                self._note_passed(event)
                if self.control.is_paused():
                    self.control.note_waiting()
                    self._report(observer.paused(trainer) for observer in self._observers)
                self._paused += self.control.wait_while_paused()
                for setting, value in self.control.take_changes().items():
                    trainer.change(setting, value)
                if self.control.is_stopped():
                    break
        self.control.note_end()
        self._report(
            observer.ended(trainer)
            for observer in self._observers
            if observer.outlives_window or not self.control.is_hurried()
        )
        outcome = Outcome(
            Ending.STOPPED, started, epochs, batches, self._seconds(), changes=trainer.changes
        )
        self.outcome = outcome = self._conclude(outcome, trainer, last)
        chance, accuracy = Chance.of(validation.labels), outcome.validation_accuracy
        if outcome.divergence is None:
            for symptom in watch.at_the_end(accuracy, chance):
                self._put(symptom)
        if accuracy is not None and chance.covers(accuracy):
            self.outcome = replace(outcome, at_chance=chance.sentence(accuracy))

    def _put_symptoms(
        self, watch: SymptomWatch, event: Event, network: Sequential, probe: NDArray[Any]
    ) -> None:
        found = [watch.take(event)]
        if isinstance(event, EpochDone):
            found.append(watch.look_inside(network, probe))
        for symptom in found:
            if symptom is not None:
                self._put(symptom)

    def _note_passed(self, event: Event) -> None:
        """Let the control know what has ended; nothing is waited for after the last epoch."""
        if isinstance(event, BatchDone):
            self.control.passed("batch")
        elif isinstance(event, EpochDone) and event.epoch < event.epochs:
            self.control.passed("epoch")

    def _conclude(self, outcome: Outcome, trainer: Trainer, last: Event | None) -> Outcome:
        """Add the weights to keep, and what is known about them."""
        if isinstance(last, Finished):
            network = _with_weights(trainer.network, trainer.best_state())
            return replace(
                outcome,
                ending=Ending.FINISHED,
                checkpoint=trainer.checkpoint(),
                network=network,
                mistakes=self._find_mistakes(network, trainer),
                best_epoch=last.best_epoch,
                validation_accuracy=last.validation_accuracy,
            )
        if isinstance(last, Diverged):
            outcome = replace(outcome, ending=Ending.DIVERGED, divergence=last)
        if outcome.batches == 0:
            return outcome
        network = _with_weights(trainer.network, trainer.snapshot())
        if outcome.divergence is None and np.isfinite(network.parameters).all():
            outcome = replace(outcome, checkpoint=trainer.checkpoint())
        if not np.isfinite(network.parameters).all():  # stopped right after a step too far
            network = _with_weights(trainer.network, trainer.best_state())
        mistakes = self._find_mistakes(network, trainer)
        accuracy = None if mistakes is None else 1 - mistakes.wrong / len(mistakes.labels)
        return replace(outcome, network=network, validation_accuracy=accuracy, mistakes=mistakes)

    def _find_mistakes(self, network: Sequential, trainer: Trainer) -> Mistakes | None:
        return find_mistakes(network, trainer.validation, self.control.is_hurried)

    def _report_loading(self, done: int, total: int) -> None:
        self._put(Preparing(done, total))

    def _report(self, reports: Iterable[Iterable[Observation]]) -> None:
        for report in reports:
            for observation in report:
                self._put(observation)

    def _put(self, event: Preparing | Started | Event | Symptom | Observation) -> None:
        self.mailbox.put(Timed(event, self._seconds()))

    def _seconds(self) -> float:
        return time.perf_counter() - self._began - self._paused


def _with_weights(network: Sequential, weights: Mapping[str, NDArray[Any]]) -> Sequential:
    """A network of the same stack that shares nothing with the trainer's."""
    twin = network.copy()
    twin.load_state_dict(weights)
    return twin
