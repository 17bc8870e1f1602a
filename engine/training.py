"""Training as a generator of events: whoever asks for the next one decides whether it goes on."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from engine.data.dataset import Dataset
from engine.diagnosis import locate_non_finite
from engine.errors import DataError, ShapeError
from engine.layers.base import Array
from engine.losses import SoftmaxCrossEntropy
from engine.network import Sequential
from engine.optimizers import SGD
from engine.parallel import Augment, BatchStep, Totals, one_blas_thread
from engine.schedules import SCHEDULES, learning_rate_factor
from engine.stack import describe

VALIDATION_CHUNK = 1000
"""Validation images between two events, so that a stop is answered soon."""


@dataclass(frozen=True)
class TrainingConfig:
    """How to train. The defaults bring LeNet-5 on MNIST to about 99 % in five epochs.

    Raises:
        ShapeError: if a value is out of range.
    """

    epochs: int = 5
    batch_size: int = 64
    learning_rate: float = 0.05
    momentum: float = 0.9
    weight_decay: float = 0.0005
    schedule: str = "cosine"
    seed: int = 0

    def __post_init__(self) -> None:
        for name, value, low, high in (
            ("epochs", self.epochs, 1, 100_000),
            ("batch size", self.batch_size, 1, 1_000_000),
            ("learning rate", self.learning_rate, 0, math.inf),
            ("momentum", self.momentum, 0, 1),
            ("weight decay", self.weight_decay, 0, math.inf),
            ("seed", self.seed, 0, 2**63 - 1),
        ):
            if not low <= value <= high:
                raise ShapeError(f"The {name} must be from {low} to {high}; got {value}.")
        if self.schedule not in SCHEDULES:
            raise ShapeError(f"The schedule must be one of {', '.join(SCHEDULES)}.")

    def to_dict(self) -> dict[str, Any]:
        """Plain data for a record."""
        return asdict(self)


@dataclass(frozen=True)
class BatchDone:
    """One step was taken. Counts start at 1; loss and accuracy (0 to 1) are of this batch."""

    step: int
    epoch: int
    batch: int
    batches: int
    loss: float
    accuracy: float
    learning_rate: float


@dataclass(frozen=True)
class Validating:
    """Validation is under way: ``done`` of ``total`` images."""

    epoch: int
    done: int
    total: int


@dataclass(frozen=True)
class EpochDone:
    """An epoch has ended. Training figures are means over its batches, while the weights moved."""

    epoch: int
    epochs: int
    training_loss: float
    training_accuracy: float
    validation_loss: float
    validation_accuracy: float
    seconds: float
    is_best: bool


@dataclass(frozen=True)
class Diverged:
    """A value left the finite range. The network has been put back to its last good weights."""

    step: int
    epoch: int
    batch: int
    layer_index: int | None
    layer_title: str
    message: str


@dataclass(frozen=True)
class Finished:
    """All epochs are done. ``best_epoch`` is the one with the highest validation accuracy."""

    epochs: int
    best_epoch: int
    validation_accuracy: float
    seconds: float


Event = BatchDone | Validating | EpochDone | Diverged | Finished


class Trainer:
    """Trains a network on images by mini-batches.

    The trainer has no control thread: between two events of ``run`` the caller may wait, look at
    ``network``, or close the generator, which ends the run at once.

    Args:
        network: Changed in place.
        training: What to learn.
        validation: Held out of training; decides which epoch was best.
        config: How.
        augment: If given, changes the images of each batch, with a generator of its own.

    Raises:
        DataError: if a data set is empty or its images do not fit the network.
        ShapeError: if the network does not end in one number per class.
    """

    def __init__(
        self,
        network: Sequential,
        training: Dataset,
        validation: Dataset,
        config: TrainingConfig,
        augment: Augment | None = None,
    ) -> None:
        report = describe(network.stack, classes=training.classes)
        if report.problem:
            raise ShapeError(report.problem)
        for role, data in (("training", training), ("validation", validation)):
            _check_data(role, data, network)
        self.network = network
        self.training, self.validation = training, validation
        self.config, self.augment = config, augment
        self._good = network.parameters.copy()
        self._best = network.parameters.copy()
        self._best_epoch, self._best_accuracy, self._best_loss = 0, -1.0, math.inf

    @property
    def batches(self) -> int:
        """Batches in an epoch; the last one may be smaller."""
        return -(-len(self.training) // self.config.batch_size)

    @property
    def steps(self) -> int:
        """Batches in the whole run."""
        return self.batches * self.config.epochs

    def snapshot(self) -> dict[str, Array]:
        """Copies of the current weights."""
        return self.network.state_dict()

    def best_state(self) -> dict[str, Array]:
        """Copies of the best epoch's weights; before the first epoch ends, the starting ones."""
        twin = self.network.copy()
        np.copyto(twin.parameters, self._best)
        return twin.state_dict()

    def run(self) -> Iterator[Event]:
        """Train, one event after each batch and each epoch.

        BLAS is kept to one thread for as long as the run lasts, since the batch itself is split
        over two.
        """
        with one_blas_thread() as limited:
            step = BatchStep(self.network, SoftmaxCrossEntropy, split=limited)
            try:
                yield from self._epochs(step)
            finally:
                step.close()

    def _epochs(self, step: BatchStep) -> Iterator[Event]:
        started = time.perf_counter()
        config = self.config
        optimizer = SGD(
            self.network.parameters, momentum=config.momentum, weight_decay=config.weight_decay
        )
        for epoch in range(1, config.epochs + 1):
            epoch_started = time.perf_counter()
            order = np.random.default_rng((config.seed, epoch)).permutation(len(self.training))
            running = Totals()
            for batch in range(1, self.batches + 1):
                picked = order[(batch - 1) * config.batch_size : batch * config.batch_size]
                event = self._batch(step, optimizer, epoch, batch, picked)
                yield event
                if isinstance(event, Diverged):
                    return
                running.loss += event.loss * len(picked)
                running.correct += round(event.accuracy * len(picked))
            validation = Totals()
            for done in self._validate(step, validation):
                yield Validating(epoch, done, len(self.validation))
            yield self._end_epoch(epoch, running, validation, time.perf_counter() - epoch_started)
        yield Finished(
            config.epochs, self._best_epoch, self._best_accuracy, time.perf_counter() - started
        )

    def _batch(
        self, step: BatchStep, optimizer: SGD, epoch: int, batch: int, picked: Array
    ) -> BatchDone | Diverged:
        number = (epoch - 1) * self.batches + batch
        totals = step.train(
            self.training, picked, self.augment, step_seed(self.config.seed, number)
        )
        healthy = math.isfinite(totals.loss)
        if healthy:
            np.copyto(self._good, self.network.parameters)
        if not healthy or not np.isfinite(self.network.gradients.sum()):
            return self._diverged(number, epoch, batch, picked)
        rate = self.config.learning_rate * learning_rate_factor(
            self.config.schedule, number - 1, self.steps
        )
        with np.errstate(all="ignore"):
            optimizer.step(self.network.gradients, rate)
        accuracy = totals.correct / len(picked)
        return BatchDone(number, epoch, batch, self.batches, totals.loss, accuracy, rate)

    def _diverged(self, number: int, epoch: int, batch: int, picked: Array) -> Diverged:
        images = self.training.images[picked].astype(self.network.dtype) / 255
        index, title, what = locate_non_finite(self.network, images, self.training.labels[picked])
        np.copyto(self.network.parameters, self._good)
        message = (
            f"Training stopped at batch {batch:,} of epoch {epoch}: {what}. "
            "The weights from before were kept. "
            f"Try a smaller learning rate, such as {self.config.learning_rate / 10:g}."
        )
        return Diverged(number, epoch, batch, index, title, message)

    def _validate(self, step: BatchStep, totals: Totals) -> Iterator[int]:
        count = len(self.validation)
        for start in range(0, count, VALIDATION_CHUNK):
            part = step.evaluate(self.validation, slice(start, start + VALIDATION_CHUNK), count)
            totals.loss += part.loss
            totals.correct += part.correct
            yield min(count, start + VALIDATION_CHUNK)

    def _end_epoch(
        self, epoch: int, running: Totals, validation: Totals, seconds: float
    ) -> EpochDone:
        accuracy = validation.correct / len(self.validation)
        is_best = (accuracy, -validation.loss) > (self._best_accuracy, -self._best_loss)
        if is_best:
            np.copyto(self._best, self.network.parameters)
            self._best_epoch, self._best_accuracy = epoch, accuracy
            self._best_loss = validation.loss
        count = len(self.training)
        return EpochDone(
            epoch,
            self.config.epochs,
            running.loss / count,
            running.correct / count,
            validation.loss,
            accuracy,
            seconds,
            is_best,
        )


def evaluate(network: Sequential, data: Dataset) -> tuple[float, float]:
    """Mean loss and accuracy (0 to 1) of a network on a data set.

    Raises:
        DataError: if the data set is empty or does not fit.
    """
    _check_data("test", data, network)
    totals = Totals()
    with one_blas_thread() as limited:
        step = BatchStep(network, SoftmaxCrossEntropy, split=limited)
        try:
            for start in range(0, len(data), VALIDATION_CHUNK):
                part = step.evaluate(data, slice(start, start + VALIDATION_CHUNK), len(data))
                totals.loss += part.loss
                totals.correct += part.correct
        finally:
            step.close()
    return totals.loss, totals.correct / len(data)


def step_seed(seed: int, step: int) -> int:
    """A number for the generators of one step: the same for the same seed and step, always."""
    return (seed * 1_000_003 + step) % 2**63


def _check_data(role: str, data: Dataset, network: Sequential) -> None:
    if len(data) == 0:
        raise DataError(f"The {role} data is empty. Choose at least one image.")
    if data.images.shape[1:] != network.stack.input_shape:
        raise DataError(
            f"The {role} images are {data.images.shape[1:]}, but {network.stack.name} takes "
            f"{network.stack.input_shape}. Change the stack's input or the data."
        )
