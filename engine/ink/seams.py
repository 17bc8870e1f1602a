"""Where to cut ink that hangs together: the ways from top to bottom that cross the least of it.

Digits that touch are joined in a narrow place, so a cut between them meets little ink. The cut need
not be straight: it goes down row by row and may move one place to either side each time, as digits
lean. The cheapest way to every place comes from the cheapest ways to the three places above it::

    way[row, column] = ink[row, column] + min(way[row − 1, column − 1 … column + 1])

The same from below, both added, gives the cheapest way *through* each place. Source of the method:
S. Avidan, A. Shamir, "Seam carving for content-aware image resizing", 2007.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.ink.resample import Picture

Costs = NDArray[np.float64]
Seam = NDArray[np.intp]
"""For every row of the picture the first column to the right of the cut. Shape (H,)."""

_CELLS = 56
"""So many cells of pixels are looked at from top to bottom, or fewer."""

_ASIDE = 0.02
"""What a move to the side costs, in cells of ink: of two cuts, the straighter one."""

_INK = 0.5
"""Pixels with less ink than this are a line's smooth edge."""

_APART = 0.12
"""Between two cuts, and from the outermost ones to the edges, lies this share of the height."""


def seams(ink: Picture, most: int) -> list[Seam]:
    """The ``most`` cheapest cuts through a piece of ink, from left to right.

    Of cuts that lie close together, only the cheapest counts. One that crosses more ink than a
    pen's width or two, such as along the stem of a 1, costs more than others and comes last.

    Shape:
        ``ink`` is ``(H, W)`` from 0 to 1.
    """
    side = max(1, round(len(ink) / _CELLS))
    costs = _cells(ink, side)
    down = _cheapest_ways(costs)
    up = _cheapest_ways(costs[::-1])[::-1]
    middle = len(costs) // 2
    through = down[middle] + up[middle] - costs[middle]
    found = _lowest(through, most, max(1, round(_APART * len(costs))))
    traced = [_traced(down, up, middle, column) for column in found]
    return [np.repeat(path * side + side // 2, side)[: len(ink)] for path in traced]


def parts(ink: Picture, cuts: list[Seam]) -> list[Picture]:
    """The ink between neighbouring cuts, from left to right: together they are all of it.

    Shape:
        ``(H, W)`` each, as ``ink``, and blank outside of its part.
    """
    columns = np.arange(ink.shape[1])
    edges = np.zeros(len(ink), np.intp)
    borders = np.stack([edges, *cuts, edges + ink.shape[1]])
    np.maximum.accumulate(borders, axis=0, out=borders)  # cuts that cross: the right one gives way
    return [
        np.where((columns >= left[:, None]) & (columns < right[:, None]), ink, np.float32(0))
        for left, right in pairwise(borders)
    ]


def lines_crossed(ink: Picture, cut: Seam) -> int:
    """How many lines of ink a cut goes through: one where digits touch, two through a ring."""
    is_ink = ink[np.arange(len(cut)), np.minimum(cut, ink.shape[1] - 1)] > _INK
    return int(is_ink[0]) + int((is_ink[1:] & ~is_ink[:-1]).sum())


def _cells(ink: Picture, side: int) -> Costs:
    """The mean ink of squares of ``side`` pixels, the last ones filled up with paper."""
    rows, columns = (-(-length // side) for length in ink.shape)
    padded = np.zeros((rows * side, columns * side))
    padded[: ink.shape[0], : ink.shape[1]] = ink
    means: Costs = padded.reshape(rows, side, columns, side).mean((1, 3))
    return means


def _cheapest_ways(costs: Costs) -> Costs:
    """What the cheapest way from the top to each cell costs, that cell included."""
    ways = costs.copy()
    above = np.full(costs.shape[1] + 2, np.inf)
    for row in range(1, len(ways)):
        above[1:-1] = ways[row - 1]
        ways[row] += np.minimum(above[1:-1], np.minimum(above[:-2], above[2:]) + _ASIDE)
    return ways


def _lowest(values: Costs, most: int, apart: int) -> list[int]:
    """Places of the lowest values, none nearer than ``apart`` to another or to an end."""
    found: list[int] = []
    for place in np.argsort(values, kind="stable").tolist():
        is_inside = apart <= place < len(values) - apart
        if is_inside and all(abs(place - other) >= apart for other in found):
            found.append(place)
        if len(found) == most:
            break
    return sorted(found)


def _traced(down: Costs, up: Costs, row: int, column: int) -> NDArray[np.intp]:
    """The cheapest way through a cell: for each row of cells its column."""
    path = np.empty(len(down), np.intp)
    path[row] = column
    for ways, rows in ((down, range(row - 1, -1, -1)), (up, range(row + 1, len(down)))):
        place = column
        for at in rows:
            near = [p for p in (place, place - 1, place + 1) if 0 <= p < down.shape[1]]
            place = min(near, key=lambda p: ways[at, p] + (_ASIDE if p != place else 0))
            path[at] = place
    return path
