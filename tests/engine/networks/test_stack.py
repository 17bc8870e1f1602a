"""Stack files: what was written comes back, and what cannot be read is explained."""

import json

import pytest

from engine.basics.errors import ModelFileError, ShapeError
from engine.layers import Conv2dSpec
from engine.networks.model_file import load_stack, save_stack
from engine.networks.presets import PRESETS
from engine.networks.stack import Stack


@pytest.mark.parametrize("key", PRESETS)
def test_a_stack_survives_its_file(key, tmp_path):
    path = tmp_path / "stack.cnnviz"
    save_stack(path, PRESETS[key].stack)
    assert load_stack(path) == PRESETS[key].stack
    assert list(tmp_path.iterdir()) == [path]


def edited(**changes):
    return json.dumps(PRESETS["simplecnn"].stack.to_dict() | changes)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("no json", "not a cnnviz stack"),
        ("[]", "not a cnnviz stack"),
        ('{"format": "other"}', "not a cnnviz stack"),
        (edited(version=99), "newer cnnviz"),
        (edited(version="1"), "must be a whole number; it is '1'"),
        (edited(version=True), "must be a whole number"),
        (edited(name=["a"]), "must be a text"),
        (edited(layers=[PRESETS["simplecnn"].stack.layers[0].to_dict()] * 2001), "more than 2,000"),
        (edited(input_shape=[1, 0, 28]), "must be from 1 to 10,000,000; it is 0"),
        (edited(input_shape="28"), "must be a list"),
        (edited(input_shape=[]), "positive sizes"),
        (edited(layers={}), "must be a list"),
        (edited(layers=[{"colour": 1}]), 'needs a "kind"'),
        (edited(layers=[{"kind": 3}]), 'needs a "kind"'),
        (edited(layers=[{"kind": "Conv2d", "out_channels": 0}]), "Kernels must be from 1"),
        (edited(layers=[{"kind": "Conv2d", "out_channels": "8"}]), "must be of type int"),
        (edited(layers=[{"kind": "Conv2d", "kernel_size": [3]}]), "two whole numbers"),
        (edited(layers=[{"kind": "Conv2d", "kernel_size": None}]), "whole numbers; got None"),
        (edited(layers=[{"kind": "Conv2d", "padding_mode": "full"}]), "must be one of"),
    ],
)
def test_a_stack_that_cannot_be_read_is_explained(text, sentence):
    with pytest.raises(ModelFileError, match=sentence):
        Stack.from_json(text)


def test_a_file_that_is_missing_or_no_text_is_explained(tmp_path):
    with pytest.raises(ModelFileError, match="no stack file"):
        load_stack(tmp_path / "none.cnnviz")
    binary = tmp_path / "binary.cnnviz"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ModelFileError, match="cannot be read"):
        load_stack(binary)


def test_a_value_out_of_range_is_refused_where_the_spec_is_made():
    with pytest.raises(ShapeError, match="Stride must be from 1 to 512; got 0"):
        Conv2dSpec(stride=(0, 1))
    assert Conv2dSpec(kernel_size=5).kernel_size == (5, 5)  # type: ignore[arg-type]


def test_a_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "stack.cnnviz"
    save_stack(path, PRESETS["lenet5"].stack)
    with pytest.raises(ModelFileError, match="could not be written"):
        save_stack(tmp_path / "missing" / "stack.cnnviz", PRESETS["lenet5"].stack)
    assert load_stack(path) == PRESETS["lenet5"].stack
