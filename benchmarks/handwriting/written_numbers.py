"""Generated numbers: generated digits side by side, as one hand writes them with one pen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.data.generated.digits import digit_drawing
from engine.ink.drawings import BOX, Drawing, Stroke
from engine.ink.pieces import distance, piece_of
from engine.ink.rendering import render

ORDINARY_GAPS = (0.12, 0.5)
"""Between which parts of the digits' height the paper between two of them lies."""

_PENS = (0.06, 0.15)
"""Between which parts of the digits' height the pen's width lies."""

_UNEVEN = 0.12
"""How much larger or smaller a digit may be than its neighbours, as a share."""

_MARGIN = 12.0


def number_drawing(
    digits: Sequence[int],
    rng: np.random.Generator,
    gaps: tuple[float, float] = ORDINARY_GAPS,
    boxes: int = 2,
) -> Drawing:
    """A number as somebody might write it on a sheet ``boxes`` times as wide as high.

    Args:
        digits: from the left to the right.
        rng: what the hand depends on.
        gaps: between which parts of the digits' height the paper between two neighbours lies, ink
            to ink at the nearest place; below 0, by how much they are nearer than where they touch.
        boxes: how many boxes the sheet is wide; the number is made small enough for it.
    """
    pen = BOX / 2 * rng.uniform(*_PENS)
    line: list[Stroke] = []
    for digit in digits:
        size = BOX / 2 * (1 + rng.uniform(-_UNEVEN, _UNEVEN))
        drop = BOX / 2 * rng.normal(0, 0.03)
        strokes = _sized(_strokes_of(digit_drawing(digit, rng)), size, drop, pen)
        line += _beside(line, strokes, BOX / 2 * rng.uniform(*gaps))
    return _fitted(line, boxes, rng)


def _strokes_of(drawing: Drawing) -> list[Stroke]:
    return [mark for mark in drawing if isinstance(mark, Stroke)]


def _sized(strokes: list[Stroke], size: float, drop: float, pen: float) -> list[Stroke]:
    """The digit in its height (a flat one in its width), centred on the line, with another pen."""
    low, high = _bounds(strokes)
    scale = (size - pen) / max(1.0, *(high - low))
    middle = (low + high) / 2
    return [
        replace(_moved(stroke, -middle, scale, np.array((0.0, drop))), width=pen, pressures=())
        for stroke in strokes
    ]


def _beside(line: list[Stroke], strokes: list[Stroke], gap: float) -> list[Stroke]:
    """The digit moved to the right until its ink is ``gap`` away from the line's.

    With a ``gap`` below 0, it is moved back by as much from where it touches.
    """
    if not line:
        return strokes
    paper = max(0.0, gap)
    shift = _bounds(line)[1][0] - _bounds(strokes)[0][0] + paper + line[0].width
    for _ in range(6):  # overhanging shapes let it come nearer, step by step
        moved = [_moved(stroke, np.zeros(2), 1.0, np.array((shift, 0.0))) for stroke in strokes]
        excess = _nearest(line, moved) - paper
        if abs(excess) < 1.0:
            break
        shift -= excess
    if gap >= 0:
        return moved
    return [_moved(stroke, np.zeros(2), 1.0, np.array((gap, 0.0))) for stroke in moved]


def _nearest(line: list[Stroke], strokes: list[Stroke]) -> float:
    """The shortest way over paper between two sets of strokes."""
    low = np.minimum(_bounds(line)[0], _bounds(strokes)[0]) - 2 * _MARGIN - line[0].width
    offset, zero = -low, np.zeros(2)
    boxes = int(np.ceil(max(_bounds(line)[1][0], _bounds(strokes)[1][0]) - low[0]) // BOX + 2)
    pieces = []
    for part in (line, strokes):
        moved = [_moved(stroke, zero, 1.0, offset) for stroke in part]
        pieces.append(piece_of(render(moved, boxes=boxes)))
    return distance(*pieces)


def _fitted(line: list[Stroke], boxes: int, rng: np.random.Generator) -> Drawing:
    """The whole number on the sheet, as large as it was written if there is room."""
    low, high = _bounds(line)
    pen = line[0].width
    room = np.array((boxes * BOX, BOX), np.float64) - 2 * _MARGIN - pen
    scale = min(1.0, *(room / np.maximum(high - low, 1.0)))
    free = room - (high - low) * scale
    corner = _MARGIN + pen / 2 + free * (0.5 + rng.uniform(-0.3, 0.3, 2))
    return tuple(
        replace(_moved(stroke, -low, scale, corner), width=max(1.0, pen * scale)) for stroke in line
    )


def _bounds(strokes: list[Stroke]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    points = np.concatenate([np.array(stroke.points) for stroke in strokes])
    return points.min(0), points.max(0)


def _moved(
    stroke: Stroke, before: NDArray[np.float64], scale: float, after: NDArray[np.float64]
) -> Stroke:
    """The stroke shifted, scaled about the origin and shifted again."""
    points = (np.array(stroke.points) + before) * scale + after
    return replace(stroke, points=tuple(map(tuple, points.tolist())))
