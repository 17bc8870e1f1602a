"""Ink that hangs together in a picture: connected components, found from the runs in each row.

A run is a stretch of ink in one row. Two runs in neighbouring rows hang together if they touch,
be it by a corner, and so do all that hang together with the same one. Source of the method:
A. Rosenfeld, J. Pfaltz, "Sequential operations in digital picture processing", 1966.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.ink.resample import Picture

_INK = 0.5
"""Share of the darkest ink from which a pixel belongs to a component; fainter is its edge."""

_DUST = 6
"""Components of fewer pixels are left out."""

Patch = tuple[int, int, Picture]
"""(top, left, ink)."""

Runs = NDArray[np.intp]
"""Row, start and end (excluded) of each run, in reading order. Shape (n, 3)."""


def components(picture: Picture, most: int) -> list[Patch]:
    """The ``most`` largest components of a picture, in reading order of their first pixels.

    Shape:
        ``picture`` is ``(H, W)`` ink from 0 to 1; each patch is as large as the component with its
        soft edge, and holds nothing of the others.
    """
    darkest = float(picture.max(initial=0))
    if darkest == 0:
        return []
    runs = _runs(picture > _INK * darkest)
    roots = _roots(runs)
    sizes = np.bincount(roots, runs[:, 2] - runs[:, 1], len(runs))
    largest = np.argsort(-sizes, kind="stable")[:most]
    return [
        _patch(picture, runs[roots == root])
        for root in np.sort(largest).tolist()
        if sizes[root] >= _DUST
    ]


def _runs(is_ink: NDArray[np.bool_]) -> Runs:
    height, width = is_ink.shape
    padded = np.zeros((height, width + 2), np.int8)
    padded[:, 1:-1] = is_ink
    steps = np.diff(padded, axis=1)
    rows, starts = np.nonzero(steps == 1)
    _, ends = np.nonzero(steps == -1)
    return np.column_stack((rows, starts, ends))


def _roots(runs: Runs) -> NDArray[np.intp]:
    """For every run the first run of its component."""
    width = int(runs[:, 2].max(initial=0)) + 2
    begins, ends = (runs[:, 0] * width + runs[:, side] for side in (1, 2))
    # runs of the row above that end at or after this one's start, and start at or before its end
    first = np.searchsorted(ends, begins - width, "left")
    last = np.searchsorted(begins, ends - width, "right")
    parents = list(range(len(runs)))

    def root_of(run: int) -> int:
        while parents[run] != run:
            parents[run] = parents[parents[run]]
            run = parents[run]
        return run

    for run, (low, high) in enumerate(zip(first.tolist(), last.tolist(), strict=True)):
        for above in range(low, high):
            a, b = root_of(run), root_of(above)
            parents[max(a, b)] = min(a, b)
    return np.array([root_of(run) for run in range(len(runs))], np.intp)


def _patch(picture: Picture, runs: Runs) -> Patch:
    """The ink of some runs and of the pixels around them."""
    height, width = picture.shape
    top, left = max(0, int(runs[0, 0]) - 1), max(0, int(runs[:, 1].min()) - 1)
    bottom, right = min(height, int(runs[-1, 0]) + 2), min(width, int(runs[:, 2].max()) + 1)
    is_near = np.zeros((bottom - top, right - left), bool)
    for row, start, end in (runs - (top, left, left)).tolist():
        is_near[max(0, row - 1) : row + 2, max(0, start - 1) : end + 1] = True
    return top, left, np.where(is_near, picture[top:bottom, left:right], np.float32(0))
