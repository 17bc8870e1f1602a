"""Training as a generator of events: whoever asks for the next one decides whether it goes on."""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace

import numpy as np

from engine.basics.errors import DataError, ShapeError
from engine.data.given_arrays import check_values
from engine.layers.base import Array
from engine.networks.losses import make_loss
from engine.networks.network import Sequential
from engine.networks.stack import describe
from engine.training.advice import RateUsed, advise
from engine.training.batch_step import Augment, BatchStep, Samples, Totals, as_floats, batch_step
from engine.training.checkpoint import Checkpoint, Position
from engine.training.config import TrainingConfig
from engine.training.diagnosis import STEPS_TOO_LONG, locate_non_finite
from engine.training.events import (
    BatchDone,
    Changed,
    Diverged,
    EpochDone,
    Event,
    Finished,
    Validating,
)
from engine.training.optimizers import SGD
from engine.training.setup import epoch_order, learning_rate_at, loss_for, optimizer_for, step_seed

__all__ = [
    "BatchDone",
    "Changed",
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

VALIDATION_CHUNK = 128
"""Validation images between two events, so that a stop is answered soon."""


class Trainer:
    """Trains a network on images by mini-batches.

    The trainer has no control thread: between two events of ``run`` the caller may wait, look at
    ``network``, ``change`` a setting, or close the generator, which ends the run at once.

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
        self.optimizer = optimizer_for(config, network.parameters)
        self.position = Position()
        self.changes: tuple[Changed, ...] = ()
        self._rate_used = RateUsed()
        self._untold: list[Changed] = []
        self._planned: tuple[Changed, ...] = ()
        self._kept = [(array, array.copy()) for array in network.arrays()]
        self._best = network.state_dict()

    @property
    def batches(self) -> int:
        """Batches in an epoch; the last one may be smaller."""
        return -(-len(self.training) // self.config.batch_size)

    @property
    def steps(self) -> int:
        """Batches in the whole run: those made, and those that follow with the present size."""
        done, size = self.position, self.config.batch_size
        left = -(-(len(self.training) - done.image) // size)
        return done.step + left + (self.config.epochs - done.epoch) * self.batches

    def change(self, setting: str, value: float) -> None:
        """Change learning rate, momentum or batch size from the next batch on.

        To be called between two events; ``run`` tells it as the next one. A new learning rate is
        the new height of the schedule, which goes on where it is.

        Raises:
            ShapeError: if the setting cannot be changed in mid-run, or not to that value.
        """
        config, before = self.config.changed(setting, value), getattr(self.config, setting)
        after = getattr(config, setting)
        if after == before:
            return
        self.config = config
        if setting == "learning_rate":
            self._rate_used.forget_with_the_next()
        if setting == "momentum" and isinstance(self.optimizer, SGD):
            self.optimizer.set_momentum(config.momentum)
        done = self.position
        where = done.epoch - 1 + done.image / len(self.training)
        change = Changed(done.step, where, setting, before, after)
        self.changes = (*self.changes, change)
        self._untold.append(change)

    def plan(self, changes: Sequence[Changed]) -> None:
        """Make these changes after as many batches as they say, as an earlier run made them."""
        self._planned = tuple(changes)

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
            self.changes,
        )

    def restore(self, checkpoint: Checkpoint) -> None:
        """Go on from a checkpoint of a run with the same stack, data and settings.

        Raises:
            ModelFileError: if the weights do not fit.
        """
        self.network.load_state_dict(checkpoint.weights)
        self._best = {name: value.copy() for name, value in checkpoint.best_weights.items()}
        self.position = replace(checkpoint.position)
        for change in checkpoint.changes:
            self.change(change.setting, change.after)
        self.changes = checkpoint.changes
        self._untold.clear()
        if self.position.step:
            self._rate_used.note(self._learning_rate())
        self.optimizer.load_state(checkpoint.optimizer)
        self._keep_good()

    def _keep_good(self) -> None:
        for array, kept in self._kept:
            np.copyto(kept, array)

    def run(self) -> Generator[Event]:
        """Train, one event after each batch and each epoch.

        BLAS is kept to one thread for as long as the run lasts, since the layers themselves share
        their work between two.
        """
        with batch_step(self.network, loss_for(self.network, self.config)) as step:
            yield from self._epochs(step)

    def _epochs(self, step: BatchStep) -> Iterator[Event]:
        position, count = self.position, len(self.training)
        while position.epoch <= self.config.epochs and not self._is_out_of_patience():
            order = epoch_order(self.config.seed, position.epoch, count)
            while position.image < count:
                yield from self._tell_changes()
                stop = position.image + self.config.batch_size
                event = self._batch(step, order[position.image : stop])
                yield event
                if isinstance(event, Diverged):
                    return
            if not np.isfinite(self.network.parameters).all():  # no loss saw the last step
                yield self._diverged(order[-self.config.batch_size :])
                return
            validation = Totals()
            for done in self._validate(step, validation):
                yield Validating(position.epoch, done, len(self.validation))
            yield self._end_epoch(validation)
        yield from self._tell_changes()
        yield Finished(
            position.epoch - 1, position.best_epoch, position.best_accuracy, position.seconds
        )

    def _tell_changes(self) -> Iterator[Changed]:
        """Make the changes that are planned for here; tell these and those that were asked for."""
        while self._planned and self._planned[0].step <= self.position.step:
            change, *later = self._planned
            self._planned = tuple(later)
            self.change(change.setting, change.after)
        while self._untold:
            yield self._untold.pop(0)

    def _is_out_of_patience(self) -> bool:
        done = self.position
        waited = done.epoch - 1 - max(done.best_epoch, done.patient_since)
        return 0 < self.config.patience <= waited

    def _batch(self, step: BatchStep, picked: Array) -> BatchDone | Diverged:
        started = time.perf_counter()
        config, position, count = self.config, self.position, len(self.training)
        seed = step_seed(config.seed, position.step + 1)
        totals = step.train(self.training, picked, self.augment, seed)
        healthy = math.isfinite(totals.loss)
        if healthy:
            self._keep_good()
        if not healthy or not np.isfinite(self.network.gradients.sum()):
            return self._diverged(picked)
        rate = self._learning_rate()
        with np.errstate(all="ignore"):
            self.optimizer.step(self.network.gradients, rate)
        self._rate_used.note(rate)
        position.step += 1
        position.batch += 1
        position.image += len(picked)
        position.loss += totals.loss * len(picked)
        position.correct += totals.correct
        self._count_time(started)
        return BatchDone(
            position.step,
            position.epoch,
            position.batch,
            position.batch - (position.image - count) // config.batch_size,
            totals.loss,
            totals.correct / len(picked),
            rate,
            position.image,
            count,
        )

    def _learning_rate(self) -> float:
        """The learning rate of the next batch."""
        position = self.position
        return learning_rate_at(self.config, position.epoch, position.image, len(self.training))

    def _count_time(self, started: float) -> None:
        spent = time.perf_counter() - started
        self.position.epoch_seconds += spent
        self.position.seconds += spent

    def _diverged(self, picked: Array) -> Diverged:
        epoch, has_more = self.position.epoch, self.position.image < len(self.training)
        batch = self.position.batch + has_more
        images = as_floats(self.training.images[picked], self.network.dtype)
        labels = self.training.labels[picked]
        loss = loss_for(self.network, self.config)
        fault = locate_non_finite(self.network, images, labels, loss)
        for array, kept in self._kept:
            np.copyto(array, kept)
        rate = self._rate_used.value
        advice = advise({"diverged"}, rate, self.config.optimizer)
        parts = (
            f"Training stopped at batch {batch:,} of epoch {epoch}: {fault.what}.",
            fault.why,
            STEPS_TOO_LONG if rate and not fault.remedy else "",
            "The weights from before were kept.",
            fault.remedy or advice.text,
        )
        message = " ".join(part for part in parts if part)
        return Diverged(self.position.step + has_more, epoch, batch, message)

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
        done.epoch, done.batch, done.image = done.epoch + 1, 0, 0
        done.loss, done.correct, done.epoch_seconds = 0.0, 0, 0.0
        return event


def evaluate(network: Sequential, data: Samples) -> tuple[float, float]:
    """Mean loss and accuracy (0 to 1) of a network on a data set.

    Raises:
        DataError: if the data set is empty or does not fit.
    """
    _check_data("test", data, network)
    totals = Totals()
    loss = make_loss("cross-entropy", of_probabilities=network.ends_in_softmax)
    with batch_step(network, loss) as step:
        for start in range(0, len(data), VALIDATION_CHUNK):
            part = step.evaluate(data, slice(start, start + VALIDATION_CHUNK), len(data))
            totals.loss += part.loss
            totals.correct += part.correct
    return totals.loss, totals.correct / len(data)


def _check_data(role: str, data: Samples, network: Sequential) -> None:
    if len(data) == 0:
        raise DataError(f"The {role} data is empty. Choose at least one image.")
    check_values(data.images, f"The {role} images")
    if data.images.shape[1:] != network.stack.input_shape:
        raise DataError(
            f"The {role} images are {data.images.shape[1:]}, but {network.stack.name} takes "
            f"{network.stack.input_shape}. Change the stack's input or the data."
        )
