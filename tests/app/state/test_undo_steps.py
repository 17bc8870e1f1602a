"""Steps of undo: runs of them become one, and whatever becomes of a step, it is let go."""

import gc
import weakref
from dataclasses import replace

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QUndoStack

from app.lecture.document import LectureDocument
from app.state.document import StackDocument
from app.state.undo_steps import StateStep, push_step
from app.step.lab import LabModel

EDITS = 2000


def steps_alive():
    gc.collect()
    return sum(isinstance(each, StateStep) for each in gc.get_objects())


class Number(QObject):
    """A number with undo."""

    def __init__(self):
        super().__init__()
        self.value = 0
        self.undo_stack = QUndoStack(self)

    def set(self, value, merge_key=""):
        push_step(self.undo_stack, StateStep(self.show, self.value, value, "Set", merge_key))

    def show(self, value):
        self.value = value


@pytest.fixture
def number(qapp):
    return Number()


def test_steps_with_equal_keys_in_a_row_are_one(number):
    for value, key in ((1, "a"), (2, "a"), (3, "b"), (4, ""), (5, ""), (6, "b")):
        number.set(value, key)
    values = [number.value]
    while number.undo_stack.canUndo():
        number.undo_stack.undo()
        values.append(number.value)
    assert values == [6, 5, 4, 3, 2, 0]


def test_a_saved_step_takes_nothing_over(number):
    number.set(1, "a")
    number.undo_stack.setClean()
    number.set(2, "a")
    assert not number.undo_stack.isClean()
    number.undo_stack.undo()
    assert (number.value, number.undo_stack.isClean()) == (1, True)


def test_after_an_undo_the_next_step_is_one_of_its_own(number):
    number.set(1, "a")
    number.set(2)
    number.undo_stack.undo()
    number.set(3, "a")
    number.undo_stack.undo()
    assert number.value == 1


def test_an_owner_with_steps_is_let_go(qapp):
    number = Number()
    number.set(1)
    gone = weakref.ref(number)
    del number
    gc.collect()
    assert gone() is None


def typed_notes():
    document = LectureDocument()
    document.record("A scene", {})
    for count in range(EDITS):
        document.set_notes(0, f"Note {count}")
    return document


def turned_cells():
    model = LabModel()
    before = model.state
    for count in range(EDITS):
        cells = before.input.copy()
        cells.flat[0] = 100 + count
        model.set_state(replace(before, input=cells), "change a cell", "cell 0")
    return model


def turned_settings():
    document = StackDocument()
    conv = document.stack.layers[0]
    for count in range(EDITS):
        document.change_layer(0, conv.replaced(out_channels=20 + count))
    return document


@pytest.mark.parametrize(
    ("edit", "steps"), [(typed_notes, 2), (turned_cells, 1), (turned_settings, 1)]
)
def test_two_thousand_edits_in_a_row_leave_one_step_and_nothing_else(qapp, edit, steps):
    before = steps_alive()
    owner = edit()
    assert owner.undo_stack.count() == steps
    assert steps_alive() == before + steps
    owner.undo_stack.clear()
    assert steps_alive() == before


def test_a_run_that_leads_back_leaves_nothing(qapp):
    before, model = steps_alive(), LabModel()
    state = model.state
    model.set_state(replace(state, input=state.input + 1), "change a cell", "cell 0")
    model.set_state(state, "change a cell", "cell 0")
    assert not model.undo_stack.canUndo()
    assert steps_alive() == before
