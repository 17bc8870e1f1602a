"""Pointing at a cell moves the window there, for as long as the pointer stays."""

import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from app.lecture.bench import HUES, LectureBench
from app.step.grid.grid_content import MarkStyle
from app.step.panel import StepPanel
from app.step.picture.large import LargeStepView
from app.step.picture.visiting import step_at
from engine.lab import Operation, Pass
from engine.traces import Cell
from tests.app.step.reading import Key, click, pad, read, set_box


def point_at(panel, key, row, column):
    grid = panel.picture.stage.pane(key).grid
    QTest.mouseMove(grid, grid.cell_rect(row, column).center().toPoint())


def leave(panel, key):
    grid = panel.picture.stage.pane(key).grid
    QApplication.sendEvent(grid, QEvent(QEvent.Type.Leave))


def window_on(panel, key="input"):
    (mark,) = [m for m in panel.picture.stage.pane(key).grid.marks if len(m.rows) > 1]
    return mark.rows, mark.columns


def test_over_an_output_the_window_goes_there_with_products_and_sentence(panel):
    point_at(panel, "output", 1, 0)
    assert window_on(panel) == (range(1, 4), range(3))
    assert read(panel, "products") == [[0, 0, 0], [0, 10, 0], [0, -14, 0]]
    assert panel.picture.sentence.text == (
        "5·0 + 6·0 + 7·0 + 9·0 + 10·1 + 11·0 + 13·0 + 14·(−1) + 15·0 + bias 0 = −4"
    )
    assert panel.picture.where.text() == "Output channel 1, row 2, column 1"
    assert read(panel, "output") == [[-4, None], [-4, None]]
    assert (panel.stepper.position, panel.transport.label.text()) == (0, "3 / 8")
    leave(panel, "output")
    assert panel.transport.label.text() == "1 / 8"


def test_leaving_goes_back_to_where_the_run_was(panel):
    QTest.keyClick(panel, Key.Key_Right)
    before = read(panel, "output"), window_on(panel), panel.picture.sentence.text
    point_at(panel, "output", 1, 1)
    assert window_on(panel) == (range(1, 4), range(1, 4))
    leave(panel, "output")
    assert (read(panel, "output"), window_on(panel), panel.picture.sentence.text) == before


@pytest.mark.parametrize(
    ("cell", "window"),
    [
        ((0, 0), (range(3), range(3))),
        ((1, 2), (range(3), range(1, 4))),
        ((3, 1), (range(1, 4), range(3))),
        ((3, 3), (range(1, 4), range(1, 4))),
    ],
)
def test_over_an_input_the_window_with_the_cell_nearest_its_middle_is_shown(panel, cell, window):
    point_at(panel, "input", *cell)
    assert window_on(panel) == window


def test_the_channel_stays_the_one_in_focus(panel):
    QTest.keyClick(panel, Key.Key_2)
    point_at(panel, "output", 0, 1)
    assert panel.picture.where.text() == "Output channel 2, row 1, column 2"
    assert read(panel, "output") == [[1, 1], [None, None]]


def test_a_weight_moves_no_window(panel):
    QTest.keyClick(panel, Key.Key_Right)
    point_at(panel, "kernel", 2, 2)
    assert window_on(panel) == (range(3), range(1, 4))


def test_sums_that_grow_are_shown_as_they_are_after_the_step(panel):
    click(panel.controls.passes, 1)
    point_at(panel, "grad_output", 1, 0)
    panel.picture.refresh()
    shown = read(panel, "grad_input")
    leave(panel, "grad_output")
    panel.stepper.go_to(2)
    assert read(panel, "grad_input") == shown


def test_a_cell_that_no_window_reads_moves_nothing(panel):
    set_box(panel, "stride", 0, 2)
    point_at(panel, "input", 3, 3)
    assert window_on(panel) == (range(3), range(3))


def test_playing_stands_still_meanwhile_and_goes_on_afterwards(panel, qtbot):
    panel.stepper.set_speed(8)
    QTest.keyClick(panel, Key.Key_Space)
    point_at(panel, "input", 3, 3)
    position = panel.stepper.position
    with qtbot.assertNotEmitted(panel.stepper.position_changed, wait=400):
        pass
    assert panel.stepper.is_playing
    leave(panel, "input")
    qtbot.waitUntil(lambda: panel.stepper.position > position)


def test_a_key_steps_on_from_where_the_run_was_and_shows_it(panel):
    point_at(panel, "output", 1, 1)
    QTest.keyClick(panel, Key.Key_Right)
    assert panel.stepper.position == 1
    assert window_on(panel) == (range(3), range(1, 4))


def test_space_plays_although_the_pointer_rests_on_a_cell(panel, qtbot):
    panel.stepper.set_speed(8)
    point_at(panel, "output", 0, 0)
    QTest.keyClick(panel, Key.Key_Space)
    qtbot.waitUntil(lambda: panel.stepper.position > 0)


def test_a_quiz_is_not_answered_by_pointing(panel):
    QTest.keyClick(panel, Key.Key_Q)
    point_at(panel, "output", 1, 1)
    assert window_on(panel) == (range(3), range(3))
    assert read(panel, "output")[1] == [None, None]


def test_a_picture_that_is_presented_does_not_follow_the_pointer(panel, qtbot):
    picture = LargeStepView(panel.stepper)
    qtbot.addWidget(picture)
    picture.resize(1200, 700)
    picture.show()
    grid = picture.stage.pane("output").grid
    QTest.mouseMove(grid, QPoint(2, 2))
    QTest.mouseMove(grid, grid.cell_rect(1, 1).center().toPoint())
    (mark,) = picture.stage.pane("input").grid.marks
    assert (mark.rows, mark.columns) == (range(3), range(3))


def test_every_cell_leads_to_a_step_that_has_it(panel):
    for operation in Operation:
        panel.model.choose_operation(operation)
        for key in Pass:
            panel.model.choose_pass(key)
            trace, target = panel.stepper.trace, panel.stepper.trace.target
            for grid in (*trace.grids.values(), target):
                for index in [(*page, 0, 0) for page in grid.pages]:
                    cell = Cell(grid.name, index)
                    at = step_at(trace, cell, 0, panel.stepper.channel)
                    assert at is None or at in trace.steps_with(cell)


def test_with_padding_the_ring_leads_to_the_outermost_windows(panel):
    pad(panel, 1)
    point_at(panel, "input", 0, 5)
    assert window_on(panel) == (range(3), range(3, 6))


# --- lines and hues ------------------------------------------------------------------------------


def places(panel, key):
    """The hue of every cell of a grid that has one."""
    marks = panel.picture.stage.pane(key).grid.marks
    return {(m.rows[0], m.columns[0]): m.hue for m in marks if m.style is MarkStyle.PLACE}


def test_lines_join_the_corners_of_the_window_and_of_the_output_cell(panel):
    stage = panel.picture.stage
    assert stage.lines == ()
    point_at(panel, "output", 1, 0)
    source, target = stage.pane("input").grid, stage.pane("output").grid
    top_left, _, _, bottom_right = stage.lines
    offset = source.mapTo(stage, QPoint(0, 0))
    assert top_left.p1() == source.cell_rect(1, 0).topLeft() + offset
    assert bottom_right.p1() == source.cell_rect(3, 2).bottomRight() + offset
    assert top_left.p2() == target.cell_rect(1, 0).topLeft() + target.mapTo(stage, QPoint(0, 0))
    leave(panel, "output")
    assert stage.lines == ()


def test_lines_follow_the_layout(panel, qtbot):
    point_at(panel, "output", 0, 1)
    before = panel.picture.stage.lines
    panel.resize(1000, 600)
    qtbot.waitUntil(lambda: panel.picture.stage.lines != before)
    assert len(panel.picture.stage.lines) == 4


def test_each_input_of_an_output_has_the_hue_of_its_weight(panel):
    set_box(panel, "size", 0, 5)
    set_box(panel, "size", 1, 5)
    set_box(panel, "dilation", 0, 2)
    point_at(panel, "output", 0, 0)
    inputs, weights = places(panel, "input"), places(panel, "kernel")
    assert inputs == {(2 * row, 2 * column): hue for (row, column), hue in weights.items()}
    assert places(panel, "products") == weights
    assert len(set(weights.values())) == 9
    leave(panel, "output")
    assert places(panel, "input") == {}


def test_hues_are_switched_off_and_on_by_key(panel):
    QTest.keyClick(panel, Key.Key_H)
    assert not panel.controls.hues.isChecked()
    point_at(panel, "output", 0, 0)
    assert places(panel, "input") == {}
    QTest.keyClick(panel, Key.Key_H)
    assert len(places(panel, "input")) == 9


def test_whether_there_are_hues_is_remembered(qtbot, look, settings):
    bench = LectureBench(StepPanel(), settings)
    qtbot.addWidget(bench)
    bench.panel.controls.hues.click()
    assert settings.get(HUES) is False
    second = LectureBench(StepPanel(), settings)
    qtbot.addWidget(second)
    assert not second.panel.controls.hues.isChecked()


def test_an_input_that_is_pointed_at_brings_no_hues(panel):
    point_at(panel, "input", 1, 1)
    assert places(panel, "input") == {}


def test_a_tool_tip_covers_no_cell(panel):
    grid = panel.picture.stage.pane("input").grid
    QTest.mouseMove(panel, QPoint(2, 2))  # a pointer that is there already does not move
    point_at(panel, "input", 2, 1)
    at = grid.cell_rect(2, 1).center().toPoint()
    QApplication.sendEvent(grid, QHelpEvent(QEvent.Type.ToolTip, at, grid.mapToGlobal(at)))
    assert QToolTip.text() == "input, row 3, column 2: 10"
    (tip,) = [each for each in QApplication.topLevelWidgets() if each.inherits("QTipLabel")]
    assert tip.y() >= grid.mapToGlobal(grid.rect().bottomLeft()).y()
    QToolTip.hideText()


def test_lines_leave_out_the_words_between_the_grids(panel):
    point_at(panel, "output", 1, 0)
    stage = panel.picture.stage
    products, output = stage.pane("products"), stage.pane("output")
    left = products.x() + products.grid.geometry().right() + 4
    right = output.x() + output.grid.x() - 4
    middle = output.y() + output.grid.geometry().center().y()

    def paper(image):
        return {image.pixel(x, middle - 24) for x in range(left, right)}

    with_lines = stage.grab().toImage()
    leave(panel, "output")
    assert paper(with_lines) == paper(stage.grab().toImage())
