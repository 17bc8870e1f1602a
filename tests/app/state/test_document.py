"""The open stack: its report, its edits and their order, layers that stay themselves."""

import pytest

from app.state.document import INPUT_ROW, StackDocument
from engine.layers import Conv2dSpec, DenseSpec, FlattenSpec, MaxPool2dSpec, ReLUSpec
from engine.networks.presets import PRESETS
from engine.networks.stack import Stack

DIGITS = (1, 28, 28)


def titles(document):
    return [layer.title for layer in document.stack.layers]


# The published numbers


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
