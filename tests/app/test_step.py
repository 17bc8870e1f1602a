"""The workspace *Step*, driven by real keys and clicks and read back cell by cell."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QWidget

from app.panels.step import StepPanel
from engine.lab import Pass

Key = Qt.Key


@pytest.fixture
def panel(qtbot, look):
    panel = StepPanel()
    qtbot.addWidget(panel)
    panel.resize(1216, 640)
    panel.show()
    panel.activateWindow()
    panel.setFocus()
    qtbot.waitUntil(panel.hasFocus)
    return panel


def click(control, index):
    QTest.mouseClick(control.button(index), Qt.MouseButton.LeftButton)


def set_box(panel, key, which, value):
    """Type a value into a box of the geometry, and leave it."""
    box = panel.geometry_strip.box(key, which)
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, str(value))
    QTest.keyClick(box, Key.Key_Return)
    assert box.value() == value


def pad(panel, padding):
    for which in (0, 1):
        set_box(panel, "padding", which, padding)


def read(panel, key):
    """All values of a grid as shown; padding, and what has no value yet, is ``None``."""
    grid = panel.picture.stage.pane(key).grid
    return [[grid.value_at(r, c) for c in range(grid.columns)] for r in range(grid.rows)]


def texts(panel, key):
    grid = panel.picture.stage.pane(key).grid
    return [[grid.text_at(r, c) for c in range(grid.columns)] for r in range(grid.rows)]


def step_through(panel, key=Key.Key_Right):
    """Press a key until the last step, and count."""
    steps = 1
    while panel.stepper.position < panel.stepper.count - 1:
        QTest.keyClick(panel, key)
        steps += 1
        assert steps <= panel.stepper.count
    return steps


def inside(values, padding):
    return [row[padding:-padding] for row in values[padding:-padding]] if padding else values


# --- every grid of the course's example, reached by stepping -------------------------------------

FORWARD = {
    0: ([[-4, -4], [-4, -4]], [[1, 1], [1, 1]]),
    1: (
        [[-4, -4, -4, -4], [-4, -4, -4, -4], [-4, -4, -4, -4], [13, 14, 15, 16]],
        [[1, 1, 1, -4], [1, 1, 1, -8], [1, 1, 1, -12], [1, 1, 1, -16]],
    ),
}
GRAD_INPUT = {
    0: [[0, 0, 0, 0], [0, -5, 4, -7], [0, 13, 27, -11], [0, -10, -11, 0]],
    1: [[-5, 4, -7, 0], [13, 27, -11, 0], [-10, -11, 0, 0], [0, 0, 0, 0]],
}
GRAD_KERNEL = {
    0: (
        [[104, 117, 130], [156, 169, 182], [208, 221, 234]],
        [[-74, -90, -106], [-138, -154, -170], [-202, -218, -234]],
    ),
    1: (
        [[11, 32, 53], [51, 104, 117], [79, 156, 169]],
        [[-11, -21, -31], [-62, -74, -90], [-134, -138, -154]],
    ),
}


@pytest.mark.parametrize("padding", [0, 1])
def test_forward_reaches_the_outputs_of_both_kernels(panel, padding):
    pad(panel, padding)
    assert step_through(panel) == {0: 8, 1: 32}[padding]
    assert read(panel, "output") == FORWARD[padding][1]
    assert texts(panel, "kernel") == [["0", "0", "0"], ["0", "−1", "1"], ["0", "0", "0"]]
    QTest.keyClick(panel, Key.Key_1)
    assert texts(panel, "kernel") == [["0", "0", "0"], ["0", "1", "0"], ["0", "−1", "0"]]
    assert read(panel, "output") == FORWARD[padding][0]


@pytest.mark.parametrize("padding", [0, 1])
def test_handing_back_reaches_the_gradient_of_the_input(panel, padding):
    click(panel.controls.passes, 1)
    pad(panel, padding)
    assert step_through(panel, Key.Key_PageDown) == {0: 8, 1: 32}[padding]
    assert inside(read(panel, "grad_input"), padding) == GRAD_INPUT[padding]


@pytest.mark.parametrize("padding", [0, 1])
def test_gathering_reaches_the_same_gradient_of_the_input(panel, padding):
    click(panel.controls.passes, 1)
    click(panel.controls.ways, 1)
    pad(panel, padding)
    assert step_through(panel) == 16
    assert read(panel, "grad_input") == GRAD_INPUT[padding]
    assert texts(panel, "rotated_kernel") == [["0", "−1", "0"], ["0", "1", "0"], ["0", "0", "0"]]


@pytest.mark.parametrize("way", [0, 1])
@pytest.mark.parametrize("padding", [0, 1])
def test_both_ways_reach_the_gradients_of_both_kernels(panel, padding, way):
    click(panel.controls.passes, 2)
    click(panel.controls.ways, way)
    pad(panel, padding)
    step_through(panel)
    assert read(panel, "grad_kernel") == GRAD_KERNEL[padding][1]
    QTest.keyClick(panel, Key.Key_1)
    if way == 1:  # this way fills the cells of one kernel one by one
        QTest.keyClick(panel, Key.Key_Home)
        for _ in range(8):
            QTest.keyClick(panel, Key.Key_Right)
    else:
        assert panel.stepper.position == panel.stepper.count // 2 - 1
    assert read(panel, "grad_kernel") == GRAD_KERNEL[padding][0]


@pytest.mark.parametrize("padding", [0, 1])
def test_the_gradient_of_the_bias(panel, padding):
    click(panel.controls.passes, 3)
    pad(panel, padding)
    step_through(panel)
    assert read(panel, "grad_bias") == [[13, -16]]


# --- one step ------------------------------------------------------------------------------------


def test_the_first_step_shows_window_products_and_sentence(panel):
    assert panel.picture.stage.shown == ("input", "kernel", "products", "output")
    assert texts(panel, "input")[1] == ["5", "6", "7", "8"]
    assert texts(panel, "products") == [
        ["1 × 0", "2 × 0", "3 × 0"],
        ["5 × 0", "6 × 1", "7 × 0"],
        ["9 × 0", "10 × (−1)", "11 × 0"],
    ]
    assert read(panel, "products") == [[0, 0, 0], [0, 6, 0], [0, -10, 0]]
    assert read(panel, "output") == [[-4, None], [None, None]]
    assert panel.picture.sentence.text == (
        "1·0 + 2·0 + 3·0 + 5·0 + 6·1 + 7·0 + 9·0 + 10·(−1) + 11·0 + bias 0 = −4"
    )
    (window,) = panel.picture.stage.pane("input").grid.marks
    assert (window.rows, window.columns) == (range(3), range(3))
    (cell,) = panel.picture.stage.pane("output").grid.marks
    assert (cell.rows, cell.columns) == (range(1), range(1))
    assert panel.picture.where.text() == "Output channel 1, row 1, column 1"


def test_the_window_moves_with_the_step(panel):
    QTest.keyClick(panel, Key.Key_Right)
    QTest.keyClick(panel, Key.Key_Right)
    (window,) = panel.picture.stage.pane("input").grid.marks
    assert (window.rows, window.columns) == (range(1, 4), range(3))


def test_running_sums_grow_step_by_step(panel):
    click(panel.controls.passes, 3)
    seen = [panel.picture.sentence.text]
    for _ in range(3):
        QTest.keyClick(panel, Key.Key_Right)
        seen.append(panel.picture.sentence.text)
    assert seen == [
        "grad_bias 1: 0 + (−4) = −4",
        "grad_bias 1: −4 + (−4) = −8",
        "grad_bias 1: −8 + 10 = 2",
        "grad_bias 1: 2 + 11 = 13",
    ]


def test_padding_is_drawn_as_padding_and_enters_the_formula(panel):
    assert "(4 + 2·0 − 3)/1 + 1 = 2" in panel.geometry_strip.formula.text()
    pad(panel, 1)
    assert "(4 + 2·1 − 3)/1 + 1 = 4" in panel.geometry_strip.formula.text()
    is_padding = panel.picture.stage.pane("input").grid.content.is_padding
    assert is_padding.sum() == 20
    assert not is_padding[1:5, 1:5].any()


def test_cross_correlation_is_said_once(panel):
    assert "cross-correlation" in panel.picture.note.text()
    assert panel.picture.note.isVisible()


@pytest.mark.parametrize("operation", range(4))
@pytest.mark.parametrize("padding", [0, 1])
def test_every_sentence_fits_its_card(panel, operation, padding):
    click(panel.controls.passes, operation)
    pad(panel, padding)
    for way in range(len(panel.stepper.ways)):
        panel.model.choose_way(way)
        for position in range(panel.stepper.count):
            panel.stepper.go_to(position)
            assert panel.picture.sentence.fits
            assert panel.picture.sentence.type_size >= 14


# --- keys, transport, controls -------------------------------------------------------------------


def test_keys_step_to_and_fro(panel):
    for key, position in [
        (Key.Key_Right, 1),
        (Key.Key_PageDown, 2),
        (Key.Key_Left, 1),
        (Key.Key_PageUp, 0),
        (Key.Key_End, 7),
        (Key.Key_Home, 0),
        (Key.Key_2, 4),
        (Key.Key_1, 0),
        (Key.Key_9, 0),
    ]:
        QTest.keyClick(panel, key)
        assert panel.stepper.position == position
    assert panel.transport.position_text == "1 / 8"


def test_g_goes_to_the_gradients_and_back(panel):
    QTest.keyClick(panel, Key.Key_G)
    assert panel.stepper.pass_ is Pass.GRAD_INPUT
    assert panel.controls.passes.index == 1
    assert panel.controls.ways.isVisible()
    QTest.keyClick(panel, Key.Key_G)
    assert panel.controls.passes.index == 0
    assert not panel.controls.ways.isVisible()


def test_space_plays_to_the_end_without_dropping_a_step(panel, qtbot):
    seen: list[int] = []
    panel.stepper.position_changed.connect(seen.append)
    panel.stepper.set_speed(8)
    QTest.keyClick(panel, Key.Key_Space)
    assert panel.stepper.is_playing
    assert panel.transport.play.accessibleName() == "Pause"
    qtbot.waitUntil(lambda: not panel.stepper.is_playing, timeout=20_000)
    assert seen == list(range(1, 8))
    assert read(panel, "output") == [[1, 1], [1, 1]]


def test_transport_buttons_do_what_they_say(panel):
    transport = panel.transport
    assert not transport.previous.isEnabled()
    for button, position in [
        (transport.next, 1),
        (transport.last, 7),
        (transport.previous, 6),
        (transport.first, 0),
    ]:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        assert panel.stepper.position == position
    QTest.mouseClick(transport.play, Qt.MouseButton.LeftButton)
    assert panel.stepper.is_playing
    panel.hide()
    assert not panel.stepper.is_playing


def test_keys_work_after_a_button_was_clicked(panel):
    QTest.mouseClick(panel.transport.next, Qt.MouseButton.LeftButton)
    QTest.mouseClick(panel.picture.stage.pane("output").grid, Qt.MouseButton.LeftButton)
    QTest.keyClick(panel.focusWidget() or panel, Key.Key_Right)
    assert panel.stepper.position == 2


def test_the_scrubber_goes_where_it_is_pressed_and_dragged(panel):
    scrubber = panel.transport.scrubber
    middle = scrubber.height() // 2
    press = QPoint(round(scrubber.x_of(5)), middle)
    QTest.mousePress(scrubber, Qt.MouseButton.LeftButton, pos=press)
    assert panel.stepper.position == 5
    QTest.mouseRelease(scrubber, Qt.MouseButton.LeftButton, pos=press)
    QTest.mousePress(scrubber, Qt.MouseButton.LeftButton, pos=QPoint(scrubber.width() - 1, middle))
    assert panel.stepper.position == 7


def test_the_speed_is_chosen_from_the_list(panel):
    panel.transport.speed.setCurrentIndex(5)
    panel.transport.speed.activated.emit(5)
    assert panel.stepper.speed == 8


def test_a_small_picture_of_another_channel_chooses_it(panel):
    thumb = panel.picture.stage.pane("kernel").thumbs[1]
    QTest.mouseClick(thumb, Qt.MouseButton.LeftButton)
    assert panel.stepper.channel == 1
    assert panel.channels.index == 1
    assert panel.picture.stage.pane("kernel").picture.title == "kernel 2"


def test_typing_in_a_field_beside_the_panel_does_not_step(qtbot, look):
    window = QWidget()
    layout, panel, field = QHBoxLayout(window), StepPanel(), QLineEdit()
    layout.addWidget(panel)
    layout.addWidget(field)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    QTest.keyClicks(field, "2 g")
    QTest.keyClick(field, Key.Key_Home)
    assert field.text() == "2 g"
    assert (panel.stepper.position, panel.stepper.is_playing) == (0, False)


# --- hovering, tooltips, copying -----------------------------------------------------------------


def hover(widget, row, column):
    QTest.mouseMove(widget, widget.cell_rect(row, column).center().toPoint())


def test_hovering_an_input_cell_lights_what_it_touches(panel):
    grids = {key: panel.picture.stage.pane(key).grid for key in panel.picture.stage.shown}
    hover(grids["input"], 1, 1)
    assert grids["input"].lit == {(1, 1)}
    assert grids["kernel"].lit == {(1, 1)}
    assert grids["products"].lit == {(1, 1)}
    assert grids["output"].lit == {(0, 0)}
    QTest.mouseMove(panel, QPoint(2, 2))
    grids["input"].hover_ended.emit()
    assert grids["input"].lit is None


def test_hovering_a_product_or_an_output_lights_its_factors(panel):
    grids = {key: panel.picture.stage.pane(key).grid for key in panel.picture.stage.shown}
    hover(grids["products"], 2, 1)
    assert grids["input"].lit == {(2, 1)}
    assert grids["kernel"].lit == {(2, 1)}
    hover(grids["output"], 1, 1)
    assert grids["input"].lit == {(r, c) for r in range(1, 4) for c in range(1, 4)}


def test_hovering_pauses(panel):
    QTest.keyClick(panel, Key.Key_Space)
    hover(panel.picture.stage.pane("input").grid, 0, 0)
    assert not panel.stepper.is_playing


def test_a_grid_is_copied_with_all_its_digits(panel):
    grid = panel.picture.stage.pane("input").grid
    grid.setFocus()
    QTest.keyClick(grid, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    rows = QGuiApplication.clipboard().text().split("\n")
    assert rows[0] == "1\t2\t3\t4"
    assert np.array([row.split("\t") for row in rows], float).sum() == 136


def test_tooltips_give_place_and_value(panel):
    assert panel.picture.stage.pane("input").grid.tooltip_at(1, 2) == "input, row 2, column 3: 7"
    assert panel.picture.stage.pane("products").grid.tooltip_at(2, 1).endswith("10 × (−1) = -10")
    assert "not yet computed" in panel.picture.stage.pane("output").grid.tooltip_at(1, 1)


# --- looks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("size", [(760, 520), (1216, 640), (1856, 1000)])
def test_panes_neither_overlap_nor_leave_the_stage(panel, look, mode, size, qtbot):
    look.set_mode(mode)
    panel.resize(*size)
    for operation in range(4):
        click(panel.controls.passes, operation)
        for way in range(len(panel.stepper.ways)):
            panel.model.choose_way(way)
            for padding in (0, 1):
                pad(panel, padding)
                QApplication.processEvents()
                panes = [panel.picture.stage.pane(key) for key in panel.picture.stage.shown]
                right = 0
                for pane in panes:
                    grid = pane.grid.geometry().translated(pane.pos())
                    assert grid.left() >= right
                    assert panel.picture.stage.rect().contains(grid)
                    right = grid.right()


def test_a_change_of_theme_and_scale_is_followed_at_once(panel, look, qtbot):
    before = panel.grab().toImage().pixelColor(5, 5)
    look.set_mode("dark")
    qtbot.waitUntil(lambda: panel.grab().toImage().pixelColor(5, 5) != before)
    width = panel.controls.passes.width()
    look.set_scale(1.5)
    qtbot.waitUntil(lambda: panel.controls.passes.width() > width)


def test_a_cell_is_found_under_the_pointer_and_beside_none(panel):
    grid = panel.picture.stage.pane("input").grid
    assert grid.cell_at(grid.cell_rect(3, 2).center()) == (3, 2)
    assert grid.cell_at(QPointF(-5, -5)) is None


def test_a_step_repaints_all_that_changed_and_leaves_no_trace_of_the_last(panel):
    for operation, way in [(0, 0), (2, 0), (2, 1), (3, 1), (4, 0)]:
        panel.model.choose_pass(tuple(Pass)[operation])
        panel.model.choose_way(way)
        for position in (0, 1, 3, 5, 4):
            panel.stepper.go_to(position)
            QApplication.processEvents()
            afresh = panel.grab().toImage()
            painted = panel.screen().grabWindow(panel.winId()).toImage()
            assert painted.convertToFormat(afresh.format()) == afresh
