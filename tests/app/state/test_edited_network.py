"""The layers of a trained network are followed through edits, with their weights."""

import numpy as np
import pytest

from app.state.document import StackDocument
from app.state.edited_network import EditedNetwork
from app.state.networks import NetworkHolder
from engine.layers import DenseSpec, DropoutSpec, ReLUSpec
from engine.networks.network import Sequential
from engine.networks.presets import PRESETS

LENET5 = PRESETS["lenet5"].stack


@pytest.fixture
def document(qapp):
    return StackDocument()


@pytest.fixture
def networks(document):
    holder = NetworkHolder()
    holder.set_network(Sequential(LENET5, np.random.default_rng(1)), None)
    return holder


def trained(networks, name):
    return networks.original.state_dict()[name]


def test_what_is_kept_moves_with_its_layer_and_has_the_trained_numbers(document, networks):
    edited = EditedNetwork(document, networks)
    document.insert_layer(0, DropoutSpec())
    document.remove_layer(10)  # the dense layer before the last
    assert not edited.is_unchanged
    assert edited.kept is not None
    assert edited.kept.kept == ((1, 0), (4, 3), (8, 7))
    assert edited.kept.renewed == (11,)
    weights = edited.weights()
    assert sorted(weights) == ["1.bias", "1.weight", "4.bias", "4.weight", "8.bias", "8.weight"]
    np.testing.assert_array_equal(weights["4.weight"], trained(networks, "3.weight"))


def test_settings_put_back_by_hand_bring_the_weights_back(document, networks):
    edited = EditedNetwork(document, networks)
    conv = document.stack.layers[0]
    document.change_layer(0, conv.replaced(out_channels=7))
    assert edited.kept is not None
    assert edited.kept.renewed == (0, 3)
    document.change_layer(0, conv.replaced(stride=(2, 2)))
    document.change_layer(0, conv)
    assert edited.is_unchanged


def test_two_layers_that_look_alike_are_told_apart(document, networks):
    alike = (DenseSpec(120), ReLUSpec(), DenseSpec(120), ReLUSpec())
    stack = LENET5.with_layers((*LENET5.layers[:9], *alike, *LENET5.layers[9:]))
    document.replace_stack(stack, "Open")
    networks.set_network(Sequential(stack, np.random.default_rng(1)), None)
    edited = EditedNetwork(document, networks)
    document.remove_layers((9, 10))
    assert edited.kept is not None
    assert (9, 11) in edited.kept.kept
    np.testing.assert_array_equal(edited.weights()["9.weight"], trained(networks, "11.weight"))


def test_a_stack_from_elsewhere_keeps_nothing(document, networks):
    edited = EditedNetwork(document, networks)
    document.replace_stack(PRESETS["lenet5-dropout"].stack, "Open preset")
    assert edited.kept is None
    assert edited.weights() == {}
    document.undo_stack.undo()
    assert edited.is_unchanged


def test_who_looks_later_finds_the_same_from_the_steps_that_undo_knows(document, networks):
    document.remove_layer(9)
    early = EditedNetwork(document, networks)
    assert early.kept is not None
    assert early.kept.kept == ((0, 0), (3, 3), (7, 7))


def test_a_network_trained_meanwhile_is_found_among_the_steps(document, networks):
    edited = EditedNetwork(document, networks)
    document.remove_layers((9, 10))
    started = document.stack
    document.remove_layers((7, 8))
    networks.set_network(Sequential(started, np.random.default_rng(2)), None)
    assert edited.kept is not None
    assert edited.kept.kept == ((0, 0), (3, 3))
    assert edited.kept.renewed == (7,)
    assert edited.kept.dropped == 1


def test_another_network_leaves_nothing_to_keep(document, networks):
    edited = EditedNetwork(document, networks)
    document.remove_layer(9)
    networks.set_network(Sequential(PRESETS["simplecnn"].stack, np.random.default_rng(2)), None)
    assert edited.kept is None
    assert not edited.is_unchanged
