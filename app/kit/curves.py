"""The numbers behind the curves of one training run, growing while it goes on, within bounds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.training.trainer import BatchDone, Changed, EpochDone

Values = NDArray[np.float64]

MOST_POINTS = 2**14
"""Points in a curve, at most: when there are so many, each two become one."""


class GrowingArray:
    """An array that can be appended to, its memory doubling when full."""

    def __init__(self) -> None:
        self._memory: Values = np.empty(1024)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def append(self, value: float) -> None:
        """Add one value at the end."""
        if self._count == len(self._memory):
            self._memory = np.concatenate([self._memory, np.empty(self._count)])
        self._memory[self._count] = value
        self._count += 1

    @property
    def values(self) -> Values:
        """What was appended so far: a view, which later appends leave as it is."""
        return self._memory[: self._count]

    def halve(self, *, averages: bool) -> None:
        """Let each two values, of an even number, become their average, or the latter of them."""
        pairs = self.values.reshape(-1, 2)
        self._count //= 2
        self._memory = np.concatenate(
            [pairs.mean(axis=1) if averages else pairs[:, 1], np.empty(self._count)]
        )


class SmoothedArray(GrowingArray):
    """An exponential moving average of what is taken in, without a bias towards its start.

    After ``t`` values, ``s_t = β·s_(t−1) + (1−β)·v_t`` with ``s_0 = 0``, and the average is
    ``s_t / (1 − β^t)``, the same correction as in Adam (Kingma & Ba, 2015).
    """

    def __init__(self, span: float) -> None:
        super().__init__()
        self._beta = 1 - 1 / max(span, 1)
        self._sum = 0.0
        self._weight = 0.0

    def take(self, value: float) -> None:
        """Let the average take in ``value``; ``append_average`` adds it."""
        self._sum = self._beta * self._sum + (1 - self._beta) * value
        self._weight = self._beta * self._weight + (1 - self._beta)

    def append_average(self) -> None:
        """Add the average up to now."""
        self.append(self._sum / self._weight)


@dataclass(frozen=True)
class CurveData:
    """One metric of a run: per training batch, the same smoothed, and per epoch on validation.

    Positions are in epochs since the start: 1.5 is the middle of the second epoch. In a long run
    a point stands for ``batches_per_point`` batches: their mean, at the place of the last.
    """

    positions: Values
    per_batch: Values
    smoothed: Values
    validation_positions: Values
    validation: Values
    batches_per_point: int = 1


@dataclass(frozen=True)
class PlotMark:
    """A change at ``position``, in epochs: a short ``label``, and the ``words`` for it."""

    position: float
    label: str
    words: str


class MetricCurve:
    """One metric while it grows."""

    def __init__(self, span: float) -> None:
        self._per_batch = GrowingArray()
        self._smoothed = SmoothedArray(span)
        self._validation = GrowingArray()
        self._sum = 0.0

    def take_batch(self, value: float) -> None:
        """Take in what one training batch gave; ``append_point`` adds a point."""
        self._sum += value
        self._smoothed.take(value)

    def append_point(self, batches: int) -> None:
        """Add a point for the ``batches`` taken in since the last one."""
        self._per_batch.append(self._sum / batches)
        self._smoothed.append_average()
        self._sum = 0.0

    def halve(self) -> None:
        """Let each two points become one."""
        self._per_batch.halve(averages=True)
        self._smoothed.halve(averages=False)

    def append_validation(self, value: float) -> None:
        """Add what one epoch gave on the validation images."""
        self._validation.append(value)

    def data(
        self, positions: Values, validation_positions: Values, batches_per_point: int
    ) -> CurveData:
        """The metric as it is now."""
        return CurveData(
            positions,
            self._per_batch.values,
            self._smoothed.values,
            validation_positions,
            self._validation.values,
            batches_per_point,
        )


class TrainingCurves:
    """Loss and accuracy of one run, and its finished epochs in order."""

    def __init__(self, batches_per_epoch: int) -> None:
        span = min(max(batches_per_epoch / 20, 4), 50)
        self._positions = GrowingArray()
        self._validation_positions = GrowingArray()
        self._loss = MetricCurve(span)
        self._accuracy = MetricCurve(span)
        self.epochs: list[EpochDone] = []
        self.changes: list[Changed] = []
        self._batches = 0
        self._batches_per_point = 1

    @property
    def batches(self) -> int:
        """How many training batches were taken in."""
        return self._batches

    @property
    def points(self) -> int:
        """How many points a curve has: as many as there are batches, or fewer in a long run."""
        return len(self._positions)

    def append_batch(self, event: BatchDone) -> None:
        """Take in one training batch."""
        self._batches += 1
        self._loss.take_batch(event.loss)
        self._accuracy.take_batch(event.accuracy)
        if self._batches % self._batches_per_point:
            return
        self._positions.append(event.position)
        for curve in (self._loss, self._accuracy):
            curve.append_point(self._batches_per_point)
        if self.points == MOST_POINTS:
            self._positions.halve(averages=False)
            for curve in (self._loss, self._accuracy):
                curve.halve()
            self._batches_per_point *= 2

    def append_epoch(self, event: EpochDone) -> None:
        """Take in one finished epoch."""
        self.epochs.append(event)
        self._validation_positions.append(event.epoch)
        self._loss.append_validation(event.validation_loss)
        self._accuracy.append_validation(event.validation_accuracy)

    def append_change(self, event: Changed) -> None:
        """Take in that a setting was changed in mid-run."""
        self.changes.append(event)

    @property
    def loss(self) -> CurveData:
        """Mean cross-entropy in nats."""
        return self._data(self._loss)

    @property
    def accuracy(self) -> CurveData:
        """Share of images classified correctly, 0 to 1."""
        return self._data(self._accuracy)

    def _data(self, curve: MetricCurve) -> CurveData:
        return curve.data(
            self._positions.values, self._validation_positions.values, self._batches_per_point
        )
