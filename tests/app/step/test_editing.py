"""Cells and geometry edited in place with real keys: what is taken, refused and undone."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.lab import Operation, Pass, example_state
from tests.app.step.using import (
    Key,
    choose_pass,
    choose_way,
    click_cell,
    grid,
    keys,
    paste,
    read,
)

# --- editing in place ----------------------------------------------------------------------------


def test_a_cell_is_chosen_typed_into_and_left(panel):
    click_cell(panel, "input", 0, 0)
    assert grid(panel, "input").cursor_cell == (0, 0)
    keys(panel, "20")
    assert panel.stepper.position == 0
    keys(panel, "", Key.Key_Return)
    assert panel.model.state.input[0, 0, 0] == 20
    assert grid(panel, "input").cursor_cell == (1, 0)
    keys(panel, "-3", Key.Key_Tab)
    assert panel.model.state.input[0, 1, 0] == -3
    keys(panel, "", Key.Key_Right, Key.Key_Left, Key.Key_Left)
    assert panel.stepper.position == 0
    keys(panel, "99", Key.Key_Escape)
    assert panel.model.state.input[0, 1, 0] == -3
    keys(panel, "", Key.Key_Escape)
    assert grid(panel, "input").cursor_cell is None
    keys(panel, "", Key.Key_Right)
    assert panel.stepper.position == 1


def test_edits_change_what_is_computed_at_once_and_are_undone(panel):
    click_cell(panel, "kernel", 1, 1)
    keys(panel, "2", Key.Key_Return)
    assert read(panel, "output")[0][0] == 2
    QTest.keyClick(panel, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert read(panel, "output")[0][0] == -4
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(panel, Key.Key_Z, modifiers)
    assert read(panel, "output")[0][0] == 2


def test_bias_and_output_gradient_are_edited_too(panel):
    bias = panel.picture.stage.pane("kernel").attached
    QTest.mouseClick(bias, Qt.MouseButton.LeftButton)
    keys(panel, "5", Key.Key_Return)
    assert panel.model.state.bias.tolist() == [5, 0]
    assert read(panel, "output")[0][0] == 1
    choose_pass(panel, 1)
    choose_way(panel, 1)
    spread = grid(panel, "grad_output")
    assert spread.value_at(2, 2) == -4
    click_cell(panel, "grad_output", 2, 2)
    keys(panel, "0.5", Key.Key_Return)
    assert panel.model.state.grad_output[0, 0, 0] == 0.5
    click_cell(panel, "rotated_kernel", 0, 0)
    keys(panel, "7", Key.Key_Return)
    assert panel.model.state.kernel[0, 0, 2, 2] == 7


@pytest.mark.parametrize("text", ["abc", "nan", "1e30", "1/0", "--"])
def test_text_that_is_no_number_is_said_and_the_old_number_stays(panel, qtbot, text):
    click_cell(panel, "input", 1, 1)
    keys(panel, "", Key.Key_F2)
    editor = grid(panel, "input").editor
    editor.selectAll()
    QTest.keyClicks(editor, text)
    with qtbot.waitSignal(panel.status_message):
        QTest.keyClick(editor, Key.Key_Return)
    assert editor.property("role") == "error"
    assert panel.model.state == example_state()
    QTest.keyClick(editor, Key.Key_Escape)
    assert grid(panel, "input").editor is None


@pytest.mark.parametrize("text", ["1\t2\n3", "one two", "", "[[1, nan]]", "1 " * 13])
def test_a_paste_that_cannot_be_used_is_said_and_changes_nothing(panel, qtbot, text):
    click_cell(panel, "input", 0, 0)
    with qtbot.waitSignal(panel.status_message):
        paste(panel, text)
    assert panel.model.state == example_state()


def test_what_is_computed_cannot_be_typed_into(panel):
    click_cell(panel, "output", 0, 0)
    keys(panel, "2")
    assert panel.stepper.channel == 1
    assert grid(panel, "output").editor is None


def test_padding_cannot_be_typed_into(panel):
    panel.model.set_state(replace(panel.model.state, padding=(1, 1)))
    click_cell(panel, "input", 0, 0)
    keys(panel, "1")
    assert panel.model.state.input[0, 0, 0] == 1
    assert grid(panel, "input").editor is None


def test_no_key_of_the_panel_acts_while_a_cell_is_typed(panel):
    click_cell(panel, "input", 0, 0)
    keys(panel, "1")
    keys(panel, "g i q", Key.Key_PageDown, Key.Key_Home, Key.Key_End)
    assert panel.stepper.position == 0
    assert panel.model.state.pass_ is Pass.FORWARD
    assert not panel.quiz.is_on
    keys(panel, "", Key.Key_Escape, Key.Key_Escape)


# --- geometry ------------------------------------------------------------------------------------


def test_an_impossible_geometry_is_explained_in_place_and_taken_back(panel):
    box = panel.geometry_strip.box("kernel", 0)
    box.setFocus()
    box.selectAll()
    keys(panel, "7", Key.Key_Return)
    assert panel.picture.problem.isVisible()
    assert "A kernel of 7 does not fit into 4 cells" in panel.picture.problem.text()
    QTest.keyClick(panel, Key.Key_Right)
    QTest.keyClick(panel, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert panel.picture.stage.isVisible()
    assert panel.model.state.kernel.shape == (2, 1, 3, 3)


def test_a_run_of_one_box_is_one_step_of_undo(panel):
    box = panel.geometry_strip.box("size", 1)
    for _ in range(5):
        box.stepUp()
    assert panel.model.state.input.shape == (1, 4, 9)
    assert panel.model.undo_stack.count() == 1


def test_geometry_keys_do_not_step(panel):
    box = panel.geometry_strip.box("padding", 0)
    box.setFocus()
    keys(panel, "", Key.Key_PageUp, Key.Key_Home)
    assert panel.stepper.position == 0
    assert panel.model.state.padding == (6, 6)


# --- what is said of a text ends with it ---------------------------------------------------------


def refuse_in_cell(panel):
    click_cell(panel, "input", 0, 0)
    keys(panel, "2x", Key.Key_Return)


def refuse_in_box(panel):
    box = panel.geometry_strip.box("stride")
    box.setFocus()
    box.selectAll()
    keys(panel, "9999")


def refuse_paste(panel):
    click_cell(panel, "input", 0, 0)
    paste(panel, "many words")


REFUSALS = {"cell": refuse_in_cell, "box": refuse_in_box, "paste": refuse_paste}
ENDINGS = {
    "Escape": lambda panel: keys(panel, "", Key.Key_Escape),
    "another operation": lambda panel: panel.model.choose_operation(Operation.MAX_POOL),
}


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("refusal", REFUSALS)
def test_the_reason_why_a_text_was_refused_goes_with_the_text(panel, refusal, ending):
    said: list[str] = []
    panel.status_message.connect(said.append)
    REFUSALS[refusal](panel)
    assert said[-1]
    ENDINGS[ending](panel)
    is_still_there = panel.focusWidget().property("role") == "error"
    assert bool(said[-1]) is is_still_there
    keys(panel, "", Key.Key_Escape)
    assert said[-1] == ""


def test_the_reason_goes_as_soon_as_the_text_is_changed(panel):
    said: list[str] = []
    panel.status_message.connect(said.append)
    refuse_in_cell(panel)
    assert said[-1]
    keys(panel, "3")
    assert said[-1] == ""


# --- steps of undo -------------------------------------------------------------------------------


def test_each_number_that_is_confirmed_is_one_step_of_undo(panel):
    numbers = []
    for number in ("20", "30"):
        click_cell(panel, "input", 0, 0)
        keys(panel, number, Key.Key_Return)
        numbers.append(panel.model.state.input[0, 0, 0])
    panel.model.undo_stack.undo()
    assert (panel.model.state.input[0, 0, 0], numbers) == (20, [20, 30])


def test_each_setting_confirmed_with_enter_is_one_step_of_undo(panel):
    box = panel.geometry_strip.box("padding")
    for number in ("1", "2"):
        box.setFocus()
        box.selectAll()
        keys(panel, number, Key.Key_Return)
    panel.model.undo_stack.undo()
    assert panel.model.state.padding == (1, 1)
