"""The im2col matrix, the quiz, gradient checks and covered parts."""

import pytest

from engine.lab import Operation, PictureKind
from tests.app.step.using import (
    Key,
    choose_operation,
    choose_pass,
    click_cell,
    grid,
    keys,
    to_the_end,
)


def test_i_shows_the_window_as_a_row_of_the_matrix(panel):
    keys(panel, "i", Key.Key_Right)
    view = panel.picture.im2col
    assert view.isVisible()
    row = [view.matrix.value_at(1, c) for c in range(9)]
    assert row == [2, 3, 4, 6, 7, 8, 10, 11, 12]
    assert [view.kernel.value_at(0, c) for c in range(9)] == [0, 0, 0, 0, 1, 0, 0, -1, 0]
    products = [view.products.value_at(0, c) for c in range(9)]
    assert sum(products) == view.output.value_at(1, 0) == -4
    (mark,) = view.matrix.marks
    assert mark.rows == range(1, 2)
    assert panel.model.state.picture is PictureKind.IM2COL
    keys(panel, "i")
    assert panel.picture.stage.isVisible()


def test_im2col_of_a_backward_pass_is_refused_in_a_sentence(panel, qtbot):
    keys(panel, "g")
    with qtbot.waitSignal(panel.status_message):
        keys(panel, "i")
    assert panel.picture.stage.isVisible()


@pytest.mark.parametrize("go_on", ["step", "operation"])
def test_the_sentence_about_im2col_goes_with_the_next_step_or_operation(panel, go_on):
    said: list[str] = []
    panel.status_message.connect(said.append)
    keys(panel, "gi")
    assert said[-1].startswith("The im2col matrix belongs to the forward pass")
    if go_on == "step":
        keys(panel, "", Key.Key_Right)
    else:
        choose_operation(panel, Operation.MAX_POOL)
    assert said[-1] == ""
    keys(panel, "", Key.Key_Right)
    assert said.count("") == 1


def test_the_quiz_asks_judges_and_counts(panel):
    keys(panel, "q")
    bar = panel.quiz_bar
    assert bar.field.hasFocus()
    assert grid(panel, "output").text_at(0, 0) == "?"
    assert grid(panel, "output").value_at(0, 0) is None
    assert "−4" not in panel.picture.sentence.text
    keys(panel, "7", Key.Key_Return)
    assert panel.picture.sentence.text.startswith("1·0 + 2·0")
    assert panel.picture.sentence.text.endswith("= ?")
    assert bar.score.text() == "0 of 1 right"
    keys(panel, "-4", Key.Key_Return)
    assert grid(panel, "output").value_at(0, 0) == -4
    keys(panel, "", Key.Key_Return)
    assert panel.stepper.position == 1
    keys(panel, "-4", Key.Key_Return)
    assert bar.score.text() == "1 of 2 right"
    keys(panel, "", Key.Key_Escape)
    assert not bar.isVisible()
    assert panel.geometry_strip.isVisible()
    assert panel.hasFocus()


def test_escape_ends_the_quiz_from_the_panel_too(panel):
    keys(panel, "q")
    panel.setFocus()
    keys(panel, "", Key.Key_Escape)
    assert not panel.quiz.is_on
    assert not panel.quiz_bar.isVisible()


def test_the_quiz_works_backward(panel):
    choose_pass(panel, 2)
    keys(panel, "q")
    asked = panel.quiz.asked
    assert asked is not None
    right = panel.quiz.update.after
    keys(panel, f"{right:g}", Key.Key_Return)
    assert panel.quiz.is_solved
    assert panel.quiz_bar.score.text() == "1 of 1 right"


@pytest.mark.parametrize("number", [0, 1, 2])
def test_an_open_question_shows_neither_the_colour_of_its_cell_nor_the_scale(panel, number):
    choose_pass(panel, number)
    pane = panel.picture.stage.pane(panel.stepper.trace.target.name)
    assert pane.bar.isVisible()
    keys(panel, "q")
    asked = panel.quiz.asked
    thumbs = [view for view in pane.thumbs if view.thumb.is_current]
    assert len(thumbs) == (0 if number == 1 else 1)
    for thumb in thumbs:
        content = thumb.grid.content
        assert content.covered.sum() == 1
        assert content.values[content.covered] == panel.quiz.update.after
    assert pane.grid.is_covered(asked.row, asked.column)
    assert not pane.bar.isVisible()
    assert not panel.picture.stage.pane("products").bar.isVisible()
    keys(panel, "999", Key.Key_Return)
    assert not pane.bar.isVisible()
    keys(panel, f"{panel.quiz.update.after:g}", Key.Key_Return)
    assert pane.bar.isVisible()
    assert all(thumb.grid.content.covered is None for thumb in thumbs)


def test_an_answer_that_is_no_number_counts_for_nothing(panel):
    keys(panel, "q")
    keys(panel, "x", Key.Key_Return)
    assert "no number" in panel.quiz_bar.feedback.text()
    assert panel.quiz.answered == 0


def test_a_complaint_about_an_answer_goes_when_the_next_one_is_typed(panel):
    keys(panel, "q", Key.Key_Return)
    assert "empty" in panel.quiz_bar.feedback.text()
    keys(panel, "7")
    assert panel.quiz_bar.feedback.text() == ""
    keys(panel, "", Key.Key_Return)
    assert panel.quiz_bar.feedback.text() == "Not that. See the sum below."
    keys(panel, "8")
    assert panel.quiz_bar.feedback.text() == "Not that. See the sum below."


def test_what_is_typed_after_a_right_answer_begins_the_next(panel):
    keys(panel, "q")
    keys(panel, "-4", Key.Key_Return)
    keys(panel, "-4")
    assert panel.stepper.position == 1
    assert panel.quiz_bar.field.text() == "-4"
    keys(panel, "", Key.Key_Return)
    assert panel.quiz_bar.score.text() == "2 of 2 right"


def test_after_the_last_answer_typing_says_that_there_is_no_next(panel):
    panel.stepper.last()
    keys(panel, "q")
    keys(panel, f"{panel.quiz.update.after:g}", Key.Key_Return)
    keys(panel, "5")
    assert panel.stepper.position == panel.stepper.count - 1
    assert panel.quiz_bar.feedback.text() == "That was the last step."


def test_the_gradient_of_a_chosen_cell_is_checked(panel):
    click_cell(panel, "input", 1, 1)
    keys(panel, "c")
    card = panel.check_card
    assert card.isVisible()
    assert card.check.analytic == -5
    assert card.check.quotient == pytest.approx(-5, rel=1e-6)
    assert "agree" in card.verdict.text()
    keys(panel, "", Key.Key_Escape)
    keys(panel, "", Key.Key_Escape)
    assert not card.isVisible()


def test_the_menu_of_a_gradient_offers_its_check(panel):
    choose_pass(panel, 1)
    to_the_end(panel)
    menu = grid(panel, "grad_input").context_menu((2, 2))
    (action,) = [action for action in menu.actions() if "Check" in action.text()]
    action.trigger()
    assert panel.check_card.check.analytic == 27
    menu.deleteLater()


def test_hidden_parts_are_covered_and_revealed(panel):
    panel.picture.reveal(kernel=False, result=False, sentence=False)
    assert grid(panel, "kernel").value_at(1, 1) is None
    assert grid(panel, "output").value_at(0, 0) is None
    assert panel.picture.sentence.text == "hidden"
    assert grid(panel, "kernel").plain_text().strip() == ""
    panel.picture.reveal(kernel=False)
    assert "?" in panel.picture.sentence.text
    panel.picture.reveal()
    assert grid(panel, "kernel").value_at(1, 1) == 1
