"""The strips, read back from what is painted: the engine's activations, cell for cell."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.kit.maps.layer_strips import LayerStrips
from app.look.pictures import pixels_of
from engine.insight.attribution import Score, ScoreGradients
from engine.insight.layer_outputs import layers_of, outputs_on
from engine.insight.shown_layer import Unit
from engine.layers import (
    AvgPool1dSpec,
    AvgPool2dSpec,
    BatchNorm2dSpec,
    Conv1dSpec,
    Conv2dSpec,
    DenseSpec,
    DropoutSpec,
    FlattenSpec,
    GlobalAvgPoolSpec,
    LeakyReLUSpec,
    MaxPool1dSpec,
    MaxPool2dSpec,
    ReLUSpec,
    SigmoidSpec,
    SoftmaxSpec,
    TanhSpec,
)
from engine.networks.network import Sequential
from engine.networks.presets import DIGITS, PRESETS
from engine.networks.stack import Stack
from tests.app.draw.drawn import draw_seven, make_panel, wait

BLUE_ORANGE = ("1d5b9e", "5f97cc", "b5d1ea", "ffffff", "fbd3a6", "ee9a45", "c25a06")
PURPLE_GREEN = ("642a87", "9a6bb8", "d3bfe2", "ffffff", "bfe0bd", "6db26f", "1d7435")
VIRIDIS = (
    "440154", "482878", "3e4989", "31688e", "26828e",
    "1f9e89", "35b779", "6ece58", "b5de2b", "fde725",
)  # fmt: skip
END = (FlattenSpec(), DenseSpec(10))
ODD = Stack(
    "non-square maps, stride and dilation",
    DIGITS,
    (
        Conv2dSpec(3, (3, 5), (2, 1), (0, 2)),
        TanhSpec(),
        Conv2dSpec(4, (2, 3), (1, 3), (1, 0), dilation=(2, 1)),
        MaxPool2dSpec((3, 2), (2, 3)),
        *END,
    ),
)
STACKS = (
    Stack("one channel", DIGITS, (Conv2dSpec(1, (3, 3)), ReLUSpec(), *END)),
    Stack("1×1 maps", DIGITS, (Conv2dSpec(12, (28, 28)), LeakyReLUSpec(), *END)),
    Stack("softmax end", DIGITS, (FlattenSpec(), DenseSpec(10), SoftmaxSpec())),
    Stack("many channels", DIGITS, (Conv2dSpec(64, (3, 3)), SigmoidSpec(), *END)),
    Stack(
        "average pooling",
        DIGITS,
        (Conv2dSpec(6, (5, 5)), AvgPool2dSpec(), AvgPool2dSpec((3, 3), (2, 2)), *END),
    ),
    Stack("batch norm", DIGITS, (Conv2dSpec(5, (3, 3)), BatchNorm2dSpec(), ReLUSpec(), *END)),
    Stack("dropout", DIGITS, (FlattenSpec(), DenseSpec(50), DropoutSpec(0.5), DenseSpec(10))),
    ODD,
    Stack("means of maps", DIGITS, (Conv2dSpec(10, (7, 7), (3, 3)), GlobalAvgPoolSpec())),
    Stack("maps at the end", DIGITS, (Conv2dSpec(4, (3, 3)), MaxPool2dSpec((5, 5), (5, 5)))),
    Stack(
        "one dimension",
        (2, 40),
        (Conv1dSpec(5, 3), ReLUSpec(), MaxPool1dSpec(), AvgPool1dSpec(), *END),
    ),
    PRESETS["lenet5"].stack,
)


def network_of(stack) -> Sequential:
    """Random weights, and averages that a batch normalisation has learnt."""
    rng = np.random.default_rng(11)
    network = Sequential(stack, rng)
    for layer in network.layers:
        if "running_mean" in layer.state:
            layer.state["running_mean"][...] = rng.normal(size=layer.state["running_mean"].shape)
            layer.state["running_var"][...] = 2.5
    return network


def colours_of(values: np.ndarray, *, signed: bool, anchors: tuple[str, ...]) -> np.ndarray:
    """About zero, or from zero, to the largest magnitude, interpolated; shape (n, 3)."""
    largest = float(np.abs(values).max()) or 1.0
    rgb = np.array([[int(colour[i : i + 2], 16) for i in (0, 2, 4)] for colour in anchors])
    position = (values / largest + 1) / 2 if signed else values / largest
    known = np.linspace(0, 1, len(anchors))
    return np.stack([np.interp(position, known, rgb[:, i]) for i in range(3)], axis=1)


def expect_cells(strips: LayerStrips, layer: int, wanted: np.ndarray, painted: np.ndarray):
    """All pixels of the mosaic, and on the widget a pixel of every cell, have these colours."""
    layout = strips.strip(layer).layout
    image = strips.strip(layer).image
    assert image is not None
    shown = pixels_of(image)[:, :, :3].astype(float)
    is_cell = layout.pixels < layout.count
    assert set(layout.pixels[is_cell].tolist()) == set(range(layout.count))
    assert np.abs(shown[is_cell] - wanted[layout.pixels[is_cell]]).max() <= 4
    expect_painted(strips, layer, wanted, painted)


def expect_painted(strips: LayerStrips, layer: int, wanted: np.ndarray, painted: np.ndarray):
    """The first pixel of every cell, but for those under the frame around a map."""
    strip = strips.strip(layer)
    pixels, count = strip.layout.pixels, strip.layout.count
    places, first = np.unique(pixels.ravel(), return_index=True)
    rows, columns = np.unravel_index(first[places < count], pixels.shape)
    top, left = int(strip.box.top()), int(strip.box.left())
    has_frame = strip.layer.is_signed and len(strip.layer.shape) == 3
    inner = np.ones(count, bool)
    if has_frame:
        inner = ~np.isin(rows, strip.layout.corners[:, 1])
        inner &= ~np.isin(columns, strip.layout.corners[:, 0])
    shown = painted[top + rows[inner], left + columns[inner]]
    assert inner.any() or strip.layer.shape[-1] == 1
    assert np.abs(shown - wanted[inner]).max(initial=0) <= 4


@pytest.mark.parametrize("stack", STACKS, ids=[stack.name for stack in STACKS])
def test_what_is_painted_is_what_the_layers_give_cell_for_cell(qtbot, look, stack):
    network = network_of(stack)
    image = np.random.default_rng(3).random(stack.input_shape).astype(np.float32)
    x = image[np.newaxis]
    strips = LayerStrips()
    qtbot.addWidget(strips)
    strips.resize(330 * len(stack.layers), 900)
    looks = layers_of(network)
    outputs = outputs_on(network, image)
    strips.show_layers(
        tuple(replace(one, values=found) for one, found in zip(looks, outputs, strict=True))
    )
    painted = pixels_of(strips.grab().toImage())[:, :, :3].astype(float)
    for layer, row in enumerate(looks):
        x = network.layers[layer].forward(x)
        values = np.array(x[0]).ravel().astype(float)
        anchors = BLUE_ORANGE if row.is_signed else VIRIDIS
        wanted = colours_of(values, signed=row.is_signed, anchors=anchors)
        expect_cells(strips, layer, wanted, painted)
        ends = [float(text.replace("\N{MINUS SIGN}", "-")) for text in strips.strip(layer).labels]
        largest = np.abs(values).max() or 1.0
        assert ends == pytest.approx([-largest if row.is_signed else 0, largest], rel=0.01)


def test_arrows_land_in_the_middle_of_maps_and_at_the_start_of_rows(qtbot, look):
    stack = Stack(
        "keys", (1, 8, 8), (Conv2dSpec(4, (3, 3)), MaxPool2dSpec(), FlattenSpec(), DenseSpec(10))
    )
    strips = LayerStrips()
    qtbot.addWidget(strips)
    strips.show_layers(layers_of(network_of(stack)))
    chosen: list[Unit] = []
    wanted: list[Unit] = []
    strips.unit_chosen.connect(chosen.append)
    strips.window_wanted.connect(wanted.append)
    shift = Qt.KeyboardModifier.ShiftModifier
    for key, modifiers, layer, index in (
        (Qt.Key.Key_Right, shift, 0, (2, 3, 3)),
        (Qt.Key.Key_Right, shift, 1, (2, 1, 1)),
        (Qt.Key.Key_Right, shift, 2, (0,)),
        (Qt.Key.Key_Right, shift, 3, (0,)),
        (Qt.Key.Key_Down, shift, 3, (1,)),
        (Qt.Key.Key_Right, shift, 3, (1,)),
        (Qt.Key.Key_Left, shift, 2, (3,)),
        (Qt.Key.Key_Right, None, 2, (4,)),
        (Qt.Key.Key_Left, shift, 1, (2, 1, 1)),
        (Qt.Key.Key_Down, shift, 1, (3, 1, 1)),
        (Qt.Key.Key_Down, shift, 1, (0, 1, 1)),
        (Qt.Key.Key_Right, None, 1, (0, 1, 2)),
        (Qt.Key.Key_Right, None, 1, (0, 1, 2)),
        (Qt.Key.Key_Up, None, 1, (0, 0, 2)),
        (Qt.Key.Key_Left, shift, 0, (0, 0, 4)),
        (Qt.Key.Key_Left, shift, 0, (0, 0, 4)),
    ):
        QTest.keyClick(strips, key, modifiers or Qt.KeyboardModifier.NoModifier)
        assert chosen[-1] == Unit(layer, index)
    QTest.keyClick(strips, Qt.Key.Key_Return)
    assert wanted == [Unit(0, (0, 0, 4))]


def test_gradients_of_the_answers_logit_stand_in_the_strips(qtbot, settings, look):
    panel = make_panel(qtbot, settings, 3600, 1900)
    image = draw_seven(panel, qtbot)
    head = panel.inside.head
    assert not head.of_class.isVisible()
    QTest.mouseClick(head.kind.button(1), Qt.MouseButton.LeftButton)
    wait(panel, qtbot)
    network = panel.networks.network
    answer = int(network.forward(image).argmax())
    found = ScoreGradients(network).of(image[0], Score(answer))
    for layer, gradient in enumerate(found.gradients):
        assert gradient is not None
        np.testing.assert_array_equal(panel.inside.shown.layers[layer].values, gradient)
        wanted = colours_of(gradient.ravel().astype(float), signed=True, anchors=PURPLE_GREEN)
        strips = panel.inside.strips
        pixels = strips.strip(layer).layout.pixels
        shown = pixels_of(strips.strip(layer).image)[:, :, :3].astype(float)
        is_cell = pixels < gradient.size
        assert np.abs(shown[is_cell] - wanted[pixels[is_cell]]).max() <= 4
    QTest.mouseMove(
        panel.inside.strips, panel.inside.strips.position_of(Unit(4, (2, 3, 4))).toPoint()
    )
    assert f"change of {answer}'s logit per unit" in head.read_out.text()
    head.of_class.setCurrentIndex(1 + 2)
    other = ScoreGradients(network).of(image[0], Score(2)).gradients[4]
    assert other is not None
    np.testing.assert_array_equal(panel.inside.shown.layers[4].values, other)
    QTest.mouseMove(panel.inside.strips, QPoint(1, 1))
    QTest.mouseClick(head.kind.button(0), Qt.MouseButton.LeftButton)
    np.testing.assert_allclose(
        panel.inside.shown.layers[4].values, network.activations(image)[4][0]
    )
    assert not panel.inside.shown.layers[4].is_signed


def test_a_unit_among_gradients_opens_the_pass_backward_in_step(window, qtbot):
    panel = window.workspaces.draw
    image = draw_seven(panel, qtbot)
    QTest.mouseClick(panel.inside.head.kind.button(1), Qt.MouseButton.LeftButton)
    panel.inside.strips.unit_chosen.emit(Unit(2, (3, 6, 7)))
    assert panel.card.title.text().startswith("Gradient: 3 Max pooling, map 4 of 6")
    QTest.mouseClick(panel.card.step_button, Qt.MouseButton.LeftButton)
    assert window.workspaces.current_key == "step"
    step = window.workspaces.step.stepper
    state = window.workspaces.step.model.state
    network = panel.networks.network
    found = ScoreGradients(network).of(image[0], Score(int(network.forward(image).argmax())))
    assert found.gradients[2] is not None
    value = step.trace[state.step].updates[0].after
    assert value == pytest.approx(float(found.gradients[2][3, 6, 7]), abs=1e-5)


def test_fields_and_strongest_inputs_of_odd_shapes(qtbot, settings, look):
    panel = make_panel(qtbot, settings, 2000, 1200)
    network = network_of(ODD)
    panel.networks.set_network(network, None)
    image = draw_seven(panel, qtbot)
    unit = Unit(2, (1, 5, 3))
    strips = panel.inside.strips
    QTest.mouseMove(strips, strips.position_of(unit).toPoint())
    base = network.activations(image)[2][0][unit.index]
    reads = set()
    rng = np.random.default_rng(0)
    for row in range(28):
        for column in range(28):
            nudged = image.copy()
            nudged[0, 0, row, column] += rng.uniform(0.5, 1)
            if network.activations(nudged)[2][0][unit.index] != base:
                reads.add((row, column))
    rows, columns = sorted({r for r, _ in reads}), sorted({c for _, c in reads})
    to_sheet = panel.recognition.prepared.in_picture
    top, left = to_sheet(rows[0], columns[0])
    bottom, right = to_sheet(rows[-1] + 1, columns[-1] + 1)
    assert panel.inside.overlay.outline.clipped == pytest.approx((left, top, right, bottom))
    panel.inside.strips.unit_chosen.emit(unit)
    sources = panel.inside.shown.sources_of(unit)
    assert sources is not None
    found = sources.strongest(3)
    before = network.activations(image)[1][0]
    weight = network.layers[2].parameters["weight"][1]
    terms = sorted(
        (
            float(weight[c, i, j] * before[c, 5 - 1 + 2 * i, 3 * 3 + j])
            for c in range(3)
            for i in range(2)
            for j in range(3)
            if 0 <= 5 - 1 + 2 * i < before.shape[1]
        ),
        key=lambda term: -abs(term),
    )
    assert [one.product for one in found] == pytest.approx(terms[:3], rel=1e-5)
