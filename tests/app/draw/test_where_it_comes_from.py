"""Pointing at a number in Draw's strips: its sources, the lines from them, and the sum in words."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.insight.shown_layer import Unit
from engine.networks.network import Sequential
from engine.networks.presets import PRESETS
from tests.app.draw.drawn import draw_seven, make_panel
from tests.app.hand import SEVEN, draw

CONV1, POOL, CONV2 = Unit(0, (2, 12, 16)), Unit(2, (0, 9, 9)), Unit(3, (4, 5, 6))
FLAT, DENSE, ANSWER = Unit(6, (123,)), Unit(7, (30,)), Unit(11, (7,))


@pytest.fixture
def panel(qtbot, settings, look):
    made = make_panel(qtbot, settings)
    draw_seven(made, qtbot)
    return made


def point(panel, unit):
    strips = panel.inside.strips
    QTest.mouseMove(strips, QPoint(1, 1))  # a pointer that is there already would not move
    QTest.mouseMove(strips, strips.position_of(unit).toPoint())
    return panel.inside.lines.picture


def place(panel, unit):
    """The middle of a unit, as the lines count."""
    strips = panel.inside.strips
    return strips.mapTo(panel, strips.position_of(unit))


def test_a_convolution_has_a_window_on_each_map_and_lines_as_wide_as_the_products(panel):
    picture = point(panel, CONV2)
    network, image = panel.networks.network, panel.recognition.prepared.image
    before = network.activations(image[np.newaxis, np.newaxis])[2][0]
    weight = network.layers[3].parameters["weight"][4]
    products = weight * before[:, 5:10, 6:11]
    largest = np.abs(products).max()
    assert len(picture.outlines) == 6
    channel, row, column = np.unravel_index(np.abs(products).argmax(), products.shape)
    source = Unit(2, (int(channel), 5 + int(row), 6 + int(column)))
    assert picture.marks[0].box.center() == place(panel, source)
    assert picture.marks[0].part == np.sign(products[channel, row, column])
    seen = np.sort(np.abs(products[np.abs(products) >= 0.03 * largest]))[::-1] / largest
    assert [abs(mark.part) for mark in picture.marks] == pytest.approx(seen.tolist(), rel=1e-4)
    corner, opposite = Unit(2, (0, 5, 6)), Unit(2, (0, 9, 10))
    assert picture.outlines[0].contains(place(panel, corner))
    assert picture.outlines[0].contains(place(panel, opposite))


def test_a_dense_number_has_lines_from_the_ten_strongest(panel):
    picture = point(panel, DENSE)
    assert len(picture.outlines) == 10
    assert 0 < len(picture.marks) <= 10


def test_pooling_shows_its_window_and_the_winner(panel):
    picture = point(panel, POOL)
    (window,), (winner,) = picture.outlines, picture.marks
    assert window.contains(winner.box)
    values = panel.inside.shown.layers[1].values[0, 18:20, 18:20]
    row, column = divmod(int(values.argmax()), 2)
    assert winner.box.center() == place(panel, Unit(1, (0, 18 + row, 18 + column)))
    text = panel.inside.sum_line.text()
    assert text.startswith("max(")


def test_one_number_is_the_source_of_an_activation_and_of_flatten(panel):
    assert len(point(panel, FLAT).outlines) == 1
    assert len(point(panel, Unit(1, (0, 9, 9))).outlines) == 1


def test_lines_of_the_first_layer_come_from_the_drawing(panel):
    picture = point(panel, CONV1)
    (window,) = picture.outlines
    sheet = panel.canvas.geometry()
    assert sheet.contains(window.toAlignedRect())
    assert all(window.contains(mark.box.center()) for mark in picture.marks)
    assert picture.marks
    words = panel.inside.sum_line
    assert not picture.clip.contains(words.mapTo(panel, words.rect().center()))


def test_the_sum_stands_in_the_sentence_and_comes_to_the_number(panel):
    point(panel, ANSWER)
    text = panel.inside.sum_line.text()
    total = panel.inside.shown.layers[11].value(ANSWER)
    assert float(text.split()[-1].replace("\N{MINUS SIGN}", "-")) == pytest.approx(total, rel=0.01)
    assert "bias" in text


def test_where_there_is_little_room_fewer_terms_are_said_and_none_is_cut(panel):
    point(panel, ANSWER)
    line = panel.inside.sum_line
    wide = line.text()
    line.resize(420, line.height())
    narrow = line.text()
    assert len(narrow) < len(wide)
    assert line.fontMetrics().horizontalAdvance(narrow) <= 420
    assert narrow.split()[-1] == wide.split()[-1]


def test_nothing_is_computed_while_nothing_is_pointed_at(panel, qtbot, monkeypatch):
    asked: list[Unit] = []
    find = panel.inside.shown.sources_of

    def asking(unit):
        asked.append(unit)
        return find(unit)

    monkeypatch.setattr(panel.inside.shown, "sources_of", asking)
    draw(panel.canvas, SEVEN)
    QApplication.processEvents()
    assert asked == []
    assert panel.inside.lines.picture is None
    point(panel, CONV2)
    assert asked[-1] == CONV2


def test_a_click_holds_the_lines_and_escape_lets_go(panel):
    strips = panel.inside.strips
    point(panel, CONV2)
    QTest.mouseClick(strips, Qt.MouseButton.LeftButton, pos=strips.position_of(CONV2).toPoint())
    held = panel.inside.lines.picture.target
    QTest.mouseMove(strips, strips.position_of(DENSE).toPoint())
    QTest.mouseMove(panel, QPoint(5, 5))
    assert not panel.inside.lines.visibleRegion().isEmpty()
    assert panel.inside.lines.picture.target == held
    panel.inside.close_card()
    QTest.mouseMove(strips, QPoint(strips.width() - 2, 2))
    assert panel.inside.lines.picture is None


def test_the_lines_follow_the_pen_while_held_and_let_it_through(panel, qtbot):
    strips = panel.inside.strips
    unit = CONV1
    QTest.mouseClick(strips, Qt.MouseButton.LeftButton, pos=strips.position_of(unit).toPoint())
    before = panel.inside.sum_line.text()
    assert panel.inside.lines.geometry().intersects(panel.canvas.geometry())
    marks = len(panel.sketch.marks)
    middle = panel.inside.lines.geometry().center()
    assert panel.childAt(middle) is not panel.inside.lines
    draw(panel.canvas, [((0.1, 0.1), (0.9, 0.9)), ((0.4, 0.2), (0.6, 0.5))])
    qtbot.waitUntil(lambda: panel.inside.sum_line.text() != before)
    assert len(panel.sketch.marks) == marks + 2


def test_held_lines_stay_with_their_numbers_when_the_window_changes(panel, qtbot):
    strips = panel.inside.strips
    QTest.mouseClick(strips, Qt.MouseButton.LeftButton, pos=strips.position_of(DENSE).toPoint())
    for size in ((1100, 700), (1500, 950), (760, 640)):
        panel.resize(*size)
        QApplication.processEvents()
        assert panel.inside.lines.picture.target.center() == place(panel, DENSE)


def test_a_muted_map_has_no_sources_and_says_so(panel, qtbot):
    panel.meddler.set_muted((3, 4), is_muted=True)
    qtbot.waitUntil(lambda: panel.inside.shown.layers[3].muted == (4,))
    picture = point(panel, CONV2)
    assert (picture.marks, picture.outlines) == ((), ())
    assert panel.inside.sum_line.text().startswith("muted")


def test_gradients_have_no_lines(panel):
    panel.inside.head.gradients_chosen.emit(True)
    assert point(panel, CONV2) is None
    assert panel.inside.lines.picture is None


@pytest.mark.parametrize("preset", PRESETS)
def test_every_layer_of_every_network_can_be_pointed_at(panel, qtbot, preset):
    network = Sequential(PRESETS[preset].stack, np.random.default_rng(0))
    panel.networks.set_network(network, None)
    qtbot.waitUntil(lambda: panel.inside.shown.layers[0].values is not None)
    for number, layer in enumerate(panel.inside.shown.layers):
        unit = Unit(number, tuple(size // 2 for size in layer.shape))
        panel.inside.strips.unit_hovered.emit(unit)
        assert panel.inside.lines.picture.target.isValid()
        assert panel.inside.sum_line.text()
        panel.inside.lines.grab()
