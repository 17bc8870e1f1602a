"""Telling touching digits apart: against all ways to divide the parts, tried one by one."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.ink.pieces import Piece
from engine.ink.touching import told_apart

HIGH, WIDE = 100, 30


def bars(count, gap=6):
    """Upright bars side by side, so that no two lie over each other."""
    ink = np.ones((HIGH, WIDE), np.float32)
    return tuple(Piece(0, place * (WIDE + gap), ink, is_stroke=True) for place in range(count))


class Told:
    """A judge that is told how certain every run of bars is."""

    def __init__(self, pieces, certainties):
        self.places = {id(piece): place for place, piece in enumerate(pieces)}
        self.certainties = certainties

    def __call__(self, groups):
        runs = [sorted(self.places[id(piece)] for piece in group) for group in groups]
        return np.array([self.certainties[run[0], run[-1] + 1] for run in runs])


def all_rows(count):
    """Every way to divide ``count`` parts into runs."""
    for borders in itertools.product((False, True), repeat=count - 1):
        ends = [place + 1 for place, is_border in enumerate(borders) if is_border] + [count]
        yield list(zip([0, *ends[:-1]], ends, strict=True))


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 6), st.integers(0, 10_000))
def test_the_most_probable_row_is_found(count, seed):
    pieces = bars(count)
    rng = np.random.default_rng(seed)
    runs = [(a, b) for a in range(count) for b in range(a + 1, count + 1)]
    certainties = dict(zip(runs, (-rng.exponential(2, len(runs))).tolist(), strict=True))
    found = told_apart((pieces,), HIGH, Told(pieces, certainties))
    value = worth([places_of(digit, pieces) for digit in found], certainties)
    fitting = [
        row
        for row in all_rows(count)
        if all(b - a == 1 or (b - a) * WIDE + (b - a - 1) * 6 <= 1.35 * HIGH for a, b in row)
    ]
    assert value == pytest.approx(max(worth(row, certainties) for row in fitting))


def worth(row, certainties):
    """A row's certainties, and a tenth off for every digit after the first."""
    return sum(certainties[run] for run in row) - 0.1 * (len(row) - 1)


def places_of(digit, pieces):
    places = sorted(pieces.index(piece) for piece in digit)
    return places[0], places[-1] + 1


def test_what_reads_best_as_it_is_stays():
    pieces = bars(2)
    judge = Told(pieces, {(0, 1): -0.5, (1, 2): -0.5, (0, 2): -0.1})
    assert told_apart((pieces,), HIGH, judge) == (pieces,)


def test_two_digits_over_each_other_need_more_than_a_good_reading():
    ink = np.ones((HIGH, WIDE), np.float32)
    pieces = (Piece(0, 0, ink, is_stroke=True), Piece(0, 5, ink, is_stroke=True))
    judge = Told(pieces, {(0, 1): -0.1, (1, 2): -0.1, (0, 2): -2.0})
    assert told_apart((pieces,), HIGH, judge) == (pieces,)
    beside = (pieces[0], Piece(0, 32, ink, is_stroke=True))
    judge = Told(beside, {(0, 1): -0.1, (1, 2): -0.1, (0, 2): -2.0})
    assert told_apart((beside,), HIGH, judge) == ((beside[0],), (beside[1],))


def test_one_narrow_stroke_is_not_asked_about():
    def judge(groups):
        raise AssertionError("nothing to judge")

    (bar,) = bars(1)
    assert told_apart(((bar,),), HIGH, judge) == ((bar,),)


def test_very_many_pieces_are_left_as_they_are():
    pieces = bars(40)
    assert told_apart((pieces,), HIGH, lambda groups: np.zeros(len(groups))) == (pieces,)


def test_half_an_eight_is_no_digit_of_its_own():
    rings = tuple(Piece(top, 0, np.ones((52, 40), np.float32), is_stroke=True) for top in (0, 48))
    beside = (rings[0], Piece(48, 30, rings[1].ink, is_stroke=True))
    judge = Told(beside, {(0, 1): -0.1, (1, 2): -0.1, (0, 2): -3.0})
    assert told_apart((beside,), HIGH, judge) == (beside,)
