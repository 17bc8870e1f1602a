"""The lab's own data, edited in the window with real keys, and the facts of all its operations."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from app.panels.step import StepPanel
from engine.lab import LabState, Operation, Pass, PictureKind
from engine.lab.layers import LayerState

Key = Qt.Key


@pytest.fixture
def panel(qtbot, look):
    panel = StepPanel(rng=np.random.default_rng(0))
    qtbot.addWidget(panel)
    panel.resize(1216, 620)
    panel.show()
    panel.activateWindow()
    panel.setFocus()
    qtbot.waitUntil(panel.hasFocus)
    return panel


def grid(panel, key):
    return panel.picture.stage.pane(key).grid


def read(panel, key):
    shown = grid(panel, key)
    return [[shown.value_at(r, c) for c in range(shown.columns)] for r in range(shown.rows)]


def click_cell(panel, key, row, column):
    cell = grid(panel, key).cell_rect(row, column).center().toPoint()
    QTest.mouseClick(grid(panel, key), Qt.MouseButton.LeftButton, pos=cell)


def keys(panel, text="", *then):
    """Type into whatever has the focus."""
    for character in text:
        QTest.keyClicks(panel.focusWidget(), character)
    for key in then:
        QTest.keyClick(panel.focusWidget(), key)


def choose_operation(panel, operation):
    box = panel.controls.operations
    index = list(Operation).index(operation)
    box.setCurrentIndex(index)
    box.activated.emit(index)


def choose_pass(panel, number):
    QTest.mouseClick(panel.controls.passes.button(number), Qt.MouseButton.LeftButton)


def choose_way(panel, number):
    QTest.mouseClick(panel.controls.ways.button(number), Qt.MouseButton.LeftButton)


def to_the_end(panel):
    panel.setFocus()
    while panel.stepper.position < panel.stepper.count - 1:
        QTest.keyClick(panel, Key.Key_Right)


def paste(panel, text):
    QGuiApplication.clipboard().setText(text)
    QTest.keyClick(panel.focusWidget(), Key.Key_V, Qt.KeyboardModifier.ControlModifier)


# --- the facts of the other operations, reached by stepping --------------------------------------


@pytest.mark.parametrize(
    ("operation", "output", "gradient"),
    [
        (
            Operation.MAX_POOL,
            [[6, 8], [14, 16]],
            [[0, 0, 0, 0], [0, 6, 0, 8], [0, 0, 0, 0], [0, 14, 0, 16]],
        ),
        (
            Operation.AVG_POOL,
            [[3.5, 5.5], [11.5, 13.5]],
            [[1.5, 1.5, 2, 2], [1.5, 1.5, 2, 2], [3.5, 3.5, 4, 4], [3.5, 3.5, 4, 4]],
        ),
    ],
)
def test_pooling(panel, operation, output, gradient):
    choose_operation(panel, operation)
    to_the_end(panel)
    assert read(panel, "output") == output
    choose_pass(panel, 1)
    to_the_end(panel)
    assert read(panel, "grad_input") == gradient


def test_conv1d_forward(panel):
    choose_operation(panel, Operation.CONV1D)
    to_the_end(panel)
    assert read(panel, "output") == [[5, 7, 9, 11]]
    keys(panel, "1")
    assert read(panel, "output") == [[-2, -2, -2, -2]]


@pytest.mark.parametrize("way", [0, 1])
def test_conv1d_gradients(panel, way):
    choose_operation(panel, Operation.CONV1D)
    choose_pass(panel, 1)
    choose_way(panel, way)
    to_the_end(panel)
    assert read(panel, "grad_input") == [[0.5, 1, 2, 4, -0.5, -3]]
    choose_pass(panel, 2)
    choose_way(panel, way)
    to_the_end(panel)
    assert read(panel, "grad_kernel") == [[10, 12, 14]]
    QTest.keyClick(panel, Key.Key_Home)
    for _ in range(panel.stepper.count // 2 - 1):
        QTest.keyClick(panel, Key.Key_Right)
    assert read(panel, "grad_kernel") == [[30, 40, 50]]
    choose_pass(panel, 3)
    to_the_end(panel)
    assert read(panel, "grad_bias") == [[10, 2]]


@pytest.mark.parametrize(
    ("box", "output", "formula"),
    [
        ("dilation", [[28, 32, 36], [48, 52, 56], [68, 72, 76]], "(5 + 2·0 − 2·(2 − 1) − 1)/1 + 1"),
        ("stride", [[16, 24], [56, 64]], "⌊(5 + 2·0 − 2)/2⌋ + 1 = 2"),
    ],
)
def test_dilation_and_stride_on_numbers_pasted_and_boxes_typed(panel, box, output, formula):
    click_cell(panel, "input", 0, 0)
    paste(panel, "\n".join("\t".join(str(5 * r + c + 1) for c in range(5)) for r in range(5)))
    click_cell(panel, "kernel", 0, 0)
    paste(panel, "[[1, 1, 0], [1, 1, 0], [0, 0, 0]]")
    settings = ((("kernel", 0), 2), (("kernel", 1), 2), ((box, 0), 2), ((box, 1), 2))
    for (name, which), value in settings:
        field = panel.geometry_strip.box(name, which)
        field.setFocus()
        field.selectAll()
        keys(panel, str(value), Key.Key_Return)
    QTest.keyClick(panel, Key.Key_1)
    for _ in range(panel.stepper.count // 2 - 1):
        QTest.keyClick(panel, Key.Key_Right)
    assert read(panel, "output") == output
    assert formula in panel.geometry_strip.formula.text()
    if box == "stride":
        assert grid(panel, "input").content.is_unread.sum() == 9
        assert "The last row is read by no window" in panel.picture.note.text()


def test_softmax_loss_and_gradient(panel):
    choose_operation(panel, Operation.SOFTMAX)
    to_the_end(panel)
    (shares,) = read(panel, "output")
    assert shares == pytest.approx([0.6590, 0.2424, 0.0986], abs=5e-5)
    choose_pass(panel, 1)
    assert read(panel, "loss")[0][0] == pytest.approx(0.41703, abs=5e-6)
    choose_pass(panel, 2)
    to_the_end(panel)
    assert read(panel, "grad_input")[0] == pytest.approx([-0.34100, 0.24243, 0.09857], abs=1e-5)


def test_dense_and_relu(panel):
    choose_operation(panel, Operation.DENSE)
    to_the_end(panel)
    assert read(panel, "output") == [[7, -1.5, 1]]
    choose_operation(panel, Operation.RELU)
    to_the_end(panel)
    assert read(panel, "output") == [[3, 0, 0], [0, 2, 5], [1, 0, 0]]


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
    assert panel.model.state == LabState.example()
    QTest.keyClick(editor, Key.Key_Escape)
    assert grid(panel, "input").editor is None


@pytest.mark.parametrize("text", ["1\t2\n3", "one two", "", "[[1, nan]]", "1 " * 13])
def test_a_paste_that_cannot_be_used_is_said_and_changes_nothing(panel, qtbot, text):
    click_cell(panel, "input", 0, 0)
    with qtbot.waitSignal(panel.status_message):
        paste(panel, text)
    assert panel.model.state == LabState.example()


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


def test_decimal_commas_are_read_where_the_locale_writes_them(panel):
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.German))
    try:
        click_cell(panel, "input", 0, 0)
        keys(panel, "0,5", Key.Key_Return)
        assert panel.model.state.input[0, 0, 0] == 0.5
    finally:
        QLocale.setDefault(before)


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


# --- im2col, quiz, gradient check, reveal --------------------------------------------------------


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
    card = panel.checking.card
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
    assert panel.checking.card.check.analytic == 27
    menu.deleteLater()


def test_hidden_parts_are_covered_and_revealed(panel):
    panel.reveal(kernel=False, result=False, sentence=False)
    assert grid(panel, "kernel").value_at(1, 1) is None
    assert grid(panel, "output").value_at(0, 0) is None
    assert panel.picture.sentence.text == "hidden"
    assert grid(panel, "kernel").plain_text().strip() == ""
    panel.reveal(kernel=False)
    assert "?" in panel.picture.sentence.text
    panel.reveal()
    assert grid(panel, "kernel").value_at(1, 1) == 1


# --- data ----------------------------------------------------------------------------------------


class Sources:
    def patch(self):
        return replace(LabState.example(), input=np.full((1, 12, 12), 3.0))

    def layers(self):
        return (
            LayerState("1 Max pooling", LabState.example("max_pool")),
            LayerState("2 Flatten", None, "it computes nothing"),
        )


def test_data_come_from_kernels_drawing_and_network(qtbot, look):
    panel = StepPanel(sources=Sources(), rng=np.random.default_rng(0))
    qtbot.addWidget(panel)
    menu = panel.data_menu
    menu.use_kernel("laplacian")
    assert panel.model.state.kernel[0, 0].tolist() == [[0, 1, 0], [1, -4, 1], [0, 1, 0]]
    menu.patch.trigger()
    assert panel.model.state.input.shape == (1, 12, 12)
    menu.fill_layers()
    first, second, _, remark = menu.layers.actions()
    assert not second.isEnabled()
    assert "second choice" in remark.text()
    with qtbot.waitSignal(panel.status_message) as said:
        first.trigger()
    assert said.args == [remark.text()]
    assert panel.model.state.operation is Operation.MAX_POOL
    menu.random.trigger()
    assert panel.model.undo_stack.count() == 4
    for _ in range(4):
        panel.model.undo_stack.undo()
    assert panel.model.state == LabState.example()


def test_the_layers_of_the_open_network_work_on_the_drawing(window):
    panel = window.workspaces.step
    panel.data_menu.fill_layers()
    (problem,) = panel.data_menu.layers.actions()
    assert "blank" in problem.text()
    window.workspaces.draw.sketch.paste(np.pad(np.ones((20, 6), np.float32), 10))
    panel.data_menu.fill_layers()
    *actions, _, _ = panel.data_menu.layers.actions()
    assert len(actions) == 13
    window.open_workspace("step")
    for action in actions:
        action.trigger()
    actions[3].trigger()
    assert panel.model.state.kernel.shape == (16, 6, 5, 5)
    assert panel.picture.stage.shown == ("input", "kernel", "products", "output")
