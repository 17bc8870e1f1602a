"""Classes with names: what learnt clothes answers with clothes, wherever it is shown."""

from dataclasses import replace

import numpy as np
import pytest

from app.draw.compare.view import difference_words
from app.draw.keep.fine_tuning import FineTuning
from app.draw.panel import DrawPanel
from app.state.networks import NetworkHolder
from app.state.recognition import Recognition
from app.train.freeze.page import TrainFreeze
from app.train.inside.page import TrainInside
from app.train.rewind.page import TrainRewind
from app.train.runs.run_jobs import network_of
from app.train.training_session import SessionState
from engine.data.fashion import CLASS_NAMES
from engine.networks.model_file import TrainingRecord, load_model
from tests.app.hand import SEVEN, draw
from tests.app.small_data import BarsSource
from tests.app.train.driving import TIMEOUT, click, open_page, part_of


class ClothesSource(BarsSource):
    """Bars that are called clothes."""

    title = "Clothes"
    class_names = CLASS_NAMES

    def load(self, images, seed, report, is_cancelled):
        return replace(super().load(images, seed, report, is_cancelled), class_names=CLASS_NAMES)


@pytest.fixture
def panel(make_panel):
    return make_panel(ClothesSource())


def train(qtbot, panel):
    click(panel.form.start)
    qtbot.waitUntil(lambda: panel.session.result is not None, timeout=TIMEOUT)


def test_a_network_that_learnt_clothes_answers_with_their_names(qtbot, panel, settings, tmp_path):
    train(qtbot, panel)
    networks = panel.networks
    assert networks.class_names == CLASS_NAMES
    networks.save(tmp_path / "clothes.safetensors")
    record = load_model(tmp_path / "clothes.safetensors").record
    assert record is not None
    assert record.class_names == CLASS_NAMES
    drawing = DrawPanel(networks, settings)
    qtbot.addWidget(drawing)
    drawing.resize(1200, 640)
    drawing.show()
    qtbot.waitExposed(drawing)
    networks.network_changed.emit()
    draw(drawing.canvas, SEVEN)
    qtbot.waitUntil(lambda: drawing.side.answer.text in CLASS_NAMES)
    assert drawing.side.bars.labels == CLASS_NAMES
    answer = drawing.recognition.answer
    assert answer is not None
    assert drawing.side.answer.text == CLASS_NAMES[answer]
    networks.load_bundled()
    qtbot.waitUntil(lambda: drawing.side.answer.text == "7")
    assert drawing.side.bars.labels == tuple("0123456789")
    assert drawing.stop_and_join(TIMEOUT)


def test_the_run_that_is_kept_knows_the_names(qtbot, panel):
    train(qtbot, panel)
    runs = next(one for one in panel.parts if hasattr(one, "store"))
    qtbot.waitUntil(lambda: bool(runs.store.runs) and not panel.session.is_active, timeout=TIMEOUT)
    _, record, _ = network_of(runs.store.runs[0])
    assert record.class_names == CLASS_NAMES


@pytest.mark.parametrize(
    ("kind", "image_of"),
    [(TrainInside, lambda part: part.image), (TrainRewind, lambda part: part.model.image)],
)
def test_the_pages_of_a_run_call_the_classes_by_name(qtbot, panel, kind, image_of):
    train(qtbot, panel)
    page = open_page(panel, kind)
    label = image_of(part_of(panel, kind)).label
    qtbot.waitUntil(lambda: f"label {label} {CLASS_NAMES[label]}" in page.answer.words.text())
    assert CLASS_NAMES[0] in page.answer.picture.toolTip()


def test_the_frozen_step_calls_the_class_by_name(qtbot, panel):
    page = open_page(panel, TrainFreeze)
    click(panel.form.one_batch)
    walk = part_of(panel, TrainFreeze).walk
    qtbot.waitUntil(
        lambda: panel.session.state is SessionState.PAUSED and walk.is_ready, timeout=TIMEOUT
    )
    walk.go_to(0)
    label = walk.image.label
    assert f"labelled {label} {CLASS_NAMES[label]}." in page.sentence.text()


def test_fine_tuning_on_digits_is_refused_for_clothes(bundled):
    record = TrainingRecord("Clothes", 1, 1, None, 0, "", class_names=CLASS_NAMES)
    bundled.set_network(bundled.network, record)
    assert "needs a network that learnt digits" in FineTuning(bundled).why_not(())


def test_names_of_another_number_of_classes_are_passed_over(qtbot, bundled, settings, look):
    record = TrainingRecord("Clothes", 1, 1, None, 0, "", class_names=("shoe", "hat"))
    bundled.set_network(bundled.network, record)
    drawing = DrawPanel(bundled, settings)
    qtbot.addWidget(drawing)
    drawing.show()
    qtbot.waitExposed(drawing)
    bundled.network_changed.emit()
    draw(drawing.canvas, SEVEN)
    qtbot.waitUntil(lambda: drawing.side.answer.text == "7")
    assert drawing.stop_and_join(TIMEOUT)


def test_digits_have_no_names_besides_their_numbers(bundled):
    assert bundled.class_names == ()
    data = BarsSource().load(20, 0, lambda *_: None, lambda: False)
    assert replace(data, class_names=tuple(map(str, range(10)))).own_names == ()
    assert replace(data, class_names=CLASS_NAMES).own_names == CLASS_NAMES


@pytest.fixture
def bundled():
    holder = NetworkHolder()
    holder.load_bundled()
    return holder


def test_networks_of_different_classes_are_not_compared_class_by_class():
    shares = np.eye(10, dtype=np.float32)
    mine = Recognition(None, shares[8], class_names=CLASS_NAMES)
    other = Recognition(None, shares[3])
    words = difference_words(mine, other, 8, is_marked=False)
    assert words == "Bag against 3: they learnt different classes."
    other = Recognition(None, shares[9], class_names=CLASS_NAMES)
    words = difference_words(mine, other, 8, is_marked=True)
    assert words == "They disagree: Bag against Ankle boot; they differ most about Bag."
