"""Network files: weights, stack and record come back; what is wrong is said."""

import json

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from engine.basics.errors import ModelFileError
from engine.layers import BatchNorm2dSpec, Conv2dSpec
from engine.networks.model_file import TrainingRecord, load_model, save_model
from engine.networks.network import Sequential
from engine.networks.stack import Stack
from tests.engine.networks.test_network import SMALL

RECORD = TrainingRecord(
    data="Squares", images=100, epochs=2, validation_accuracy=0.9, seed=3, date="2026-01-01"
)


@pytest.fixture
def network():
    return Sequential(SMALL, np.random.default_rng(2))


@pytest.fixture
def path(network, tmp_path):
    path = tmp_path / "small.safetensors"
    save_model(path, network, RECORD)
    return path


def rewritten(path, tensors=None, **metadata):
    """The file again with other tensors or metadata."""
    with safe_open(path, framework="numpy") as file:
        old = file.metadata()
    save_file(load_file(path) if tensors is None else tensors, path, old | metadata)
    return path


def test_a_network_survives_its_file(network, path):
    model = load_model(path)
    np.testing.assert_array_equal(model.network.parameters, network.parameters)
    assert model.stack == SMALL
    assert model.record == RECORD


def test_tensors_have_pytorchs_names_and_shapes(path):
    shapes = {name: value.shape for name, value in load_file(path).items()}
    assert shapes == {"0.weight": (3, 1, 3, 3), "0.bias": (3,), "4.weight": (4, 27), "4.bias": (4,)}


def test_weights_that_lie_crosswise_in_memory_are_written_right(network, tmp_path):
    layer = network.layers[4]
    crosswise = np.asfortranarray(np.arange(108.0, dtype=np.float32).reshape(4, 27))
    layer.parameters["weight"] = crosswise
    save_model(tmp_path / "cross.safetensors", network)
    np.testing.assert_array_equal(load_file(tmp_path / "cross.safetensors")["4.weight"], crosswise)


def test_running_averages_and_their_count_come_back(tmp_path):
    stack = Stack("Normal", (1, 4, 4), (Conv2dSpec(), BatchNorm2dSpec()))
    network = Sequential(stack, np.random.default_rng(0))
    network.forward(np.ones((2, 1, 4, 4), np.float32), training=True)
    save_model(tmp_path / "normal.safetensors", network)
    again = load_model(tmp_path / "normal.safetensors").network.state_dict()
    assert again["1.num_batches_tracked"].shape == ()
    for name, value in network.state_dict().items():
        np.testing.assert_array_equal(again[name], value)


def test_a_network_without_a_record_has_none(network, tmp_path):
    save_model(tmp_path / "fresh.safetensors", network)
    assert load_model(tmp_path / "fresh.safetensors").record is None


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ModelFileError, match="no network file"):
        load_model(tmp_path / "none.safetensors")


@pytest.mark.parametrize("keep", [0, 7, 60, -1])
def test_a_truncated_file_is_refused(path, keep):
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(ModelFileError, match=r"damaged|is empty"):
        load_model(path)


def test_another_kind_of_safetensors_file_is_refused(tmp_path):
    save_file({"a": np.zeros(3)}, tmp_path / "other.safetensors")
    with pytest.raises(ModelFileError, match="holds no stack"):
        load_model(tmp_path / "other.safetensors")


@pytest.mark.parametrize(
    ("metadata", "sentence"),
    [
        ({"version": "9"}, "newer cnnviz"),
        ({"stack": "{"}, "not a cnnviz stack"),
        ({"training": "{"}, "training record"),
        ({"training": "{}"}, "training record"),
    ],
)
def test_metadata_that_cannot_be_read_is_explained(path, metadata, sentence):
    with pytest.raises(ModelFileError, match=sentence):
        load_model(rewritten(path, **metadata))


def test_tensors_that_do_not_fit_the_stack_are_listed(path):
    tensors = load_file(path)
    tensors["4.bias"] = np.zeros(5, np.float32)
    with pytest.raises(ModelFileError, match=r"4\.bias needs 4, got 5"):
        load_model(rewritten(path, tensors))


def test_a_stack_far_larger_than_the_file_allocates_nothing(path):
    stack = SMALL.to_dict()
    stack["layers"][4]["out_features"] = 65536
    stack["layers"].append({"kind": "Linear", "out_features": 65536})
    with pytest.raises(ModelFileError, match="needs 4,296"):
        load_model(rewritten(path, stack=json.dumps(stack)))


def test_weights_that_are_not_finite_are_refused(path):
    tensors = load_file(path)
    tensors["0.bias"] = np.full(3, np.nan, np.float32)
    with pytest.raises(ModelFileError, match="not finite"):
        load_model(rewritten(path, tensors))
