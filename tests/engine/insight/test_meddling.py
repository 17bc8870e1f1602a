"""Muted maps and replaced kernels, on a copy of the network."""

import numpy as np
import pytest

from engine.basics.errors import ShapeError
from engine.insight.meddling import MeddledNetwork, Meddling, NewKernel, can_mute, fitted_kernel
from engine.layers import (
    BatchNorm2dSpec,
    Conv2dSpec,
    DenseSpec,
    FlattenSpec,
    MaxPool2dSpec,
    ReLUSpec,
    SigmoidSpec,
    SoftmaxSpec,
)
from engine.layers.known_kernels import KERNELS
from engine.networks.network import Sequential
from engine.networks.presets import DIGITS, PRESETS
from engine.networks.stack import Stack

STACK = Stack(
    "Small",
    DIGITS,
    (
        Conv2dSpec(3, (5, 5)),
        BatchNorm2dSpec(),
        ReLUSpec(),
        MaxPool2dSpec((4, 4), (4, 4)),
        FlattenSpec(),
        DenseSpec(7),
        SigmoidSpec(),
        DenseSpec(10),
        SoftmaxSpec(),
    ),
)


@pytest.fixture
def network():
    return Sequential(STACK, np.random.default_rng(2), np.float64)


@pytest.fixture
def images():
    return np.random.default_rng(3).random((4, *DIGITS))


def by_hand(network, x, silent):
    """Layer by layer, with the outputs in ``silent`` (layer → channels) set to 0."""
    outputs = []
    for index, layer in enumerate(network.layers):
        x = np.array(layer.forward(x))
        for channel in silent.get(index, ()):
            x[:, channel] = 0
        outputs.append(x)
    return outputs


@pytest.mark.parametrize("layer", range(8))
def test_a_muted_map_is_zero_and_the_rest_follows(network, images, layer):
    meddled = Meddling().with_muted((layer, 1), is_muted=True).apply(network)
    expected = by_hand(network, images, {layer: (1,)})
    for found, wanted in zip(meddled.activations(images), expected, strict=True):
        np.testing.assert_array_equal(found, wanted)
    np.testing.assert_allclose(meddled.logits(images), expected[-1])
    assert not meddled.activations(images)[layer][:, 1].any()


def test_muting_is_not_the_same_as_zero_weights(network, images):
    state = network.state_dict()
    state["5.weight"][1] = 0
    state["5.bias"][1] = 0
    zeroed = Sequential(STACK, dtype=np.float64)
    zeroed.load_state_dict(state)
    muted = Meddling().with_muted((6, 1), is_muted=True).apply(network)
    assert np.all(zeroed.activations(images)[6][:, 1] == 0.5)
    assert np.all(muted.activations(images)[6][:, 1] == 0)


def test_the_network_itself_stays_and_copies_stay_muted(network, images):
    before, outputs = network.state_dict(), network.logits(images)
    kernel = NewKernel(np.ones((1, 5, 5)), "ones")
    meddling = Meddling().with_muted((2, 0), is_muted=True).with_kernel((0, 2), kernel)
    meddled = meddling.apply(network)
    assert (meddled.layers[0].parameters["weight"][2] == 1).all()
    for twin in (meddled.copy(), meddled.replica()):
        assert isinstance(twin, MeddledNetwork)
        np.testing.assert_array_equal(twin.logits(images), meddled.logits(images))
    assert not np.allclose(meddled.logits(images), outputs)
    np.testing.assert_array_equal(network.logits(images), outputs)
    for name, values in network.state_dict().items():
        np.testing.assert_array_equal(values, before[name])
    assert meddled.ends_in_softmax


def test_gradients_pass_a_muted_map_nowhere(network, images):
    meddled = Meddling().with_muted((2, 0), is_muted=True).apply(network)
    outputs = meddled.forward(images, training=True)
    meddled.backward(np.random.default_rng(1).normal(size=outputs.shape))
    gradients = meddled.layers[0].gradients["weight"]
    assert not gradients[0].any()
    assert gradients[1].any()


def test_an_edit_makes_another_meddling():
    first = Meddling()
    second = first.with_muted((0, 1), is_muted=True)
    third = second.with_kernel((0, 0), NewKernel(np.zeros((1, 5, 5)), "nothing"))
    assert first.is_none
    assert not second.is_none
    assert second.kernels == {}
    assert third.with_kernel((0, 0), None).with_muted((0, 1), is_muted=False).is_none


def test_the_answer_itself_cannot_be_muted(network):
    assert not can_mute(STACK, 8)
    assert can_mute(STACK, 7)
    with pytest.raises(ShapeError, match="cannot be muted"):
        Meddling().with_muted((8, 0), is_muted=True).apply(network)


def test_a_kernel_of_another_size_is_refused(network):
    with pytest.raises(ShapeError, match="no kernel"):
        Meddling().with_kernel((0, 0), NewKernel(np.ones((1, 3, 3)), "small")).apply(network)
    with pytest.raises(ShapeError, match="no kernel"):
        Meddling().with_kernel((2, 0), NewKernel(np.ones((1, 3, 3)), "of ReLU")).apply(network)


def test_a_known_kernel_stands_in_the_middle_and_filters_the_mean_of_the_channels():
    sobel = fitted_kernel(KERNELS["sobel_x"], (2, 5, 5))
    assert sobel.shape == (2, 5, 5)
    expected = np.zeros((5, 5))
    expected[1:4, 1:4] = [[-0.5, 0.0, 0.5], [-1.0, 0.0, 1.0], [-0.5, 0.0, 0.5]]
    for channel in sobel:
        np.testing.assert_array_equal(channel, expected)
    np.testing.assert_array_equal(
        fitted_kernel(KERNELS["box"], (1, 3, 3)), np.full((1, 3, 3), 1 / 9)
    )
    even = fitted_kernel(KERNELS["identity"], (1, 4, 2))[0]
    assert even[1, 0] == even.sum() == 1


def test_identity_fits_one_cell_and_sobel_does_not():
    np.testing.assert_array_equal(fitted_kernel(KERNELS["identity"], (1, 1, 1)), [[[1.0]]])
    with pytest.raises(ShapeError, match="at least 3×3"):
        fitted_kernel(KERNELS["sobel_x"], (1, 1, 3))


def test_the_unmeddled_presets_are_the_same_network(images):
    network = Sequential(PRESETS["lenet5"].stack, np.random.default_rng(0))
    same = Meddling().apply(network)
    x = images.astype(np.float32)
    np.testing.assert_array_equal(same.logits(x), network.logits(x))
