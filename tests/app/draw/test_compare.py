"""Compare: two networks on the same drawing."""

import numpy as np
import pytest

from app.draw.compare.rivals import Rivals
from app.draw.compare.view import CompareView, difference_words
from app.state.networks import NetworkHolder
from app.state.recognition import Recognition, judge
from app.state.settings import COMPARE_WITH, Settings
from engine.ink.preprocess import prepare
from engine.insight.comparison import difference, seconds_per_image
from engine.layers.dense import DenseSpec
from engine.layers.flatten import FlattenSpec
from engine.networks.calibration import Calibration
from engine.networks.model_file import save_model
from engine.networks.network import Sequential
from engine.networks.stack import Stack
from tests.app.draw.drawn import make_panel
from tests.app.hand import SEVEN, draw


def plain(name="Plain", seed=0, shape=(1, 28, 28), classes=10):
    stack = Stack(name, shape, (FlattenSpec(), DenseSpec(out_features=classes)))
    return Sequential.from_stack(stack, np.random.default_rng(seed))


@pytest.fixture
def networks(qapp):
    holder = NetworkHolder()
    holder.load_bundled()
    return holder


@pytest.fixture
def panel(qtbot, settings, look, networks):
    return make_panel(qtbot, settings, height=640, networks=networks)


def compare_view(panel) -> CompareView:
    place = next(i for i, view in enumerate(panel.views) if isinstance(view, CompareView))
    panel.side.pages.show_page(place + 1)
    view = panel.views[place]
    assert isinstance(view, CompareView)
    return view


def test_both_networks_answer_the_same_drawing(panel, qtbot, tmp_path):
    view = compare_view(panel)
    file = tmp_path / "plain.safetensors"
    other = plain()
    save_model(file, other)
    assert view.open_file(file)
    draw(panel.canvas, SEVEN)
    qtbot.waitUntil(lambda: view.bars.texts[0] != [] and panel.side.answer.text == "7")
    qtbot.waitUntil(lambda: view.left.answer.text == "7")
    expected = judge(prepare(panel.sketch.pixels), other, Calibration())
    assert view.bars.texts[1] != view.bars.texts[0]
    assert view.bars.disputed is not None
    assert (view.right.answer.text or None) == (
        None if expected.answer is None else str(expected.answer)
    )
    assert "7,850 parameters" in view.right.facts.text()
    assert "61,706 parameters" in view.left.facts.text()
    qtbot.waitUntil(lambda: "ms per image" in view.right.facts.text())
    assert "differ most about" in view.sentence.text()
    assert not view.grab().isNull()


def test_before_anything_is_drawn_it_says_what_to_do(panel, qtbot, tmp_path):
    view = compare_view(panel)
    file = tmp_path / "plain.safetensors"
    save_model(file, plain())
    view.open_file(file)
    assert view.sentence.text() == "Draw a digit: both networks answer."
    assert view.bars.texts == ([], [])


@pytest.mark.parametrize(
    ("shape", "classes", "words"),
    [((1, 8, 8), 10, "takes images of 1×8×8"), ((1, 28, 28), 4, "gives 4 outputs")],
)
def test_a_file_of_another_kind_is_refused_in_words(panel, tmp_path, shape, classes, words):
    view = compare_view(panel)
    file = tmp_path / "other.safetensors"
    save_model(file, plain("Other", 0, shape, classes))
    rival = view.rival
    assert not view.open_file(file)
    assert "other.safetensors was not opened" in view.sentence.text()
    assert words in view.sentence.text()
    assert view.rival is rival


def test_a_file_that_is_no_network_is_refused(panel, tmp_path):
    view = compare_view(panel)
    file = tmp_path / "text.safetensors"
    file.write_text("hello")
    assert not view.open_file(file)
    assert "text.safetensors was not opened" in view.sentence.text()


def test_networks_of_this_session_can_be_chosen_and_the_open_one_cannot(networks):
    rivals = Rivals(networks)
    bundled = networks.network
    trained = plain()
    networks.set_network(trained, None)
    titles = [one.title for one in rivals.options()]
    assert "LeNet-5" in titles
    assert "Plain" not in titles
    networks.load_bundled()
    assert "Plain" in [one.title for one in rivals.options()]
    assert not any(
        np.array_equal(one.network.parameters, bundled.parameters)
        for one in rivals.options()
        if one.title == "LeNet-5"
    )


def test_a_network_meddled_with_is_compared_with_itself_before(networks):
    rivals = Rivals(networks)
    twin = networks.network.copy()
    twin.parameters *= np.float32(0.5)
    networks.meddle_with(twin)
    same = [one for one in rivals.options() if one.title == networks.title]
    assert len(same) == 1
    assert np.array_equal(same[0].network.parameters, networks.original.parameters)


def test_the_list_follows_the_networks_while_it_is_seen(panel, qtbot):
    view = compare_view(panel)

    def offered():
        return [view.choice.itemText(place) for place in range(view.choice.count())]

    qtbot.waitUntil(lambda: view.isVisible() and offered() != [])
    assert "LeNet-5" not in offered()  # it is the open one
    panel.networks.set_network(plain(), None)
    qtbot.waitUntil(lambda: "LeNet-5" in offered())
    assert "Plain" not in offered()
    panel.networks.load_bundled()
    qtbot.waitUntil(lambda: "Plain" in offered())
    assert "LeNet-5" not in offered()


def test_the_file_compared_with_is_remembered(panel, qtbot, settings, tmp_path, networks):
    file = tmp_path / "plain.safetensors"
    save_model(file, plain())
    compare_view(panel).open_file(file)
    assert settings.get(COMPARE_WITH) == f"file:{file}"
    again = Rivals(networks)
    again.recall(settings.get(COMPARE_WITH))
    assert "Plain" in [one.title for one in again.options()]
    file.unlink()
    fresh = Rivals(networks)
    fresh.recall(settings.get(COMPARE_WITH))
    assert "Plain" not in [one.title for one in fresh.options()]


def test_without_a_fitting_network_there_is_nothing_to_compare(panel, qtbot, settings: Settings):
    view = compare_view(panel)
    panel.networks.set_network(plain("Tiny", 0, (1, 8, 8), 3), None)
    qtbot.waitUntil(lambda: "Tiny takes images" in view.sentence.text())
    assert view.rivals.options() == ()
    assert view.left.answer.words == "no answer"
    assert view.right.answer.words == "no network"


def test_the_time_of_one_network_never_stands_under_another(panel, qtbot):
    view = compare_view(panel)
    draw(panel.canvas, SEVEN)
    qtbot.waitUntil(lambda: "ms per image" in view.left.facts.text())
    panel.networks.set_network(plain("Tiny", 0, (1, 8, 8), 3), None)
    qtbot.waitUntil(lambda: "195 parameters" in view.left.facts.text())
    assert "ms per image" not in view.left.facts.text()


def test_the_words_tell_agreement_from_dispute():
    def answer(digit, share=0.9):
        shares = np.full(10, (1 - share) / 9)
        shares[digit] = share
        return Recognition(None, shares)

    same = difference_words(answer(4), answer(4), 4, is_marked=False)
    assert same == "Both read 4, equally sure."
    other = difference_words(answer(4), answer(9), 9, is_marked=True)
    assert other == "They disagree: 4 against 9; they differ most about 9."


def test_the_difference_is_half_of_all_that_moved():
    found = difference(np.array([0.5, 0.5, 0.0]), np.array([0.2, 0.5, 0.3]))
    assert found.distance == pytest.approx(0.3)
    assert found.most_disputed in {0, 2}
    assert difference(np.array([1.0, 0.0]), np.array([0.0, 1.0])).distance == 1


def test_a_time_per_image_is_measured():
    assert 0 < seconds_per_image(plain(), np.zeros((1, 28, 28), np.float32), 2) < 60
