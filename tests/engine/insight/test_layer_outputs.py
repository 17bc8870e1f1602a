"""A look inside: outputs, signs, statistics and the strongest inputs of one unit."""

import numpy as np
import pytest

from engine.basics.errors import ShapeError
from engine.insight.layer_outputs import (
    Statistics,
    is_signed,
    layers_of,
    outputs_on,
    statistics,
)
from engine.networks.network import Sequential
from engine.networks.presets import PRESETS


def test_outputs_are_what_the_layers_give_one_after_the_other():
    network = Sequential(PRESETS["lenet5"].stack, np.random.default_rng(0))
    image = np.random.default_rng(1).random((1, 28, 28)).astype(np.float32)
    x = image[np.newaxis]
    for layer, output in zip(network.layers, outputs_on(network, image), strict=True):
        x = layer.forward(x)
        np.testing.assert_array_equal(output, x[0])


def test_an_image_of_another_shape_is_refused():
    network = Sequential(PRESETS["lenet5"].stack, np.random.default_rng(0))
    with pytest.raises(ShapeError, match="needs input of shape"):
        outputs_on(network, np.zeros((1, 20, 20), np.float32))


@pytest.mark.parametrize("key", list(PRESETS))
def test_what_is_said_never_to_be_negative_never_is(key):
    network = Sequential(PRESETS[key].stack, np.random.default_rng(0))
    image = np.random.default_rng(1).random((1, 28, 28)).astype(np.float32)
    outputs = outputs_on(network, image)
    for output, signed in zip(outputs, is_signed(network.stack), strict=True):
        assert signed or output.min() >= 0


def test_lenet5_is_signed_before_relu_and_not_behind_it():
    found = is_signed(PRESETS["lenet5"].stack)
    assert found == (True, False, False) * 2 + (False, True, False, True, False, True)


def test_statistics_count_exact_zeros():
    values = np.array([[0.0, -1.0], [3.0, 0.0]], np.float32)
    assert statistics(values) == Statistics(-1.0, 3.0, 0.5, 0.5)


def test_layers_are_named_for_a_strip():
    looks = layers_of(Sequential(PRESETS["lenet5"].stack, np.random.default_rng(0)))
    assert looks[3].name == "4 Convolution"
    assert looks[3].shape == (16, 10, 10)
    assert looks[3].maps == 16
