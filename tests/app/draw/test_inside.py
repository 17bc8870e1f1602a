"""Inside the network, in Draw: strips, receptive fields, the card and the way to the lab."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.draw.panel import DrawPanel
from app.look.pictures import pixels_of
from app.look.theme import px
from app.state.networks import NetworkHolder
from app.state.settings import INSIDE_OPEN, INSIDE_SHARE
from engine.ink.preprocess import prepare
from engine.insight.shown_layer import Unit
from engine.layers import DenseSpec, FlattenSpec, ReLUSpec
from engine.networks.network import Sequential
from engine.networks.presets import DIGITS, PRESETS
from engine.networks.stack import Stack
from tests.app.draw.drawn import draw_seven, make_panel
from tests.app.hand import SEVEN, draw

BLUE_ORANGE = ("1d5b9e", "5f97cc", "b5d1ea", "ffffff", "fbd3a6", "ee9a45", "c25a06")
VIRIDIS = (
    "440154", "482878", "3e4989", "31688e", "26828e",
    "1f9e89", "35b779", "6ece58", "b5de2b", "fde725",
)  # fmt: skip
DENSE_ONLY = Stack("Dense only", DIGITS, (FlattenSpec(), DenseSpec(30), ReLUSpec(), DenseSpec(10)))
STACKS = [*(preset.stack for preset in PRESETS.values()), DENSE_ONLY]
LENET_CONV2 = Unit(3, (4, 5, 6))


@pytest.fixture
def panel(qtbot, settings, look):
    return make_panel(qtbot, settings)


def click(panel, unit, *, double=False):
    strips = panel.inside.strips
    place = strips.position_of(unit).toPoint()
    QTest.mouseMove(strips, place)
    press = QTest.mouseDClick if double else QTest.mouseClick
    press(strips, Qt.MouseButton.LeftButton, pos=place)


def expected_colours(values: np.ndarray, *, signed: bool) -> np.ndarray:
    """Blue, white, orange about zero, or viridis from zero, interpolated; shape (n, 3)."""
    largest = float(np.abs(values).max()) or 1.0
    anchors = BLUE_ORANGE if signed else VIRIDIS
    rgb = np.array([[int(colour[i : i + 2], 16) for i in (0, 2, 4)] for colour in anchors])
    position = (values / largest + 1) / 2 if signed else values / largest
    known = np.linspace(0, 1, len(anchors))
    return np.stack([np.interp(position, known, rgb[:, i]) for i in range(3)], axis=1)


@pytest.mark.parametrize("stack", STACKS, ids=[stack.name for stack in STACKS])
def test_the_strips_are_the_engines_activations_cell_for_cell(panel, qtbot, stack):
    network = Sequential(stack, np.random.default_rng(5))
    panel.resize(2400, 1600)
    panel.networks.set_network(network, None)
    image = draw_seven(panel, qtbot)
    strips = panel.inside.strips
    for layer, expected in enumerate(network.activations(image)):
        known = panel.inside.shown.layers[layer]
        np.testing.assert_array_equal(known.values, expected[0])
        layout = strips.strip(layer).layout
        pixels = layout.pixels
        assert set(np.unique(pixels)) - {expected.size} == set(range(expected.size))
        places, first = np.unique(pixels.ravel(), return_index=True)
        first = first[places < expected.size]
        shown = pixels_of(strips.strip(layer).image).reshape(-1, 4)[first, :3].astype(float)
        wanted = expected_colours(expected.ravel().astype(float), signed=known.is_signed)
        assert np.abs(shown - wanted).max() <= 4  # of 255: the map has 256 steps


def test_a_blank_sheet_shows_empty_strips_and_says_what_to_do(panel):
    strips = panel.inside.strips
    assert [strips.strip(layer).image for layer in range(12)] == [None] * 12
    assert panel.inside.head.read_out.text().startswith("Draw a digit")
    click(panel, LENET_CONV2)
    assert panel.card.isHidden()
    assert panel.inside.overlay.isHidden()


def test_the_strips_move_while_the_pen_is_down(panel, qtbot):
    points = [
        QPoint(int(x * panel.canvas.width()), int(y * panel.canvas.height())) for x, y in SEVEN[0]
    ]
    QTest.mousePress(panel.canvas, Qt.MouseButton.LeftButton, pos=points[0])
    qtbot.waitUntil(lambda: panel.inside.shown.layers[0].values is not None)
    before = panel.inside.shown.layers[0].values
    QTest.mouseMove(panel.canvas, points[1])
    qtbot.waitUntil(lambda: not np.array_equal(panel.inside.shown.layers[0].values, before))
    assert panel.sketch.is_drawing
    QTest.mouseRelease(panel.canvas, Qt.MouseButton.LeftButton, pos=points[1])


def test_pointing_at_a_unit_outlines_what_it_reads_on_the_drawing(panel, qtbot):
    image = draw_seven(panel, qtbot)
    strips = panel.inside.strips
    QTest.mouseMove(strips, strips.position_of(Unit(3, (4, 0, 0))).toPoint())
    value = panel.networks.network.activations(image)[3][0, 4, 0, 0]
    text = panel.inside.head.read_out.text()
    assert text.startswith("4 Convolution, map 5 of 16, row 1, column 1 = ")
    assert "receptive field 14×14, jump 2, 12×12 of it on the image" in text
    shown = float(text.split(" = ")[1].split()[0].replace("\N{MINUS SIGN}", "-"))
    assert shown == pytest.approx(value, rel=0.01)
    outline = panel.inside.overlay.outline
    to_sheet = panel.recognition.prepared.in_picture
    (top, left), (bottom, right) = to_sheet(-2, -2), to_sheet(12, 12)
    assert outline.whole == (left, top, right, bottom)
    (top, left), (bottom, right) = to_sheet(0, 0), to_sheet(12, 12)
    assert outline.clipped == (left, top, right, bottom)
    assert panel.inside.overlay.isVisible()
    QTest.mouseMove(panel, QPoint(5, 5))
    QTest.mouseMove(strips, QPoint(strips.width() - 2, 2))
    assert panel.inside.overlay.isHidden()


def test_the_overlay_lets_the_pen_through(panel, qtbot):
    draw_seven(panel, qtbot)
    click(panel, LENET_CONV2)
    marks = len(panel.sketch.marks)
    draw(panel.canvas, SEVEN)
    assert len(panel.sketch.marks) == marks + 1


def test_a_click_shows_the_map_its_kernel_and_statistics(panel, qtbot):
    image = draw_seven(panel, qtbot)
    click(panel, LENET_CONV2)
    assert panel.card.isVisible()
    expected = panel.networks.network.activations(image)[3][0, 4]
    np.testing.assert_array_equal(panel.card.map.values[0], expected)
    weight = panel.networks.network.state_dict()["3.weight"]
    np.testing.assert_array_equal(panel.card.kernel.values, weight[4])
    names = [name.text() for name, _ in panel.card.statistics]
    assert names == ["min", "max", "mean", "zeros"]
    least = panel.card.statistics[0][1].text().replace("\N{MINUS SIGN}", "-")
    assert float(least) == pytest.approx(expected.min(), rel=0.01)
    assert len(panel.card.inputs.text().splitlines()) == 3
    QTest.mouseClick(panel.card.close_button, Qt.MouseButton.LeftButton)
    assert panel.card.isHidden()


def test_a_click_on_the_large_map_chooses_another_number(panel, qtbot):
    draw_seven(panel, qtbot)
    click(panel, LENET_CONV2)
    large = panel.card.map
    qtbot.waitUntil(lambda: large.width() > 150)
    QTest.mouseClick(large, Qt.MouseButton.LeftButton, pos=large.position_of(27).toPoint())
    assert panel.inside.chosen == Unit(3, (4, 2, 7))


def test_arrows_go_through_numbers_and_with_shift_through_layers_and_maps(panel, qtbot):
    draw_seven(panel, qtbot)
    click(panel, LENET_CONV2)
    strips, shift = panel.inside.strips, Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(strips, Qt.Key.Key_Down, shift)
    assert strips.chosen == Unit(3, (5, 5, 6))
    QTest.keyClick(strips, Qt.Key.Key_Right)
    assert strips.chosen == Unit(3, (5, 5, 7))
    QTest.keyClick(strips, Qt.Key.Key_Up)
    assert strips.chosen == Unit(3, (5, 4, 7))
    QTest.keyClick(strips, Qt.Key.Key_Right, shift)
    assert strips.chosen.layer == 4


def test_arrows_go_through_numbers_in_rows_as_they_stand(panel, qtbot):
    draw_seven(panel, qtbot)
    click(panel, Unit(7, (30,)))
    strips = panel.inside.strips
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Up):
        before = strips.position_of(strips.chosen)
        QTest.keyClick(strips, key)
        moved = strips.position_of(strips.chosen) - before
        across, down = {"Right": (1, 0), "Left": (-1, 0), "Up": (0, -1), "Down": (0, 1)}[
            key.name.removeprefix("Key_")
        ]
        assert (np.sign(round(moved.x())), np.sign(round(moved.y()))) == (across, down)
    assert strips.chosen == Unit(7, (30,))
    click(panel, Unit(7, (0,)))
    QTest.keyClick(strips, Qt.Key.Key_Up)
    assert strips.chosen == Unit(7, (0,))


def test_i_folds_the_strips_away_and_that_is_remembered(panel, qtbot, settings):
    panel.activateWindow()
    panel.setFocus()
    side = panel.canvas.width()
    QTest.keyClick(panel, Qt.Key.Key_I)
    assert not settings.get(INSIDE_OPEN)
    qtbot.waitUntil(lambda: panel.canvas.width() > side)
    QTest.mouseClick(panel.inside.head.fold_button, Qt.MouseButton.LeftButton)
    assert settings.get(INSIDE_OPEN)
    qtbot.waitUntil(lambda: panel.canvas.width() == side)


def test_pulling_the_head_makes_the_strips_higher_and_that_is_remembered(panel, qtbot, settings):
    head, before = panel.inside.head, panel.inside.height()
    share = settings.get(INSIDE_SHARE)
    place = QPoint(head.width() - 5, 10)
    QTest.mousePress(head, Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseMove(head, place - QPoint(0, 60))
    QTest.mouseRelease(head, Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: panel.inside.height() == pytest.approx(before + 60, abs=2))
    assert settings.get(INSIDE_SHARE) > share


def test_in_a_low_window_the_strips_give_way_to_the_canvas(panel):
    panel.resize(1000, 430)
    assert panel.inside.strips.isVisible() is False
    assert panel.canvas.width() >= 250


def test_a_double_click_opens_that_very_window_in_step(window, qtbot):
    panel = window.workspaces.draw
    image = draw_seven(panel, qtbot)
    click(panel, LENET_CONV2, double=True)
    assert window.workspaces.current_key == "step"
    step = window.workspaces.step.stepper
    network = panel.networks.network
    state = window.workspaces.step.model.state
    np.testing.assert_array_equal(state.kernel, network.state_dict()["3.weight"])
    assert (state.channel, state.step) == (4, 4 * 100 + 5 * 10 + 6)
    value = step.trace[state.step].updates[0].after
    assert value == pytest.approx(float(network.activations(image)[3][0, 4, 5, 6]), abs=1e-4)


def test_a_layer_that_the_lab_cannot_show_says_why(panel, qtbot):
    draw_seven(panel, qtbot)
    click(panel, Unit(6, (10,)))
    assert not panel.card.step_button.isEnabled()
    assert "Flatten" in panel.card.step_button.toolTip()


def test_another_network_closes_the_card_and_shows_its_layers(panel, qtbot):
    draw_seven(panel, qtbot)
    click(panel, LENET_CONV2)
    panel.networks.set_network(Sequential(DENSE_ONLY, np.random.default_rng(0)), None)
    assert panel.card.isHidden()
    assert len(panel.inside.shown.layers) == 4
    unfit = Stack("Other", (1, 8, 8), (FlattenSpec(), DenseSpec(10)))
    panel.networks.set_network(Sequential(unfit, np.random.default_rng(0)), None)
    assert panel.inside.shown.layers == ()


def test_the_keys_are_listed():
    assert "inside the network" in dict(DrawPanel.keys).values()
    assert any("strips" in key for key, _ in DrawPanel.keys)


def test_a_panel_that_is_opened_after_the_network_shows_its_layers(qtbot, settings, look):
    """As after a start in another workspace, the one that was left last."""
    networks = NetworkHolder()
    networks.load_bundled()
    panel = DrawPanel(networks, settings)
    qtbot.addWidget(panel, before_close_func=lambda one: one.stop_and_join(5000))
    panel.resize(1200, 800)
    panel.show()
    assert len(panel.inside.strips.layers) == len(networks.network.layers)
    qtbot.waitUntil(lambda: panel.inside.head.read_out.text().startswith("Draw a digit"))


def test_the_panel_is_up_to_date_once_the_layers_are_of_the_drawing(qtbot, settings, look):
    panel = make_panel(qtbot, settings)
    for stroke in (*SEVEN, ((0.2, 0.5), (0.8, 0.5))):
        draw(panel.canvas, [stroke])
        assert not panel.is_up_to_date
        qtbot.waitUntil(lambda: panel.is_up_to_date)
        image = prepare(panel.sketch.pixels).image
        assert np.array_equal(panel.recognition.prepared.image, image)
        first = panel.networks.network.layers[0].forward(image[np.newaxis, np.newaxis])[0]
        assert np.allclose(panel.inside.shown.layers[0].values, first, atol=1e-5)


def test_the_numbers_of_the_answer_are_called_by_their_classes(panel, qtbot):
    draw_seven(panel, qtbot)
    last = len(panel.inside.shown.layers) - 1
    panel.inside.strips.unit_hovered.emit(Unit(last, (7,)))
    assert panel.inside.head.read_out.text().startswith("12 Dense, class 7 = ")
    panel.inside.strips.unit_hovered.emit(Unit(last - 1, (7,)))
    assert panel.inside.head.read_out.text().startswith("11 ReLU, number 8 of 84 = ")
    panel.inside.strips.unit_chosen.emit(Unit(last, (7,)))
    assert panel.card.title.text().startswith("12 Dense, class 7")
    panel.card.map.place_hovered.emit(7)
    assert panel.card.meddle_bar.pointed.text().startswith("class 7: ")


def test_where_the_strips_have_no_room_it_says_how_much_is_lacking(panel, qtbot):
    read_out = panel.inside.head.read_out
    panel.resize(1200, 360)
    qtbot.waitUntil(lambda: "Too low for the strips by " in read_out.text())
    lacking = int(read_out.text().split(" by ")[1].split()[0])
    panel.resize(1200, 360 + lacking - 1)
    qtbot.waitUntil(lambda: read_out.text().startswith("Too low for the strips by 1 px"))
    assert not panel.inside.strips.isVisible()
    panel.resize(1200, 360 + lacking)
    qtbot.waitUntil(lambda: read_out.text().startswith("Draw a digit"))
    assert panel.inside.strips.isVisible()
    panel.inside.toggle()
    assert read_out.text() == ""


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("size", [(950, 640), (1250, 640), (1800, 950)])
def test_the_enlarged_map_and_its_number_stay_and_nothing_is_cut(panel, look, qtbot, size, scale):
    draw_seven(panel, qtbot)
    panel.inside.strips.unit_chosen.emit(LENET_CONV2)
    card = panel.card
    qtbot.waitUntil(lambda: bool(card.inputs.text()))
    look.set_scale(scale)
    panel.resize(*size)
    for _ in range(3):
        QApplication.processEvents()
    assert min(card.map.width(), card.map.height()) >= px(120)
    assert card.value.isVisible()
    assert card.value.sizeHint().width() <= card.value.width()
    numbers = [part for pair in card.statistics for part in pair]
    for part in (*numbers, card.inputs, card.inputs_title, card.field, card.kernel_title):
        if part.isVisible():
            inner = part.rect().translated(part.mapTo(card, QPoint()))
            assert card.rect().contains(inner)
            if part in (*numbers, card.inputs):
                assert part.sizeHint().width() <= part.width()
            elif part.hasHeightForWidth():
                assert part.heightForWidth(part.width()) <= part.height()


def test_the_enlarged_map_follows_the_pen_where_the_strips_have_no_room(panel, qtbot):
    draw_seven(panel, qtbot)
    panel.inside.strips.unit_chosen.emit(LENET_CONV2)
    panel.resize(1200, 380)
    qtbot.waitUntil(lambda: not panel.inside.strips.isVisible())
    before = panel.card.map.values
    draw(panel.canvas, [[(0.2, 0.8), (0.5, 0.85), (0.8, 0.8)]])
    qtbot.waitUntil(lambda: not np.array_equal(panel.card.map.values, before))
