"""Digits that touch or overlap, told apart: of all ways to divide the ink, the one that reads best.

What lies close together may be one digit or several: two strokes that cross are a 4, or a 1 drawn
into a 7. So the ink is taken in more parts than there are digits (its pieces, and wide pieces cut
where they are thin). Every run of neighbouring parts is judged as one digit, and the row of digits
that is the most probable as a whole wins. The best row that ends with a given digit consists of
that digit and the best row before it, so no more than all runs need to be looked at::

    best[begin, end] = certainty(parts[begin:end]) + max over b of best[b, begin] − costs

Source of the method: R. Bellman's dynamic programming; for reading see Y. LeCun et al.,
"Gradient-based learning applied to document recognition", 1998, parts IV and V.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.ink.pieces import Piece, box_around, middle_of

Pieces = tuple[Piece, ...]
Row = tuple[Pieces, ...]
"""Digits from left to right, each with its pieces."""

Run = tuple[int, int]
"""The first of some neighbouring parts, and the first one after them."""

Judge = Callable[[Sequence[Pieces]], NDArray[np.float64]]
"""Says how certain it is that each group of pieces is one digit: logarithms, 0 at most."""

WIDEST = 1.35
"""Width by height of the row, that no digit made of several parts exceeds."""

_TOO_WIDE = -5.0
"""How certain what is wider than that is for each of its heights: worse than doubtful digits, yet
better than scraps, so that a scribble stays one."""

_LOWEST = 0.6
"""Height by that of the row, that digits reach: half an 8 or the head of a 9 does not."""

_TOO_LOW = -6.0
"""What it costs not to reach it."""

_DIVISION = 0.1
"""What one more digit costs: where nothing else speaks for two, one is likelier."""

_CUT_IMAGE, _CUT_STROKE = 0.5, 3.0
"""What it costs for every line of ink that a cut between neighbours goes through: more in one pull
of the pen, as few pulls draw two digits, and every zigzag has parts that look like a 1."""

_FREE_OVERLAP = 0.5
"""So much of the narrower neighbour may lie over the other for nothing."""

_OVERLAP = 40.0
"""What it costs, times the share of the narrower neighbour that lies over the other beyond that."""

_WIDE_STROKE = 1.0
"""Width by height, from which one pull of the pen may have drawn several digits."""

_WIDE_IMAGE = 0.85
"""The same of ink in an image, where pulls of the pen can no longer be told apart."""

_MOST_PARTS = 24
"""More parts than these are no number, and take long."""


def told_apart(row: Row, height: float, judge: Judge) -> Row:
    """The digits that pieces close together most probably are.

    Args:
        row: the digits that the distances between the pieces suggest.
        height: of the digits in this row, in pixels.
        judge: how certain it is that pieces are one digit.
    """
    pieces = [piece for digit in row for piece in digit]
    parts = [part for piece in pieces for part in _parts_of(piece, height)]
    if not 1 < len(parts) <= _MOST_PARTS:
        return row
    found = _most_probable(sorted(parts, key=lambda part: middle_of([part])), height, judge)
    return found if _value(found, height, judge) > _value(row, height, judge) else row


def _parts_of(piece: Piece, height: float) -> Pieces:
    """The piece cut where it is thin, if it is wide enough for two digits."""
    wide = _WIDE_STROKE if piece.is_stroke else _WIDE_IMAGE
    return (piece,) if piece.ink.shape[1] < wide * height else piece.thin_parts


def _most_probable(parts: Sequence[Piece], height: float, judge: Judge) -> Row:
    """The row of digits, each a run of neighbouring parts, that is the most probable."""
    runs = _runs(parts, height)
    digits = {(begin, end): tuple(parts[begin:end]) for begin, end in runs}
    found = _certainties(list(digits.values()), height, judge)
    certainties = dict(zip(runs, found.tolist(), strict=True))
    best: dict[Run, tuple[float, Run | None]] = {}
    for run in runs:
        if run[0] == 0:
            best[run] = certainties[run], None
            continue
        value, before = max(
            (best[other][0] - _cost(digits[other], digits[run]), other)
            for other in best
            if other[1] == run[0]
        )
        best[run] = value + certainties[run], before
    last: Run | None = max(
        (run for run in runs if run[1] == len(parts)), key=lambda run: best[run][0]
    )
    row: list[Pieces] = []
    while last is not None:
        row.insert(0, digits[last])
        last = best[last][1]
    return tuple(row)


def _runs(parts: Sequence[Piece], height: float) -> list[Run]:
    """Neighbouring parts that may be a digit by their size, and every part alone, in order."""
    runs = []
    for begin in range(len(parts)):
        for end in range(begin + 1, len(parts) + 1):
            _, _, _, wide = box_around(parts[begin:end])
            if end == begin + 1 or wide <= WIDEST * height:
                runs.append((begin, end))
    return runs


def _value(row: Row, height: float, judge: Judge) -> float:
    """How probable a row of digits is, as a logarithm."""
    costs = [_cost(left, right) for left, right in pairwise(row)]
    return float(_certainties(row, height, judge).sum()) - sum(costs)


def _certainties(digits: Sequence[Pieces], height: float, judge: Judge) -> NDArray[np.float64]:
    """What the judge says, but that what is too wide or too low for this row is hardly a digit."""
    sizes = np.array([box_around(digit)[2:] for digit in digits]) / height
    certainties = judge(digits)
    too_wide = np.minimum(certainties, _TOO_WIDE * sizes[:, 1])
    certainties = np.where(sizes[:, 1] > WIDEST, too_wide, certainties)
    return certainties + np.where(sizes[:, 0] < _LOWEST, _TOO_LOW, 0)


def _cost(left: Pieces, right: Pieces) -> float:
    """What it costs to take two neighbours for two digits: more if they lie over each other.

    Digits that lean stand over each other without being one; seen along their slant, they do not.
    """
    (start, end), (other, last) = _reaches(left), _reaches(right)
    narrower = np.maximum(1, np.minimum(end - start, last - other))
    overlaps = (np.minimum(end, last) - np.maximum(start, other)) / narrower
    overlap = max(0.0, float(overlaps.min()) - _FREE_OVERLAP)
    return _DIVISION + _OVERLAP * overlap + _cut_cost(left, right)


def _cut_cost(left: Pieces, right: Pieces) -> float:
    """What it costs if neighbours are parts of the same piece."""
    sources = {piece.source for piece in left}
    for piece in right:
        if piece.source is not None and piece.source in sources:
            return piece.crossed * (_CUT_STROKE if piece.source.is_stroke else _CUT_IMAGE)
    return 0.0


def _reaches(digit: Pieces) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """From which column to which one a digit reaches, set upright from each slant."""
    found = np.array([piece.reaches for piece in digit])
    return found[:, 0].min(0), found[:, 1].max(0)
