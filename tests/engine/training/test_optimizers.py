"""Optimisers: first steps worked out by hand, and that each finds the bottom of a bowl."""

import numpy as np
import pytest

from engine.basics.errors import ShapeError
from engine.training.config import TrainingConfig
from engine.training.optimizers import OPTIMIZERS, SGD, Adam, AdamW, RMSProp
from engine.training.schedules import learning_rate_curve, learning_rate_factor
from engine.training.setup import optimizer_for


def make(name, parameters, **settings):
    config = TrainingConfig(optimizer=name, weight_decay=0.0, **settings)
    return optimizer_for(config, parameters)


def two_steps(optimizer, parameters):
    """Parameters after steps of 0.1 along gradients of 2 and then 1."""
    optimizer.step(np.array([2.0]), 0.1)
    optimizer.step(np.array([1.0]), 0.1)
    return parameters[0]


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (SGD, 1 - 0.2 - 0.1),
        (lambda p: SGD(p, momentum=0.5), 1 - 0.2 - 0.2),  # v: 2, then 0.5·2 + 1
        (lambda p: SGD(p, momentum=0.5, nesterov=True), 1 - 0.3 - 0.2),  # 2 + 0.5·2; 1 + 0.5·2
        (lambda p: SGD(p, weight_decay=1.0), 0.53),  # 1 − 0.1·3 = 0.7; 0.7 − 0.1·1.7
        # s: 0.5·4 = 2, then 0.5·2 + 0.5·1 = 1.5
        (lambda p: RMSProp(p, decay=0.5, epsilon=0), 1 - 0.2 / 2**0.5 - 0.1 / 1.5**0.5),
        # m: 1, then 1; s: 2, then 1.5; corrections 1/2 and 3/4
        (
            lambda p: Adam(p, beta1=0.5, beta2=0.5, epsilon=0),
            1 - 0.1 * 2 / 4**0.5 - 0.1 * (1 / 0.75) / 2**0.5,
        ),
    ],
)
def test_the_first_two_steps_by_hand(make, expected):
    parameters = np.array([1.0])
    assert two_steps(make(parameters), parameters) == pytest.approx(expected)


@pytest.mark.parametrize(("make", "share"), [(RMSProp, 1 / 1.1), (Adam, 1 / 2), (AdamW, 1 / 2)])
def test_a_gradient_no_larger_than_epsilon_makes_a_smaller_step(make, share):
    # RMSProp: √s = √(0.01·g²) = 1e-9, so η·1e-8/(1e-9 + 1e-8); Adam: η·1e-8/(1e-8 + 1e-8)
    weights = np.zeros(1)
    make(weights).step(np.array([1e-8]), 0.1)
    assert weights[0] == pytest.approx(-0.1 * share)


def test_adamw_shrinks_weights_whatever_the_gradient():
    parameters = np.array([1.0])
    AdamW(parameters, weight_decay=0.5).step(np.array([0.0]), 0.1)
    assert parameters[0] == pytest.approx(0.95)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_each_finds_the_bottom_of_a_bowl(name):
    parameters = np.array([3.0, -2.0])
    optimizer = make(name, parameters, momentum=0.5)
    for step in range(1000):
        optimizer.step(parameters * [1.0, 4.0], 0.1 * 0.99**step)
    np.testing.assert_allclose(parameters, 0, atol=0.01)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_copy_of_the_state_goes_on_the_same(name):
    rng = np.random.default_rng(0)
    first, second = np.ones(4), np.ones(4)
    one, other = make(name, first), make(name, second)
    for _ in range(3):
        one.step(rng.standard_normal(4), 0.1)
    second[...] = first
    other.load_state({key: value.copy() for key, value in one.state().items()})
    gradient = rng.standard_normal(4)
    one.step(gradient.copy(), 0.1)
    other.step(gradient.copy(), 0.1)
    np.testing.assert_array_equal(first, second)


def test_an_unknown_optimizer_is_named():
    with pytest.raises(ShapeError, match="sgd, nesterov"):
        TrainingConfig(optimizer="newton")


def test_schedules_at_their_corners():
    assert learning_rate_factor("constant", 99, 100) == 1
    assert learning_rate_factor("cosine", 0, 100) == 1
    assert learning_rate_factor("cosine", 50, 100) == pytest.approx(0.5)
    assert learning_rate_factor("cosine", 100, 100) == pytest.approx(0)
    steps = [learning_rate_factor("step", step, 99) for step in (0, 32, 33, 65, 66)]
    assert steps == pytest.approx([1, 1, 0.1, 0.1, 0.01])
    rising = [learning_rate_factor("cosine", step, 100, warm_up=4) for step in range(5)]
    assert rising == pytest.approx([0.25, 0.5, 0.75, 1, 1])
    with pytest.raises(ShapeError):
        learning_rate_factor("sawtooth", 0, 1)


def test_the_learning_rate_over_a_run_is_drawn_from_its_first_step_to_its_last():
    rates = learning_rate_curve("cosine", 0.1, 101, warm_up=0, points=3)
    assert rates == pytest.approx([0.1, 0.05, 0.0], abs=0.001)
    assert learning_rate_curve("constant", 0.3, 1).tolist() == [0.3]
    assert learning_rate_curve("constant", 1.0, 10, warm_up=5)[:6] == pytest.approx(
        [0.2, 0.4, 0.6, 0.8, 1.0, 1.0]
    )


def test_the_knobs_reach_their_optimizers():
    adam = make("adamw", np.zeros(1), beta1=0.5, beta2=0.6)
    assert isinstance(adam, AdamW)
    assert (adam.beta1, adam.beta2) == (0.5, 0.6)
    rms_prop = make("rmsprop", np.zeros(1), rms_decay=0.7)
    assert isinstance(rms_prop, RMSProp)
    assert rms_prop.decay == 0.7


def test_no_two_names_have_the_same_optimiser():
    ends = []
    for name in OPTIMIZERS:
        parameters = np.array([1.0, -2.0])
        optimizer = optimizer_for(TrainingConfig(optimizer=name, weight_decay=0.1), parameters)
        for gradient in ([2.0, 0.5], [1.0, -1.0], [0.5, 3.0]):
            optimizer.step(np.array(gradient), 0.1)
        ends.append(tuple(parameters))
    assert len(set(ends)) == len(OPTIMIZERS)
