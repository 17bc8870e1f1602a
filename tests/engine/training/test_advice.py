"""Advice: over all symptoms together, all rates and optimisers, no two of its parts disagree."""

from __future__ import annotations

import math
import re
from itertools import chain, combinations

import numpy as np
import pytest

from engine.networks.network import Sequential
from engine.training.advice import IDLE, KINDS, OVERSHOT, USUAL_RATES, RateUsed, advise
from engine.training.optimizers import OPTIMIZERS
from engine.training.trainer import Changed, Diverged, Event, Trainer, TrainingConfig
from tests.engine.datasets import squares
from tests.engine.training.test_trainer import STACK

RATES = (0.0, 1e-8, 1e-4, 0.001, 0.02, 0.05, 0.2, 1.0, 30.0, 1000.0, 1e30, math.inf)
COMBINATIONS = tuple(
    chain.from_iterable(combinations(KINDS, count) for count in range(1, len(KINDS) + 1))
)


def directions(text: str, rate: float) -> set[str]:
    """Which ways a text sends the learning rate, by its words and by its numbers."""
    words = set(re.findall(r"(smaller|larger) learning rate", text))
    numbers = [float(found) for found in re.findall(r"such as ([\d.e+-]*\d)", text)]
    return words | {"smaller" if number < rate else "larger" for number in numbers}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_no_combination_of_symptoms_is_sent_both_ways(optimizer: str) -> None:
    for kinds in COMBINATIONS:
        for rate in RATES:
            advice = advise(kinds, rate, optimizer)
            ways = directions(advice.text, rate)
            assert len(ways) <= 1, (kinds, rate, advice.text)
            assert bool(ways) == (advice.rate is not None)
            assert advice.text
            if ways and set(kinds) & OVERSHOT:
                assert ways == {"smaller"}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_an_absurd_rate_leads_to_the_usual_one_not_to_a_tenth_of_it(optimizer: str) -> None:
    for kinds in (*({kind} for kind in OVERSHOT | IDLE), {"dead"}, {"constant"}):
        assert advise(kinds, 1000.0, optimizer).rate == USUAL_RATES[optimizer]
    assert advise({"diverged"}, USUAL_RATES[optimizer], optimizer).rate == pytest.approx(
        USUAL_RATES[optimizer] / 10
    )


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_what_does_not_learn_with_hardly_any_steps_at_all_needs_longer_ones(optimizer: str) -> None:
    for kind in IDLE:
        advice = advise({kind}, 0.0, optimizer)
        assert advice.rate == USUAL_RATES[optimizer]
        assert "larger" in advice.text


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_where_nobody_can_tell_the_way_the_range_test_is_named(optimizer: str) -> None:
    usual = USUAL_RATES[optimizer]
    assert "Find a learning rate" in advise({"no learning"}, usual, optimizer).text
    assert "longer" in advise({"early"}, usual, optimizer).text


def test_weights_that_are_alike_are_not_blamed_on_the_rate() -> None:
    advice = advise({"alike", "constant", "chance"}, 0.2, "sgd")
    assert advice.rate is None
    assert "random weights" in advice.text


def test_a_network_that_overfits_has_learnt_whatever_was_said_before() -> None:
    advice = advise({"no learning", "overfitting"}, 1e-6, "sgd")
    assert advice.rate is None
    assert "more images" in advice.text


def test_a_changed_rate_counts_from_the_next_step_on() -> None:
    used = RateUsed()
    for rate in (0.1, 0.5, 0.2):
        used.note(rate)
    assert used.value == 0.5
    used.forget_with_the_next()
    assert used.value == 0.5
    used.note(0.01)
    assert used.value == 0.01


def trained(network: Sequential, config: TrainingConfig, *plan: Changed) -> Diverged:
    """A run that diverges."""
    run = Trainer(network, squares(96), squares(40, seed=1), config)
    run.plan(plan)
    last: Event | None = None
    for event in run.run():
        last = event
    assert isinstance(last, Diverged)
    assert np.isfinite(run.network.parameters).all()
    return last


def fresh() -> Sequential:
    return Sequential(STACK, np.random.default_rng(0))


@pytest.mark.parametrize("optimizer", ["sgd", "nesterov"])
def test_a_run_that_diverges_at_a_thousand_is_sent_to_the_usual_rate(optimizer: str) -> None:
    config = TrainingConfig(batch_size=32, learning_rate=1000.0, optimizer=optimizer, epochs=20)
    assert "such as 0.05." in trained(fresh(), config).message


def test_the_rate_is_the_one_that_was_set_in_mid_run() -> None:
    config = TrainingConfig(batch_size=32, learning_rate=0.01, schedule="constant", epochs=20)
    change = Changed(4, 1.0, "learning_rate", 0.01, 1e4)
    assert "such as 0.05." in trained(fresh(), config, change).message


def test_during_a_warm_up_it_is_the_rate_reached() -> None:
    config = TrainingConfig(
        batch_size=8, learning_rate=1e9, epochs=500, warm_up_epochs=500, schedule="constant"
    )
    message = trained(fresh(), config).message
    assert directions(message, 1e9) == {"smaller"}


def test_what_is_no_number_from_the_start_is_not_blamed_on_the_rate() -> None:
    network = fresh()
    network.layers[0].parameters["weight"][:] = 1e38
    run = Trainer(network, squares(96), squares(40, seed=1), TrainingConfig(batch_size=32))
    last = list(run.run())[-1]
    assert isinstance(last, Diverged)
    assert "not the learning rate" in last.message
    assert "overshoots" not in last.message


def test_a_last_step_that_leaves_the_range_of_numbers_is_a_divergence_too() -> None:
    config = TrainingConfig(epochs=1, batch_size=96, learning_rate=1e300, schedule="constant")
    event = trained(fresh(), config)
    assert (event.step, event.epoch, event.batch) == (1, 1, 1)
    assert "such as 0.05." in event.message
