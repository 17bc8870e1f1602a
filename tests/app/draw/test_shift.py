"""Shift, in Draw: the digit at 169 places, in the open network and in the dense one."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.draw.shift.view import DENSE_MODEL, ShiftView
from app.look.assets import asset
from app.look.colormaps import viridis
from engine.networks.model_file import load_model
from engine.networks.presets import PRESETS
from tests.app.draw.drawn import draw_seven, make_panel, show_view


@pytest.fixture
def panel(qtbot, settings, look):
    return make_panel(qtbot, settings)


@pytest.fixture
def view(panel, qtbot):
    draw_seven(panel, qtbot)
    shown = show_view(panel, qtbot, ShiftView)
    qtbot.waitUntil(lambda: shown.maps is not None, timeout=9000)
    return shown


def moved(image, down, right):
    result = np.zeros_like(image)
    for row in range(28):
        for column in range(28):
            if 0 <= row - down < 28 and 0 <= column - right < 28:
                result[0, 0, row, column] = image[0, 0, row - down, column - right]
    return result


def test_the_cells_are_the_answers_to_the_moved_digit(panel, view):
    image = panel.recognition.prepared.image[np.newaxis, np.newaxis]
    dense = load_model(asset(*DENSE_MODEL)).network
    for grid, network in zip(view.grids, (panel.networks.network, dense), strict=True):
        for down, right in ((0, 0), (-6, 6), (4, -3), (6, 6)):
            answer = int(network.forward(moved(image, down, right)).argmax())
            assert grid.answers[down + 6, right + 6] == answer
    own = view.maps[0]
    expected = viridis()[np.rint(own.confidences * 255).astype(int)]
    np.testing.assert_array_equal(view.grids[0].colours, expected)
    assert view.names[0].text() == f"LeNet-5: {own.same} of 169 same"
    share = f"{100 * own.same / 169:.1f}\N{NO-BREAK SPACE}%"
    assert share in view.sentence.text()
    assert "28×28" in view.sentence.text()


def test_pointing_at_a_cell_shows_the_moved_digit_and_its_bars(panel, view):
    image = panel.recognition.prepared.image[np.newaxis, np.newaxis]
    grid = view.grids[1]
    QTest.mouseMove(grid, grid.cell_box(6 + 5, 6 - 2).center().toPoint())
    np.testing.assert_array_equal(view.picture.values, moved(image, 5, -2)[0, 0])
    own, dense = view.bars.probabilities
    np.testing.assert_array_equal(own, view.maps[0].probabilities[11, 4])
    np.testing.assert_array_equal(dense, view.maps[1].probabilities[11, 4])
    assert view.place.text().startswith("5 down and 2 left: ")
    QTest.mouseMove(grid, QPoint(grid.width() - 1, grid.height() - 1))
    QTest.mouseMove(view, QPoint(1, 1))
    assert view.place.text().startswith("As it is: ")


def test_the_arrows_go_from_cell_to_cell(view):
    grid = view.grids[0]
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_Up)
    QTest.keyClick(grid, Qt.Key.Key_Right)
    assert view.place.text().startswith("1 up and 1 right: ")


def test_a_digit_moved_out_loses_ink_and_that_is_said(view):
    grid = view.grids[0]
    grid.setFocus()
    for _ in range(6):
        QTest.keyClick(grid, Qt.Key.Key_Down)
    kept = view.maps[0].kept_ink[12, 6]
    assert kept < 1
    assert f"{100 * (1 - kept):.1f}\N{NO-BREAK SPACE}% of the ink cut off" in view.place.text()


def test_a_blank_sheet_shows_no_answers(panel, qtbot):
    view = show_view(panel, qtbot, ShiftView)
    qtbot.waitUntil(lambda: view.sentence.text().startswith("Draw a digit"))
    assert view.grids[0].answers is None


def test_while_it_is_computed_titles_stay_and_the_places_are_counted(panel, qtbot):
    draw_seven(panel, qtbot)
    view = next(one for one in panel.views if isinstance(one, ShiftView))
    panel.side.pages.show_page(1 + panel.views.index(view))
    qtbot.waitUntil(lambda: view.sentence.text().startswith("Moving the digit, "))
    assert view.sentence.text() == f"Moving the digit, 0 of 169, in {panel.networks.title}"
    assert [label.text() for label in view.names] == [panel.networks.title, "Dense"]
    assert not view.grab().isNull()
    qtbot.waitUntil(lambda: view.maps is not None, timeout=9000)
    assert not view.sentence.text().startswith("Moving")


def test_the_dense_network_is_the_preset_and_says_how_it_was_made():
    model = load_model(asset(*DENSE_MODEL))
    assert model.stack == PRESETS["dense"].stack
    assert model.record is not None
    assert model.record.command.startswith("cnnviz train --preset dense --data DIR")
    assert model.record.test_accuracy is not None
    assert model.record.test_accuracy > 0.98
