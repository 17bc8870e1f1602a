"""The open stack: edits and their steps, undo back to the start, files that cannot be used."""

import gc
import json
import weakref
from pathlib import Path

import numpy as np
import pytest

from app.document import INPUT_ROW, StackDocument
from app.stack_commands import StackEdit
from engine.architectures import PRESETS
from engine.errors import EngineError
from engine.layers import Conv2dSpec, DenseSpec, FlattenSpec, MaxPool2dSpec, ReLUSpec
from engine.spec import registered_specs
from engine.stack import Stack

DIGITS = (1, 28, 28)


@pytest.fixture
def document(qapp):
    return StackDocument()


def titles(document):
    return [layer.title for layer in document.stack.layers]


# What FACTS.md states


@pytest.mark.parametrize(
    ("preset", "parameters"),
    [
        ("simplecnn", 62_810),
        ("scratch2dcnn", 380_510),
        ("lenet5", 61_706),
        ("lenet5-unpadded", 44_426),
    ],
)
def test_the_report_counts_a_presets_parameters(qapp, preset, parameters):
    report = StackDocument(PRESETS[preset].stack).report
    assert report.parameters == parameters
    assert report.output_shape == (10,)
    assert report.problem is None


def test_lenet5_costs_416520_multiply_adds(document):
    costs = [row.multiply_adds for row in document.report.rows if row.multiply_adds]
    assert costs == [117_600, 240_000, 48_000, 10_080, 840]
    assert document.report.multiply_adds == 416_520


def test_without_padding_256_features_reach_the_dense_part(qapp):
    rows = StackDocument(PRESETS["lenet5-unpadded"].stack).report.rows
    assert [row.output_shape for row in rows[:7]] == [
        (6, 24, 24),
        (6, 24, 24),
        (6, 12, 12),
        (16, 8, 8),
        (16, 8, 8),
        (16, 4, 4),
        (256,),
    ]


# Edits


def test_it_starts_with_lenet5_and_nothing_to_undo(document):
    assert document.stack == PRESETS["lenet5"].stack
    assert document.path is None
    assert not document.is_modified
    assert not document.undo_stack.canUndo()


def test_an_edit_is_told_with_its_report_and_its_rows(document):
    told = []
    document.stack_changed.connect(lambda: told.append(len(document.report.rows)))
    document.rows_touched.connect(told.append)
    document.insert_layer(1, ReLUSpec())
    document.undo_stack.undo()
    assert told == [13, (1,), 12, (0,)]
    assert document.report.stack is document.stack


@pytest.mark.parametrize(
    ("edit", "text"),
    [
        (lambda d: d.insert_layer(0, Conv2dSpec()), "Add Convolution 2-D"),
        (lambda d: d.insert_layers(0, (ReLUSpec(), ReLUSpec())), "Add 2 layers"),
        (lambda d: d.remove_layer(2), "Remove Max pooling 2-D"),
        (lambda d: d.remove_layers((1, 4, 8)), "Remove 3 layers"),
        (lambda d: d.move_layer(0, 3), "Move Convolution 2-D"),
        (lambda d: d.duplicate_layers((1,)), "Duplicate ReLU"),
        (lambda d: d.change_layer(0, Conv2dSpec(6, (5, 5))), "Change padding"),
        (lambda d: d.change_layer(0, Conv2dSpec()), "Change Convolution 2-D"),
        (lambda d: d.change_layer(1, FlattenSpec()), "Replace ReLU with Flatten"),
        (lambda d: d.change_input((3, 28, 28)), "Change input"),
        (lambda d: d.rename("Mine"), "Rename"),
        (
            lambda d: d.replace_stack(PRESETS["simplecnn"].stack, "Open preset SimpleCNN"),
            "Open preset SimpleCNN",
        ),
    ],
)
def test_each_edit_is_one_named_step_that_goes_back_and_forth(document, edit, text):
    start = document.stack
    edit(document)
    edited = document.stack
    assert edited != start
    assert document.undo_stack.count() == 1
    assert document.undo_stack.undoText() == text
    document.undo_stack.undo()
    assert document.stack == start
    assert document.report.parameters == 61_706
    document.undo_stack.redo()
    assert document.stack == edited


@pytest.mark.parametrize(
    "edit",
    [
        lambda d: d.move_layer(3, 3),
        lambda d: d.move_layers((3, 4), 4),
        lambda d: d.remove_layers(()),
        lambda d: d.insert_layers(2, ()),
        lambda d: d.change_layer(0, d.stack.layers[0]),
        lambda d: d.change_input(DIGITS),
        lambda d: d.rename("LeNet-5"),
    ],
)
def test_an_edit_that_changes_nothing_is_no_step(document, edit):
    edit(document)
    assert document.undo_stack.count() == 0


def test_layers_keep_their_order_when_they_move_together(qapp):
    document = StackDocument(
        Stack(
            "five",
            DIGITS,
            (Conv2dSpec(), ReLUSpec(), MaxPool2dSpec(), FlattenSpec(), DenseSpec()),
        )
    )
    document.move_layers((0, 3), 5)
    assert titles(document) == ["ReLU", "Max pooling 2-D", "Dense", "Convolution 2-D", "Flatten"]
    document.move_layers((4, 3), 0)
    assert titles(document) == ["Convolution 2-D", "Flatten", "ReLU", "Max pooling 2-D", "Dense"]


def test_a_layer_moves_to_the_place_that_is_named(document):
    document.move_layer(6, 2)
    assert titles(document)[2] == "Flatten"
    document.move_layer(2, 6)
    assert document.stack == PRESETS["lenet5"].stack


def test_a_row_that_is_no_layer_is_refused(document):
    with pytest.raises(IndexError):
        document.remove_layer(12)
    with pytest.raises(IndexError):
        document.move_layer(INPUT_ROW, 0)
    assert document.stack == PRESETS["lenet5"].stack


# Steps that merge


def test_edits_of_the_same_field_in_a_row_are_one_step(document):
    start = document.stack
    conv = document.stack.layers[0]
    for cells in (3, 4, 5):
        document.change_layer(0, conv.replaced(padding=(cells, cells)))
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert document.stack == start
    document.undo_stack.redo()
    assert document.stack.layers[0].padding == (5, 5)


def test_another_field_or_another_layer_is_another_step(document):
    conv = document.stack.layers[0]
    document.change_layer(0, conv.replaced(padding=(3, 3)))
    document.change_layer(0, conv.replaced(padding=(3, 3), out_channels=7))
    document.change_layer(3, document.stack.layers[3].replaced(out_channels=17))
    document.change_layer(3, document.stack.layers[3].replaced(out_channels=18))
    assert [document.undo_stack.text(step) for step in range(3)] == [
        "Change padding",
        "Change kernels",
        "Change kernels",
    ]
    assert document.undo_stack.count() == 3


def test_a_field_that_is_set_back_leaves_no_step(document):
    conv = document.stack.layers[0]
    document.change_layer(0, conv.replaced(out_channels=60))
    document.change_layer(0, conv)
    assert document.undo_stack.count() == 0
    assert document.stack == PRESETS["lenet5"].stack
    assert not document.is_modified


def test_an_edit_after_saving_does_not_join_the_step_before(document, tmp_path):
    conv = document.stack.layers[0]
    document.change_layer(0, conv.replaced(out_channels=7))
    document.save(tmp_path / "a.cnnviz")
    document.change_layer(0, conv.replaced(out_channels=8))
    assert document.undo_stack.count() == 2
    assert document.is_modified
    document.undo_stack.undo()
    assert not document.is_modified


# Presets


def test_a_preset_just_opened_is_not_modified_and_has_no_file(document, tmp_path):
    document.save(tmp_path / "mine.cnnviz")
    document.replace_stack(PRESETS["nin"].stack, "Open preset NiN")
    assert not document.is_modified
    assert document.path is None  # saving must not write it over the other stack
    document.remove_layer(0)
    assert document.is_modified
    document.undo_stack.setIndex(0)
    assert document.path == tmp_path / "mine.cnnviz"
    assert not document.is_modified


def test_what_was_edited_before_a_preset_was_opened_is_unsaved_again_once_undone(document):
    document.remove_layer(0)
    edited = document.stack
    document.replace_stack(PRESETS["nin"].stack, "Open preset NiN")
    assert not document.is_modified
    assert document.abandoned == edited
    document.undo_stack.undo()
    assert document.is_modified
    assert document.abandoned is None


def test_presets_looked_at_one_after_the_other_leave_nothing_behind(document, tmp_path):
    document.replace_stack(PRESETS["nin"].stack, "Open preset NiN")
    document.replace_stack(PRESETS["simplecnn"].stack, "Open preset SimpleCNN")
    assert document.abandoned is None
    document.remove_layer(0)
    document.save(tmp_path / "mine.cnnviz")
    document.replace_stack(PRESETS["nin"].stack, "Open preset NiN")
    assert document.abandoned is None


def test_a_preset_saved_to_a_file_stays_saved_through_undo_and_redo(document, tmp_path):
    document.replace_stack(PRESETS["nin"].stack, "Open preset NiN")
    document.save(tmp_path / "nin.cnnviz")
    document.remove_layer(0)
    document.save()
    document.undo_stack.undo()
    assert document.is_modified  # the file has a layer less
    document.undo_stack.undo()
    assert (document.path, document.is_modified) == (None, False)
    document.undo_stack.setIndex(2)
    assert (document.path, document.is_modified) == (tmp_path / "nin.cnnviz", False)


# Identities


def test_layers_keep_their_identities_wherever_they_go_and_new_ones_get_their_own(document):
    start = document.identities
    assert len(set(start)) == 12
    document.insert_layer(1, ReLUSpec())
    document.move_layer(0, 3)
    document.change_layer(3, document.stack.layers[3].replaced(out_channels=7))
    document.remove_layer(1)
    document.duplicate_layers((0,))
    now = document.identities
    assert now[2:] == (start[2], start[0], *start[3:])
    assert len(set(now)) == 13
    assert {now[0], now[1]}.isdisjoint(start)
    document.undo_stack.setIndex(0)
    assert document.identities == start


def test_a_fix_leaves_the_other_layers_what_they_were(document):
    flatten = document.identities[6]
    document.remove_layer(6)
    document.apply_fix(document.fixes[0])
    assert document.stack == PRESETS["lenet5"].stack
    start = next(identities for _, identities in list(document.states())[1:])
    assert flatten not in document.identities
    assert [one == other for one, other in zip(document.identities, start, strict=True)] == [
        *[True] * 6,
        False,
        *[True] * 5,
    ]


def test_an_opened_preset_shares_no_identity_with_what_was_there(document):
    start = document.identities
    document.replace_stack(PRESETS["nin"].stack, "Open preset NiN")
    assert set(start).isdisjoint(document.identities)


# Many edits


def random_edit(document, rng):
    """One edit, of any kind, that the window could make."""
    count = len(document.stack.layers)
    specs = list(registered_specs().values())
    row = int(rng.integers(count)) if count else 0
    kind = int(rng.integers(7))
    if kind == 0 or not count:
        document.insert_layer(int(rng.integers(count + 1)), specs[rng.integers(len(specs))]())
    elif kind == 1:
        document.remove_layers({row, int(rng.integers(count))})
    elif kind == 2:
        document.move_layers({row, int(rng.integers(count))}, int(rng.integers(count + 1)))
    elif kind == 3:
        document.duplicate_layers((row,))
    elif kind == 4:
        document.change_input((int(rng.integers(1, 4)), 28, int(rng.integers(20, 40))))
    elif kind == 5:
        presets = list(PRESETS.values())
        document.replace_stack(presets[rng.integers(len(presets))].stack, "Open preset")
    else:
        spec = document.stack.layers[row]
        numbers = [info for info in spec.fields() if info.kind in {"int", "pair"}]
        if numbers:
            info = numbers[rng.integers(len(numbers))]
            value = int(rng.integers(info.minimum, info.minimum + 9))
            document.change_layer(row, spec.replaced(**{info.name: value}))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_300_random_edits_undone_return_to_the_start_and_redone_to_the_end(qapp, seed):
    rng = np.random.default_rng(seed)
    document = StackDocument()
    start = document.stack
    for _ in range(300):
        random_edit(document, rng)
    end, report = document.stack, document.report
    assert document.undo_stack.count() > 100
    document.undo_stack.setIndex(0)
    assert document.stack == start
    assert document.report == StackDocument(start).report
    assert not document.is_modified
    document.undo_stack.setIndex(document.undo_stack.count())
    assert document.stack == end
    assert document.report == report


def test_steps_are_let_go_however_they_end(document):
    """A command that Qt merges, or finds obsolete, stays alive in PySide for ever."""

    def steps_alive():
        gc.collect()
        return sum(isinstance(each, StackEdit) for each in gc.get_objects())

    before, conv = steps_alive(), document.stack.layers[0]
    for number in range(8):
        document.change_layer(0, conv.replaced(out_channels=20 + number))
    document.change_layer(0, conv)
    document.insert_layer(0, ReLUSpec())
    document.undo_stack.undo()
    document.remove_layer(1)
    document.undo_stack.setIndex(0)
    document.undo_stack.clear()
    assert steps_alive() == before


def test_a_document_with_steps_is_let_go(qapp):
    document = StackDocument()
    document.insert_layer(0, ReLUSpec())
    gone = weakref.ref(document)
    del document
    gc.collect()
    assert gone() is None


# A stack that cannot work


def test_a_kernel_larger_than_its_input_is_named_with_its_layer(document):
    document.change_layer(3, document.stack.layers[3].replaced(kernel_size=(15, 15)))
    report = document.report
    assert report.faulty_row.index == 3
    assert "15" in report.faulty_row.problem
    assert "14" in report.faulty_row.problem
    assert report.problem.startswith("Layer 4, Convolution 2-D: ")
    assert [row.fits for row in report.rows] == [True] * 3 + [False] * 9
    assert report.output_shape is None


def test_dense_without_flatten_is_explained(document):
    document.remove_layer(6)
    assert "16×5×5" in document.report.problem
    assert "Flatten" in document.report.problem
    document.undo_stack.undo()
    assert document.report.problem is None


def test_a_stack_must_end_in_one_number_per_class(document):
    document.change_layer(11, DenseSpec(out_features=12))
    assert document.report.faulty_row is None
    assert "12" in document.report.problem
    assert "10 classes" in document.report.problem


def test_a_stack_for_other_pictures_says_so(document):
    document.change_input((3, 32, 32))
    assert "3×32×32" in document.report.problem
    assert "1×28×28" in document.report.problem


# Files


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
