"""Several digits side by side, told apart: which pieces of ink belong to the same one.

A piece is one pull of the pen, or, in an image, ink that hangs together. Pieces of one digit touch
or lie above each other: the hat of a 5, the bars of a 4, the line through a 7, the foot of a 1.
Digits of a number stand side by side, with paper between them. So two pieces are joined if
there is hardly any paper between them, or if one lies over the other and not far away; but not if
what comes of it is wider than a digit can be. How far apart pieces are is measured row by row, from
outline to outline, because the boxes around slanted digits overlap though nothing of them touches.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.ink.drawings import Mark, Stroke
from engine.ink.pieces import (
    Piece,
    box_around,
    distance,
    left_over,
    middle_of,
    picture_of,
    pieces_in,
    pieces_of,
    shared,
)
from engine.ink.rendering import render
from engine.ink.resample import Picture
from engine.ink.touching import Judge, Row, told_apart

TOUCHING = 0.075
"""Pieces with less paper between them than this share of a digit's height are one digit."""

HOVERING = 0.3
"""Pieces above each other with less paper between them than this are one digit."""

_ABOVE = 0.25
"""Share of its width with which the narrower piece must lie over or under the other."""

_BESIDE = 0.4
"""Share of its height next to the other, from which a piece is no longer above or below it."""

WIDEST = 1.3
"""Width by height of what pieces may be joined to, unless one of them is as wide already."""

_SPECK = 0.1
"""What is smaller than this share of a digit's height, both ways, is no digit of its own."""

_SPECK_REACH = 0.45


def digits_in(picture: Picture, judge: Judge | None = None) -> tuple[Picture, ...]:
    """The digits of a picture from left to right, each alone on the sheet.

    With a ``judge``, digits that touch are told apart.

    Shape:
        ``(H, W)`` each, as ``picture``.
    """
    return tuple(picture_of(digit, picture) for digit in row_of(pieces_in(picture), judge))


def digits_of(
    marks: Sequence[Mark], boxes: int = 1, judge: Judge | None = None
) -> tuple[Picture, ...]:
    """The digits of a drawing from left to right, each alone on the sheet.

    With a ``judge``, digits that touch are told apart.

    Shape:
        ``(280, boxes·280)`` each.
    """
    picture = render(marks, boxes=boxes)
    pieces = tuple(piece for mark in marks for piece in pieces_of(mark, boxes))
    if any(isinstance(mark, Stroke) and mark.erases for mark in marks):
        pieces = left_over(pieces, picture)
    return tuple(picture_of(digit, picture) for digit in row_of(pieces, judge))


def row_of(pieces: Sequence[Piece], judge: Judge | None = None) -> Row:
    """Which pieces make a digit each, from left to right.

    Their distances tell; where digits come so close that these say little, a ``judge`` does.
    """
    row = tuple(tuple(pieces[i] for i in found) for found in group(pieces))
    if judge is None or not row:
        return row
    height = float(np.quantile([box_around(digit)[2] for digit in row], 0.75))
    told = [
        digit
        for close in _close_together(row, height)
        for digit in told_apart(close, height, judge)
    ]
    return tuple(sorted(told, key=middle_of))


def _close_together(row: Row, height: float) -> list[Row]:
    """The digits of a row in groups, between which there is more paper than within digits."""
    groups: list[list[tuple[Piece, ...]]] = []
    for digit in row:
        near = [found for found in groups if any(_are_close(digit, one, height) for one in found)]
        groups = [found for found in groups if found not in near]
        groups.append([one for found in near for one in found] + [digit])
    return [tuple(found) for found in groups]


def _are_close(a: Sequence[Piece], b: Sequence[Piece], height: float) -> bool:
    """Whether there is no more paper between two digits than there may be within one."""
    reach = TOUCHING * height
    (_, left, _, wide), (_, other, _, width) = box_around(a), box_around(b)
    if max(left - other - width, other - left - wide) > reach:
        return False
    return any(distance(first, second) <= reach for first in a for second in b)


def group(pieces: Sequence[Piece]) -> tuple[tuple[int, ...], ...]:
    """Which pieces make a digit each: their places in ``pieces``, digits from left to right."""
    if not pieces:
        return ()
    height = _digit_height(pieces)
    groups = [[index] for index in range(len(pieces))]
    candidates = _candidates(pieces, height)
    for _, first, second in sorted(candidates):
        a = next(found for found in groups if first in found)
        b = next(found for found in groups if second in found)
        if a is not b and _may_join([pieces[i] for i in a], [pieces[i] for i in b], height):
            a += b
            groups.remove(b)
    groups = _without_specks(groups, pieces, height)
    return tuple(
        tuple(sorted(found))
        for found in sorted(groups, key=lambda found: middle_of([pieces[i] for i in found]))
    )


def _digit_height(pieces: Sequence[Piece]) -> float:
    """How high digits are here: as the higher ones among the pieces."""
    heights = [max(piece.ink.shape[0], 0.6 * piece.ink.shape[1]) for piece in pieces]
    return float(np.quantile(heights, 0.75))


def _candidates(pieces: Sequence[Piece], height: float) -> list[tuple[float, int, int]]:
    """Pairs of pieces that may belong together, with the paper between them."""
    found = []
    for first in range(len(pieces)):
        for second in range(first + 1, len(pieces)):
            a, b = pieces[first], pieces[second]
            reach = height * (HOVERING if _is_above(a, b) else TOUCHING)
            if max(a.left - b.left - b.ink.shape[1], b.left - a.left - a.ink.shape[1]) > reach:
                continue
            gap = distance(a, b)
            if gap <= reach:
                found.append((gap, first, second))
    return found


def _is_above(a: Piece, b: Piece) -> bool:
    """Whether one of two pieces lies over the other rather than next to it."""
    across = shared((a.left, a.ink.shape[1]), (b.left, b.ink.shape[1]))
    down = shared((a.top, a.ink.shape[0]), (b.top, b.ink.shape[0]))
    return across >= _ABOVE and down <= _BESIDE


def _may_join(a: Sequence[Piece], b: Sequence[Piece], height: float) -> bool:
    """Whether two groups together are no wider than a digit can be."""
    whole = box_around([*a, *b])
    widest = max(box_around(a)[3], box_around(b)[3])
    limit = WIDEST * max(whole[2], height)
    return whole[3] <= max(limit, 1.1 * widest)


def _without_specks(
    groups: list[list[int]], pieces: Sequence[Piece], height: float
) -> list[list[int]]:
    """Add a slip of the pen to the digit next to it."""
    for speck in list(groups):
        box = box_around([pieces[index] for index in speck])
        if max(box[2:]) > _SPECK * height or len(groups) == 1:
            continue
        others = [found for found in groups if found is not speck]
        gaps = [
            min(distance(pieces[i], pieces[j]) for i in speck for j in found) for found in others
        ]
        nearest = int(np.argmin(gaps))
        if gaps[nearest] <= _SPECK_REACH * height:
            others[nearest] += speck
            groups.remove(speck)
    return groups
