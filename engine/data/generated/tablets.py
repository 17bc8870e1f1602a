"""What a tablet, and a pen that slips on it, make of a hand's movement.

A finger of glass between pen and picture, and a computer that asks now and then where the pen is:
strokes begin with a hook or end in a tick, are started twice, lose contact, come as few points (so
that curves turn into corners) or as points of a coarse grid, and a dot shows where the pen touched
by mistake. Curves come and go as points, ``(points, 2)``, about 100 units high, ``y`` down.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Path = NDArray[np.float64]

FLICKS = 0.06
"""How often an end of a stroke has a hook."""

BEGUN_TWICE = 0.03
"""How often a stroke's beginning is gone over once more."""

LIFTS = 0.04
"""How often the pen loses contact."""

COARSE = 0.15
"""How often the points lie on a grid that can be seen."""

TOUCHES = 0.015
"""How often the pen touches the paper by mistake."""

_LEAST_POINTS = 4
"""What has fewer points is neither cut nor hooked."""

_STEPS, _HOW_OFTEN = (1, 2, 3, 4, 5, 7), (0.2, 0.35, 0.2, 0.1, 0.1, 0.05)
"""Of how many points one is kept, and how often."""


def flicked(stroke: Path, rng: np.random.Generator) -> Path:
    """Now and then, begin with a hook or leave the paper with a tick."""
    for end in (0, len(stroke)):
        angle, length = rng.uniform(0, 2 * math.pi), rng.uniform(2.0, 9.0)
        if rng.random() < FLICKS and len(stroke) > _LEAST_POINTS:
            tip = stroke[0 if end == 0 else -1]
            tick = tip + length * np.array((math.cos(angle), math.sin(angle)))
            stroke = np.insert(stroke, 0 if end == 0 else len(stroke), tick, axis=0)
    return stroke


def begun_twice(stroke: Path, rng: np.random.Generator) -> Path:
    """Now and then, go back over the first part, close to it, and begin again from where it ends.

    The pen sets down within the stroke, runs back to its beginning, and then writes all of it.
    """
    share, aside = rng.uniform(0.08, 0.3), rng.normal(0, 1.5, 2)
    if rng.random() >= BEGUN_TWICE or len(stroke) < 3 * _LEAST_POINTS:
        return stroke
    first = stroke[: max(2, round(share * len(stroke)))]
    return np.vstack((first[::-1] + aside, stroke))


def sampled(strokes: list[Path], rng: np.random.Generator) -> list[Path]:
    """Keep every so-many-th point, both ends always: a fast hand gives the computer few.

    Which of the points between are kept is chance, as a tablet's clock knows nothing of corners.
    """
    step = int(rng.choice(_STEPS, p=_HOW_OFTEN))
    kept_points = []
    for stroke in strokes:
        fewest = min(step, max(1, (len(stroke) - 1) // 4))
        between = np.arange(rng.integers(1, fewest + 1), len(stroke) - 1, fewest)
        kept_points.append(stroke[np.concatenate(((0,), between, (len(stroke) - 1,)))])
    return kept_points


def lifted(strokes: list[Path], rng: np.random.Generator) -> list[Path]:
    """Now and then, lose contact: a stroke becomes two, with a piece missing between them."""
    longest = max(range(len(strokes)), key=lambda index: len(strokes[index]))
    stroke = strokes[longest]
    if rng.random() >= LIFTS or len(stroke) < 3 * _LEAST_POINTS:
        return strokes
    cut = int(rng.integers(_LEAST_POINTS, len(stroke) - _LEAST_POINTS))
    parts = [stroke[: cut + 1], stroke[cut + 1 :]]
    return [*strokes[:longest], *parts, *strokes[longest + 1 :]]


def on_grid(strokes: list[Path], rng: np.random.Generator) -> list[Path]:
    """Now and then, round all points to a grid of 24 to 70 cells along the digit's longer side."""
    cells = rng.uniform(24, 70)
    if rng.random() >= COARSE:
        return strokes
    cell = float(np.ptp(np.concatenate(strokes), axis=0).max()) / cells
    return [np.rint(stroke / cell) * cell for stroke in strokes]


def touched(strokes: list[Path], rng: np.random.Generator) -> list[Path]:
    """Now and then, leave a dot somewhere in or close to the digit."""
    where, way = rng.uniform(-0.05, 1.05, 2), rng.normal(0, 1.0, 2)
    if rng.random() >= TOUCHES:
        return strokes
    points = np.concatenate(strokes)
    dot = points.min(0) + where * np.ptp(points, axis=0)
    return [*strokes, np.vstack((dot, dot + way))]
