"""Finding a learning rate: a sweep over all of them, then short trainings at the likely ones.

The sweep is the range test of L. Smith, "Cyclical Learning Rates for Training Neural Networks"
(2017), section 3.3; here the rate rises by the same factor with each batch, so that each decade
gets as many. It shows where to look and no more: one batch at each rate is noise, and with momentum
the loss lags behind the rate. What decides is how a whole training at a rate ends, so a few rates
are rehearsed, each from the run's own start, with its optimiser, seed, order and schedule.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.networks.network import Sequential
from engine.training.batch_step import Augment, Samples, batch_step
from engine.training.chance import Chance
from engine.training.config import TrainingConfig
from engine.training.setup import epoch_order, loss_for, optimizer_for, step_seed
from engine.training.trainer import BatchDone, Finished, Trainer

LOWEST, HIGHEST, STEPS = 1e-5, 10.0, 120
KEEP = 0.85
"""Share of the running average of the loss that is kept with each batch."""

_DIGITS = (1, 1.5, 2, 2.5, 3, 4, 5, 7)
RATES = tuple(float(f"{digit}e{power}") for power in range(-4, 2) for digit in _DIGITS)
"""What may be suggested."""

_STRIDES = (4, 2, 1)
"""Places in ``RATES`` from one rehearsal to the next: two in a decade, then four, then eight."""

REHEARSAL_BATCHES = 80
HELD_OUT = 1000
MOST_REHEARSALS = 10

_DIVERGED = 3.0  # times the best average, and the sweep is over
_RISEN = 1.15  # times the best average, and the loss counts as rising
_BEFORE_LOWEST = 0.35  # of the rate with the lowest average, and a run is likely to do well
_MIDDLE = 2  # more rates as good as the best, and one of them lies in the middle
_TIE = 0.02  # of the best accuracy, and the difference counts as noise


@dataclass(frozen=True)
class RangePoint:
    """One batch: with which rate the step before it was made, its loss, and the running average."""

    step: int
    learning_rate: float
    loss: float
    average: float


@dataclass(frozen=True)
class RehearsalBatch:
    """A batch of a short training at one rate; counts start at 1."""

    learning_rate: float
    batch: int
    batches: int


@dataclass(frozen=True)
class Rehearsal:
    """What a short training at one rate came to on the held-out images; no ``loss`` if it diverged.

    ``is_luck`` says whether the accuracy is no better than chance on these images, ``is_whole``
    whether it was the whole run, not a shorter one.
    """

    learning_rate: float
    accuracy: float
    loss: float | None
    batches: int
    is_luck: bool
    is_whole: bool


RangeEvent = RangePoint | RehearsalBatch | Rehearsal


@dataclass(frozen=True)
class RangeVerdict:
    """What a test shows.

    ``suggested`` is the middle one of the rates ``as_good``, from low to high, whose trainings
    ended equally well but for noise; ``None`` and empty if none of them learnt more than chance.
    ``best`` is the rehearsal at the suggested rate. ``rising`` is where the loss of the sweep rises
    again, ``None`` if it never did.
    """

    suggested: float | None
    as_good: tuple[float, ...]
    best: Rehearsal | None
    rising: float | None


def find_rate(
    start: Callable[[], Sequential],
    training: Samples,
    validation: Samples,
    config: TrainingConfig,
    augment: Augment | None = None,
) -> Generator[RangeEvent]:
    """Sweep, then rehearse: one event after each batch, and one for what each rehearsal came to.

    Args:
        start: Makes the network that the run would begin with, a new one each time.
        training: What to learn.
        validation: Held out; decides, as it decides about epochs.
        config: How the run would be trained; its learning rate does not matter.
        augment: As in the run.
    """
    points: list[RangePoint] = []
    with closing(range_test(start(), training, config, augment)) as sweep:
        for point in sweep:
            points.append(point)
            yield point
    shortened = _Shortened.of(training, validation, config)
    tried: dict[int, Rehearsal] = {}
    place: int | None = _first_place(points)
    while place is not None:
        with closing(shortened.rehearse(start(), RATES[place], augment)) as rehearsal:
            for event in rehearsal:
                if isinstance(event, Rehearsal):
                    tried[place] = event
                yield event
        place = _next_place(tried)


def judge_range(points: Sequence[RangePoint], rehearsals: Sequence[Rehearsal]) -> RangeVerdict:
    """Say which rate to use."""
    rising = _rising(points)
    tried = sorted(rehearsals, key=lambda rehearsal: rehearsal.learning_rate)
    best = max(tried, key=_merit, default=None)
    if best is None or best.is_luck:
        return RangeVerdict(None, (), None, rising)
    first, last = _as_good(tried)
    middle = tried[(first + last) // 2]
    as_good = tuple(rehearsal.learning_rate for rehearsal in tried[first : last + 1])
    return RangeVerdict(middle.learning_rate, as_good, middle, rising)


def range_test(
    network: Sequential,
    training: Samples,
    config: TrainingConfig,
    augment: Augment | None = None,
    *,
    lowest: float = LOWEST,
    highest: float = HIGHEST,
    steps: int = STEPS,
) -> Generator[RangePoint]:
    """Train ``network``, which is useless afterwards, with rates from ``lowest`` to ``highest``.

    Ends early once the loss is three times its best average, or no number any more.
    """
    optimizer = optimizer_for(config, network.parameters)
    rng = np.random.default_rng((config.seed, 0))
    factor = (highest / lowest) ** (1 / max(steps - 1, 1))
    average = weight = 0.0
    best = math.inf
    with batch_step(network, loss_for(network, config)) as step:
        for number in range(steps):
            rate = lowest * factor**number
            picked = rng.choice(len(training), min(config.batch_size, len(training)), False)
            loss = step.train(training, picked, augment, step_seed(config.seed, number)).loss
            average = KEEP * average + (1 - KEEP) * loss
            weight = KEEP * weight + (1 - KEEP)
            smooth = average / weight
            best = min(best, smooth)
            if not math.isfinite(loss) or smooth > _DIVERGED * best:
                return
            yield RangePoint(number + 1, rate, loss, smooth)
            with np.errstate(all="ignore"):
                optimizer.step(network.gradients, rate)


@dataclass(frozen=True, eq=False)
class _Part:
    """Some of the images, as ``Samples``."""

    images: NDArray[Any]
    labels: NDArray[np.int64]
    classes: int

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, eq=False)
class _Shortened:
    """The run that is asked about, or one like it in as few batches as there is time for."""

    training: Samples
    validation: Samples
    config: TrainingConfig
    is_whole: bool

    @classmethod
    def of(cls, training: Samples, validation: Samples, config: TrainingConfig) -> _Shortened:
        """Fewer epochs, or a part of one epoch, with schedule and warm-up in proportion."""
        batches = -(-len(training) // config.batch_size)
        epochs = max(1, min(config.epochs, REHEARSAL_BATCHES // batches))
        if batches > REHEARSAL_BATCHES:
            count = REHEARSAL_BATCHES * config.batch_size
            training = _part(training, epoch_order(config.seed, 1, len(training))[:count])
        if len(validation) > HELD_OUT:
            validation = _part(validation, np.arange(HELD_OUT))
        warm_up = config.warm_up_epochs * epochs / config.epochs
        is_whole = epochs == config.epochs and batches <= REHEARSAL_BATCHES
        config = replace(config, epochs=epochs, warm_up_epochs=warm_up, patience=0)
        return cls(training, validation, config, is_whole)

    def rehearse(
        self, network: Sequential, rate: float, augment: Augment | None
    ) -> Generator[RehearsalBatch | Rehearsal]:
        """Train ``network`` at one rate to the end, or until it diverges."""
        config = replace(self.config, learning_rate=rate)
        trainer = Trainer(network, self.training, self.validation, config, augment)
        finished = False
        with closing(trainer.run()) as events:
            for event in events:
                if isinstance(event, BatchDone):
                    yield RehearsalBatch(rate, event.step, trainer.batches * config.epochs)
                finished = isinstance(event, Finished)
        done = trainer.position
        loss = done.best_loss if finished and math.isfinite(done.best_loss) else None
        accuracy = 0.0 if loss is None else done.best_accuracy
        is_luck = Chance.of(self.validation.labels).covers(accuracy)
        yield Rehearsal(rate, accuracy, loss, done.step, is_luck, self.is_whole)


def _part(data: Samples, picked: NDArray[np.int64]) -> _Part:
    return _Part(data.images[picked], data.labels[picked], data.classes)


def _merit(rehearsal: Rehearsal) -> tuple[float, float]:
    loss = math.inf if rehearsal.loss is None else rehearsal.loss
    return rehearsal.accuracy, -loss


def _first_place(points: Sequence[RangePoint]) -> int:
    """Where to begin: well before the rate at which the average is lowest."""
    lowest = min(points, key=lambda point: point.average, default=None)
    rate = _BEFORE_LOWEST * lowest.learning_rate if lowest is not None else RATES[0]
    return min(
        range(0, len(RATES), _STRIDES[0]), key=lambda place: abs(math.log(RATES[place] / rate))
    )


def _next_place(tried: dict[int, Rehearsal]) -> int | None:
    """Which rate to rehearse next, by its place in ``RATES``; ``None`` if enough is known.

    In long steps to where there is a worse one on both sides of the best and of what does as well;
    then in shorter ones around the best, unless there is a middle already. As long as nothing
    learns, it goes on to both sides in turns.
    """
    if len(tried) >= MOST_REHEARSALS:
        return None
    best, long = max(tried, key=lambda place: _merit(tried[place])), _STRIDES[0]
    if tried[best].is_luck:
        outwards = [max(tried) + long, min(tried) - long]
        return _first_new(outwards if len(tried) % 2 else outwards[::-1], tried)
    places = sorted(tried)
    first, last = _as_good([tried[place] for place in places])
    wanted = [(places[last] // long + 1) * long, (-(-places[first] // long) - 1) * long]
    if last - first < _MIDDLE:
        for stride in _STRIDES[1:]:
            wanted += [best + stride, best - stride] if best % stride == 0 else []
    return _first_new(wanted, tried)


def _as_good(tried: Sequence[Rehearsal]) -> tuple[int, int]:
    """The first and the last of the neighbours, from low rates to high, that equal the best."""
    best = max(range(len(tried)), key=lambda index: _merit(tried[index]))
    least = (1 - _TIE) * tried[best].accuracy
    first = last = best
    while first > 0 and tried[first - 1].accuracy >= least:
        first -= 1
    while last + 1 < len(tried) and tried[last + 1].accuracy >= least:
        last += 1
    return first, last


def _first_new(places: Sequence[int], tried: Container[int]) -> int | None:
    """The first of these places that is one and was not tried."""
    possible = (place for place in places if place not in tried and 0 <= place < len(RATES))
    return next(possible, None)


def _rising(points: Sequence[RangePoint]) -> float | None:
    """From which rate on the average lies clearly above its lowest, or the sweep ended early."""
    if not points:
        return None
    averages = np.array([point.average for point in points])
    lowest = int(averages.argmin())
    after = np.flatnonzero(averages[lowest:] > _RISEN * averages[lowest])
    if len(after):
        return points[lowest + int(after[0])].learning_rate
    return points[-1].learning_rate if points[-1].learning_rate < HIGHEST / 1.001 else None
