"""Which moments are kept, and that a network comes back from them as it was."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.basics.errors import DataError
from engine.layers import BatchNorm2dSpec, Conv2dSpec, DenseSpec, FlattenSpec
from engine.networks.network import Sequential
from engine.networks.stack import Stack
from engine.training.weight_history import Moment, WeightHistory, next_step, pack, unpack


def moment(step: int, numbers: int = 4) -> Moment:
    return Moment(step, 1, step, np.full(numbers, step, np.float32))


def kept_steps(history: WeightHistory) -> list[int]:
    return [each.step for each in history.moments]


def test_every_step_is_due_at_first_and_then_each_tenth_further():
    steps, step = [], 0
    while step < 40:
        steps.append(step)
        step = next_step(step)
    assert steps == [*range(21), 22, 24, 26, 28, 30, 33, 36, 39]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(1, 5000), min_size=1, max_size=150), st.integers(3, 40))
def test_the_first_and_the_latest_stay_and_no_more_than_the_limit(gaps, most):
    history = WeightHistory(most=most)
    steps = [0, *np.cumsum(gaps).tolist()]
    for step in steps:
        history.add(moment(step))
    kept = kept_steps(history)
    assert len(kept) == min(most, len(steps))
    assert kept[0] == 0
    assert kept[-1] == steps[-1]
    assert kept == sorted(set(kept))
    assert set(kept) <= set(steps)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(30, 200_000), st.integers(6, 120))
def test_what_is_kept_lies_about_evenly_on_a_logarithmic_scale(last, most):
    history = WeightHistory(most=most)
    step = 0
    while step <= last:
        history.add(moment(step))
        step = next_step(step)
    steps = np.array(kept_steps(history)) + 1.0
    widest = (steps[1:] / steps[:-1]).max()
    even = steps[-1] ** (1 / (len(steps) - 1))
    assert widest <= max(2.0, 1.21 * even**2)


def test_a_moment_of_the_same_step_takes_the_place_of_the_one_before():
    history = WeightHistory()
    for step in (0, 1, 1):
        history.add(moment(step))
    assert kept_steps(history) == [0, 1]


def test_a_step_back_is_refused():
    history = WeightHistory()
    history.add(moment(5))
    with pytest.raises(DataError, match="step 4 came after step 5"):
        history.add(moment(4))


def test_the_budget_limits_the_number_of_moments_but_never_below_three():
    history = WeightHistory(budget_bytes=1000, most=120)
    assert history.limit == 120
    for step in range(50):
        history.add(moment(step, numbers=50))
    assert history.limit == 5
    assert len(history.moments) == 5
    assert history.bytes == 1000
    large = WeightHistory(budget_bytes=10)
    for step in range(9):
        large.add(moment(step))
    assert kept_steps(large)[0] == 0
    assert len(large.moments) == 3


def test_a_run_goes_on_from_the_latest_moment_only():
    history = WeightHistory()
    assert not history.goes_on_from(moment(0))
    for step in (0, 1, 2):
        history.add(moment(step))
    assert history.goes_on_from(moment(2))
    assert not history.goes_on_from(moment(1))
    assert not history.goes_on_from(Moment(2, 1, 2, np.zeros(4, np.float32)))


def test_a_network_comes_back_with_its_running_statistics():
    layers = (Conv2dSpec(2, (3, 3)), BatchNorm2dSpec(), FlattenSpec(), DenseSpec(3))
    stack = Stack("Normed", (1, 6, 6), layers)
    rng = np.random.default_rng(1)
    network = Sequential(stack, rng)
    images = rng.random((8, 1, 6, 6), np.float32)
    network.forward(images, training=True)
    values, answers = pack(network), network.forward(images).copy()
    other = Sequential(stack, np.random.default_rng(2))
    assert not np.allclose(other.forward(images), answers)
    unpack(other, values)
    assert np.array_equal(other.forward(images), answers)
    network.forward(images * 3, training=True)
    assert not np.array_equal(pack(network), values)
    with pytest.raises(DataError, match="needs"):
        unpack(other, values[:-1])
