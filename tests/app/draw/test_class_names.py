"""Classes with names in the views of Draw and in ``classify``: no number in their place."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtTest import QTest

from app.cli import bundled_model, main
from app.draw.meddle.view import MeddleView
from app.draw.meddled_accuracy import IMAGES, MeddledAccuracyWorker
from app.draw.shift.view import ShiftView
from app.draw.why.view import WhyView
from app.look.theme import font, px
from app.state.networks import NetworkHolder
from app.state.recognition import Recognition
from engine.basics.errors import DataError
from engine.data import fashion
from engine.data.dataset import Dataset
from engine.data.fashion import CLASS_NAMES
from engine.data.generated.digits import digit_drawing
from engine.ink.rendering import render
from engine.insight.shown_layer import Unit
from engine.networks.model_file import load_model, save_model
from tests.app.draw.drawn import draw_seven, make_panel, show_view
from tests.app.hand import FOUR, ONE, draw

LEFT = Qt.MouseButton.LeftButton
SEVENTH = CLASS_NAMES[7]


def rename(networks, names=CLASS_NAMES):
    networks.set_network(networks.original, replace(networks.record, class_names=names))


@pytest.fixture
def panel(qtbot, settings, look):
    made = make_panel(qtbot, settings)
    rename(made.networks)
    draw_seven(made, qtbot)
    return made


def test_meddle_names_the_answer_before_and_after(panel, qtbot):
    view = show_view(panel, qtbot, MeddleView)
    panel.meddler.set_muted((0, 0), is_muted=True)
    qtbot.waitUntil(lambda: view.answers[1].text in CLASS_NAMES)
    assert view.answers[0].text == SEVENTH
    panel.side.pages.show_page(0)
    panel.inside.strips.unit_chosen.emit(Unit(0, (1, 4, 4)))
    assert f"Answer: {SEVENTH} (" in panel.card.meddle_bar.result.text()
    qtbot.waitUntil(lambda: panel.meddler.progress is None)


def test_shift_has_a_named_bar_for_each_class_and_no_network_of_digits(panel, qtbot):
    view = show_view(panel, qtbot, ShiftView)
    qtbot.waitUntil(lambda: view.maps is not None)
    assert view.named_bars.isVisible()
    assert not view.bars.isVisible()
    assert not view.grids[1].isVisible()
    assert view.named_bars.labels[7] == f"7 {SEVENTH}"
    assert view.place.text().startswith(f"As it is: {SEVENTH} (")
    assert "dense network 7" not in view.place.text()
    panel.networks.load_bundled()
    qtbot.waitUntil(lambda: view.place.text().startswith("As it is: 7 ("))
    assert view.grids[1].isVisible()
    assert view.bars.isVisible()
    assert not view.named_bars.isVisible()


def test_why_speaks_of_the_class_by_its_name(panel, qtbot):
    view = show_view(panel, qtbot, WhyView)
    view.method.button(1).click()
    qtbot.waitUntil(lambda: view.reason is not None)
    assert view.reason.score.startswith(f"{SEVENTH}'s logit: ")
    assert f"How strongly {SEVENTH}'s logit answers" in view.reason.sentence
    assert view.label.itemText(8) == SEVENTH
    assert view.label.view() is not None


def test_gradients_and_the_last_layer_are_called_by_name(panel, qtbot):
    head = panel.inside.head
    assert head.of_class.itemText(8) == f"of {SEVENTH}'s logit"
    last = len(panel.inside.shown.layers) - 1
    panel.inside.strips.unit_hovered.emit(Unit(last, (7,)))
    assert f"class 7 ({SEVENTH})" in head.read_out.text()
    head.kind.button(1).click()
    head.of_class.setCurrentIndex(10)
    panel.inside.strips.unit_hovered.emit(Unit(0, (0, 3, 3)))
    assert f"change of {CLASS_NAMES[9]}'s logit" in head.read_out.text()
    longest = max(
        QFontMetricsF(head.of_class.font()).horizontalAdvance(f"of {n}'s logit")
        for n in CLASS_NAMES
    )
    assert head.of_class.width() > longest
    rename(panel.networks, ())
    assert head.of_class.itemText(8) == "of 7's logit"


def test_drawings_side_by_side_are_named_too(panel, qtbot):
    panel.actions_by_id["clear"].trigger()
    panel.actions_by_id["number"].trigger()
    for place, digit in enumerate((FOUR, ONE)):
        draw(panel.canvas, [[((x * 0.6 + place + 0.2) / 3, y) for x, y in one] for one in digit])
    expected = f"{CLASS_NAMES[4]}, {CLASS_NAMES[1]}"
    qtbot.waitUntil(lambda: panel.number.answer.text == expected)
    assert panel.number.answer.words.startswith("2 drawings, ")
    first, second = panel.number.answer.box_of(0), panel.number.answer.box_of(1)
    assert second.top() >= first.bottom()
    QTest.mouseClick(panel.number.answer, LEFT, pos=first.center().toPoint())
    assert panel.recognition.answer == 4
    assert not panel.number.answer.grab().isNull()


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_the_bars_leave_their_names_whole(panel, look, scale):
    look.set_scale(scale)
    bars = panel.side.bars
    bold = QFontMetricsF(font(12, QFont.Weight.DemiBold))
    longest = max(map(bold.horizontalAdvance, CLASS_NAMES))
    track_and_number = px(100)
    assert bars.minimumSizeHint().width() > longest + track_and_number
    assert bars.width() >= bars.minimumSizeHint().width()


def test_accuracy_of_clothes_is_measured_on_clothes(monkeypatch, tmp_path):
    network = load_model(bundled_model()).network
    images = np.zeros((1500, 1, 28, 28), np.uint8)
    test = Dataset(images, np.zeros(1500, np.int64), fashion.NAME, "", 10, CLASS_NAMES)
    monkeypatch.setattr(fashion, "find_fashion", lambda: tmp_path)
    monkeypatch.setattr(fashion, "load_fashion", lambda _: (test, test))
    worker = MeddledAccuracyWorker(None, network, None, tmp_path, CLASS_NAMES)
    worker.work()
    assert worker.images is not None
    assert worker.images.name == fashion.NAME
    assert len(worker.images) == IMAGES
    assert worker.accuracy_after is not None


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (CLASS_NAMES, "Fashion-MNIST is not on this computer"),
        (("cat", "dog"), "cat, dog and so on"),
    ],
)
def test_without_images_of_its_classes_there_is_no_accuracy(monkeypatch, tmp_path, names, words):
    monkeypatch.setattr(fashion, "find_fashion", lambda: None)
    network = load_model(bundled_model()).network
    worker = MeddledAccuracyWorker(None, network, None, tmp_path, names)
    with pytest.raises(DataError, match=words):
        worker.work()


@pytest.fixture
def clothes_model(tmp_path):
    model = load_model(bundled_model())
    path = tmp_path / "clothes.safetensors"
    assert model.record is not None
    save_model(path, model.network, replace(model.record, class_names=CLASS_NAMES))
    return path


def save_image(path, digit):
    ink = render(digit_drawing(digit, np.random.default_rng(3)))
    Image.fromarray((255 * (1 - ink)).astype(np.uint8)).save(path)


def test_classify_answers_with_the_name(clothes_model, tmp_path, capsys):
    save_image(tmp_path / "a.png", 4)
    model = ["--model", str(clothes_model)]
    assert main(["classify", *model, str(tmp_path / "a.png")]) == 0
    line = capsys.readouterr().out
    assert line.startswith(f"{tmp_path / 'a.png'}: {CLASS_NAMES[4]} (")
    assert len(line.split(")  ")[1].split()) == 10
    assert main(["classify", "--number", *model, str(tmp_path / "a.png")]) == 0
    assert f"a.png: {CLASS_NAMES[4]} (" in capsys.readouterr().out


def test_names_of_another_count_are_passed_over(tmp_path, capsys, clothes_model):
    model = load_model(clothes_model)
    assert model.record is not None
    save_model(clothes_model, model.network, replace(model.record, class_names=("cat", "dog")))
    save_image(tmp_path / "a.png", 4)
    assert main(["classify", "--model", str(clothes_model), str(tmp_path / "a.png")]) == 0
    assert "a.png: 4 (" in capsys.readouterr().out
    holder = NetworkHolder()
    holder.open(clothes_model)
    assert holder.name_of(1) == "1"


def test_two_networks_are_compared_by_the_names_of_their_classes():
    digits = Recognition(None, np.arange(10) / 45)
    turned = Recognition(None, np.arange(10)[::-1] / 45, class_names=tuple("9876543210"))
    clothes = Recognition(None, np.arange(10) / 45, class_names=CLASS_NAMES)
    assert turned.in_order_of(digits).probabilities == pytest.approx(np.arange(10) / 45)
    assert turned.in_order_of(digits).class_names == digits.class_names
    assert turned.in_order_of(clothes) is turned
    assert digits.in_order_of(clothes) is digits
