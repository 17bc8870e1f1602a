"""Every layer of a network as a state of the lab, and every kind of layer has an answer."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from engine.basics.errors import ShapeError
from engine.lab import Pass, trace_of
from engine.lab.layers import busiest_patch, network_states, trace_layer
from engine.layers import Conv2dSpec
from engine.layers.spec import LayerSpec, registered_specs
from engine.networks.network import Sequential
from engine.networks.presets import PRESETS


@pytest.mark.parametrize(
    "spec", [kind() for kind in registered_specs().values()], ids=lambda s: s.kind
)
def test_every_kind_of_layer_has_an_entry_of_its_own(spec):
    assert trace_layer.dispatch(type(spec)) is not trace_layer.dispatch(LayerSpec)


@pytest.mark.parametrize("name", ["simplecnn", "lenet5"])
def test_every_layer_computes_in_the_lab_what_it_computes_in_the_network(name):
    rng = np.random.default_rng(0)
    network = Sequential.from_stack(PRESETS[name].stack, rng)
    image = rng.random((1, 28, 28), np.float32)
    outputs = network.activations(image[np.newaxis])
    shown = network_states(network, image)
    assert len(shown) == len(network.layers) + 1
    for layer, output in zip(shown, outputs, strict=False):
        if layer.state is not None:
            result = trace_of(layer.state).result
            np.testing.assert_allclose(result.ravel(), output[0].ravel(), rtol=1e-3, atol=1e-5)


def test_gradients_of_the_layers_chain():
    rng = np.random.default_rng(0)
    network = Sequential.from_stack(PRESETS["lenet5"].stack, rng)
    layers = network_states(network, rng.random((1, 28, 28), np.float32))
    shown = [layer.state for layer in layers if layer.state is not None]
    for before, after in pairwise(shown[6:-1]):
        back = trace_of(replace(after, pass_=Pass.GRAD_INPUT)).result
        np.testing.assert_allclose(before.grad_output.ravel(), back.ravel(), rtol=1e-3, atol=1e-6)


def test_a_layer_that_the_lab_cannot_show_says_why():
    flatten = network_states(
        Sequential.from_stack(PRESETS["simplecnn"].stack, np.random.default_rng(0)),
        np.zeros((1, 28, 28), np.float32),
    )[2]
    assert flatten.state is None
    assert "computes nothing" in flatten.reason


def test_the_busiest_patch_is_where_the_ink_is():
    image = np.zeros((28, 28))
    image[18:24, 3:9] = np.random.default_rng(0).random((6, 6))
    patch = busiest_patch(image)
    assert patch.shape == (12, 12)
    assert patch.sum() == np.rint(image * 255).sum()


def test_groups_are_refused():
    with pytest.raises(ShapeError, match="2 groups"):
        trace_layer(Conv2dSpec(groups=2), {}, np.zeros((2, 4, 4)), np.zeros((2, 2, 2)))
