"""Pointing at a number of a step that is held still: its sources, lines and sum."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.train.freeze.page import HINT, TrainFreeze
from app.train.freeze.step_walk import Stage, StageKind
from engine.insight.shown_layer import Unit
from engine.layers import (
    BatchNorm2dSpec,
    Conv2dSpec,
    DenseSpec,
    DropoutSpec,
    FlattenSpec,
    MaxPool2dSpec,
    ReLUSpec,
)
from engine.networks.stack import Stack
from tests.app.train.driving import LEFT, open_page, part_of
from tests.app.train.freeze.test_freeze import one_batch

STACK = Stack(
    "All kinds",
    (1, 28, 28),
    (
        Conv2dSpec(3, (3, 3)),
        BatchNorm2dSpec(),
        ReLUSpec(),
        MaxPool2dSpec(),
        DropoutSpec(0.5),
        FlattenSpec(),
        DenseSpec(10),
    ),
)


@pytest.fixture
def page(qtbot, panel):
    panel.document.replace_stack(STACK, "All kinds")
    page = open_page(panel, TrainFreeze)
    one_batch(qtbot, panel)
    walk = part_of(panel, TrainFreeze).walk
    walk.go_to(walk.stages.index(Stage(StageKind.FORWARD, len(STACK.layers) - 1)))
    return page


def point(page, unit):
    page.forward.unit_hovered.emit(unit)
    return page.lines.picture


def test_every_layer_says_where_its_numbers_come_from_and_the_sum_is_the_number(page, panel):
    walk = part_of(panel, TrainFreeze).walk
    for layer, look in enumerate(page.forward.layers):
        unit = Unit(layer, tuple(size // 2 for size in look.shape))
        picture = point(page, unit)
        assert picture.outlines
        assert picture.target.isValid()
        found = walk.sources_of(unit)
        assert found.total == pytest.approx(float(look.values[unit.index]), abs=1e-5)
        assert page.sum_line.text() != HINT


def test_the_first_layer_reads_the_image(page):
    picture = point(page, Unit(0, (1, 12, 12)))
    (window,) = picture.outlines
    assert page.answer.geometry().contains(window.toAlignedRect())


def test_a_layer_that_was_not_reached_has_no_sources(page, panel):
    walk = part_of(panel, TrainFreeze).walk
    walk.go_to(walk.stages.index(Stage(StageKind.FORWARD, 0)))
    assert point(page, Unit(2, (0, 5, 5))) is None
    assert page.sum_line.text() == HINT


def test_a_click_holds_and_escape_lets_go(page):
    unit, strips = Unit(6, (3,)), page.forward
    place = strips.position_of(unit).toPoint()
    QTest.mouseClick(strips, LEFT, pos=place)
    assert page.step_button.isEnabled()
    QTest.mouseMove(strips, QPoint(1, 1))
    point(page, None)
    held = page.lines.picture
    assert np.isclose(held.target.center().x(), strips.mapTo(page, place).x(), atol=1.5)
    QTest.keyClick(strips, Qt.Key.Key_Right)
    assert strips.chosen == Unit(6, (4,))
    assert page.lines.picture.target != held.target
    QTest.keyClick(strips, Qt.Key.Key_Escape)
    assert strips.chosen is None
    assert page.lines.picture is None
    assert not page.step_button.isEnabled()


def test_the_part_that_is_not_in_sight_leaves_no_lines(page, panel):
    walk = part_of(panel, TrainFreeze).walk
    QTest.mouseClick(page.forward, LEFT, pos=page.forward.position_of(Unit(6, (3,))).toPoint())
    assert page.lines.picture is not None
    walk.go_to(len(walk.stages) - 1)
    assert page.lines.picture is None
