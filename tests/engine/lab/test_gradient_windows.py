"""The state that shows how a gradient comes about: its step ends on that very gradient."""

import numpy as np
import pytest

from engine.insight.attribution import Score, ScoreGradients
from engine.insight.meddling import Meddling
from engine.lab import trace_of
from engine.lab.gradient_windows import gradient_window
from engine.lab.layers import network_states
from engine.lab.state import Operation, Pass
from engine.layers import AvgPool2dSpec, Conv2dSpec, DenseSpec, FlattenSpec, SoftmaxSpec
from engine.networks.network import Sequential
from engine.networks.presets import DIGITS, PRESETS
from engine.networks.stack import Stack

ODD = Stack(
    "Odd",
    (2, 9, 7),
    (
        Conv2dSpec(3, (2, 3), (2, 1), (1, 0)),
        AvgPool2dSpec((2, 2), (3, 2)),
        FlattenSpec(),
        DenseSpec(4),
        SoftmaxSpec(),
    ),
)


def attributed(network, image):
    found = ScoreGradients(network).of(image, Score(1))
    return found, [found.image, *found.gradients]


def sample(shape, seed=1):
    return np.random.default_rng(seed).random(shape)


@pytest.mark.parametrize("key", ["lenet5", "lenet5-dropout", "scratch2dcnn"])
def test_the_step_ends_on_the_gradient_of_that_number(key):
    network = Sequential(PRESETS[key].stack, np.random.default_rng(0), np.float64)
    image = sample(DIGITS)
    found, gradients = attributed(network, image)
    rng, shown = np.random.default_rng(2), 0
    for layer, gradient in enumerate(found.gradients):
        assert gradient is not None
        for place in rng.integers(gradient.size, size=3):
            index = tuple(int(i) for i in np.unravel_index(place, gradient.shape))
            state, reason = gradient_window(network, image, gradients, layer, index)
            if state is None:
                assert reason
                continue
            shown += 1
            assert state.pass_ is Pass.GRAD_INPUT
            trace = trace_of(state)
            assert trace.result.ravel()[place] == pytest.approx(gradient.ravel()[place])
            step = trace[state.step]
            if state.operation is not Operation.MAX_POOL:
                assert step.updates[0].after == pytest.approx(gradient.ravel()[place])
            elif gradient.ravel()[place]:
                cell = step.updates[0].target
                assert (cell.page[0], cell.row, cell.column) == index
    assert shown >= 3 * (len(network.layers) - 2)


def test_the_logits_gradient_is_where_the_pass_begins():
    network = Sequential(PRESETS["lenet5"].stack, np.random.default_rng(0))
    image = sample(DIGITS)
    _, gradients = attributed(network, image)
    state, reason = gradient_window(network, image, gradients, 11, (3,))
    assert state is None
    assert "begins" in reason


def test_a_number_that_no_window_reads_says_so_and_a_softmax_ends_it():
    network = Sequential(ODD, np.random.default_rng(0), np.float64)
    image = sample(ODD.input_shape)
    _, gradients = attributed(network, image)
    state, reason = gradient_window(network, image, gradients, 0, (0, 2, 0))
    assert state is None
    assert reason == "No window reads this number, so its gradient is 0."
    state, _ = gradient_window(network, image, gradients, 0, (1, 3, 2))
    assert state is not None
    assert trace_of(state)[state.step].updates
    assert gradient_window(network, image, gradients, 3, (1,))[0] is None


def test_nothing_comes_back_through_a_muted_map():
    network = Sequential(PRESETS["lenet5"].stack, np.random.default_rng(0), np.float64)
    meddling = Meddling()
    for channel in range(16):
        meddling = meddling.with_muted((3, channel), is_muted=channel != 4)
    muted = meddling.apply(network)
    image = sample(DIGITS)
    found, gradients = attributed(muted, image)
    state, _ = gradient_window(muted, image, gradients, 2, (1, 5, 6))
    assert state is not None
    title = network_states(muted, image)[3].title
    assert title == "4  Convolution 2-D, muted afterwards: " + ", ".join(
        str(number) for number in range(1, 17) if number != 5
    )
    assert found.gradients[2] is not None
    value = trace_of(state)[state.step].updates[0].after
    assert value == pytest.approx(found.gradients[2][1, 5, 6])
