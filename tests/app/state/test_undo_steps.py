"""Steps of undo: runs of them become one, and whatever becomes of a step, it is let go."""

import gc
import weakref
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QObject
from PySide6.QtGui import QUndoCommand, QUndoStack

from app.lecture.document import LectureDocument
from app.state.document import StackDocument
from app.state.sketch import Sketch
from app.state.undo_steps import MOST_BYTES, MOST_STEPS, StateStep, UndoStack
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
        self.friend: Number | None = None
        self.undo_stack = UndoStack(self)

    def set(self, value, merge_key=""):
        self.undo_stack.push(StateStep(self.show, self.value, value, "Set", merge_key))

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


@given(
    doings=st.lists(
        st.sampled_from(("push", "push", "undo", "redo", "save", "clear", 0, 1, 3, 99)), max_size=30
    )
)
def test_its_words_mean_what_qt_means_by_them(qapp, doings):
    """Whatever is done, it says the same as Qt's own stack, and as often."""
    number, theirs = Number(), QUndoStack()
    ours = number.undo_stack
    told: dict[QObject, list] = {ours: [], theirs: []}
    actions = {}
    for stack in (ours, theirs):
        for signal in (stack.indexChanged, stack.cleanChanged):
            signal.connect(told[stack].append)
        actions[stack] = [stack.createUndoAction(number, "U"), stack.createRedoAction(number, "R")]
    for count, doing in enumerate(doings):
        if doing == "push":
            ours.push(StateStep(number.show, number.value, count, f"Set {count}"))
            theirs.push(QUndoCommand(f"Set {count}"))
        elif isinstance(doing, int):
            for stack in (ours, theirs):
                stack.setIndex(doing)
        else:
            method = {"save": "setClean"}.get(doing, doing)
            for stack in (ours, theirs):
                getattr(stack, method)()
        said = [
            (
                stack.count(),
                stack.index(),
                stack.cleanIndex(),
                stack.isClean(),
                stack.canUndo(),
                stack.canRedo(),
                stack.undoText(),
                stack.redoText(),
                [stack.text(row) for row in range(stack.count())],
                [(action.text(), action.isEnabled()) for action in actions[stack]],
                told[stack],
            )
            for stack in (ours, theirs)
        ]
        assert said[0] == said[1]


def test_the_oldest_steps_go_when_there_are_very_many(number):
    for value in range(1, MOST_STEPS + 11):
        number.set(value)
    assert (number.undo_stack.count(), number.undo_stack.isClean()) == (MOST_STEPS, False)
    number.undo_stack.setIndex(0)
    assert number.value == 10
    assert not number.undo_stack.isClean()  # what was saved is not to be had any more


@pytest.mark.parametrize("count", [1, 10, 100])
@pytest.mark.parametrize("is_young", [True, False])
def test_the_collector_takes_an_owner_with_its_steps(qapp, count, is_young):
    """Whichever it meets first: steps that Qt owned too were deleted twice."""
    number = Number()
    number.friend = number  # a circle
    if not is_young:
        gc.collect(0)  # the owner is then older than its steps
    for value in range(count):
        number.set(value)
    gone = weakref.ref(number)
    del number
    gc.collect()
    assert gone() is None


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


def test_the_oldest_steps_go_when_they_hold_too_much(number):
    side = 512  # 2 MiB each
    for value in range(12):
        number.set(np.full((side, side), value, np.float64))
    assert number.undo_stack.count() == MOST_BYTES // (8 * side**2) == 8
    assert not number.undo_stack.isClean()
    number.undo_stack.setIndex(0)
    assert number.value[0, 0] == 3  # as it was before the oldest step that is left
    number.undo_stack.setIndex(8)
    assert number.value[0, 0] == 11


def test_the_last_step_stays_however_large_it_is(number):
    number.set(np.zeros(MOST_BYTES // 8 + 1))
    number.undo_stack.undo()
    assert number.value == 0


def test_a_step_counts_the_arrays_that_it_brought_in_alone():
    model = LabModel()
    before = model.state
    model.set_state(replace(before, input=before.input + 1))
    assert model.undo_stack.command(0).bytes == before.input.nbytes
    sketch = Sketch()
    sketch.paste(np.ones((20, 30), np.float32))
    sketch.begin((10, 10), 16, erases=False)
    sketch.end()
    sketch.paste(np.ones((40, 30), np.float32))
    assert [sketch.undo_stack.command(step).bytes for step in range(3)] == [2400, 0, 4800]
