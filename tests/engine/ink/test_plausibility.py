"""What cannot be a digit: scribbles, blots and dashes; and that digits can."""

import numpy as np
import pytest

from engine.data.generated.digits import digit_drawing
from engine.ink.plausibility import can_be_digit, outline
from engine.ink.preprocess import prepare
from engine.ink.rendering import Stroke, render


def zigzag(turns):
    points = [(40 + 200 * i / turns, 60 if i % 2 else 220) for i in range(turns + 1)]
    return Stroke(tuple(points), 14)


NO_DIGITS = {
    "a dot": Stroke(((140, 140),), 18),
    "a blot": Stroke(((100, 100), (180, 100), (180, 180), (100, 180), (140, 140)), 70),
    "a dash": Stroke(((40, 140), (240, 150)), 18),
    "a zigzag": zigzag(8),
    "a dense zigzag": zigzag(12),
}


@pytest.mark.parametrize("stroke", NO_DIGITS.values(), ids=NO_DIGITS)
def test_what_is_no_digit_is_told(stroke):
    assert not can_be_digit(prepare(render([stroke])))


@pytest.mark.parametrize("width", [4, 18, 40])
def test_a_one_is_a_digit_by_any_pen(width):
    assert can_be_digit(prepare(render([Stroke(((140, 60), (140, 220)), width)])))


def test_generated_digits_are_digits():
    rng = np.random.default_rng(11)
    assert all(can_be_digit(prepare(render(digit_drawing(i % 10, rng)))) for i in range(100))


def test_the_outline_of_a_square_is_its_four_sides():
    picture = np.zeros((60, 60), np.float32)
    picture[20:40, 20:40] = 1  # 20 pixels, as many as it is scaled to
    assert outline(prepare(picture)) == pytest.approx(80, abs=0.01)
