"""The lab's model: edits are undone, what is looked at is not."""

from dataclasses import replace

import numpy as np
import pytest

from app.step.lab import LabModel
from engine.lab import Operation, Pass, example_state


@pytest.fixture
def model(qapp):
    return LabModel()


def edited(state, value, row=0):
    values = state.input.copy()
    values[0, row, 0] = value
    return replace(state, input=values)


def test_an_edit_is_undone_and_redone(model):
    model.set_state(edited(model.state, 7), "edit a cell")
    assert model.state.input[0, 0, 0] == 7
    assert model.undo_stack.undoText() == "edit a cell"
    model.undo_stack.undo()
    assert model.state == example_state()
    model.undo_stack.redo()
    assert model.state.input[0, 0, 0] == 7


def test_a_run_of_edits_is_one_step_of_undo(model):
    for value in (5, 6, 7):
        model.set_state(edited(model.state, value), "edit", "input 1")
    model.set_state(edited(model.state, 9, row=1), "edit", "input 2")
    assert model.undo_stack.count() == 2
    model.undo_stack.undo()
    model.undo_stack.undo()
    assert model.state == example_state()


def test_undo_stays_at_the_step_that_is_looked_at(model):
    model.set_state(edited(model.state, 7))
    model.choose_pass(Pass.GRAD_INPUT)
    model.move(replace(model.state, step=3))
    model.undo_stack.undo()
    assert (model.state.pass_, model.state.step) == (Pass.GRAD_INPUT, 3)
    assert model.state.input[0, 0, 0] == 1


def test_looking_is_no_edit(model, qtbot):
    with qtbot.waitSignal(model.moved):
        model.move(replace(model.state, step=5))
    assert model.state.channel == 0  # the state says channel 1: its step is brought there
    assert model.state.step == 1
    assert model.undo_stack.count() == 0


def test_an_impossible_geometry_is_explained_and_can_be_undone(model):
    shown = model.trace
    model.set_state(replace(model.state, dilation=(3, 3)))
    assert "does not fit into 4 cells" in model.problem
    assert model.trace is shown
    model.undo_stack.undo()
    assert model.problem == ""


def test_an_operation_keeps_its_numbers_while_another_is_shown(model):
    model.set_state(edited(model.state, 7))
    model.choose_operation(Operation.MAX_POOL)
    assert model.trace.title == "Max pooling"
    model.choose_operation("conv2d")
    assert model.state.input[0, 0, 0] == 7
    model.undo_stack.undo()
    assert model.state.operation is Operation.MAX_POOL


@pytest.mark.parametrize("operation", list(Operation))
def test_every_operation_has_a_trace_for_every_pass_and_way(model, operation):
    model.choose_operation(operation)
    for pass_ in Pass:
        model.choose_pass(pass_)
        for way in range(3):
            model.choose_way(way)
            model.move(replace(model.state, step=10_000, channel=99, in_channel=99))
            assert model.state.step < len(model.trace)
            assert np.isfinite(model.trace.result).all()
