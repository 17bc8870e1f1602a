"""Details of *Step* that a lecturer meets: folded sums, linked settings, pasting where it fails."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QLineEdit,
    QScrollArea,
    QStyle,
    QStyleOptionSpinBox,
    QWidget,
)

from app.lecture.bench import SAME_FOR_BOTH, LectureBench
from app.step.panel import StepPanel
from engine.lab import LabState, Operation, Pass, example_state
from engine.traces import Role
from engine.traces.sentence import sentence as sentence_of

Key = Qt.Key
PASTE = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def long_sum(panel):
    """Three input channels of ones under kernels of ones: 75 products, 25 a channel."""
    panel.model.set_state(
        LabState(
            input=np.ones((3, 5, 5)),
            kernel=np.ones((1, 3, 5, 5)),
            bias=np.zeros(1),
            grad_output=np.ones((1, 1, 1)),
        )
    )
    return panel


def text(panel):
    return panel.picture.sentence.text


def click_part(panel, part):
    sentence = panel.picture.sentence
    at = next(at for at in sentence.placed if at.token.part == part)
    place = sentence.box_of(at).center().toPoint()
    QTest.mouseClick(sentence, Qt.MouseButton.LeftButton, pos=place)


def test_a_click_opens_a_folded_part_of_the_sentence_and_closes_it(long_sum):
    assert "[input channel 2: 25]" in text(long_sum)
    click_part(long_sum, 1)
    opened = "[input channel 2: " + " + ".join(25 * ["1·1"]) + "]"
    assert opened in text(long_sum)
    assert "[input channel 3: 25]" in text(long_sum)
    assert text(long_sum).endswith("= 75")
    assert long_sum.picture.sentence.fits
    click_part(long_sum, 1)
    assert "[input channel 2: 25]" in text(long_sum)


def test_f_opens_all_parts_and_folds_them(long_sum):
    QTest.keyClick(long_sum, Key.Key_F)
    assert text(long_sum).count("1·1") == 75
    assert long_sum.picture.sentence.fits
    QTest.keyClick(long_sum, Key.Key_F)
    assert text(long_sum).count("1·1") == 25


def test_f_says_so_where_nothing_is_folded(panel, qtbot):
    with qtbot.waitSignal(panel.status_message) as said:
        QTest.keyClick(panel, Key.Key_F)
    assert said.args == ["This sum is short: it is written out already."]


def test_the_quiz_has_no_score_before_the_first_answer(panel):
    QTest.keyClick(panel, Key.Key_Q)
    assert panel.quiz_bar.score.text() == ""
    QTest.keyClicks(panel.quiz_bar.field, "7")
    QTest.keyClick(panel.quiz_bar.field, Key.Key_Return)
    assert panel.quiz_bar.score.text() == "0 of 1 right"


def test_pasting_into_an_answered_question_says_why_it_is_refused(panel):
    QTest.keyClick(panel, Key.Key_Q)
    field = panel.quiz_bar.field
    QTest.keyClicks(field, "-4")
    QTest.keyClick(field, Key.Key_Return)
    QGuiApplication.clipboard().setText("-4")
    QTest.keyClick(field, Key.Key_V, PASTE)
    assert "press Enter for the next one" in panel.quiz_bar.feedback.text()
    assert panel.stepper.position == 0


def test_pasting_into_what_is_computed_says_why_it_is_refused(panel, qtbot):
    grid = panel.picture.stage.pane("output").grid
    QTest.mouseClick(grid, Qt.MouseButton.LeftButton, pos=grid.cell_rect(0, 0).center().toPoint())
    QGuiApplication.clipboard().setText("1 2")
    with qtbot.waitSignal(panel.status_message) as said:
        QTest.keyClick(grid, Key.Key_V, PASTE)
    assert "computed" in said.args[0]


def test_linked_settings_change_in_both_directions_in_one_step_of_undo(panel):
    panel.geometry_strip.box("padding", 0).stepUp()
    assert panel.model.state.padding == (1, 1)
    panel.geometry_strip.box("padding", 1).stepUp()
    assert panel.model.state.padding == (2, 2)
    assert panel.model.undo_stack.count() == 1


def test_unlinked_settings_change_alone_and_stay_apart_when_linked_again(panel):
    strip = panel.geometry_strip
    QTest.mouseClick(strip.link, Qt.MouseButton.LeftButton)
    strip.box("padding", 0).stepUp()
    assert panel.model.state.padding == (1, 0)
    QTest.mouseClick(strip.link, Qt.MouseButton.LeftButton)
    strip.box("padding", 0).stepUp()
    assert panel.model.state.padding == (2, 0)
    strip.box("dilation", 1).stepUp()
    assert panel.model.state.dilation == (2, 2)


def test_the_link_is_there_for_two_directions_alone_and_is_remembered(qtbot, look, settings):
    bench = LectureBench(StepPanel(), settings)
    qtbot.addWidget(bench)
    bench.resize(1216, 640)
    bench.show()
    link = bench.panel.geometry_strip.link
    assert link.isVisible()
    QTest.mouseClick(link, Qt.MouseButton.LeftButton)
    assert settings.get(SAME_FOR_BOTH) is False
    bench.panel.model.choose_operation(Operation.CONV1D)
    assert not link.isVisible()
    second = LectureBench(StepPanel(), settings)
    qtbot.addWidget(second)
    assert not second.panel.geometry_strip.link.isChecked()


def test_a_dense_layer_outlines_the_weights_of_its_step(panel):
    panel.model.choose_operation(Operation.DENSE)
    QTest.keyClick(panel, Key.Key_Right)
    (mark,) = panel.picture.stage.pane("weight").grid.marks
    assert (mark.rows, mark.columns) == (range(1, 2), range(4))
    panel.model.choose_pass(Pass.GRAD_INPUT)
    QTest.keyClick(panel, Key.Key_End)
    (mark,) = panel.picture.stage.pane("weight").grid.marks
    assert (mark.rows, mark.columns) == (range(3), range(3, 4))


def test_after_a_press_on_the_arrows_of_a_box_the_keys_step_again(panel):
    panel.resize(1900, 700)
    QApplication.processEvents()
    box = panel.geometry_strip.box("padding", 0)
    option = QStyleOptionSpinBox()
    box.initStyleOption(option)
    control, part = QStyle.ComplexControl.CC_SpinBox, QStyle.SubControl.SC_SpinBoxUp
    up = box.style().subControlRect(control, option, part, box)
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=up.center())
    assert panel.model.state.padding == (1, 1)
    QTest.keyClick(panel.focusWidget(), Key.Key_PageDown)
    assert (panel.stepper.position, panel.model.state.padding) == (1, (1, 1))


@pytest.mark.parametrize("size", [(1900, 700), (1216, 640), (900, 700)])
def test_a_value_typed_and_confirmed_stays_wherever_the_click_before_it_landed(panel, size):
    panel.resize(*size)
    QApplication.processEvents()
    strip = panel.geometry_strip
    box = strip.box("stride", 0)
    at = box.geometry()
    places = [
        QPoint(x, y)
        for x in range(at.left() - 3, at.right() + 4)
        for y in range(at.top(), at.bottom(), 5)
    ]
    for place in places[::3]:
        panel.model.set_state(example_state())
        panel.setFocus()
        target = strip.childAt(place) or strip
        QTest.mouseClick(target, Qt.MouseButton.LeftButton, pos=target.mapFrom(strip, place))
        field = panel.focusWidget()
        assert field is not panel, place
        box.selectAll()
        QTest.keyClicks(field, "2")
        QTest.keyClick(field, Key.Key_Return)
        assert panel.model.state.stride == (2, 2), place
        assert panel.stepper.channel == 0


def test_sliders_go_no_further_than_the_others_leave(panel):
    sliders = panel.geometry_strip.sliders
    reach = {key: sliders[key].maximum() for key in ("kernel", "stride", "padding", "dilation")}
    assert reach == {"kernel": 4, "stride": 1, "padding": 2, "dilation": 1}
    sliders["padding"].setValue(2)
    assert panel.model.state.padding == (2, 2)
    assert (sliders["kernel"].maximum(), sliders["dilation"].maximum()) == (8, 3)
    for key in ("dilation", "kernel", "stride", "padding"):
        for end in (sliders[key].maximum(), sliders[key].minimum()):
            sliders[key].setValue(end)
            assert not panel.model.problem, key


def test_a_slider_changes_both_directions_as_the_link_says(panel):
    strip = panel.geometry_strip
    strip.sliders["padding"].setValue(1)
    assert panel.model.state.padding == (1, 1)
    strip.link.setChecked(False)
    strip.sliders["padding"].setValue(2)
    assert panel.model.state.padding == (2, 1)
    strip.sliders["kernel"].setValue(2)
    assert panel.model.state.kernel.shape[2:] == (2, 2)


def test_the_result_does_not_stand_alone_on_a_second_line(qtbot, look):
    panel = StepPanel()
    qtbot.addWidget(panel)
    sentence = panel.picture.sentence
    clauses = sentence_of(panel.stepper.step, Role.OUTPUT)
    ends = set()
    for width in range(500, 1300, 20):
        sentence.resize(width, 110)
        sentence.set_clauses(clauses, is_new=True)
        lines = [at.line for at in sentence.placed]
        assert sentence.fits
        ends.add(lines.count(lines[-1]) if lines[-1] else 0)
    assert min(ends - {0}, default=9) > 2


# --- large type in a small window, and the keyboard --------------------------------------------


@pytest.mark.parametrize(
    ("pass_", "way"),
    [
        (Pass.FORWARD, 0),
        (Pass.GRAD_INPUT, 0),
        (Pass.GRAD_INPUT, 1),
        (Pass.GRAD_KERNEL, 0),
        (Pass.GRAD_KERNEL, 1),
        (Pass.GRAD_BIAS, 0),
    ],
)
def test_large_type_beside_an_open_strip_of_scenes_fits(panel, look, qtbot, pass_, way):
    look.set_scale(1.5)
    panel.resize(713, 659)  # what a window of 1280×800 leaves
    panel.model.choose_pass(pass_)
    panel.model.choose_way(way)
    stage = panel.picture.stage

    def room_of(part):
        if isinstance(part, QAbstractSpinBox):
            words = part.fontMetrics().horizontalAdvance(part.text())
            line = part.findChild(QLineEdit)
            assert line is not None
            return line.width() - words
        return part.width() - part.minimumSizeHint().width()

    def fits():
        across = panel.findChild(QScrollArea).horizontalScrollBar().maximum() == 0
        shown = (*panel.controls.children(), *panel.geometry_strip.children())
        parts = [part for part in shown if isinstance(part, QWidget) and part.isVisible()]
        return across and all(
            part.mapTo(panel, part.rect().topRight()).x() < panel.width() and room_of(part) >= 0
            for part in parts
        )

    qtbot.waitUntil(fits)
    right = 0
    for key in stage.shown:
        pane = stage.pane(key)
        assert pane.x() >= right
        assert pane.grid.cell_rect(0, 0).width() > 9
        right = pane.geometry().right()
    assert right <= stage.width()


def test_numbers_of_the_geometry_are_reached_by_tab(panel):
    names = set()
    for _ in range(40):
        QTest.keyClick(panel.focusWidget() or panel, Key.Key_Tab)
        names.add(panel.window().focusWidget().accessibleName())
    assert {"stride, height", "padding, width", "input channels"} <= names


def test_alt_and_a_number_choose_the_input_channel(panel):
    red, green = np.full((5, 5), 2.0), np.full((5, 5), 3.0)
    kernel = np.ones((1, 2, 3, 3))
    state = example_state()
    state = replace(state, input=np.stack([red, green]), kernel=kernel)
    panel.model.set_state(replace(state, bias=np.zeros(1), grad_output=np.ones((1, 3, 3))))
    shown = panel.picture.stage.pane("input").grid
    assert shown.value_at(0, 0) == 2
    QTest.keyClick(panel, Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert shown.value_at(0, 0) == 3
    QTest.keyClick(panel, Key.Key_9, Qt.KeyboardModifier.AltModifier)
    assert shown.value_at(0, 0) == 3
    QTest.keyClick(panel, Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert shown.value_at(0, 0) == 2


def final_grid(panel, operation, pass_):
    """Choose, step to the end by keys, and read the target's cells back."""
    panel.model.choose_operation(operation)
    panel.model.choose_pass(pass_)
    panel.setFocus()
    for _ in range(panel.stepper.count - 1):
        QTest.keyClick(panel, Key.Key_Right)
    grid = panel.picture.stage.pane(panel.stepper.trace.target.name).grid
    return [[grid.value_at(r, c) for c in range(grid.columns)] for r in range(grid.rows)]


def test_the_gradients_of_a_dense_layer_are_reached_by_stepping(panel):
    panel.model.choose_operation(Operation.DENSE)
    state = panel.model.state
    arrived, inputs = state.grad_output.tolist(), state.input.tolist()
    weights = state.kernel.tolist()
    assert final_grid(panel, Operation.DENSE, Pass.GRAD_INPUT) == [
        [sum(g * row[i] for g, row in zip(arrived, weights, strict=True)) for i in range(4)]
    ]
    assert final_grid(panel, Operation.DENSE, Pass.GRAD_KERNEL) == [
        [g * x for x in inputs] for g in arrived
    ]
    assert final_grid(panel, Operation.DENSE, Pass.GRAD_BIAS) == [arrived]


def test_the_gradient_of_relu_is_reached_by_stepping(panel):
    panel.model.choose_operation(Operation("relu"))
    state = panel.model.state
    assert final_grid(panel, Operation("relu"), Pass.GRAD_INPUT) == [
        [g if x > 0 else 0 for g, x in zip(gradients, inputs, strict=True)]
        for gradients, inputs in zip(
            state.grad_output[0].tolist(), state.input[0].tolist(), strict=True
        )
    ]
