"""The learning-rate range test: rates rise evenly, a rate is read off where the loss falls."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.networks.network import Sequential
from engine.training.rate_range import RangePoint, judge_range, range_test
from engine.training.trainer import Trainer, TrainingConfig
from tests.engine.datasets import squares
from tests.engine.training.test_trainer import STACK

CONFIG = TrainingConfig(batch_size=32)


def network(seed: int = 0) -> Sequential:
    return Sequential(STACK, np.random.default_rng(seed))


def points_of(averages: list[float], decade: int = 10) -> list[RangePoint]:
    rates = [1e-5 * 10 ** (index / decade) for index in range(len(averages))]
    return [
        RangePoint(index + 1, rate, average, average)
        for index, (rate, average) in enumerate(zip(rates, averages, strict=True))
    ]


def test_rates_rise_by_the_same_factor_from_the_lowest_to_the_highest() -> None:
    found = range_test(network(), squares(96), CONFIG, lowest=1e-4, highest=1e-2, steps=5)
    rates = [point.learning_rate for point in found]
    np.testing.assert_allclose(rates, [1e-4, 10**-3.5, 1e-3, 10**-2.5, 1e-2])


def test_the_average_of_the_first_batch_is_its_loss() -> None:
    first, second = list(range_test(network(), squares(96), CONFIG, steps=2))
    assert first.average == pytest.approx(first.loss)
    low, high = sorted((first.loss, second.loss))
    assert low <= second.average <= high


def test_the_same_seed_gives_the_same_test() -> None:
    assert list(range_test(network(), squares(96), CONFIG)) == list(
        range_test(network(), squares(96), CONFIG)
    )


def test_it_ends_where_the_loss_explodes() -> None:
    points = list(range_test(network(), squares(96), CONFIG, highest=1e6))
    assert len(points) < 120
    assert all(math.isfinite(point.loss) for point in points)


def test_the_suggested_rate_trains_the_network_that_it_was_found_for() -> None:
    verdict = judge_range(list(range_test(network(), squares(96), CONFIG)))
    assert verdict.suggested is not None
    config = TrainingConfig(
        epochs=12, batch_size=16, learning_rate=verdict.suggested, schedule="constant"
    )
    run = Trainer(network(), squares(96), squares(40, seed=1), config)
    for _ in run.run():
        pass
    assert run.position.best_accuracy > 0.9


def test_the_rate_is_where_the_loss_falls_fastest() -> None:
    averages = [2.3] * 10 + [2.2, 2.0, 1.4, 1.2, 1.1, 1.05, 1.0] + [1.0] * 24
    verdict = judge_range(points_of(averages))
    # between the points 11 and 13, 1e-5 · 10^(12/10) at the latest
    assert verdict.steepest == pytest.approx(1e-5 * 10**1.2, rel=0.3)
    assert verdict.rising == pytest.approx(1e-5 * 10**4.0)  # it ended before 10
    assert verdict.suggested == pytest.approx(float(f"{verdict.steepest:.0e}"))


def test_it_is_at_most_a_tenth_of_the_rate_where_the_loss_rises() -> None:
    averages = [2.3] * 10 + [2.2, 2.1, 1.9, 1.4, 1.0, 1.3, 2.0]
    verdict = judge_range(points_of(averages))
    assert verdict.rising == pytest.approx(1e-5 * 10**1.5)
    assert verdict.suggested == pytest.approx(3e-5)


@pytest.mark.parametrize("averages", [[2.3] * 40, [2.3, 2.2], [2.3 + 0.01 * n for n in range(40)]])
def test_without_a_fall_there_is_no_rate(averages: list[float]) -> None:
    assert judge_range(points_of(averages)).suggested is None
