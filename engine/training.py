"""Training as a generator of events: whoever asks for the next one decides whether it goes on."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from engine.diagnosis import locate_non_finite
from engine.errors import DataError, ShapeError
from engine.events import BatchDone, Diverged, EpochDone, Event, Finished, Validating
from engine.layers.base import Array
from engine.losses import Loss, make_loss
from engine.network import Sequential, check_finite
from engine.optimizers import make_optimizer
from engine.parallel import Augment, BatchStep, Samples, Totals, as_floats, one_blas_thread
from engine.schedules import learning_rate_factor
from engine.stack import describe
from engine.training_config import TrainingConfig

__all__ = [
    "BatchDone",
    "Checkpoint",
    "Diverged",
    "EpochDone",
    "Event",
    "Finished",
    "Position",
    "Trainer",
    "TrainingConfig",
    "Validating",
    "evaluate",
]

VALIDATION_CHUNK = 1000
"""Validation images between two events, so that a stop is answered soon."""


@dataclass
class Position:
    """How far a run has come: ``batch`` batches of ``epoch`` (from 1) are done.

    ``loss`` and ``correct`` are the sums over the epoch so far; ``seconds`` the time that the run
    and the epoch have taken. Patience counts from the end of epoch ``patient_since``, or from the
    best epoch if that came later.
    """

    epoch: int = 1
    batch: int = 0
    loss: float = 0.0
    correct: int = 0
    epoch_seconds: float = 0.0
    seconds: float = 0.0
    best_epoch: int = 0
    best_accuracy: float = -1.0
    best_loss: float = math.inf
    patient_since: int = 0


@dataclass(frozen=True)
class Checkpoint:
    """All that a run needs to go on as if it had never stopped.

    Random numbers need not be kept: each step draws from a generator of its own, made from the
    seed and the number of the step.
    """

    weights: dict[str, Array]
    best_weights: dict[str, Array]
    optimizer: dict[str, Array]
    position: Position


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
        training: Samples,
        validation: Samples,
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
        self.optimizer = make_optimizer(
            config.optimizer,
            network.parameters,
            momentum=config.momentum,
            weight_decay=config.weight_decay,
            betas=(config.beta1, config.beta2),
            rms_decay=config.rms_decay,
        )
        self.position = Position()
        self._kept = [(array, array.copy()) for array in network.arrays()]
        self._best = network.state_dict()

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
        return {name: value.copy() for name, value in self._best.items()}

    def checkpoint(self) -> Checkpoint:
        """Copies of all that ``restore`` needs; to be asked for between two events."""
        return Checkpoint(
            self.snapshot(),
            self.best_state(),
            {name: value.copy() for name, value in self.optimizer.state().items()},
            replace(self.position),
        )

    def restore(self, checkpoint: Checkpoint) -> None:
        """Go on from a checkpoint of a run with the same stack, data and settings.

        Raises:
            ModelFileError: if the weights do not fit.
        """
        self.network.load_state_dict(checkpoint.weights)
        self._best = {name: value.copy() for name, value in checkpoint.best_weights.items()}
        self.optimizer.load_state(checkpoint.optimizer)
        self.position = replace(checkpoint.position)
        self._keep_good()

    def _make_loss(self) -> Loss:
        return make_loss(self.config.loss, of_probabilities=self.network.ends_in_softmax)

    def _keep_good(self) -> None:
        for array, kept in self._kept:
            np.copyto(kept, array)

    def run(self) -> Iterator[Event]:
        """Train, one event after each batch and each epoch.

        BLAS is kept to one thread for as long as the run lasts, since the layers themselves share
        their work between two.
        """
        with one_blas_thread() as limited:
            step = BatchStep(self.network, self._make_loss(), with_companion=limited)
            try:
                yield from self._epochs(step)
            finally:
                step.close()

    def _epochs(self, step: BatchStep) -> Iterator[Event]:
        config, position = self.config, self.position
        while position.epoch <= config.epochs and not self._is_out_of_patience():
            order = np.random.default_rng((config.seed, position.epoch)).permutation(
                len(self.training)
            )
            while position.batch < self.batches:
                start = position.batch * config.batch_size
                event = self._batch(step, order[start : start + config.batch_size])
                yield event
                if isinstance(event, Diverged):
                    return
            validation = Totals()
            for done in self._validate(step, validation):
                yield Validating(position.epoch, done, len(self.validation))
            yield self._end_epoch(validation)
        yield Finished(
            position.epoch - 1, position.best_epoch, position.best_accuracy, position.seconds
        )

    def _is_out_of_patience(self) -> bool:
        done = self.position
        waited = done.epoch - 1 - max(done.best_epoch, done.patient_since)
        return 0 < self.config.patience <= waited

    def _batch(self, step: BatchStep, picked: Array) -> BatchDone | Diverged:
        started = time.perf_counter()
        config, position = self.config, self.position
        batch = position.batch + 1
        number = (position.epoch - 1) * self.batches + batch
        seed = step_seed(config.seed, number)
        totals = step.train(self.training, picked, self.augment, seed)
        healthy = math.isfinite(totals.loss)
        if healthy:
            self._keep_good()
        if not healthy or not np.isfinite(self.network.gradients.sum()):
            return self._diverged(number, batch, picked)
        rate = config.learning_rate * learning_rate_factor(
            config.schedule,
            number - 1,
            self.steps,
            warm_up=round(config.warm_up_epochs * self.batches),
        )
        with np.errstate(all="ignore"):
            self.optimizer.step(self.network.gradients, rate)
        position.batch = batch
        position.loss += totals.loss * len(picked)
        position.correct += totals.correct
        self._count_time(started)
        accuracy = totals.correct / len(picked)
        return BatchDone(number, position.epoch, batch, self.batches, totals.loss, accuracy, rate)

    def _count_time(self, started: float) -> None:
        spent = time.perf_counter() - started
        self.position.epoch_seconds += spent
        self.position.seconds += spent

    def _diverged(self, number: int, batch: int, picked: Array) -> Diverged:
        epoch = self.position.epoch
        images = as_floats(self.training.images[picked], self.network.dtype)
        index, title, what = locate_non_finite(
            self.network, images, self.training.labels[picked], self._make_loss()
        )
        for array, kept in self._kept:
            np.copyto(array, kept)
        message = (
            f"Training stopped at batch {batch:,} of epoch {epoch}: {what}. "
            "The weights from before were kept. "
            f"Try a smaller learning rate, such as {self.config.learning_rate / 10:g}."
        )
        return Diverged(number, epoch, batch, index, title, message)

    def _validate(self, step: BatchStep, totals: Totals) -> Iterator[int]:
        count = len(self.validation)
        for start in range(0, count, VALIDATION_CHUNK):
            started = time.perf_counter()
            part = step.evaluate(self.validation, slice(start, start + VALIDATION_CHUNK), count)
            totals.loss += part.loss
            totals.correct += part.correct
            self._count_time(started)
            yield min(count, start + VALIDATION_CHUNK)

    def _end_epoch(self, validation: Totals) -> EpochDone:
        done = self.position
        accuracy = validation.correct / len(self.validation)
        is_best = (accuracy, -validation.loss) > (done.best_accuracy, -done.best_loss)
        if is_best:
            self._best = self.network.state_dict()
            done.best_epoch, done.best_accuracy = done.epoch, accuracy
            done.best_loss = validation.loss
        count = len(self.training)
        event = EpochDone(
            done.epoch,
            self.config.epochs,
            done.loss / count,
            done.correct / count,
            validation.loss,
            accuracy,
            done.epoch_seconds,
            is_best,
        )
        done.epoch, done.batch = done.epoch + 1, 0
        done.loss, done.correct, done.epoch_seconds = 0.0, 0, 0.0
        return event


def evaluate(network: Sequential, data: Samples) -> tuple[float, float]:
    """Mean loss and accuracy (0 to 1) of a network on a data set.

    Raises:
        DataError: if the data set is empty or does not fit.
    """
    _check_data("test", data, network)
    totals = Totals()
    with one_blas_thread() as limited:
        loss = make_loss("cross-entropy", of_probabilities=network.ends_in_softmax)
        step = BatchStep(network, loss, with_companion=limited)
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


def _check_data(role: str, data: Samples, network: Sequential) -> None:
    if len(data) == 0:
        raise DataError(f"The {role} data is empty. Choose at least one image.")
    if data.images.dtype.kind == "f":
        check_finite(data.images, f"The {role} data")
    if data.images.shape[1:] != network.stack.input_shape:
        raise DataError(
            f"The {role} images are {data.images.shape[1:]}, but {network.stack.name} takes "
            f"{network.stack.input_shape}. Change the stack's input or the data."
        )
