"""The learning-rate range test: the rate rises with every batch, until the loss does too.

Source: L. Smith, "Cyclical Learning Rates for Training Neural Networks" (2017), section 3.3; here
the rate rises by the same factor each time, so that each decade gets as many batches.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.networks.network import Sequential
from engine.training.batch_step import Augment, Samples, batch_step
from engine.training.config import TrainingConfig
from engine.training.setup import loss_for, optimizer_for, step_seed

LOWEST, HIGHEST, STEPS = 1e-5, 10.0, 120
KEEP = 0.85
"""Share of the running average of the loss that is kept with each batch."""

_DIVERGED = 3.0  # times the best average, and the test is over
_RISEN = 1.15  # times the best average, and the loss counts as rising
_LEAST_FALL = 0.05  # of the loss at the start, or nothing was learnt


@dataclass(frozen=True)
class RangePoint:
    """One batch: with which rate the step before it was made, its loss, and the running average."""

    step: int
    learning_rate: float
    loss: float
    average: float


@dataclass(frozen=True)
class RangeVerdict:
    """What a test shows: where the loss falls fastest, where it rises, and a rate to use.

    ``suggested`` is the smaller of ``steepest`` and a tenth of ``rising``, to one digit. All are
    ``None`` if the loss did not fall; ``rising`` also if it never rose.
    """

    suggested: float | None
    steepest: float | None
    rising: float | None


def range_test(
    network: Sequential,
    training: Samples,
    config: TrainingConfig,
    augment: Augment | None = None,
    *,
    lowest: float = LOWEST,
    highest: float = HIGHEST,
    steps: int = STEPS,
) -> Iterator[RangePoint]:
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


def judge_range(points: Sequence[RangePoint]) -> RangeVerdict:
    """Read a rate off the averages: where they fall fastest, well before they rise."""
    if len(points) < 8:
        return RangeVerdict(None, None, None)
    rates = np.array([point.learning_rate for point in points])
    averages = np.array([point.average for point in points])
    lowest = int(averages.argmin())
    if averages[lowest] > (1 - _LEAST_FALL) * averages[: lowest + 1].max() or lowest < 3:
        return RangeVerdict(None, None, None)
    slopes = np.gradient(averages, np.log(rates))
    steepest = float(rates[int(slopes[: lowest + 1].argmin())])
    after = np.flatnonzero(averages[lowest:] > _RISEN * averages[lowest])
    ended_early = rates[-1] < HIGHEST / 1.001
    rising = float(rates[lowest + after[0]]) if len(after) else None
    if rising is None and ended_early:
        rising = float(rates[-1])
    limit = math.inf if rising is None else rising / 10
    return RangeVerdict(_rounded(min(steepest, limit)), steepest, rising)


def _rounded(rate: float) -> float:
    """To one digit: 0.0324 becomes 0.03."""
    return float(f"{rate:.0e}")
