"""Digits side by side, told apart: from strokes, from pixels, after erasing."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.cli import bundled_model
from app.commands.classify import open_reader
from benchmarks.handwriting.written_numbers import number_drawing
from engine.ink.pieces import Piece, distance, joined, piece_of, pieces_of
from engine.ink.preprocess import ink_box
from engine.ink.rendering import PastedImage, Stroke, render
from engine.ink.segmentation import digits_in, digits_of, group, row_of

FIVE = (((60, 40), (50, 110), (95, 120), (95, 190), (45, 190)), ((62, 42), (105, 40)))
FOUR = (((55, 40), (40, 130), (110, 130)), ((90, 70), (85, 200)))
CROSSED_SEVEN = (((40, 45), (110, 45), (65, 200)), ((50, 115), (100, 112)))
ONE_WITH_FOOT = (((50, 90), (80, 45), (80, 200)), ((50, 200), (110, 200)))
OPEN_FIVE = (((60, 60), (50, 110), (95, 120), (95, 190), (45, 190)), ((68, 38), (112, 34)))
SLASHED_ZERO = (((75, 40), (40, 120), (75, 200), (110, 120), (75, 40)), ((105, 50), (45, 190)))
PLAIN_ONE = (((75, 40), (72, 200)),)
MANY_STROKES = (FIVE, FOUR, CROSSED_SEVEN, ONE_WITH_FOOT, OPEN_FIVE, SLASHED_ZERO)


def row(*digits, step=130, start=0, slant=0.0):
    """Digits side by side, strokes in the order of writing."""
    return tuple(
        Stroke(tuple((x + start + place * step - slant * (y - 120), y) for x, y in points), 16)
        for place, digit in enumerate(digits)
        for points in digit
    )


@pytest.mark.parametrize("digit", MANY_STROKES)
@pytest.mark.parametrize("slant", [-0.2, 0.0, 0.35])
def test_a_digit_of_several_strokes_stays_one(digit, slant):
    drawing = row(digit, PLAIN_ONE, digit, slant=slant, start=20)
    pieces = tuple(piece_of(render((mark,), boxes=2)) for mark in drawing)
    assert group(pieces) == ((0, 1), (2,), (3, 4))


def test_strokes_added_later_join_their_digit():
    seven, bar, one = row(CROSSED_SEVEN, PLAIN_ONE)
    pieces = tuple(piece_of(render((mark,), boxes=2)) for mark in (one, seven, bar))
    assert group(pieces) == ((1, 2), (0,))


def test_two_leaning_ones_stay_two_though_their_boxes_overlap():
    left, right = row(PLAIN_ONE, PLAIN_ONE, step=45, slant=0.5, start=60)
    a, b = piece_of(render((left,))), piece_of(render((right,)))
    assert a.left + a.ink.shape[1] > b.left
    assert distance(a, b) == pytest.approx(45 * 0.894 - 16, abs=5)  # across the slant
    assert group((a, b)) == ((0,), (1,))


def test_a_slip_of_the_pen_goes_to_the_digit_beside_it():
    drawing = (*row(FOUR, PLAIN_ONE), Stroke(((125, 130),), 12))
    assert len(digits_of(drawing, 2)) == 2


@pytest.mark.parametrize(("paper", "digits"), [(0, 2), (40, 2), (120, 3)])
def test_a_slip_of_the_pen_belongs_to_a_digit_less_than_half_its_height_away(paper, digits):
    right_edge = 130 + 75 + 8  # of the one, 160 high
    drawing = (*row(FOUR, PLAIN_ONE), Stroke(((right_edge + paper + 6, 130),), 12))
    assert len(digits_of(drawing, 2)) == digits


def test_a_single_dot_is_a_digit_of_its_own():
    assert len(digits_of((Stroke(((100, 100),), 12),), 2)) == 1


def test_a_blank_sheet_has_no_digits():
    assert group(()) == ()
    assert digits_of((), 2) == ()
    assert digits_in(np.zeros((280, 560), np.float32)) == ()
    assert pieces_of(Stroke(((9000, 100),), 12), 2) == ()


def test_each_digit_stands_alone_where_it_was_and_nothing_is_lost():
    drawing = row(FIVE, FOUR, SLASHED_ZERO)
    whole = render(drawing, boxes=2)
    alone = digits_of(drawing, 2)
    assert len(alone) == 3
    assert np.array_equal(np.maximum.reduce(alone), whole)
    for first, picture in zip((0, 2, 4), alone, strict=True):
        assert np.array_equal(picture, render(drawing[first : first + 2], boxes=2))


def test_what_was_erased_is_in_no_digit():
    rubbed = Stroke(((75 + 130, 20), (75 + 130, 270)), 90, erases=True)
    drawing = (*row(FIVE, PLAIN_ONE, FOUR), rubbed)
    left = digits_of(drawing, 2)
    assert len(left) == 2
    assert np.array_equal(np.maximum.reduce(left), render(drawing, boxes=2))


def test_an_eraser_through_a_line_makes_two_of_it():
    line = Stroke(((40, 140), (440, 140)), 16)
    cut = Stroke(((240, 60), (240, 220)), 120, erases=True)
    assert len(digits_of((line, cut), 2)) == 2


def test_a_pasted_number_is_taken_apart_by_its_pixels():
    ink = render(row(ONE_WITH_FOOT, OPEN_FIVE, FOUR), boxes=2)
    drawing = (PastedImage(ink, (0, 0, 560, 280)),)
    boxes = [ink_box(picture) for picture in digits_of(drawing, 2)]
    assert len(boxes) == 3
    assert [left for _, left, _, _ in boxes] == sorted(left for _, left, _, _ in boxes)
    assert len(digits_in(ink)) == 3


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=2, max_size=6), st.integers(0, 10_000))
def test_groups_take_every_piece_once_whatever_their_order(digits, seed):
    rng = np.random.default_rng(seed)
    drawing = number_drawing(digits, rng)
    pieces = tuple(piece_of(render((mark,), boxes=2)) for mark in drawing)
    order = rng.permutation(len(pieces))
    found = group(pieces)
    assert sorted(index for one in found for index in one) == list(range(len(pieces)))
    shuffled = group(tuple(pieces[i] for i in order))
    assert [sorted(order[list(one)].tolist()) for one in shuffled] == [list(one) for one in found]


def test_nearly_all_generated_numbers_have_the_right_number_of_digits():
    rng = np.random.default_rng(11)
    right = 0
    for _ in range(60):
        digits = rng.integers(0, 10, rng.integers(2, 7)).tolist()
        right += len(digits_of(number_drawing(digits, rng), 2)) == len(digits)
    assert right >= 58


def test_a_generated_number_lies_on_its_sheet():
    drawing = number_drawing([8, 8, 8, 8, 8, 8], np.random.default_rng(2))
    top, left, height, width = ink_box(render(drawing, boxes=2))
    assert top > 0
    assert left > 0
    assert top + height < 280
    assert left + width < 560


def test_the_outline_tells_where_rows_begin_and_end():
    piece = Piece(8, 20, np.pad(np.ones((4, 5), np.float32), ((0, 4), (2, 1))))
    assert piece.outline.tolist() == [[8, 22, 27]]


def judge():
    """The bundled network and guard, as the application asks them."""
    found = open_reader(bundled_model()).judge
    assert found is not None
    return found


@pytest.mark.parametrize("digit", [*MANY_STROKES, PLAIN_ONE])
@pytest.mark.parametrize("slant", [-0.2, 0.0, 0.35])
def test_a_judge_leaves_a_digit_of_several_strokes_one(digit, slant):
    drawing = row(digit, PLAIN_ONE, digit, slant=slant, start=20)
    assert len(digits_of(drawing, 2, judge())) == 3


def test_strokes_that_touch_are_told_apart():
    seven = Stroke(((40, 50), (120, 50), (70, 200)), 14)
    one = Stroke(((124, 48), (118, 200)), 14)
    foot = Stroke(((95, 200), (150, 200)), 14)
    assert len(digits_of((seven, one, foot), 2)) == 1
    left, right = digits_of((seven, one, foot), 2, judge())
    assert np.array_equal(left, render((seven,), boxes=2))
    assert np.array_equal(right, render((one, foot), boxes=2))


def test_a_bar_added_last_goes_to_its_digit_though_it_reaches_into_the_next():
    four = (Stroke(((70, 50), (40, 130), (130, 130)), 12), Stroke(((105, 90), (100, 200)), 12))
    three = Stroke(((130, 60), (175, 60), (150, 110), (180, 150), (160, 195), (125, 190)), 12)
    pieces = tuple(piece_of(render((mark,), boxes=2)) for mark in (four[0], three, four[1]))
    left, right = row_of(pieces, judge())
    assert {id(piece) for piece in left} == {id(pieces[0]), id(pieces[2])}
    assert right == (pieces[1],)


def test_two_digits_in_one_pull_of_the_pen_are_cut():
    six = ((100, 50), (65, 90), (50, 140), (60, 190), (95, 195), (105, 160), (80, 140), (60, 160))
    three = ((205, 70), (230, 55), (255, 75), (220, 115), (258, 150), (240, 195), (200, 190))
    both = Stroke((*six, (60, 175), (95, 195), (165, 110), *three), 12)
    assert len(digits_of((both,), 2)) == 1
    left, right = digits_of((both,), 2, judge())
    assert ink_box(left)[1] < ink_box(right)[1]
    assert np.array_equal(np.maximum(left, right), render((both,), boxes=2))


def test_touching_digits_of_a_picture_are_cut():
    eight = Stroke(((110, 70), (70, 60), (60, 90), (110, 150), (90, 195), (55, 170), (110, 70)), 12)
    two = Stroke(((125, 80), (150, 50), (180, 80), (125, 195), (190, 195)), 12)
    picture = render((eight, two), boxes=2)
    assert len(digits_in(picture)) == 1
    left, right = digits_in(picture, judge())
    assert np.array_equal(np.maximum(left, right), picture)
    assert ink_box(left)[1] + ink_box(left)[3] < 135
    assert ink_box(right)[1] > 110


def test_a_scribble_is_not_cut_to_pieces():
    zigzag = Stroke(tuple((40 + 22 * i, 60 if i % 2 else 220) for i in range(16)), 12)
    assert len(digits_of((zigzag,), 2, judge())) == 1


def test_most_generated_numbers_that_touch_are_told_apart():
    rng, ask, right = np.random.default_rng(8), judge(), 0
    for _ in range(16):
        digits = rng.integers(0, 10, rng.integers(2, 5)).tolist()
        drawing = number_drawing(digits, rng, (-0.05, 0.0))
        right += len(digits_of(drawing, 2, ask)) == len(digits)
    assert right >= 13


@settings(max_examples=15, deadline=None)
@example([0, 5], 5867)
@given(st.lists(st.integers(0, 9), min_size=2, max_size=4), st.integers(0, 10_000))
def test_a_judged_row_keeps_all_ink_and_goes_from_left_to_right(digits, seed):
    rng = np.random.default_rng(seed)
    drawing = number_drawing(digits, rng, (-0.1, 0.1))
    pieces = tuple(piece for mark in drawing for piece in pieces_of(mark, 2))
    found = row_of(pieces, judge())
    again = joined(piece for digit in found for piece in digit)
    assert np.abs(again.ink - joined(pieces).ink).max() < 1 / 255  # less than a grey level
    middles = [joined(digit).left + joined(digit).ink.shape[1] / 2 for digit in found]
    assert middles == sorted(middles)
