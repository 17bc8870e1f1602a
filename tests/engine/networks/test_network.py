"""Stacks, their reports, and the networks built from them."""

import numpy as np
import pytest

from engine.basics.errors import ModelFileError, ShapeError
from engine.layers import (
    BatchNorm2dSpec,
    Conv2dSpec,
    DenseSpec,
    DropoutSpec,
    FlattenSpec,
    MaxPool2dSpec,
    ReLUSpec,
    SoftmaxSpec,
)
from engine.layers.reading import spec_from_dict
from engine.layers.spec import registered_specs
from engine.loops import numerical_gradient
from engine.networks.losses import SoftmaxCrossEntropy
from engine.networks.network import CHUNK, Sequential
from engine.networks.presets import PRESETS
from engine.networks.stack import Stack, describe

SMALL = Stack(
    "Small",
    (1, 8, 8),
    (
        Conv2dSpec(out_channels=3),
        ReLUSpec(),
        MaxPool2dSpec(),
        FlattenSpec(),
        DenseSpec(out_features=4),
    ),
)


@pytest.mark.parametrize(
    ("key", "parameters"),
    [
        ("simplecnn", 62_810),
        ("scratch2dcnn", 380_510),
        ("lenet5", 61_706),
        ("lenet5-unpadded", 44_426),
    ],
)
def test_presets_have_the_parameters_of_the_course(key, parameters):
    report = describe(PRESETS[key].stack, classes=10)
    assert report.problem is None
    assert report.parameters == parameters
    assert Sequential(PRESETS[key].stack).parameter_count == parameters


def test_lenet5_takes_416520_multiply_adds():
    report = describe(PRESETS["lenet5"].stack)
    assert [row.multiply_adds for row in report.rows if row.multiply_adds] == [
        117_600,
        240_000,
        48_000,
        10_080,
        840,
    ]
    assert report.multiply_adds == 416_520


def test_lenet5_without_padding_flattens_to_256_not_400():
    shapes = [row.output_shape for row in describe(PRESETS["lenet5-unpadded"].stack).rows]
    assert (256,) in shapes
    assert (400,) not in shapes


def test_the_first_layer_that_does_not_fit_gives_its_reason():
    stack = Stack("Wrong", (1, 8, 8), (DenseSpec(), Conv2dSpec()))
    report = describe(stack)
    assert report.problem is not None
    assert "Insert Flatten" in report.problem
    assert report.faulty_row is report.rows[0]
    assert report.rows[1].output_shape is None
    with pytest.raises(ShapeError, match="Insert Flatten"):
        Sequential(stack)


def test_a_stack_that_does_not_end_in_the_classes_says_what_to_do():
    problem = describe(SMALL, classes=10).problem
    assert problem is not None
    assert "10 outputs" in problem
    assert "Flatten" in str(describe(SMALL.with_layers(SMALL.layers[:2]), classes=10).problem)
    assert describe(SMALL, classes=4).problem is None


@pytest.mark.parametrize("kind", registered_specs())
def test_every_spec_survives_a_file(kind):
    spec = registered_specs()[kind]()
    assert spec_from_dict(spec.to_dict()) == spec
    assert spec.words()
    assert spec.title
    assert spec.about.endswith(".")
    assert all(info.label and info.help for info in spec.fields())


def test_the_same_seed_gives_the_same_weights():
    first, second = (Sequential(SMALL, np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(first.parameters, second.parameters)
    assert first.parameters.dtype == np.float32


def test_gradients_of_the_whole_network_equal_finite_differences():
    network = Sequential(SMALL, np.random.default_rng(1), np.float64)
    x = np.random.default_rng(0).standard_normal((3, 1, 8, 8))
    labels, loss = np.array([0, 3, 1]), SoftmaxCrossEntropy()

    def value():
        return loss.forward(network.forward(x, training=True), labels)

    value()
    network.backward(loss.backward())
    gradient = network.gradients.copy()
    np.testing.assert_allclose(gradient, numerical_gradient(value, network.parameters), atol=1e-7)


def test_training_order_changes_no_output():
    network = Sequential(SMALL, np.random.default_rng(1))
    x = np.random.default_rng(0).standard_normal((5, 1, 8, 8)).astype(np.float32)
    np.testing.assert_array_equal(network.forward(x, training=True), network.forward(x))


def test_activations_are_copies_of_every_layers_output():
    network = Sequential(SMALL, np.random.default_rng(1))
    x = np.random.default_rng(0).standard_normal((2, 1, 8, 8)).astype(np.float32)
    outputs = network.activations(x)
    assert [output.shape[1:] for output in outputs] == [
        row.output_shape for row in describe(SMALL).rows
    ]
    np.testing.assert_array_equal(outputs[-1], network.forward(x))
    np.testing.assert_array_equal(outputs[1], np.maximum(outputs[0], 0))


def test_predictions_do_not_depend_on_how_many_are_asked_for():
    network = Sequential(SMALL, np.random.default_rng(1))
    x = np.random.default_rng(0).random((CHUNK + 3, 1, 8, 8)).astype(np.float32)
    probabilities = network.predict_proba(x)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(network.predict_proba(x[-2:]), probabilities[-2:], rtol=1e-5)


def test_a_stack_that_ends_in_softmax_is_not_normalised_twice():
    stack = SMALL.with_layers([*SMALL.layers, SoftmaxSpec()])
    network = Sequential(stack, np.random.default_rng(1))
    x = np.random.default_rng(0).random((2, 1, 8, 8)).astype(np.float32)
    np.testing.assert_array_equal(network.predict_proba(x), network.forward(x))


def test_a_copy_is_independent_and_a_replica_shares_its_weights():
    network = Sequential(SMALL, np.random.default_rng(1))
    copy, replica = network.copy(), network.replica()
    network.parameters += 1
    assert not np.array_equal(copy.parameters, network.parameters)
    np.testing.assert_array_equal(replica.parameters, network.parameters)
    np.testing.assert_array_equal(
        replica.layers[0].parameters["weight"], network.layers[0].parameters["weight"]
    )


def test_running_averages_travel_with_the_weights():
    stack = Stack("Normal", (1, 4, 4), (Conv2dSpec(), BatchNorm2dSpec(), DropoutSpec()))
    network = Sequential(stack, np.random.default_rng(0))
    network.forward(np.ones((2, 1, 4, 4), np.float32), training=True)
    assert network.state_dict()["1.num_batches_tracked"] == 1
    np.testing.assert_array_equal(
        network.copy().state_dict()["1.running_mean"], network.state_dict()["1.running_mean"]
    )
    assert network.mixes_samples


def test_weights_that_do_not_fit_are_listed_and_change_nothing():
    network = Sequential(SMALL, np.random.default_rng(1))
    before = network.parameters.copy()
    state = network.state_dict()
    state["9.weight"] = state.pop("0.bias")
    state["4.bias"] = np.zeros(7, np.float32)
    with pytest.raises(ModelFileError) as error:
        network.load_state_dict(state)
    assert "0.bias is missing" in str(error.value)
    assert "9.weight belongs to no layer" in str(error.value)
    assert "4.bias needs 4, got 7" in str(error.value)
    np.testing.assert_array_equal(network.parameters, before)


def test_an_input_of_another_shape_is_explained():
    with pytest.raises(ShapeError, match=r"needs input of shape \(N, 1, 8, 8\)"):
        Sequential(SMALL).forward(np.ones((1, 1, 9, 9), np.float32))


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_numbers_that_are_not_finite_are_refused(wrong):
    network = Sequential(SMALL)
    x = np.zeros((2, 1, 8, 8), np.float32)
    x[1, 0, 3, 3] = wrong
    for work in (network.predict_proba, network.activations):
        with pytest.raises(ShapeError, match="1 of 128 are NaN or infinite"):
            work(x)


def test_no_images_are_refused():
    with pytest.raises(ShapeError, match="empty batch"):
        Sequential(SMALL).predict_proba(np.zeros((0, 1, 8, 8), np.float32))
