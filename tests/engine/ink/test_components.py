"""Connected components against a flood fill written from the definition."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.ink.components import components


def flooded(is_ink):
    """Sets of (row, column) that hang together, corners included, by flooding from each pixel."""
    left = set(zip(*np.nonzero(is_ink), strict=True))
    found = []
    while left:
        front = [left.pop()]
        whole = set(front)
        while front:
            row, column = front.pop()
            near = {(row + i, column + j) for i in (-1, 0, 1) for j in (-1, 0, 1)} & left
            left -= near
            whole |= near
            front += near
        found.append(whole)
    return found


@settings(max_examples=60, deadline=None)
@given(arrays(np.bool_, st.tuples(st.integers(1, 14), st.integers(1, 14))))
def test_components_are_what_a_flood_reaches(is_ink):
    expected = sorted(len(part) for part in flooded(is_ink) if len(part) >= 6)
    patches = components(is_ink.astype(np.float32), 1000)
    assert sorted(int(ink.sum()) for _, _, ink in patches) == expected


def test_a_patch_holds_its_own_ink_with_its_soft_edge_and_nothing_else():
    picture = np.zeros((20, 30), np.float32)
    picture[4:10, 4:8] = 1
    picture[4:10, 8] = 0.3
    picture[4:10, 20:24] = 1
    (top, left, ink), (_, other, _) = components(picture, 10)
    assert (top, left, other) == (3, 3, 19)
    assert ink.shape == (8, 6)
    assert ink.sum() == np.float32(24 + 6 * 0.3)


def test_only_the_largest_are_kept_in_reading_order():
    picture = np.zeros((10, 60), np.float32)
    for number, width in enumerate((3, 9, 6)):
        picture[2:8, 20 * number : 20 * number + width] = 1
    assert [left for _, left, _ in components(picture, 2)] == [19, 39]


def test_a_blank_picture_has_none():
    assert components(np.zeros((5, 5), np.float32), 3) == []
