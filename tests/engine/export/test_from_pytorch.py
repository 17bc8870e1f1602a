"""Weights from PyTorch's files: what fits is found, whatever its name; what does not is listed."""

import json

import numpy as np
import pytest
from safetensors.numpy import save_file

from engine.basics.errors import ModelFileError, ShapeError
from engine.export.from_pytorch import import_weights, match_tensors, network_from_tensors
from engine.layers import (
    BatchNorm2dSpec,
    Conv2dSpec,
    DenseSpec,
    FlattenSpec,
    MaxPool2dSpec,
    ReLUSpec,
)
from engine.networks.network import Sequential
from engine.networks.stack import Stack

STACK = Stack(
    "Small",
    (1, 8, 8),
    (
        Conv2dSpec(4, (3, 3)),
        BatchNorm2dSpec(),
        ReLUSpec(),
        MaxPool2dSpec(),
        FlattenSpec(),
        DenseSpec(8),
        ReLUSpec(),
        DenseSpec(3),
    ),
)
TWINS = Stack("Twins", (4, 8, 8), (Conv2dSpec(4), ReLUSpec(), Conv2dSpec(4)))
"""Two layers of the same shapes."""

MODULES = {"0": "conv", "1": "norm", "5": "hidden", "7": "out"}


def state(stack, seed=1):
    network = Sequential(stack, np.random.default_rng(seed))
    return network.state_dict()


def renamed(tensors, modules):
    """The tensors with other names of their modules, in alphabetical order as in a file."""
    pairs = ((name.split("."), value) for name, value in tensors.items())
    return dict(sorted((f"{modules[module]}.{last}", value) for (module, last), value in pairs))


def assert_imported(network, tensors):
    for name, value in network.state_dict().items():
        np.testing.assert_array_equal(value, tensors[name], err_msg=name)


def test_names_as_in_sequential(tmp_path):
    tensors = state(STACK)
    save_file(tensors, tmp_path / "weights.safetensors")
    network, match = import_weights(tmp_path / "weights.safetensors", STACK)
    assert_imported(network, tensors)
    assert match.rule == "by name"


@pytest.mark.parametrize("prefix", ["features.", "module.net.", "_orig_mod."])
def test_names_below_a_common_prefix(prefix):
    tensors = state(STACK)
    network, match = network_from_tensors(STACK, {prefix + k: v for k, v in tensors.items()})
    assert_imported(network, tensors)
    assert match.rule == f"by name, below {prefix[:-1]}"


def test_other_names_are_matched_by_shape():
    tensors = state(STACK)
    network, match = network_from_tensors(STACK, renamed(tensors, MODULES))
    assert_imported(network, tensors)
    assert match.rule == "by shape"


def test_indices_of_a_sequential_without_some_layers_are_matched_by_shape():
    tensors = state(STACK)
    others = {"0": "0", "1": "1", "5": "3", "7": "4"}
    network, _ = network_from_tensors(STACK, renamed(tensors, others))
    assert_imported(network, tensors)


def test_equal_shapes_are_told_apart_by_their_numbers():
    tensors = state(TWINS)
    received = renamed(tensors, {"0": "block.9.conv", "2": "block.10.conv"})
    network, _ = network_from_tensors(TWINS, received)
    assert_imported(network, tensors)


def test_equal_shapes_without_numbers_are_not_guessed():
    received = renamed(state(TWINS), {"0": "first", "2": "second"})
    with pytest.raises(ModelFileError, match="first, second have the same shapes, and their names"):
        network_from_tensors(TWINS, received)


def test_numbers_that_contradict_the_shapes_are_not_believed():
    stack = Stack("Three", (4, 9, 9), (Conv2dSpec(4), Conv2dSpec(2), Conv2dSpec(4)))
    received = renamed(state(stack), {"0": "conv2", "1": "conv1", "2": "conv3"})
    with pytest.raises(ModelFileError, match="do not rise"):
        network_from_tensors(stack, received)


def test_the_counter_of_a_batch_norm_may_be_missing():
    tensors = state(STACK)
    del tensors["1.num_batches_tracked"]
    for modules in (None, MODULES):
        received = renamed(tensors, modules) if modules else tensors
        network, _ = network_from_tensors(STACK, received)
        assert network.state_dict()["1.num_batches_tracked"] == 0


def test_what_does_not_fit_is_listed_tensor_by_tensor():
    tensors = state(STACK)
    del tensors["5.bias"]
    tensors["9.weight"] = np.zeros((2, 2), np.float32)
    tensors["0.weight"] = np.zeros((4, 1, 5, 5), np.float32)
    with pytest.raises(ModelFileError) as caught:
        network_from_tensors(STACK, tensors)
    assert str(caught.value) == (
        "The weights do not fit Small: 0.weight needs 4×1×3×3, got 4×1×5×5; 5.bias (8) is missing; "
        "9.weight (2×2) belongs to no layer."
    )


def test_faults_can_be_read_one_by_one():
    expected = {"0.weight": (3, 2), "0.bias": (3,)}
    match = match_tensors(expected, {"net.0.weight": (3, 5), "other": (1,)})
    assert not match.fits
    assert [(f.name, f.expected, f.received) for f in match.faults] == [
        ("net.0.weight", (3, 2), (3, 5)),
        ("net.0.bias", (3,), None),
        ("other", None, (1,)),
    ]


def test_a_single_layer_needs_no_module_name():
    stack = Stack("Dense", (4,), (DenseSpec(2),))
    network, _ = network_from_tensors(
        stack, {"weight": np.ones((2, 4)), "bias": np.zeros(2, np.float16)}
    )
    np.testing.assert_array_equal(network.forward(np.ones((1, 4), np.float32)), [[4, 4]])


def test_a_tensor_too_many_is_refused_even_if_the_others_fit():
    tensors = state(STACK) | {"extra.weight": np.zeros((3, 3), np.float32)}
    with pytest.raises(ModelFileError, match=r"extra\.weight \(3×3\) belongs to no layer"):
        network_from_tensors(STACK, tensors)


def test_half_precision_of_both_kinds_is_read(tmp_path):
    """1.5 as bfloat16 is the upper half of float32's 0x3FC00000."""
    stack = Stack("Dense", (2,), (DenseSpec(1),))
    weight, bias = np.array([0x3FC0, 0xBFC0], "<u2").tobytes(), np.array([2], "<f2").tobytes()
    header = {
        "0.weight": {"dtype": "BF16", "shape": [1, 2], "data_offsets": [0, 4]},
        "0.bias": {"dtype": "F16", "shape": [1], "data_offsets": [4, 6]},
    }
    text = json.dumps(header).encode()
    path = tmp_path / "half.safetensors"
    path.write_bytes(len(text).to_bytes(8, "little") + text + weight + bias)
    network, _ = import_weights(path, stack)
    assert network.state_dict()["0.weight"].tolist() == [[1.5, -1.5]]
    assert network.state_dict()["0.bias"].tolist() == [2]


@pytest.mark.parametrize(
    ("weight", "message"),
    [
        (np.array([[1.0, np.nan]]), "must be finite"),
        (np.array([[1.0, 1e300]]), "must be finite"),
        (np.array([[1, 2]]), "holds int64 numbers. Save it as float32"),
    ],
)
def test_weights_that_cannot_be_are_refused(weight, message):
    stack = Stack("Dense", (2,), (DenseSpec(1, bias=False),))
    with pytest.raises(ModelFileError, match=message):
        network_from_tensors(stack, {"0.weight": weight})


def test_files_that_are_none_are_refused(tmp_path):
    with pytest.raises(ModelFileError, match="There is no file"):
        import_weights(tmp_path / "missing.safetensors", STACK)
    pickled = tmp_path / "model.pt"
    pickled.write_bytes(b"PK\x03\x04 not ours")
    with pytest.raises(ModelFileError, match=r"safetensors\.torch\.save_file"):
        import_weights(pickled, STACK)
    save_file({"0.weight": np.zeros(3, np.uint8)}, tmp_path / "bytes.safetensors")
    with pytest.raises(ModelFileError, match=r"0\.weight \(U8\)"):
        import_weights(tmp_path / "bytes.safetensors", STACK)


def test_a_stack_that_does_not_fit_together_is_refused():
    with pytest.raises(ShapeError, match="Layer 1"):
        network_from_tensors(Stack("Wrong", (1, 2, 2), (DenseSpec(2),)), {})
