"""Steps of undo: those that merge, those behind a preset, and many in a row."""

import gc
import weakref

import numpy as np
import pytest

from app.state.document import StackDocument
from app.state.stack_steps import StackEdit
from engine.layers import ReLUSpec
from engine.layers.spec import registered_specs
from engine.networks.fixes import Fix
from engine.networks.presets import PRESETS
from engine.networks.stack import Stack

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


def test_a_confirmed_edit_is_a_step_of_its_own(document):
    conv = document.stack.layers[0]
    for kernels in (7, 8, 9):
        document.change_layer(0, conv.replaced(out_channels=kernels))
        document.undo_stack.end_gesture()
    document.undo_stack.undo()
    assert document.stack.layers[0].out_channels == 8
    document.undo_stack.redo()
    document.change_layer(0, conv.replaced(out_channels=10))  # not part of what was redone
    document.undo_stack.undo()
    assert document.stack.layers[0].out_channels == 9


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


# Many edits


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


@pytest.mark.parametrize(
    ("edit", "back"),
    [
        (lambda d: d.insert_layer(0, ReLUSpec()), lambda d: d.remove_layer(0)),
        (lambda d: d.move_layer(1, 2), lambda d: d.move_layer(2, 1)),
        (lambda d: d.change_input((3, 28, 28)), lambda d: d.change_input((1, 28, 28))),
        (
            lambda d: d.change_layer(0, d.stack.layers[0].replaced(out_channels=7)),
            lambda d: d.change_layer(0, d.stack.layers[0].replaced(out_channels=6)),
        ),
    ],
)
def test_an_edited_preset_says_so_until_it_is_the_preset_again(document, edit, back):
    edit(document)
    assert document.stack.name == "LeNet-5, edited"
    document.insert_layer(1, ReLUSpec())
    assert document.stack.name == "LeNet-5, edited"
    document.undo_stack.setIndex(0)
    assert document.stack.name == "LeNet-5"
    edit(document)
    back(document)
    assert document.stack == StackDocument().stack
    document.apply_fix(Fix("Another stack", Stack("LeNet-5", (1, 28, 28)), -1))
    assert document.stack.name == "LeNet-5, edited"


def test_a_name_that_was_typed_stays_whatever_is_edited(document):
    document.rename("Mine")
    document.insert_layer(0, ReLUSpec())
    assert document.stack.name == "Mine"
    document.rename("LeNet-5")
    document.insert_layer(0, ReLUSpec())
    assert document.stack.name == "LeNet-5"


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
