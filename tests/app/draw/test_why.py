"""Why, in Draw: what the picture shows is what the engine computes of the score that is named."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox

from app.draw.why.reasons import Method
from app.draw.why.view import WhyView
from app.look.colormaps import gradient_diverging, viridis
from app.look.pictures import pixels_of
from engine.layers import DenseSpec, FlattenSpec
from engine.networks.calibration import class_scores
from engine.networks.losses import softmax
from engine.networks.network import Sequential
from engine.networks.presets import DIGITS, PRESETS
from engine.networks.stack import Stack
from tests.app.draw.drawn import draw_seven, make_panel, show_view, wait

EPSILON = 1e-5
OCCLUSION, SALIENCY, GRAD_CAM = range(3)


@pytest.fixture
def panel(qtbot, settings, look):
    return make_panel(qtbot, settings)


def choose(view, method, qtbot, panel):
    QTest.mouseClick(view.method.button(method), Qt.MouseButton.LeftButton)
    wait(panel, qtbot)


def is_complete(view):
    return view.reason is not None and bool(np.isfinite(view.reason.values).all())


def float64_copy(network):
    twin = Sequential(network.stack, np.random.default_rng(0), np.float64)
    twin.load_state_dict(network.state_dict())
    return twin


def test_a_blank_sheet_says_what_there_will_be(panel, qtbot):
    view = show_view(panel, qtbot, WhyView)
    qtbot.waitUntil(lambda: view.sentence.text().startswith("Draw a digit"))
    assert view.picture.values is None
    assert view.bar.isVisible()


def test_saliency_is_the_slope_of_the_answers_logit(panel, qtbot):
    image = draw_seven(panel, qtbot).astype(np.float64)
    view = show_view(panel, qtbot, WhyView)
    choose(view, SALIENCY, qtbot, panel)
    network = float64_copy(panel.networks.network)
    answer = int(network.forward(image).argmax())
    assert view.reason.score.startswith(f"{answer}'s logit: ")
    strongest = np.argsort(view.picture.values.ravel())[-30:]
    compared = 0
    for place in strongest:
        row, column = np.unravel_index(place, (28, 28))
        slopes = []
        for sign in (1, -1):
            nudged = image.copy()
            nudged[0, 0, row, column] += sign * EPSILON
            rise = network.forward(nudged)[0, answer] - network.forward(image)[0, answer]
            slopes.append(abs(rise) / EPSILON)
        if slopes[0] == pytest.approx(slopes[1], rel=1e-4):
            assert view.picture.values[row, column] == pytest.approx(slopes[0], rel=1e-3)
            compared += 1
        # else two inputs of a max pooling are equal, and there is no one slope
    assert compared >= 5
    shown = pixels_of(view.picture.image)
    np.testing.assert_array_equal(shown[np.unravel_index(strongest[-1], (28, 28))], viridis()[255])


def test_another_class_another_score_and_the_sign(panel, qtbot):
    draw_seven(panel, qtbot)
    view = show_view(panel, qtbot, WhyView)
    choose(view, SALIENCY, qtbot, panel)
    before = view.reason.values
    view.label.setCurrentIndex(1 + 3)
    view.slope.setCurrentIndex(3)
    assert view.question.label == 3
    assert view.reason.score.startswith("Probability of 3: ")
    assert view.reason.is_gradient
    assert view.reason.values.min() < 0 < view.reason.values.max()
    assert not np.array_equal(np.abs(view.reason.values), before)
    strongest = np.unravel_index(np.abs(view.reason.values).argmax(), (28, 28))
    end = 255 if view.reason.values[strongest] > 0 else 0
    shown = pixels_of(view.picture.image)[strongest]
    np.testing.assert_array_equal(shown, gradient_diverging()[end])
    assert "looked at" in view.sentence.text()


def test_it_follows_the_pen(panel, qtbot):
    draw_seven(panel, qtbot)
    view = show_view(panel, qtbot, WhyView)
    choose(view, SALIENCY, qtbot, panel)
    before = view.picture.values
    QTest.mousePress(panel.canvas, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    QTest.mouseMove(panel.canvas, QPoint(90, 120))
    qtbot.waitUntil(lambda: not np.array_equal(view.picture.values, before))
    assert panel.sketch.is_drawing
    QTest.mouseRelease(panel.canvas, Qt.MouseButton.LeftButton, pos=QPoint(90, 120))
    wait(panel, qtbot)


def test_grad_cam_adds_up_the_maps_of_the_chosen_convolution(panel, qtbot):
    image = draw_seven(panel, qtbot).astype(np.float64)
    view = show_view(panel, qtbot, WhyView)
    choose(view, GRAD_CAM, qtbot, panel)
    assert [view.layer.itemText(i) for i in range(2)] == ["layer 1, 28×28", "layer 4, 10×10"]
    assert view.layer.currentIndex() == 1
    assert "10×10" in view.sentence.text()
    view.layer.setCurrentIndex(0)  # 28×28: nothing is enlarged
    network = float64_copy(panel.networks.network)
    maps = network.activations(image)[1]
    answer = int(network.forward(image).argmax())
    total = np.zeros((28, 28))
    for channel in range(6):
        sides = []
        for sign in (1, -1):  # all of a map moved at once: the sum of its gradients
            nudged = maps.copy()
            nudged[0, channel] += sign * 1e-5
            for layer in network.layers[2:]:
                nudged = layer.forward(nudged)
            sides.append(nudged[0, answer])
        total += (sides[0] - sides[1]) / 2e-5 / 28**2 * maps[0, channel]
    np.testing.assert_allclose(view.picture.values, np.maximum(total, 0), atol=1e-3)


def test_a_network_without_convolutions_has_no_grad_cam(panel, qtbot):
    stack = Stack("Dense only", DIGITS, (FlattenSpec(), DenseSpec(10)))
    panel.networks.set_network(Sequential(stack, np.random.default_rng(0)), None)
    draw_seven(panel, qtbot)
    view = show_view(panel, qtbot, WhyView)
    choose(view, GRAD_CAM, qtbot, panel)
    assert view.sentence.text().startswith("Grad-CAM needs a convolution")
    assert not view.layer.isVisible()
    choose(view, SALIENCY, qtbot, panel)
    assert view.picture.values is not None


def test_a_patch_slides_row_by_row_once_the_pen_rests(panel, qtbot):
    image = draw_seven(panel, qtbot)
    view = show_view(panel, qtbot, WhyView)
    choose(view, OCCLUSION, qtbot, panel)
    view.patch.setCurrentText("7×7 of paper")
    qtbot.waitUntil(
        lambda: view.reason is not None and bool(np.isfinite(view.reason.values).all()),
        timeout=9000,
    )
    network, calibration = panel.networks.network, panel.networks.calibration
    answer = int(panel.recognition.probabilities.argmax())
    row, column = np.unravel_index(view.reason.values.argmax(), (28, 28))
    hidden = image.copy()
    hidden[0, 0, max(0, row - 3) : row + 4, max(0, column - 3) : column + 4] = 0
    shares = [
        softmax(class_scores(network, one) / np.float32(calibration.temperature))[0, answer]
        for one in (image, hidden)
    ]
    assert view.reason.values[row, column] == pytest.approx(shares[0] - shares[1], abs=1e-5)
    assert "7×7" in view.sentence.text()


def test_another_page_stops_the_patch(panel, qtbot):
    draw_seven(panel, qtbot)
    view = show_view(panel, qtbot, WhyView)
    choose(view, OCCLUSION, qtbot, panel)
    qtbot.waitUntil(lambda: view.reason is not None)
    panel.side.pages.show_page(0)
    timers = view.findChildren(QTimer)
    qtbot.waitUntil(lambda: not any(timer.isActive() for timer in timers))


def test_pointing_at_a_pixel_tells_its_number(panel, qtbot):
    draw_seven(panel, qtbot)
    view = show_view(panel, qtbot, WhyView)
    choose(view, SALIENCY, qtbot, panel)
    QTest.mouseMove(view.picture, view.picture.pixel_box(9, 20).center().toPoint())
    assert view.read_out.text().startswith("Row 10, column 21: size of the slope ")
    number = view.read_out.text().rsplit(" ", 1)[1]
    assert float(number) == pytest.approx(view.reason.values[9, 20], rel=0.01, abs=1e-4)
    QTest.mouseMove(view.picture, QPoint(view.picture.width() - 1, view.picture.height() - 1))


def test_the_arrows_point_at_pixels(panel, qtbot):
    draw_seven(panel, qtbot)
    view = show_view(panel, qtbot, WhyView)
    choose(view, SALIENCY, qtbot, panel)
    view.picture.setFocus()
    QTest.keyClick(view.picture, Qt.Key.Key_Up)
    QTest.keyClick(view.picture, Qt.Key.Key_Up)
    assert view.read_out.text().startswith("Row 14, column 15: ")


def test_a_stack_that_ends_in_softmax_is_asked_about_its_logits(panel, qtbot):
    from engine.layers import SoftmaxSpec  # noqa: PLC0415

    preset = PRESETS["simplecnn"].stack
    stack = replace(preset, layers=(*preset.layers, SoftmaxSpec()))
    panel.networks.set_network(Sequential(stack, np.random.default_rng(1)), None)
    draw_seven(panel, qtbot)
    view = show_view(panel, qtbot, WhyView)
    choose(view, SALIENCY, qtbot, panel)
    assert view.question.method is Method.SALIENCY
    assert view.picture.values.max() > 0


def test_it_opens_with_occlusion_and_says_in_one_sentence_what_that_does_not_say(panel, qtbot):
    draw_seven(panel, qtbot)
    view = show_view(panel, qtbot, WhyView)
    qtbot.waitUntil(lambda: view.reason is not None)
    assert view.method.options[view.method.index] == "Occlusion"
    assert view.sentence.text().startswith("Hiding 5×5 pixels under paper makes 7 less probable")
    for method in (OCCLUSION, SALIENCY, GRAD_CAM):
        choose(view, method, qtbot, panel)
        qtbot.waitUntil(lambda: view.reason is not None)
        assert view.reason.sentence.count(".") == 1
        assert " not " in view.reason.sentence or " no " in view.reason.sentence
        assert sum(box.isVisible() for box in view.findChildren(QComboBox)) == 2
