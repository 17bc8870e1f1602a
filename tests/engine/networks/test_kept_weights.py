"""An edited stack keeps the weights of the layers that are what they were, and of no others."""

import numpy as np
import pytest

from engine.basics.errors import ShapeError
from engine.layers import BatchNorm2dSpec, DropoutSpec
from engine.layers.spec import registered_specs
from engine.networks.kept_weights import KeptWeights, keep_weights
from engine.networks.network import Sequential
from engine.networks.presets import PRESETS
from engine.networks.stack import Stack, describe

LENET5 = PRESETS["lenet5"].stack


def kept_after(layers, sources):
    return keep_weights(describe(LENET5.with_layers(layers)), describe(LENET5), sources)


def test_nothing_changed_and_everything_is_kept():
    kept = kept_after(LENET5.layers, range(12))
    assert kept.kept == ((0, 0), (3, 3), (7, 7), (9, 9), (11, 11))
    assert kept.words() == "All layers keep their weights."


def test_a_dense_layer_taken_out_renews_the_one_behind_it():
    rows = [row for row in range(12) if row not in {9, 10}]
    kept = kept_after([LENET5.layers[row] for row in rows], rows)
    assert kept.kept == ((0, 0), (3, 3), (7, 7))
    assert kept.words() == (
        "Layer 10 gets new weights; the other 3 with weights keep theirs; "
        "those of the removed layer are gone."
    )


def test_a_layer_put_in_between_moves_the_weights_along():
    layers = (*LENET5.layers[:8], DropoutSpec(), *LENET5.layers[8:])
    kept = kept_after(layers, (*range(8), None, *range(8, 12)))
    trained = Sequential(LENET5, np.random.default_rng(1))
    edited = Sequential(LENET5.with_layers(layers), np.random.default_rng(2))
    edited.load_state_dict(edited.state_dict() | kept.weights(trained.state_dict()))
    x = np.random.default_rng(3).random((2, 1, 28, 28), dtype=np.float32)
    np.testing.assert_array_equal(edited.logits(x), trained.logits(x))


def test_a_layer_that_was_set_otherwise_is_renewed_with_those_that_it_no_longer_fits():
    layers = (*LENET5.layers[:3], LENET5.layers[3].replaced(out_channels=20), *LENET5.layers[4:])
    kept = kept_after(layers, range(12))
    assert kept.words() == "Layers 4 and 8 get new weights; the other 3 with weights keep theirs."


def test_a_new_layer_has_new_weights_even_where_weights_would_fit():
    kept = kept_after(LENET5.layers, (None, *range(1, 12)))
    assert kept.renewed == (0,)
    assert kept.dropped == 1


def test_behind_a_fault_nothing_is_known():
    kept = kept_after([*LENET5.layers[:6], *LENET5.layers[7:]], (*range(6), *range(7, 12)))
    assert kept.kept == ((0, 0), (3, 3))
    assert kept.words().endswith("is known once the stack fits.")


def test_few_layers_are_counted_in_words():
    assert KeptWeights((), (0, 3, 7)).words() == "Layers 1, 4 and 8 get new weights."
    one = "Layer 1 gets new weights; the other one with weights keeps its own."
    assert KeptWeights(((3, 3),), (0,)).words() == one
    assert KeptWeights(((0, 0),), (), 2).words() == (
        "It keeps its weights; those of 2 removed layers are gone."
    )
    assert KeptWeights((), ()).words() == ""


def test_running_means_go_with_their_layer():
    stack = Stack("s", (1, 8, 8), (BatchNorm2dSpec(), BatchNorm2dSpec()))
    kept = keep_weights(describe(stack), describe(stack), (None, 0))
    network = Sequential(stack, np.random.default_rng(1))
    assert sorted(kept.weights(network.state_dict())) == [
        name.replace("0.", "1.") for name in sorted(network.state_dict()) if name.startswith("0.")
    ]


@pytest.mark.parametrize("kind", registered_specs())
@pytest.mark.parametrize(
    "shape", [(1, 16, 16), (3, 16, 16), (1, 12, 10), (7,), (9,), (2, 16), (2, 12)]
)
@pytest.mark.parametrize("before", [(1, 16, 16), (3, 16, 16), (7,), (2, 16)])
def test_what_is_kept_fits_whatever_the_layer(kind, shape, before):
    """The rule looks at settings and channels only; the arrays of built layers bear it out."""
    spec = registered_specs()[kind]()
    now, then = Stack("a", shape, (spec,)), Stack("b", before, (spec,))
    try:
        new, old = (Sequential(each, np.random.default_rng(0)) for each in (now, then))
    except ShapeError:
        return
    kept = keep_weights(describe(now), describe(then), (0,))
    fits = [value.shape for value in new.state_dict().values()] == [
        value.shape for value in old.state_dict().values()
    ]
    assert bool(kept.kept) == (fits and bool(new.state_dict()))
