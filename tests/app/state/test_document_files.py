"""Stacks in files: saved and opened as they were, and those that cannot be used."""

import json
from pathlib import Path

import pytest

from app.state.document import StackDocument
from engine.basics.errors import EngineError
from engine.networks.presets import PRESETS


def test_a_saved_stack_opens_as_it_was(document, qtbot, tmp_path):
    path = tmp_path / "mine.cnnviz"
    document.change_layer(0, document.stack.layers[0].replaced(stride=(1, 2)))
    document.rename("Mine – größer")
    with qtbot.waitSignals([document.path_changed, document.modified_changed]):
        document.save(path)
    assert not document.is_modified
    assert document.path == path
    other = StackDocument()
    other.remove_layer(0)
    other.open(path)
    assert other.stack == document.stack
    assert other.stack.name == "Mine – größer"
    assert other.path == path
    assert not other.is_modified
    assert other.undo_stack.count() == 0
    assert [file.name for file in tmp_path.iterdir()] == ["mine.cnnviz"]


def test_saving_again_needs_no_name(document, tmp_path):
    with pytest.raises(EngineError, match="no file yet"):
        document.save()
    document.save(tmp_path / "a.cnnviz")
    document.remove_layer(0)
    document.save()
    other = StackDocument()
    other.open(tmp_path / "a.cnnviz")
    assert other.stack == document.stack


def stack_data(**changes):
    return PRESETS["simplecnn"].stack.to_dict() | changes


BAD_FILES = {
    "empty": "",
    "no JSON": "{",
    "other JSON": "[1, 2]",
    "no stack": '{"format": "something-else"}',
    "newer": json.dumps(stack_data(version=99)),
    "layer without a kind": json.dumps(stack_data(layers=[{"size": 3}])),
    "value out of range": json.dumps(stack_data(layers=[{"kind": "Conv2d", "out_channels": 0}])),
    "value of a wrong type": json.dumps(stack_data(layers=[{"kind": "Conv2d", "stride": "x"}])),
    "no shape": json.dumps(stack_data(input_shape=[0, 28, 28])),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_cannot_be_read_leaves_the_document_alone(document, qtbot, tmp_path, name):
    good = tmp_path / "good.cnnviz"
    document.save(good)
    document.remove_layer(0)
    before = document.stack
    bad = tmp_path / "bad.cnnviz"
    bad.write_text(BAD_FILES[name])
    with (
        qtbot.assertNotEmitted(document.stack_changed),
        qtbot.assertNotEmitted(document.path_changed),
        pytest.raises(EngineError) as raised,
    ):
        document.open(bad)
    assert "\n" not in str(raised.value)
    assert str(raised.value).endswith(".")
    assert document.stack is before
    assert document.path == good
    assert document.is_modified
    assert document.undo_stack.count() == 1


def test_a_file_of_other_bytes_or_none_at_all_is_refused(document, tmp_path):
    (tmp_path / "picture.cnnviz").write_bytes(bytes(range(256)))
    for path in (tmp_path / "picture.cnnviz", tmp_path / "missing.cnnviz", tmp_path):
        with pytest.raises(EngineError):
            document.open(path)
    assert document.stack == PRESETS["lenet5"].stack


def test_a_save_that_fails_keeps_the_steps_unsaved(document, tmp_path):
    document.remove_layer(0)
    with pytest.raises(EngineError):
        document.save(tmp_path / "no such folder" / "a.cnnviz")
    assert document.is_modified
    assert document.path is None


def test_a_path_may_be_text(document, tmp_path):
    document.save(str(tmp_path / "a.cnnviz"))
    assert document.path == Path(tmp_path / "a.cnnviz")
