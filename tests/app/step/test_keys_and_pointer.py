"""Keys, transport, hovering and copying in Step, and how it is drawn."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QWidget

from app.step.panel import StepPanel
from engine.lab import Pass
from tests.app.step.reading import Key, click, pad, read, ways

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
    assert panel.transport.label.text() == "1 / 8"


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


def hover(widget, row, column):
    QTest.mouseMove(widget, widget.cell_rect(row, column).center().toPoint())


# --- hovering, tooltips, copying -----------------------------------------------------------------


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


def test_a_grid_is_copied_with_all_its_digits(panel):
    grid = panel.picture.stage.pane("input").grid
    grid.setFocus()
    QTest.keyClick(grid, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    rows = QGuiApplication.clipboard().text().split("\n")
    assert rows[0] == "1\t2\t3\t4"
    assert np.array([row.split("\t") for row in rows], float).sum() == 136


def test_tooltips_give_place_and_value(panel):
    assert panel.picture.stage.pane("input").grid.tooltip_at(1, 2) == "input, row 2, column 3: 7"
    assert panel.picture.stage.pane("products").grid.tooltip_at(2, 1).endswith("10 × (−1) = −10")
    assert "not yet computed" in panel.picture.stage.pane("output").grid.tooltip_at(1, 1)


# --- appearance ---------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("size", [(760, 520), (1216, 640), (1856, 1000)])
def test_panes_neither_overlap_nor_leave_the_stage(panel, look, mode, size, qtbot):
    look.set_mode(mode)
    panel.resize(*size)
    for operation in range(4):
        click(panel.controls.passes, operation)
        for way in range(len(ways(panel.stepper))):
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


@pytest.mark.parametrize("scale", [0.8, 1.5, 2.0])
def test_the_panes_follow_the_scale_where_the_stage_keeps_its_size(panel, look, qtbot, scale):
    stage = panel.picture.stage
    stage.setFixedSize(700, 300)
    qtbot.waitUntil(lambda: stage.width() == 700)

    def places():
        return [(pane.geometry(), pane.grid.geometry()) for pane in stage.panes]

    before = places()
    look.set_scale(scale)
    qtbot.waitUntil(lambda: places() != before)
    then = places()
    for width in (710, 700):  # which lays them out again
        stage.setFixedSize(width, 300)
        stage.resize(width, 300)
    assert places() == then
