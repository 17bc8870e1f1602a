"""A digit of a number, taken out with its strokes."""

import numpy as np
import pytest

from engine.data.generated.digits import digit_drawing
from engine.ink.digit_strokes import alone
from engine.ink.drawings import Drawing, PastedImage, Stroke, moved
from engine.ink.preprocess import NoInkError, ink_box, prepare
from engine.ink.rendering import render
from engine.ink.segmentation import digits_of


def row(*digits, step=180, seed=5):
    """Digits side by side on a sheet of two boxes."""
    rng = np.random.default_rng(seed)
    return [moved(digit_drawing(digit, rng), place * step) for place, digit in enumerate(digits)]


def strokes(drawing: Drawing) -> list[Stroke]:
    found = [mark for mark in drawing if isinstance(mark, Stroke)]
    assert len(found) == len(drawing)
    return found


def cropped(drawing):
    picture = render(drawing)
    top, left, height, width = ink_box(picture)
    return picture[top : top + height, left : left + width]


@pytest.mark.parametrize("digit", range(10))
def test_a_drawn_digit_keeps_its_strokes_and_its_pixels(digit):
    seven, other = row(7, digit)
    marks = [*seven, *other]
    pictures = digits_of(marks, boxes=2)
    assert len(pictures) == 2
    kept = strokes(alone(marks, pictures[1]))
    assert len(kept) == len(other)
    assert [len(mark.points) for mark in kept] == [len(mark.points) for mark in strokes(other)]
    expected, got = prepare(pictures[1]).pixels, prepare(render(tuple(kept))).pixels
    assert np.abs(expected.astype(int) - got).max() <= 1
    _, left, _, width = ink_box(render(tuple(kept)))
    assert abs(left + width / 2 - 140) <= 1


def test_what_was_erased_of_it_stays_erased_and_other_erasures_are_left_behind():
    bar = Stroke(((60.0, 40.0), (60.0, 240.0)))
    line = Stroke(((400.0, 40.0), (400.0, 240.0)))
    here = Stroke(((30.0, 250.0), (90.0, 250.0)), 30.0, erases=True)
    there = Stroke(((370.0, 30.0), (430.0, 30.0)), 30.0, erases=True)
    marks = (bar, line, here, there)
    left, right = digits_of(marks, boxes=2)
    assert [mark.erases for mark in strokes(alone(marks, left))] == [False, True]
    assert np.allclose(cropped(alone(marks, left)), left[ink_rows(left)], atol=1e-6)
    assert [mark.erases for mark in strokes(alone(marks, right))] == [False, True]


def ink_rows(picture):
    top, left, height, width = ink_box(picture)
    return slice(top, top + height), slice(left, left + width)


def test_a_stroke_that_the_eraser_took_away_is_not_kept():
    gone = Stroke(((60.0, 100.0), (61.0, 100.0)), 8.0)
    eraser = Stroke(((40.0, 100.0), (90.0, 100.0)), 40.0, erases=True)
    bar = Stroke(((60.0, 40.0), (60.0, 240.0)))
    marks = (gone, eraser, bar)
    (digit,) = digits_of(marks, boxes=2)
    assert alone(marks, digit) == moved((bar,), 80)


def test_half_of_a_stroke_and_a_pasted_digit_are_kept_as_pictures():
    line = Stroke(((40.0, 140.0), (520.0, 140.0)))
    eraser = Stroke(((280.0, 100.0), (280.0, 180.0)), 60.0, erases=True)
    first, _ = digits_of((line, eraser), boxes=2)
    kept = alone((line, eraser), first)
    assert isinstance(kept[0], PastedImage)
    assert np.allclose(cropped(kept), first[ink_rows(first)], atol=1e-6)
    paste = PastedImage(render(digit_drawing(4, np.random.default_rng(1))), (0, 0, 280, 280))
    (digit,) = digits_of((paste,), boxes=2)
    assert isinstance(alone((paste,), digit)[0], PastedImage)


def test_a_digit_wider_than_a_box_is_made_smaller():
    line = Stroke(((40.0, 140.0), (520.0, 140.0)))
    (digit,) = digits_of((line,), boxes=2)
    (kept,) = strokes(alone((line,), digit))
    xs = [x for x, _ in kept.points]
    assert 0 < min(xs) < max(xs) < 280
    assert (min(xs) + max(xs)) / 2 == pytest.approx(140, abs=1)


def test_a_blank_sheet_has_no_digit():
    with pytest.raises(NoInkError):
        alone((), np.zeros((280, 560), np.float32))
