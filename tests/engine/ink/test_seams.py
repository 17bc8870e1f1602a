"""Cuts through ink: where they go, what they cross, and that they lose nothing."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.ink.seams import lines_crossed, parts, seams

INK = arrays(np.float32, (9, 13), elements=st.floats(0, 1, width=16))


def two_blocks():
    """Two blocks 16 wide, joined by a bridge 3 high, from column 16 to 23."""
    ink = np.zeros((40, 40), np.float32)
    ink[4:36, :16] = ink[4:36, 24:] = 1
    ink[20:23, 16:24] = 1
    return ink


def test_the_cheapest_cut_goes_through_the_narrow_place():
    ink = two_blocks()
    (cut,) = seams(ink, 1)
    assert len(cut) == 40
    assert cut.min() >= 16
    assert cut.max() <= 24
    assert lines_crossed(ink, cut) == 1


def test_a_cut_through_a_ring_goes_through_two_lines():
    rows, columns = np.indices((41, 41)) - 20
    radius = np.hypot(rows, columns)
    ring = ((radius > 14) & (radius < 19)).astype(np.float32)
    assert lines_crossed(ring, np.full(41, 20)) == 2
    assert lines_crossed(ring, np.zeros(41, np.intp)) == 0


def test_a_cut_leans_with_the_digits():
    ink = np.ones((60, 80), np.float32)
    for row in range(60):
        ink[row, 50 - row // 2 : 60 - row // 2] = row == 30
    (cut,) = seams(ink, 1)
    assert cut[0] - cut[-1] > 12
    assert lines_crossed(ink, cut) == 1


@settings(max_examples=12, deadline=None)
@given(arrays(np.float32, (5, 7), elements=st.floats(0, 1, width=16)))
def test_no_way_from_top_to_bottom_is_cheaper(ink):
    (cut,) = seams(ink, 1)
    cost = float(ink[np.arange(5), cut].sum()) + 0.02 * float(np.abs(np.diff(cut)).sum())
    through = min(cheapest(ink, column) for column in range(1, 6))  # not along the edges
    assert cost == pytest.approx(through, abs=1e-5)


def cheapest(ink, column):
    """What the cheapest way through ``column`` of the middle row costs, by walking all of them."""
    rows, columns = ink.shape
    found = np.inf
    for start in range(columns):
        for moves in itertools.product((-1, 0, 1), repeat=rows - 1):
            path = start + np.cumsum((0, *moves))
            if path.min() >= 0 and path.max() < columns and path[rows // 2] == column:
                cost = float(ink[np.arange(rows), path].sum()) + 0.02 * float(np.abs(moves).sum())
                found = min(found, cost)
    return found


@settings(max_examples=40, deadline=None)
@given(INK, st.integers(1, 5))
def test_parts_are_all_of_the_ink_and_share_none(ink, most):
    cuts = seams(ink, most)
    assert len(cuts) <= most
    found = parts(ink, cuts)
    assert len(found) == len(cuts) + 1
    assert np.array_equal(np.sum(found, axis=0), ink)
    assert np.count_nonzero(found) == np.count_nonzero(ink)


def test_ink_too_narrow_to_cut_has_no_cuts():
    ink = np.ones((40, 3), np.float32)
    assert seams(ink, 4) == []
    (whole,) = parts(ink, [])
    assert np.array_equal(whole, ink)


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (2, 2), (3, 200), (280, 1)])
def test_ink_of_any_shape_can_be_asked_about(shape):
    ink = np.ones(shape, np.float32)
    assert np.array_equal(np.sum(parts(ink, seams(ink, 4)), axis=0), ink)
