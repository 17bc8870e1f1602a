"""Undoing an edit of a trained network brings it back, weights and all."""

import numpy as np
import pytest

from app.state.document import StackDocument
from app.state.networks import NetworkHolder
from app.state.trained_networks import MOST, TrainedNetworks
from engine.networks.model_file import TrainingRecord
from engine.networks.network import Sequential
from engine.networks.presets import PRESETS

STACK = PRESETS["simplecnn"].stack
RECORD = TrainingRecord("digits", 100, 1, 0.9, 1, "2026-01-01")


@pytest.fixture
def document(qapp):
    return StackDocument(STACK)


def network_of(stack, seed):
    return Sequential(stack, np.random.default_rng(seed))


def test_undo_brings_back_the_network_with_its_weights_and_record(document, qtbot):
    networks = NetworkHolder()
    memory = TrainedNetworks(document, networks)
    first = network_of(STACK, 1)
    networks.set_network(first, RECORD)
    document.remove_layer(1)
    networks.set_network(network_of(document.stack, 2), None)
    with qtbot.waitSignal(memory.brought_back) as signal:
        document.undo_stack.undo()
    assert signal.args == ["SimpleCNN"]
    np.testing.assert_array_equal(networks.network.parameters, first.parameters)
    assert networks.record == RECORD
    document.undo_stack.redo()
    assert len(networks.network.stack.layers) == 3


def test_opening_an_equal_stack_does_not_take_the_present_network_away(document, qtbot):
    networks = NetworkHolder()
    memory = TrainedNetworks(document, networks)
    networks.set_network(network_of(STACK, 1), RECORD)
    document.remove_layer(1)
    networks.set_network(network_of(document.stack, 2), None)
    present = networks.network
    with qtbot.assertNotEmitted(memory.brought_back):
        document.replace_stack(STACK, "Open preset")
    assert networks.network is present


def test_only_the_latest_are_remembered(document):
    networks = NetworkHolder()
    memory = TrainedNetworks(document, networks)
    for width in range(1, MOST + 5):
        layers = (*STACK.layers[:-1], STACK.layers[-1].replaced(out_features=width))
        networks.set_network(network_of(STACK.with_layers(layers), 1), None)
    assert len(memory) == MOST
