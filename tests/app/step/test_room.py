"""What gives way where room is short, and how large the cells of the course's example stay."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea

from app.step.folding import facts_of
from engine.lab import Operation, Pass, example_state
from tests.app.step.reading import Key, read

SIZES = [(1024, 768), (1280, 720), (1366, 768), (1600, 900), (1920, 1080)]
LEAST, LEAST_ANYWHERE = 28, 26
"""Pixels of a cell at scale 1, and at any scale in any of these windows."""


def settle(window, panel, size):
    """Give the window a size, and wait until everything has its place."""
    window.resize(*size)
    for _ in range(4):  # each layout may ask for another
        QApplication.sendPostedEvents()
        QApplication.processEvents()


def cell_sizes(panel):
    stage = panel.picture.stage
    boxes = [stage.pane(key).grid.cell_rect(0, 0) for key in stage.shown]
    return [min(box.width(), box.height()) for box in boxes]


def boxes_of(panel):
    """Everything that must not overlap, with its place in the panel."""
    stage = panel.picture.stage
    panes = [stage.pane(key) for key in stage.shown]
    parts = [part for part in panel.controls.children() if part.isWidgetType()]
    parts += [panel.geometry_strip, panel.picture.card, panel.transport, panel.channels]
    for pane in panes:
        parts += [pane.grid, pane.attached, pane.bar]
    return {
        part.accessibleName() or type(part).__name__ + str(number): QRect(
            part.mapTo(panel, part.rect().topLeft()), part.size()
        )
        for number, part in enumerate(parts)
        if part.isVisible() and part.window() is panel.window()
    }


def assert_all_in_its_place(panel):
    (scroller,) = panel.findChildren(QScrollArea)
    assert scroller.verticalScrollBar().maximum() == scroller.horizontalScrollBar().maximum() == 0
    assert panel.picture.rect().contains(panel.picture.card.geometry())
    boxes = boxes_of(panel)
    assert len(boxes) > 10
    for name, box in boxes.items():
        assert panel.rect().contains(box), name
    for (name, box), (other, beside) in combinations(boxes.items(), 2):
        assert not box.intersects(beside), (name, other)


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_the_cells_of_the_courses_example_stay_legible_in_every_window(window, look, scale):
    window.open_workspace("step")
    panel = window.workspaces.step
    look.set_scale(scale)
    for size in SIZES:
        settle(window, panel, size)
        has_room = panel.height() >= 400 * scale and panel.width() >= 560 * scale
        least = max(LEAST_ANYWHERE, LEAST * scale) if has_room else LEAST_ANYWHERE
        assert min(cell_sizes(panel)) >= least, size
        assert_all_in_its_place(panel)


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("pass_", [Pass.GRAD_INPUT, Pass.GRAD_KERNEL, Pass.GRAD_BIAS])
def test_nothing_overlaps_in_the_passes_backward(window, look, scale, pass_):
    window.open_workspace("step")
    panel = window.workspaces.step
    panel.model.choose_pass(pass_)
    look.set_scale(scale)
    for size in SIZES:
        settle(window, panel, size)
        assert_all_in_its_place(panel)


@pytest.fixture
def low_panel(panel, qtbot):
    """A panel in which the settings are folded."""
    panel.resize(900, 420)
    qtbot.waitUntil(panel.controls.summary.isVisible)
    return panel


def test_where_room_is_short_one_button_says_the_geometry(low_panel):
    assert not low_panel.geometry_strip.isVisible()
    assert low_panel.controls.summary.text() == "4×4 · kernel 3×3 · stride 1 · padding 0 ▾"
    low_panel.resize(900, 640)
    assert low_panel.geometry_strip.isVisible()
    assert not low_panel.controls.summary.isVisible()


@pytest.mark.parametrize(
    ("operation", "facts"),
    [
        (Operation.CONV2D, ("4×4", "kernel 3×3", "stride 1", "padding 0")),
        (Operation.MAX_POOL, ("4×4", "window 2×2", "stride 2", "padding 0")),
        (Operation.DENSE, ("features 4 → 3",)),
    ],
)
def test_the_facts_are_those_of_the_operation(operation, facts):
    assert facts_of(example_state(operation)) == facts


def test_in_less_room_facts_are_left_out_whole(low_panel):
    button = low_panel.controls.summary
    shortest, longest = button.widths()
    seen = set()
    for width in range(shortest, longest + 1):
        button.resize(width, button.height())
        seen.add(button.text())
    assert seen == {
        "4×4 ▾",
        "4×4 · kernel 3×3 ▾",
        "4×4 · kernel 3×3 · stride 1 ▾",
        "4×4 · kernel 3×3 · stride 1 · padding 0 ▾",
    }
    assert "padding 0" in button.toolTip()


def test_the_button_opens_the_settings_and_enter_closes_them(low_panel, qtbot):
    button, box = low_panel.controls.summary, low_panel.geometry_strip.box("padding")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.popup.isVisible()
    assert box.isVisible()
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "1")
    QTest.keyClick(box, Key.Key_Return)
    assert low_panel.model.state.padding == (1, 1)
    assert button.text() == "4×4 · kernel 3×3 · stride 1 · padding 1 ▾"
    assert not button.popup.isVisible()
    qtbot.waitUntil(low_panel.hasFocus)
    QTest.keyClick(low_panel, Key.Key_Right)
    assert low_panel.stepper.position == 1


def test_what_is_folded_does_not_follow_from_what_is_shown(low_panel):
    is_folded: dict[int, set[bool]] = {}
    for height in (420, 640):
        low_panel.resize(900, height)
        is_folded[height] = set()
        for operation in Operation:
            low_panel.model.choose_operation(operation)
            is_folded[height].add(low_panel.controls.summary.isVisible())
    assert is_folded == {420: {True}, 640: {False}}


def test_the_menu_does_what_the_buttons_without_room_do(panel, qtbot):
    panel.resize(620, 420)
    more = panel.controls.more
    qtbot.waitUntil(more.isVisible)
    assert not panel.controls.quiz.isVisible()
    more.menu().aboutToShow.emit()
    found = {action.text(): action for action in more.menu().actions()}
    assert found["Data"].menu() is panel.data_menu
    assert not found["Check"].isEnabled()
    found["im2col"].trigger()
    assert panel.picture.shows_im2col
    more.menu().aboutToShow.emit()
    found = {action.text(): action for action in more.menu().actions()}
    assert found["im2col"].isChecked()
    found["Quiz"].trigger()
    assert panel.quiz.is_on


def test_where_room_is_shortest_passes_and_ways_are_drop_downs(panel, qtbot):
    panel.resize(640, 300)
    box = panel.controls.pass_box
    qtbot.waitUntil(box.isVisible)
    assert not panel.controls.passes.isVisible()
    box.setCurrentIndex(2)
    box.activated.emit(2)
    assert panel.stepper.pass_ is Pass.GRAD_KERNEL
    ways = panel.controls.way_box
    assert ways.isVisible()
    ways.setCurrentIndex(1)
    ways.activated.emit(1)
    assert panel.model.state.way == 1
    QTest.keyClick(panel, Key.Key_End)
    assert read(panel, "grad_kernel") == [
        [-74, -90, -106],
        [-138, -154, -170],
        [-202, -218, -234],
    ]


def test_where_the_cells_of_larger_grids_are_small_it_is_said(panel):
    said = "Cells are small here: point at one to read its number."
    assert panel.picture.note.text() != said
    state = panel.model.state
    panel.model.set_state(replace(state, input=np.ones((1, 28, 28))))
    assert min(cell_sizes(panel)) < LEAST
    assert panel.picture.note.text() == said
    panel.model.undo_stack.undo()
    assert panel.picture.note.text() != said
