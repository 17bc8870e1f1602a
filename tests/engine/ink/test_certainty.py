"""How certain a network and a guard are that pieces are one digit."""

from dataclasses import replace

import numpy as np
import pytest

from app.cli import bundled_model
from app.state.guard import bundled_guard
from engine.ink.certainty import NEVER, DigitJudge
from engine.ink.guard import doubts
from engine.ink.pieces import joined, piece_of
from engine.ink.preprocess import prepare
from engine.ink.rendering import Stroke, render
from engine.networks.calibration import Calibration, class_scores
from engine.networks.model_file import load_model

SEVEN = piece_of(render((Stroke(((80, 60), (160, 60), (110, 210)), 16),)))
CROSS = (
    piece_of(render((Stroke(((80, 60), (200, 220)), 16),))),
    piece_of(render((Stroke(((200, 60), (80, 220)), 16),))),
)
DASH = piece_of(render((Stroke(((40, 140), (240, 140)), 16),)))
SCRIBBLE = piece_of(render((Stroke(((10, 10), (260, 20), (20, 250), (270, 270)), 16),)))


@pytest.fixture(scope="module")
def network():
    return load_model(bundled_model()).network


def test_it_is_the_product_of_what_guard_and_network_say(network):
    guard = bundled_guard()
    assert guard is not None
    image = prepare(SEVEN.ink).image[None, None]
    scores = class_scores(network, image)[0].astype(np.float64)
    share = np.exp(scores).max() / np.exp(scores).sum()
    doubt = float(doubts(guard.network, image)[0])
    (found,) = DigitJudge(network, Calibration(), guard)([(SEVEN,)])
    assert found == pytest.approx(np.log(share / (1 + np.exp(doubt))), abs=1e-4)


def test_a_digit_is_more_certain_than_a_cross_and_a_dash_is_never_one(network):
    judge = DigitJudge(network, Calibration(), bundled_guard())
    seven, cross, dash = judge([(SEVEN,), CROSS, (DASH,)])
    assert seven > -0.5
    assert cross < seven - 1
    assert dash == NEVER


def test_without_a_guard_the_network_is_asked_alone(network):
    (found,) = DigitJudge(network, Calibration(), None)([(SEVEN,)])
    assert -0.2 < found <= 0


def test_what_was_judged_is_remembered(network):
    class Counting(DigitJudge):
        asked = 0

        def _judged(self, groups):
            Counting.asked += len(groups)
            return super()._judged(groups)

    judge = Counting(network, Calibration(), bundled_guard())
    first = judge([(SEVEN,), CROSS])
    assert Counting.asked == 2
    again = judge([CROSS[::-1], (SEVEN,), (DASH,)])
    assert Counting.asked == 3
    assert again[:2].tolist() == first[::-1].tolist()


def test_long_scribbles_do_not_pile_up_in_what_is_remembered(network):
    """One of them is as large as a dozen digits; what is asked about is answered all the same."""
    judge = DigitJudge(network, Calibration(), None)
    size = SCRIBBLE.ink.size
    held = []
    for count in range(1, 161):
        judge([(replace(SCRIBBLE, left=count),)])
        held.append(judge.pixels_kept)
    assert held[:3] == [size, 2 * size, 3 * size]
    assert max(held) < 8_000_000 < 160 * size


def test_pieces_are_joined_where_they_lie():
    whole = joined(CROSS)
    alone = render((Stroke(((80, 60), (200, 220)), 16), Stroke(((200, 60), (80, 220)), 16)))
    top, left, height, width = whole.box
    assert np.array_equal(whole.ink, alone[top : top + height, left : left + width])
    assert whole.ink.sum() == alone.sum()
    assert joined((SEVEN,)) is SEVEN
