"""Pointing at a number of Inside's maps, while a run waits and while it goes on."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.train.inside.page import HINT, TrainInside
from engine.insight.layer_outputs import outputs_on
from engine.insight.shown_layer import Unit
from engine.networks.network import Sequential
from engine.networks.presets import PRESETS
from engine.training.weight_history import unpack
from tests.app.train.driving import LEFT, one_batch, open_page, part_of


@pytest.fixture
def page(qtbot, panel):
    panel.document.replace_stack(PRESETS["lenet5"].stack, "LeNet-5")
    panel.resize(1500, 950)
    found = open_page(panel, TrainInside)
    one_batch(qtbot, panel)
    qtbot.waitUntil(lambda: len(found.maps.layers) == 2)
    return found


def test_nothing_is_computed_while_nothing_is_pointed_at(page, panel):
    assert page.lines.picture is None
    assert page.sum_line.text() == HINT


def test_a_number_of_the_second_maps_comes_from_the_first(page, panel):
    first, second = page.maps.layers
    unit = Unit(second, (4, 5, 6))
    page.maps.unit_hovered.emit(unit)
    picture = page.lines.picture
    maps = page.maps.tiles[0].translated(page.maps.mapTo(page, page.maps.rect().topLeft()))
    assert 0 < len(picture.outlines) <= 24
    assert all(
        maps.contains(box.toAlignedRect().adjusted(1, 1, -1, -1)) for box in picture.outlines
    )
    model = part_of(panel, TrainInside)
    network = Sequential(panel.session.job.stack, np.random.default_rng(0))
    unpack(network, model.latest.values)
    value = outputs_on(network, model.image.image)[second][unit.index]
    said = page.sum_line.text()
    assert "; behind ReLU: " in said
    assert float(said.split()[-1]) == pytest.approx(float(value), rel=0.01)
    del first


def test_a_number_of_the_first_maps_comes_from_the_image(page):
    page.maps.unit_hovered.emit(Unit(page.maps.layers[0], (1, 14, 14)))
    picture = page.lines.picture
    assert page.answer.geometry().intersects(picture.target.toRect()) is False
    here = page.answer.mapTo(page, page.answer.rect().topLeft())
    answer = page.answer.rect().translated(here)
    assert all(answer.contains(box.toAlignedRect()) for box in picture.outlines)


def test_a_click_holds_it_arrows_walk_and_escape_lets_go(qtbot, page, panel):
    maps, unit = page.maps, Unit(page.maps.layers[1], (4, 5, 6))
    QTest.mouseClick(maps, LEFT, pos=maps.cell_box(unit).center().toPoint())
    assert maps.chosen == unit
    QTest.keyClick(maps, Qt.Key.Key_Right)
    assert maps.chosen == Unit(unit.layer, (4, 5, 7))
    said = page.sum_line.text()
    step = part_of(panel, TrainInside).latest.step
    one_batch(qtbot, panel)
    qtbot.waitUntil(lambda: part_of(panel, TrainInside).latest.step > step)
    assert page.lines.picture is not None
    assert page.sum_line.text() != said
    QTest.keyClick(maps, Qt.Key.Key_Escape)
    assert maps.chosen is None
    assert page.lines.picture is None


def test_the_other_view_has_no_lines(page):
    page.maps.choose(Unit(page.maps.layers[1], (4, 5, 6)))
    assert page.lines.picture is not None
    page.choice.button(1).click()
    assert page.lines.picture is None
