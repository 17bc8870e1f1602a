"""Generated marks that are no digits: scribbles, signs and letters, by the hands that write digits.

A guard learns from them what is none. They go the way of generated digits
(``engine.data.generated.digits``), with the same pens, the same bending and the same preparation,
so that nothing but their shape tells them apart. Marks that may be somebody's digit are left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.basics.errors import DataError
from engine.data.dataset import Dataset
from engine.data.generated.digits import movement, pen
from engine.data.generated.scribble_shapes import SHAPES, UNSEEN
from engine.data.generated.ways import WAYS, Way, ways_in
from engine.data.progress import IsCancelled, Progress, counted, ignore_progress, never_cancelled
from engine.ink.drawings import Drawing
from engine.ink.plausibility import FULLEST
from engine.ink.preprocess import SIDE, prepare
from engine.ink.rendering import render

NAME = "Generated scribbles"

NO_DIGIT = 10
"""The label of what is no digit, after those of the ten digits."""

CLASS_NAMES = (*"0123456789", "no digit")

Path = NDArray[np.float64]
Paths = list[Path]
Maker = Callable[[np.random.Generator], Paths]

_TRIES = 20

_REST = 4
"""Points that a hand leaves before and after a corner: no fewer than a hurried hand skips."""

_SIDE_BY_SIDE = 0.2
"""How often a figure is drawn side by side, and how often, otherwise, in two pulls."""


def generate_scribbles(
    count: int,
    seed: int,
    progress: Progress = ignore_progress,
    is_cancelled: IsCancelled = never_cancelled,
) -> Dataset:
    """``count`` marks of all trained kinds, by weight; the same seed gives the same marks.

    Raises:
        DataError: if ``count`` is not positive.
        CancelledError: if ``is_cancelled`` said so.
    """
    if count < 1:
        raise DataError(f"At least one scribble must be generated; asked for {count}.")
    rng = np.random.default_rng(seed)
    names = list(KINDS)
    weights = np.array([KINDS[name][0] for name in names])
    chosen = rng.choice(len(names), count, p=weights / weights.sum())
    images = np.empty((count, 1, SIDE, SIDE), np.uint8)
    for index in counted(count, "Generating scribbles", progress, is_cancelled):
        images[index, 0] = _image(names[chosen[index]], rng)
    labels = np.full(count, NO_DIGIT, np.int64)
    description = f"{count:,} marks that are no digits, drawn by cnnviz itself, seed {seed}."
    return Dataset(images, labels, NAME, description, len(CLASS_NAMES), CLASS_NAMES)


def scribble(kind: str, rng: np.random.Generator) -> Drawing:
    """One mark of a kind of ``KINDS`` or ``UNSEEN_KINDS``.

    Raises:
        DataError: if there is no such kind.
    """
    maker = KINDS[kind][1] if kind in KINDS else UNSEEN_KINDS.get(kind)
    if maker is None:
        raise DataError(f"There is no kind of scribble called {kind!r}.")
    return pen(maker(rng), rng)


def _image(kind: str, rng: np.random.Generator) -> NDArray[np.uint8]:
    """A mark as a network sees it, ``(28, 28)``; never a blot, as a thick 1 may be one."""
    while True:
        prepared = prepare(render(scribble(kind, rng)))
        if float(prepared.fitted.mean()) <= FULLEST:
            return prepared.pixels


# Lines that a hand makes without writing anything


def zigzag(rng: np.random.Generator) -> Paths:
    """To and fro, in any direction; six turns or more, as fewer may be a 2, a 3 or an M."""
    turns = int(rng.integers(6, 16))
    along = np.linspace(-10, 110, turns + 1) + rng.normal(0, rng.uniform(0, 4), turns + 1)
    across = 50 + rng.uniform(15, 55) * (-1.0) ** np.arange(turns + 1)
    across += rng.normal(0, rng.uniform(0, 8), turns + 1)
    corners = np.column_stack((along, across))
    path = _polyline(corners) if rng.random() < 0.5 else _through(corners)
    return [_turned(path, rng)]


def spiral(rng: np.random.Generator) -> Paths:
    """Inwards or outwards, either way round; two turns or more, as fewer may be a 6 or a 0."""
    angle = np.linspace(0, 2 * math.pi * rng.uniform(2.0, 4.5), 90)
    radius = np.linspace(rng.uniform(0, 8), 50, len(angle)) * np.sign(rng.random() - 0.5)
    start = rng.uniform(0, 2 * math.pi)
    path = np.column_stack((np.cos(angle + start), np.sin(angle + start) * rng.choice((-1, 1))))
    path = path * radius[:, None] * (rng.uniform(0.9, 1.5), 1) + 50
    return [path[::-1] if rng.random() < 0.5 else path]


def scrawl(rng: np.random.Generator) -> Paths:
    """A line that wanders to and fro over the paper."""
    return [_through(rng.uniform(0, 100, (int(rng.integers(12, 30)), 2)))]


def curve(rng: np.random.Generator) -> Paths:
    """A line with a few turns, through random places that lie far apart."""
    count = int(rng.integers(8, 13))
    places = [rng.uniform(0, 100, 2)]
    while len(places) < count:
        others = rng.uniform(0, 100, (_TRIES, 2))
        far = np.hypot(*(others - places[-1]).T) > 40
        places.append(others[int(far.argmax())])
    return [_through(np.array(places))]


def coil(rng: np.random.Generator) -> Paths:
    """Loops side by side, as when a pen is tried."""
    angle = np.linspace(0, 2 * math.pi * rng.uniform(3, 7), 100)
    across = np.linspace(0, rng.uniform(100, 220), len(angle))
    path = np.column_stack((across + 28 * np.cos(angle), 50 + 50 * np.sin(angle)))
    return [_turned(path, rng)]


def hatching(rng: np.random.Generator) -> Paths:
    """Lines side by side, now and then crossed by others."""
    lines = _parallels(int(rng.integers(4, 9)), rng)
    if rng.random() < 0.5:
        lines += [line[:, ::-1] for line in _parallels(int(rng.integers(3, 8)), rng)]
    centre = rng.uniform(0, 2 * math.pi)
    return [_turned(line, rng, centre) for line in lines]


def straws(rng: np.random.Generator) -> Paths:
    """Straight lines thrown over each other."""
    lines: Paths = []
    count = int(rng.integers(4, 9))
    while len(lines) < count:
        ends = rng.uniform(0, 100, (2, 2))
        if math.hypot(*(ends[1] - ends[0])) > 45:
            lines.append(_polyline(ends))
    return lines


def invented(rng: np.random.Generator) -> Paths:
    """A sign that nobody has agreed on: a few lines and arcs between places of a lattice."""
    columns, rows = np.meshgrid((0.0, 50.0, 100.0), (0.0, 33.0, 67.0, 100.0))
    lattice = np.column_stack((columns.ravel(), rows.ravel()))
    paths: Paths = []
    for _ in range(int(rng.integers(3, 6))):
        places = lattice[rng.choice(len(lattice), int(rng.integers(2, 5)), replace=False)]
        places = places + rng.normal(0, 5, places.shape)
        paths.append(_polyline(places) if rng.random() < 0.5 else _through(places))
    return paths


def dots(rng: np.random.Generator) -> Paths:
    """A few dots, far enough apart to be seen as several."""
    count = int(rng.integers(3, 8))
    places = [rng.uniform(0, 100, 2)]
    while len(places) < count:
        others = rng.uniform(0, 100, (_TRIES, 2))
        gaps = np.hypot(*(others[:, None] - np.array(places)).transpose(2, 0, 1)).min(1)
        places.append(others[int(gaps.argmax())])
    return [_polyline(np.array((place, place + rng.normal(0, 2, 2))), 3) for place in places]


# Figures with corners. A 0 that was drawn in a hurry has corners too, but six or more of them, or
# none that is sharp: so these have three or four, and the hand rests in each.


def triangle(rng: np.random.Generator) -> Paths:
    """Three sides; none of its corners is so blunt or so sharp that two sides are one line."""
    while True:
        angles = np.sort(rng.uniform(0, 2 * math.pi, 3))
        arcs = np.diff(np.append(angles, angles[0] + 2 * math.pi))
        if math.radians(70) < arcs.min() and arcs.max() < math.radians(200):
            break
    corners = np.column_stack((np.cos(angles), np.sin(angles))) * (65, 50) + 50
    return _figure(corners, rng)


def square(rng: np.random.Generator) -> Paths:
    """Four sides at right angles, none much longer than the others, hardly turned."""
    wide, high = 68 * rng.uniform(0.8, 1.2), 50 * rng.uniform(0.8, 1.2)
    corners = np.array(((-wide, -high), (wide, -high), (wide, high), (-wide, high))) + 50
    angle = rng.normal(0, 0.08)
    return _figure(_turned(corners, rng, angle), rng)


def _figure(corners: Path, rng: np.random.Generator) -> Paths:
    """Closed lines through ``corners``, from any of them, either way round, in one pull or more."""
    corners = np.roll(corners + rng.normal(0, 3.5, corners.shape), rng.integers(4), axis=0)
    corners = corners[::-1] if rng.random() < 0.5 else corners
    closed = np.vstack((corners, corners[:1] + rng.normal(0, 3, 2)))
    sides = [_bowed(first, last, rng) for first, last in pairwise(closed)]
    if rng.random() < _SIDE_BY_SIDE:
        return sides
    cut = int(rng.integers(1, len(sides))) if rng.random() < _SIDE_BY_SIDE else len(sides)
    return [np.concatenate(part) for part in (sides[:cut], sides[cut:]) if part]


def _bowed(start: Path, end: Path, rng: np.random.Generator) -> Path:
    """A side, bent a little. The hand rests at both ends: no hurry takes the corners away."""
    along = np.concatenate((np.zeros(_REST), np.linspace(0, 1, 9), np.ones(_REST)))[:, None]
    side = end - start
    across = np.array((-side[1], side[0])) * rng.normal(0, 0.03)
    path: Path = start + along * side + 4 * along * (1 - along) * across
    return path


# Digits that are none any more


_MIRRORED = (3, 4, 6, 7, 9)
_DOUBLED = (2, 3, 4, 5, 6, 7, 9)
_CROWDED = (0, 2, 3, 4, 5, 6, 7, 8, 9)


def mirrored(rng: np.random.Generator) -> Paths:
    """A digit seen in a mirror, of those that are no digit there."""
    paths = _some_digit(_MIRRORED, rng)
    return [path * (-1, 1) + (100, 0) for path in paths]


def overlaid(rng: np.random.Generator) -> Paths:
    """Two digits on top of each other, the second a little off the first."""
    shift = rng.uniform(15, 30) * rng.choice((-1, 1))
    first, second = rng.choice(_DOUBLED, 2, replace=False).tolist()
    moved = [path + np.array((shift, rng.normal(0, 12))) for path in _some_digit((second,), rng)]
    return _some_digit((first,), rng) + moved


def side_by_side(rng: np.random.Generator) -> Paths:
    """Two digits side by side in the place of one; now and then they touch."""
    narrow, gap = rng.uniform(0.5, 1.0), rng.uniform(-10, 25)
    left, right = _some_digit(_CROWDED, rng), _some_digit(_CROWDED, rng)
    edge = max(path[:, 0].max() for path in left) * narrow + gap
    start = min(path[:, 0].min() for path in right) * narrow
    return [path * (narrow, 1) for path in left] + [
        path * (narrow, 1) + (edge - start, 0) for path in right
    ]


def _some_digit(digits: tuple[int, ...], rng: np.random.Generator) -> Paths:
    ways = WAYS[int(rng.choice(digits))]
    return movement(ways[int(rng.integers(len(ways)))], rng)


# Lines


def _polyline(corners: Path, per_piece: int = 6) -> Path:
    """Straight pieces between ``corners``, with points on the way."""
    steps = np.arange(per_piece)[:, None] / per_piece
    pieces = [first + steps * (last - first) for first, last in pairwise(corners)]
    return np.concatenate((*pieces, corners[-1:]))


def _through(places: Path) -> Path:
    """A smooth curve through ``places``."""
    drawing = " ".join("0,0" for _ in places)
    path: Path = Way("", 1.0, (drawing,)).strokes[0] @ places
    return path


def _parallels(count: int, rng: np.random.Generator) -> Paths:
    """Upright lines from left to right."""
    lines = []
    for x in np.linspace(0, 100, count) + rng.normal(0, 3, count):
        ends = np.array(((x, rng.normal(0, 6)), (x + rng.normal(0, 4), rng.normal(100, 6))))
        lines.append(_polyline(ends))
    return lines


def _turned(path: Path, rng: np.random.Generator, angle: float | None = None) -> Path:
    """Turned about the middle, by any angle if none is given."""
    angle = rng.uniform(0, 2 * math.pi) if angle is None else angle
    turn = np.array(((math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))))
    turned: Path = (path - 50) @ turn + 50
    return turned


def _written(way: Way, *, turns: bool = False) -> Maker:
    """A sign as it is written; one that ``turns`` points up, down or to a side."""

    def make(rng: np.random.Generator) -> Paths:
        paths = movement(way, rng)
        angle = math.pi / 2 * int(rng.integers(4))
        return [_turned(path, rng, angle) for path in paths] if turns else paths

    return make


_TURNING = ("arrow",)

_FREE: dict[str, tuple[float, Maker]] = {
    "zigzag": (5, zigzag),
    "spiral": (4, spiral),
    "scrawl": (6, scrawl),
    "curve": (7, curve),
    "coil": (4, coil),
    "hatching": (4, hatching),
    "straws": (5, straws),
    "mirrored digit": (4, mirrored),
    "two digits, overlaid": (3, overlaid),
    "two digits, side by side": (6, side_by_side),
    "invented sign": (14, invented),
    "dots": (1.5, dots),
    "triangle": (6, triangle),
    "square": (6, square),
}


KINDS: dict[str, tuple[float, Maker]] = _FREE | {
    way.name: (way.weight, _written(way, turns=way.name in _TURNING)) for way in ways_in(SHAPES)
}
"""What a guard is trained on: how often each kind comes, relative to the others, and its curves."""

UNSEEN_KINDS: dict[str, Maker] = {way.name: _written(way) for way in ways_in(UNSEEN)}
"""Kinds to measure with, never to train on."""
