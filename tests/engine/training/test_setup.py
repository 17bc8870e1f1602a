"""How weights start: spread, range, and who decides about it."""

from __future__ import annotations

import numpy as np
import pytest

from engine.basics.errors import ShapeError
from engine.layers import Conv2dSpec
from engine.layers.initializers import INITIALIZERS, initial_weight
from engine.networks.network import Sequential
from engine.networks.presets import PRESETS
from engine.training.config import TrainingConfig
from engine.training.setup import starting_network, with_initializer

LENET = PRESETS["lenet5"].stack


@pytest.mark.parametrize(
    ("name", "deviation"),
    [
        ("he", 0.1),  # √(2/200)
        ("he-uniform", 0.1),
        ("xavier", 0.063246),  # √(2/(200 + 300))
        ("xavier-uniform", 0.063246),
        ("lecun", 0.070711),  # √(1/200)
        ("normal", 0.01),
        ("zeros", 0.0),
    ],
)
def test_the_spread_is_that_of_the_formula(name: str, deviation: float) -> None:
    weight = initial_weight((300, 200), np.random.default_rng(0), np.float64, name=name)
    assert weight.std() == pytest.approx(deviation, rel=0.01)
    assert abs(weight.mean()) < 0.001


@pytest.mark.parametrize(
    ("name", "reach"), [("he-uniform", 0.173205), ("xavier-uniform", 0.109545)]
)
def test_a_uniform_distribution_reaches_its_limit_and_no_further(name: str, reach: float) -> None:
    weight = initial_weight((300, 200), np.random.default_rng(0), np.float64, name=name)
    assert np.abs(weight).max() == pytest.approx(reach, rel=0.001)
    assert np.abs(weight).max() < reach
    share = (np.abs(weight) < reach / 2).mean()
    assert share == pytest.approx(0.5, abs=0.01)


def test_an_unknown_initialisation_is_refused() -> None:
    with pytest.raises(ShapeError, match="must be one of he, he-uniform"):
        initial_weight((2, 2), np.random.default_rng(0), np.float32, name="glorious")
    with pytest.raises(ShapeError, match="initialisation must be one of stack, he"):
        TrainingConfig(initialization="glorious")


def test_by_default_the_stack_decides() -> None:
    network = starting_network(LENET, TrainingConfig(seed=4))
    expected = Sequential.from_stack(LENET, np.random.default_rng(4))
    np.testing.assert_array_equal(network.parameters, expected.parameters)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_a_run_may_decide_and_leaves_the_stack_as_it_is(name: str) -> None:
    network = starting_network(LENET, TrainingConfig(initialization=name))
    assert network.stack == LENET
    weight = network.layers[0].parameters["weight"]
    again = initial_weight(weight.shape, np.random.default_rng(0), np.float32, name=name)
    np.testing.assert_array_equal(weight, again)
    assert (name == "zeros") == (not network.parameters.any())


def test_layers_without_weights_stay_as_they_are() -> None:
    changed = with_initializer(LENET, "lecun")
    pairs = list(zip(LENET.layers, changed.layers, strict=True))
    assert [a == b for a, b in pairs] == [not hasattr(a, "initializer") for a, _ in pairs]
    first = changed.layers[0]
    assert isinstance(first, Conv2dSpec)
    assert first.initializer == "lecun"
