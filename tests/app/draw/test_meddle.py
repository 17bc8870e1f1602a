"""Meddling, in Draw: muted maps, replaced and typed kernels, before and after, undo."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.draw import meddled_accuracy
from app.draw.meddle.view import MeddleView
from app.draw.meddled_accuracy import MeddledAccuracyWorker
from app.draw.meddler import Meddler, answer_text
from app.state.network_summary import summarise
from app.state.networks import NetworkHolder
from engine.data.generated.digits import generate_digits
from engine.insight.meddling import Meddling
from engine.insight.shown_layer import Unit
from engine.layers.dense import DenseSpec
from engine.layers.flatten import FlattenSpec
from engine.layers.known_kernels import KERNELS
from engine.networks.model_file import load_model
from engine.networks.network import Sequential
from engine.networks.presets import PRESETS
from engine.networks.stack import Stack
from tests.app.draw.drawn import draw_seven, make_panel, show_view, wait
from tests.app.hand import ZERO, draw

CONV2 = Unit(3, (4, 5, 6))


@pytest.fixture
def few_images(monkeypatch, tmp_path):
    """Sixty generated digits in place of the thousand, and no MNIST."""
    monkeypatch.setattr(meddled_accuracy, "IMAGES", 60)
    monkeypatch.setattr(meddled_accuracy, "find_mnist", lambda _: None)


@pytest.fixture
def panel(qtbot, settings, look, few_images):
    return make_panel(qtbot, settings)


def open_card(panel, qtbot, unit=CONV2):
    panel.inside.strips.unit_chosen.emit(unit)
    wait(panel, qtbot)
    return panel.card


def settled(panel, qtbot):
    """Until accuracies are known."""
    qtbot.waitUntil(
        lambda: panel.meddler.accuracy.after is not None and panel.meddler.progress is None,
        timeout=20000,
    )


def test_a_muted_map_is_zero_and_crossed_out_and_the_header_says_so(panel, qtbot):
    image = draw_seven(panel, qtbot)
    card = open_card(panel, qtbot)
    QTest.mouseClick(card.meddle_bar.mute_button, Qt.MouseButton.LeftButton)
    wait(panel, qtbot)
    assert not panel.inside.shown.layers[3].values[4].any()
    assert panel.inside.shown.layers[3].muted == (4,)
    assert card.isVisible()
    qtbot.waitUntil(lambda: not card.step_button.isEnabled())
    assert "muted" in card.step_button.toolTip()
    assert summarise(panel.networks).title == "LeNet-5, meddled with"
    outputs = panel.networks.original.activations(image)[3].copy()
    outputs[:, 4] = 0
    x = outputs
    for layer in panel.networks.original.layers[4:]:
        x = layer.forward(x)
    np.testing.assert_allclose(panel.networks.network.logits(image), x, atol=1e-5)
    settled(panel, qtbot)
    QTest.mouseClick(card.meddle_bar.undo_button, Qt.MouseButton.LeftButton)
    wait(panel, qtbot)
    assert not panel.networks.is_meddled
    assert summarise(panel.networks).title == "LeNet-5"
    assert panel.inside.shown.layers[3].values[4].any()


def test_a_dense_unit_can_be_muted_and_the_answer_cannot(panel, qtbot):
    draw_seven(panel, qtbot)
    card = open_card(panel, qtbot, Unit(8, (17,)))
    assert card.meddle_bar.mute_button.text() == "Mute this unit"
    assert not card.meddle_bar.kernel_button.isVisible()
    QTest.mouseClick(card.meddle_bar.mute_button, Qt.MouseButton.LeftButton)
    assert panel.inside.shown.layers[8].values[17] == 0
    open_card(panel, qtbot, Unit(11, (3,)))
    assert not card.meddle_bar.mute_button.isVisible()


def test_a_kernel_is_replaced_from_the_menu_and_put_back(panel, qtbot):
    draw_seven(panel, qtbot)
    card = open_card(panel, qtbot)
    actions = {action.text(): action for action in card.meddle_bar.menu.actions()}
    assert set(actions) - {"", "The trained kernel"} == {k.title for k in KERNELS.values()}
    assert not actions["The trained kernel"].isEnabled()
    actions["Sobel, vertical edges"].trigger()
    wait(panel, qtbot)
    expected = np.zeros((6, 5, 5), np.float32)
    expected[:, 1:4, 1:4] = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 6
    np.testing.assert_allclose(card.kernel.values, expected, atol=1e-7)
    np.testing.assert_array_equal(
        card.kernel.values, panel.networks.network.layers[3].parameters["weight"][4]
    )
    assert card.kernel_title.text().endswith(": Sobel, vertical edges")
    assert panel.inside.chosen == CONV2
    next(a for a in card.meddle_bar.menu.actions() if a.text() == "The trained kernel").trigger()
    assert not panel.networks.is_meddled


def test_a_cell_is_typed_over_in_place(panel, qtbot):
    draw_seven(panel, qtbot)
    card = open_card(panel, qtbot)
    trained = panel.networks.original.layers[3].parameters["weight"][4].copy()
    place = 2 * 25 + 1 * 5 + 3
    QTest.mouseClick(
        card.kernel, Qt.MouseButton.LeftButton, pos=card.kernel.position_of(place).toPoint()
    )
    editor = card.kernel.editor
    assert editor is not None
    QTest.keyClicks(editor, "-1.5")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    wait(panel, qtbot)
    weights = panel.networks.network.layers[3].parameters["weight"][4]
    assert weights[2, 1, 3] == -1.5
    assert np.count_nonzero(weights != trained) == 1
    assert card.kernel_title.text().endswith(": 1 cell changed by hand")
    np.testing.assert_array_equal(
        panel.networks.original.layers[3].parameters["weight"][4], trained
    )


def test_what_is_no_number_stays_in_the_field_until_escape(panel, qtbot):
    draw_seven(panel, qtbot)
    kernel = open_card(panel, qtbot).kernel
    QTest.keyClick(kernel, Qt.Key.Key_Right)
    assert kernel.cursor_place == 1
    QTest.keyClick(kernel, Qt.Key.Key_Return)
    editor = kernel.editor
    QTest.keyClicks(editor, "no number")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert kernel.editor is editor
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert kernel.editor is None
    assert not panel.networks.is_meddled


def test_a_digit_typed_on_the_kernel_is_a_number_and_no_command(panel, qtbot):
    draw_seven(panel, qtbot)
    kernel = open_card(panel, qtbot).kernel
    panel.activateWindow()  # else the panel's keys do not act
    kernel.setFocus()
    said: list[str] = []
    panel.status_message.connect(said.append)
    QTest.keyClicks(kernel, "5")
    assert kernel.editor is not None
    assert kernel.editor.text() == "5"
    QTest.keyClick(kernel.editor, Qt.Key.Key_Return)
    assert panel.networks.network.layers[3].parameters["weight"][4, 0, 0, 0] == 5
    assert said == []


def test_typing_the_trained_number_again_is_no_meddling(panel, qtbot):
    draw_seven(panel, qtbot)
    open_card(panel, qtbot)
    meddler = panel.meddler
    trained = float(panel.networks.original.layers[3].parameters["weight"][4, 0, 0, 0])
    meddler.set_weight((3, 4), (0, 0, 0), 2.0)
    meddler.set_weight((3, 4), (0, 0, 0), trained)
    assert not panel.networks.is_meddled
    meddler.replace_kernel((3, 4), "box")
    meddler.set_weight((3, 4), (0, 0, 0), 2.0)
    assert meddler.kernel_title((3, 4)) == "Box blur, then edited"


def test_before_and_after_are_counted_on_test_images(panel, qtbot):
    draw_seven(panel, qtbot)
    view = show_view(panel, qtbot, MeddleView)
    assert view.edits.text().startswith("Click a map in the strips")
    for channel in range(6):
        panel.meddler.set_muted((1, channel), is_muted=True)
    panel.meddler.replace_kernel((3, 4), "sobel_x")
    settled(panel, qtbot)
    digits = generate_digits(60, meddled_accuracy.GENERATED_SEED)
    images = digits.images.astype(np.float32) / 255
    expected = [
        np.mean(network.logits(images).argmax(axis=1) == digits.labels)
        for network in (panel.networks.original, panel.networks.network)
    ]
    known = panel.meddler.accuracy
    assert (known.before, known.after, known.images) == (*expected, 60)
    assert known.after < known.before
    qtbot.waitUntil(lambda: view.accuracies[1].text() != "Accuracy \N{EN DASH}")
    assert view.accuracies[0].text() == f"Accuracy {100 * expected[0]:.1f}\N{NO-BREAK SPACE}%"
    assert view.accuracies[1].text() == f"Accuracy {100 * expected[1]:.1f}\N{NO-BREAK SPACE}%"
    assert "60 generated digits that no training uses" in view.data.text()
    assert view.edits.text().splitlines()[-1] == "4 Convolution, kernel 5: Sobel, vertical edges"
    answer = int(panel.recognition.probabilities.argmax())
    before, after = view.answers
    assert (before.text, after.text) == ("7", str(answer))
    assert min(one.height() for one in view.answers) >= 120
    below = max(one.geometry().bottom() for one in view.answers)
    assert view.undo_button.geometry().top() > below


def test_as_long_as_nothing_is_changed_there_is_no_answer_after(panel, qtbot):
    draw_seven(panel, qtbot)
    view = show_view(panel, qtbot, MeddleView)
    qtbot.waitUntil(lambda: view.answers[0].text == "7")
    assert view.answers[1].text == ""
    assert view.answers[1].words == "nothing changed yet"


def test_everything_can_be_put_back_and_that_undone(panel, qtbot):
    draw_seven(panel, qtbot)
    view = show_view(panel, qtbot, MeddleView)
    panel.meddler.set_muted((0, 1), is_muted=True)
    panel.meddler.replace_kernel((0, 2), "laplacian")
    qtbot.waitUntil(view.back_button.isEnabled)
    QTest.mouseClick(view.back_button, Qt.MouseButton.LeftButton)
    assert not panel.networks.is_meddled
    assert panel.networks.network is panel.networks.original
    QTest.mouseClick(view.undo_button, Qt.MouseButton.LeftButton)
    assert panel.meddler.is_muted((0, 1))
    assert panel.meddler.kernel_title((0, 2)) == "Laplacian"
    QTest.mouseClick(view.undo_button, Qt.MouseButton.LeftButton)
    assert panel.meddler.kernel_title((0, 2)) == ""
    QTest.mouseClick(view.redo_button, Qt.MouseButton.LeftButton)
    assert panel.meddler.kernel_title((0, 2)) == "Laplacian"


def test_another_network_ends_the_meddling(panel, qtbot):
    draw_seven(panel, qtbot)
    panel.meddler.set_muted((0, 1), is_muted=True)
    network = Sequential(PRESETS["simplecnn"].stack, np.random.default_rng(0))
    panel.networks.set_network(network, None)
    assert not panel.networks.is_meddled
    assert panel.meddler.sentences() == ()
    assert panel.meddler.undo_stack.count() == 0
    qtbot.waitUntil(lambda: panel.meddler.progress is None, timeout=20000)
    assert panel.meddler.accuracy.after is None


def test_an_answer_is_called_certain_only_where_it_is():
    almost, certain = np.zeros((2, 10))
    almost[7], almost[1] = 0.9998, 0.0002
    certain[7] = 1
    assert answer_text(almost) == "7 (>99.9\N{NO-BREAK SPACE}%)"
    assert answer_text(certain) == "7 (100.0\N{NO-BREAK SPACE}%)"


def test_what_is_saved_is_the_network_before(panel, qtbot, tmp_path):
    weights = panel.networks.original.state_dict()
    panel.meddler.replace_kernel((0, 0), "box")
    panel.networks.save(tmp_path / "saved.safetensors")
    saved = load_model(tmp_path / "saved.safetensors").network.state_dict()
    np.testing.assert_array_equal(saved["0.weight"], weights["0.weight"])


def test_a_thousand_of_mnists_test_images_are_spread_over_all_of_them(mnist_directory):
    network = Sequential(PRESETS["simplecnn"].stack, np.random.default_rng(0))
    worker = MeddledAccuracyWorker(None, network, None, mnist_directory)
    worker.work()
    assert worker.images is not None
    assert (len(worker.images), worker.images.name) == (1000, "MNIST")
    assert worker.accuracy_after is not None
    stopped = MeddledAccuracyWorker(None, network, worker.images, mnist_directory)
    stopped.control.stop()
    stopped.work()
    assert stopped.accuracy_after is None


def test_a_meddler_without_edits_measures_nothing(qtbot):
    networks = NetworkHolder()
    networks.load_bundled()
    meddler = Meddler(networks)
    meddler.put_everything_back()
    assert meddler.undo_stack.count() == 0
    assert meddler.progress is None
    assert Meddling().is_none
    assert meddler.stop_and_join(0)
    meddler.deleteLater()


def test_the_undo_key_takes_back_what_was_edited_last(panel, qtbot):
    draw_seven(panel, qtbot)
    marks = panel.sketch.marks
    panel.meddler.set_muted((0, 2), is_muted=True)
    undo, redo = panel.actions_by_id["undo"], panel.actions_by_id["redo"]
    undo.trigger()
    assert not panel.meddler.is_meddled
    assert panel.sketch.marks == marks
    redo.trigger()
    assert panel.meddler.is_muted((0, 2))
    draw(panel.canvas, ZERO)
    undo.trigger()
    assert panel.sketch.marks == marks
    assert panel.meddler.is_meddled
    panel.meddler.put_everything_back()
    undo.trigger()
    assert panel.meddler.is_meddled
    settled(panel, qtbot)


def test_with_nothing_meddled_left_the_undo_key_goes_on_with_the_strokes(panel, qtbot):
    draw_seven(panel, qtbot)
    panel.meddler.set_muted((0, 2), is_muted=True)
    undo = panel.actions_by_id["undo"]
    undo.trigger()
    assert undo.isEnabled()
    undo.trigger()
    assert panel.sketch.is_blank
    assert not undo.isEnabled()
    assert panel.actions_by_id["redo"].isEnabled()


def test_where_nothing_can_be_meddled_with_it_says_why(panel, qtbot):
    view = show_view(panel, qtbot, MeddleView)
    qtbot.waitUntil(lambda: "Click a map" in view.edits.text())
    panel.networks.set_network(load_tiny(), None)
    qtbot.waitUntil(lambda: "takes images of 1×8×8" in view.edits.text())
    assert "Use the bundled LeNet-5" in view.edits.text()


def load_tiny() -> Sequential:
    stack = Stack("Tiny", (1, 8, 8), (FlattenSpec(), DenseSpec(out_features=3)))
    return Sequential.from_stack(stack, np.random.default_rng(0))
