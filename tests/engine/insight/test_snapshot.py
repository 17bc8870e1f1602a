"""Which weights and maps are shown, and that they are the network's own."""

import numpy as np
import pytest

from engine.insight.snapshot import first_kernels, take_snapshot
from engine.layers import Conv1dSpec, DenseSpec, FlattenSpec, SoftmaxSpec
from engine.networks.network import Sequential
from engine.networks.presets import PRESETS
from engine.networks.stack import Stack


def made(key: str) -> Sequential:
    return Sequential(PRESETS[key].stack, np.random.default_rng(3))


def image() -> np.ndarray:
    return np.random.default_rng(5).random((1, 28, 28), np.float32)


def test_kernels_are_copies_of_the_first_convolution():
    network = made("lenet5")
    kernels = first_kernels(network)
    assert kernels is not None
    weight = network.layers[0].parameters["weight"]
    assert (kernels.title, kernels.kind, kernels.total) == ("1 Convolution", "kernels", 6)
    assert np.array_equal(kernels.maps, weight[:, 0])
    weight += 1
    assert not np.array_equal(kernels.maps, weight[:, 0])


def test_a_dense_layer_shows_its_weights_where_the_pixels_are():
    network = made("dense")
    kernels = first_kernels(network)
    assert kernels is not None
    assert kernels.maps.shape == (64, 28, 28)
    assert (kernels.kind, kernels.total) == ("units", 128)
    assert np.array_equal(kernels.maps[7].ravel(), network.layers[1].parameters["weight"][7])


def test_maps_are_those_after_the_activation():
    network, x = made("lenet5"), image()
    look = take_snapshot(network, x)
    outputs = network.activations(x[np.newaxis])
    assert [maps.title for maps in look.maps] == ["2 ReLU", "5 ReLU"]
    assert np.array_equal(look.maps[0].maps, outputs[1][0])
    assert np.array_equal(look.maps[1].maps, outputs[4][0])
    assert not any(maps.is_signed for maps in look.maps)
    assert look.probabilities == pytest.approx(network.predict_proba(x[np.newaxis])[0])


def test_a_convolution_without_activation_shows_its_own_signed_maps():
    look = take_snapshot(made("scratch2dcnn"), image())
    assert [(maps.title, maps.is_signed) for maps in look.maps] == [("1 Convolution", True)]


def test_softmax_is_not_applied_twice():
    layers = (FlattenSpec(), DenseSpec(4), SoftmaxSpec())
    network = Sequential(Stack("Soft", (1, 5, 5), layers), np.random.default_rng(0))
    x = np.ones((1, 5, 5), np.float32)
    look = take_snapshot(network, x)
    assert look.maps == ()
    assert np.array_equal(look.probabilities, network.forward(x[np.newaxis])[0])


def test_what_cannot_be_shown_as_maps_is_left_out():
    network = Sequential(Stack("Line", (1, 9), (Conv1dSpec(2, 3), FlattenSpec(), DenseSpec(2))))
    assert first_kernels(network) is None
