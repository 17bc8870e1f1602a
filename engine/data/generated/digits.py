"""Generated digits: written as pen strokes, so that there is something to learn from offline.

A way of writing (``engine.data.generated.ways``) is bent as hands bend it: between its
examples, with wandering control points, corners rounded, slanted, stretched, turned, distorted,
trembling, with ends that overshoot or fall short, strokes that miss their place, by pens thin and
thick, and as tablets report it (``engine.data.generated.tablets``). Then it goes the way of every
drawing: ``engine.ink.rendering`` makes pixels of it, ``engine.ink.preprocess`` the network's input.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from engine.basics.errors import DataError
from engine.data.dataset import Dataset
from engine.data.generated.tablets import begun_twice, flicked, lifted, on_grid, sampled, touched
from engine.data.generated.ways import WAYS, Way
from engine.data.progress import IsCancelled, Progress, counted, ignore_progress, never_cancelled
from engine.ink.drawings import BOX, Drawing, Stroke
from engine.ink.preprocess import SIDE, prepare
from engine.ink.rendering import render

NAME = "Generated digits"

Path = NDArray[np.float64]

_CARELESS = 0.12
"""How often the ends of a stroke go far wrong."""

_LOG_SIZES = (math.log(45), math.log(230))
"""Between which lengths the longer side of a digit lies, in the box's units."""


def generate_digits(
    count: int,
    seed: int,
    progress: Progress = ignore_progress,
    is_cancelled: IsCancelled = never_cancelled,
) -> Dataset:
    """``count`` digits, as many of each, in random order; the same seed gives the same digits.

    Args:
        count: how many.
        seed: what the hands depend on. A smaller count gives other digits, not the first ones.
        progress: told the digits that are done and those in all.
        is_cancelled: asked every now and then.

    Raises:
        DataError: if ``count`` is not positive.
        CancelledError: if ``is_cancelled`` said so.
    """
    if count < 1:
        raise DataError(f"At least one digit must be generated; asked for {count}.")
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(count, dtype=np.int64) % 10)
    images = np.empty((count, 1, SIDE, SIDE), np.uint8)
    for index in counted(count, "Generating digits", progress, is_cancelled):
        images[index, 0] = prepare(render(digit_drawing(int(labels[index]), rng))).pixels
    description = f"{count:,} digits written by cnnviz itself as pen strokes, seed {seed}."
    return Dataset(images, labels, NAME, description)


def digit_drawing(digit: int, rng: np.random.Generator) -> Drawing:
    """One digit as somebody might write it: strokes in the drawing's box.

    Raises:
        DataError: if there is no such digit.
    """
    if not 0 <= digit <= 9:
        raise DataError(f"A digit is from 0 to 9; asked for {digit}.")
    ways = WAYS[digit]
    weights = np.array([way.weight for way in ways])
    return write(ways[rng.choice(len(ways), p=weights / weights.sum())], rng)


def write(way: Way, rng: np.random.Generator) -> Drawing:
    """The digit in one way of writing, by a random hand with a random pen."""
    return pen(movement(way, rng), rng)


def pen(strokes: list[Path], rng: np.random.Generator) -> Drawing:
    """Curves as a random hand draws them with a random pen, somewhere in the box.

    Shape:
        Each stroke is ``(points, 2)``, about 100 units high, ``y`` down.
    """
    strokes = [flicked(_end_elsewhere(stroke, rng), rng) for stroke in strokes]
    strokes = [begun_twice(stroke, rng) for stroke in strokes]
    strokes = _distort(_misplace(strokes, rng), rng)
    strokes = _proportion(strokes, rng)
    strokes = _lean(strokes, rng)
    strokes = lifted(sampled(strokes, rng), rng)
    strokes = touched(on_grid(strokes, rng), rng)
    strokes, height = _place(strokes, rng)
    width = height * float(np.clip(0.135 * math.exp(0.35 * rng.standard_normal()), 0.04, 0.3))
    pressures = _pressures(strokes, rng)
    return tuple(
        Stroke(tuple(map(tuple, stroke.tolist())), width, pressures=pressure)
        for stroke, pressure in zip(strokes, pressures, strict=True)
    )


def movement(way: Way, rng: np.random.Generator) -> list[Path]:
    """The curves between the way's examples, with control points that wander."""
    mixture = rng.dirichlet(np.full(len(way.drawings), 0.8))
    control = np.tensordot(mixture, way.control_points, 1)
    control += rng.standard_normal(control.shape) * rng.uniform(1.0, 5.5)
    rounding = int(rng.integers(0, 6))
    return [_rounded(matrix @ control, rounding) for matrix in way.strokes]


def _rounded(stroke: Path, times: int) -> Path:
    """Cut the corners: each time, every point moves halfway to the middle of its neighbours."""
    for _ in range(times):
        stroke[1:-1] = (stroke[:-2] + 2 * stroke[1:-1] + stroke[2:]) / 4
    return stroke


def _end_elsewhere(stroke: Path, rng: np.random.Generator) -> Path:
    """Let both ends overshoot or fall short a little."""
    spread = 7.0 if rng.random() < _CARELESS else 3.0
    for backwards, change in zip((False, True), rng.normal(0, spread, 2), strict=True):
        path = stroke[::-1] if backwards else stroke
        if change > 0:
            direction = path[-1] - path[-3]
            length = math.hypot(*direction) or 1.0
            path = np.vstack((path, path[-1] + direction * (change / length)))
        elif len(path) > 8:
            steps = np.hypot(*np.diff(path[-5:], axis=0).T)[::-1].cumsum()
            dropped = int(np.searchsorted(steps, -change))
            path = path[: len(path) - dropped]
        stroke = path[::-1] if backwards else path
    return stroke


def _misplace(strokes: list[Path], rng: np.random.Generator) -> list[Path]:
    """Set every stroke after the first a little off its place: bars too high, hats off."""
    spread = rng.uniform(0.5, 4.5)
    return strokes[:1] + [stroke + rng.normal(0, spread, 2) for stroke in strokes[1:]]


def _distort(strokes: list[Path], rng: np.random.Generator) -> list[Path]:
    """Bend the paper by a few long waves, and let the hand tremble."""
    waves = 3
    frequencies = rng.normal(0, 0.9 / 100, (2, waves)) * 2 * math.pi
    phases = rng.uniform(0, 2 * math.pi, waves)
    shifts = rng.normal(0, rng.uniform(0.5, 4.0), (waves, 2))
    tremor = rng.exponential(0.35)
    bent = []
    for stroke in strokes:
        moved = stroke + np.sin(stroke @ frequencies + phases) @ shifts
        moved += rng.standard_normal(stroke.shape) * tremor
        bent.append(moved)
    return bent


def _proportion(strokes: list[Path], rng: np.random.Generator) -> list[Path]:
    """Make upper and lower half, left and right half of different size: large heads, small feet."""
    across, down, taper = rng.normal(0, (0.1, 0.14, 0.13))
    proportioned = []
    for stroke in strokes:
        x, y = stroke.T / 50.0 - 1.0
        y = y + down * (1 - y * y)
        x = (x + across * (1 - x * x)) * (1 + taper * y)
        proportioned.append(np.column_stack((x, y)) * 50.0 + 50.0)
    return proportioned


def _lean(strokes: list[Path], rng: np.random.Generator) -> list[Path]:
    """Stretch, slant and turn the digit; most hands lean to the right."""
    wide = 0.76 * math.exp(0.28 * rng.standard_normal())
    slant = rng.normal(0.15, 0.23)
    angle = rng.normal(0, 0.1)
    turn = np.array(((math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))))
    stretch = np.array(((wide, 0.0), (-slant, 1.0)))
    return [(stroke - 50.0) @ stretch @ turn for stroke in strokes]


def _place(strokes: list[Path], rng: np.random.Generator) -> tuple[list[Path], float]:
    """Put the digit somewhere into the box, small or large. Returns the length of its longer side.

    Shape:
        Points in the box's coordinates.
    """
    points = np.concatenate(strokes)
    low, high = points.min(0), points.max(0)
    extent = float((high - low).max())
    size = math.exp(rng.uniform(*_LOG_SIZES))
    scale = size / extent
    room = BOX - (high - low) * scale
    corner = room / 2 + rng.uniform(-0.3, 0.3, 2) * room
    return [(stroke - low) * scale + corner for stroke in strokes], size


def _pressures(strokes: list[Path], rng: np.random.Generator) -> list[tuple[float, ...]]:
    """A pen that presses unevenly, now and then; most press evenly."""
    if rng.random() < 0.7:
        return [()] * len(strokes)
    start, swing, phase = rng.uniform(0.8, 1.0), rng.uniform(0.05, 0.25), rng.uniform(0, 6.3)
    rate = rng.uniform(0.05, 0.3)
    return [
        tuple((start + swing * np.sin(phase + rate * np.arange(len(stroke)))).tolist())
        for stroke in strokes
    ]
