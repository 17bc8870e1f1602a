"""Finding a learning rate: rates rise evenly, then a few are tried; the best, or none, is said."""

from __future__ import annotations

import math
import threading
from dataclasses import replace

import numpy as np
import pytest

from engine.networks.network import Sequential
from engine.training.optimizers import OPTIMIZERS
from engine.training.rate_range import (
    MOST_REHEARSALS,
    REHEARSAL_BATCHES,
    RangePoint,
    RangeVerdict,
    Rehearsal,
    RehearsalBatch,
    find_rate,
    judge_range,
    range_test,
)
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
    sweep = range_test(network(), squares(96), CONFIG, lowest=1e-4, highest=1e-2, steps=5)
    rates = [point.learning_rate for point in sweep]
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


def found(
    config: TrainingConfig, images: int = 96
) -> tuple[list[RangePoint], list[Rehearsal], list[RehearsalBatch]]:
    """What a whole test yields, by kind."""
    events = list(find_rate(network, squares(images), squares(40, seed=1), config))
    return (
        [event for event in events if isinstance(event, RangePoint)],
        [event for event in events if isinstance(event, Rehearsal)],
        [event for event in events if isinstance(event, RehearsalBatch)],
    )


def suggested(config: TrainingConfig) -> RangeVerdict:
    points, rehearsals, _ = found(config)
    return judge_range(points, rehearsals)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_run_with_the_suggested_rate_comes_to_what_was_promised(optimizer: str) -> None:
    config = TrainingConfig(epochs=12, batch_size=16, optimizer=optimizer)
    verdict = suggested(config)
    assert verdict.suggested is not None
    assert verdict.best is not None
    assert verdict.best.is_whole
    config = replace(config, learning_rate=verdict.suggested)
    run = Trainer(network(), squares(96), squares(40, seed=1), config)
    for _ in run.run():
        pass
    assert run.position.best_accuracy == verdict.best.accuracy > 0.9
    assert run.position.step == verdict.best.batches


def test_the_same_seed_gives_the_same_suggestion_whatever_rate_is_set() -> None:
    config = TrainingConfig(epochs=2, batch_size=16)
    assert found(config) == found(replace(config, learning_rate=7.0))


def test_a_long_run_is_rehearsed_in_short_with_its_schedule_in_proportion() -> None:
    config = TrainingConfig(epochs=40, batch_size=1, warm_up_epochs=20)
    _, rehearsals, batches = found(config)
    assert {tried.batches for tried in rehearsals if tried.loss is not None} == {REHEARSAL_BATCHES}
    assert not any(tried.is_whole for tried in rehearsals)
    assert {event.batches for event in batches} == {REHEARSAL_BATCHES}


def test_it_can_be_left_between_any_two_steps() -> None:
    threads = threading.active_count()
    for kind in (RangePoint, RehearsalBatch, Rehearsal):
        test = find_rate(network, squares(96), squares(40, seed=1), CONFIG)
        assert any(isinstance(event, kind) for event in test)
        test.close()
        assert threading.active_count() == threads


def test_what_cannot_learn_is_said_to_be_so_after_rates_of_every_size() -> None:
    alike = network()
    for layer in alike.layers:
        for value in layer.parameters.values():
            value[:] = 0
    other = squares(40, seed=1)
    events = list(find_rate(alike.copy, squares(96), other, TrainingConfig(epochs=1)))
    rehearsals = [event for event in events if isinstance(event, Rehearsal)]
    points = [event for event in events if isinstance(event, RangePoint)]
    assert len(rehearsals) == MOST_REHEARSALS
    assert judge_range(points, rehearsals).suggested is None


def tried(**accuracies: float) -> list[Rehearsal]:
    return [
        Rehearsal(
            float(rate.removeprefix("at_").replace("_", ".")),
            accuracy,
            loss=1.0,
            batches=80,
            is_luck=accuracy < 0.12,
            is_whole=True,
        )
        for rate, accuracy in accuracies.items()
    ]


def test_the_best_rate_is_suggested() -> None:
    verdict = judge_range([], tried(at_0_01=0.7, at_0_03=0.9, at_0_1=0.8))
    assert verdict.suggested == 0.03
    assert verdict.as_good == (0.03,)


def test_of_rates_that_do_equally_well_it_is_the_middle_one() -> None:
    rehearsals = tried(at_0_3=0.4, at_0_1=0.905, at_0_03=0.9, at_0_01=0.895, at_0_003=0.7)
    verdict = judge_range([], rehearsals)
    assert verdict.suggested == 0.03
    assert verdict.as_good == (0.01, 0.03, 0.1)
    assert verdict.best is not None
    assert verdict.best.accuracy == 0.9


def test_a_lucky_one_beyond_a_bad_one_is_not_joined_to_the_others() -> None:
    rehearsals = tried(at_0_3=0.9, at_0_1=0.5, at_0_03=0.899, at_0_01=0.89)
    assert judge_range([], rehearsals).as_good == (0.3,)


def test_where_several_do_as_well_it_looks_how_far_that_goes() -> None:
    easy = squares(96)
    events = list(find_rate(network, easy, easy, TrainingConfig(epochs=30, batch_size=32)))
    rehearsals = [event for event in events if isinstance(event, Rehearsal)]
    verdict = judge_range([], rehearsals)
    tried_rates = sorted(tried.learning_rate for tried in rehearsals)
    assert len(verdict.as_good) > 2
    assert len(rehearsals) == MOST_REHEARSALS or (
        tried_rates[0] < verdict.as_good[0] and verdict.as_good[-1] < tried_rates[-1]
    )


def test_what_is_no_better_than_chance_is_no_suggestion() -> None:
    assert judge_range([], tried(at_0_1=0.11, at_0_3=0.118)).suggested is None
    assert judge_range([], []).suggested is None


def test_it_is_told_where_the_loss_rises_again() -> None:
    averages = [2.3] * 10 + [2.2, 2.1, 1.9, 1.4, 1.0, 1.3, 2.0]
    verdict = judge_range(points_of(averages), [])
    assert verdict.rising == pytest.approx(1e-5 * 10**1.5)
    flat = [2.3 * 0.97**index for index in range(61)]
    assert judge_range(points_of(flat), []).rising is None
