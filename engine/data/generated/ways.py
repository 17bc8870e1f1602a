"""The ways of writing digits and signs, as people of different schools do, and their smooth curves.

They stand in modules of data, ``…_shapes``, in this notation. A line without indent names a way of
writing (of a digit its first letter is the digit), and how often it is written, relative to the
others. Below it stand a few drawings of the same movement; a hand lies somewhere between them. A
drawing is a list of places ``x,y`` in a box of 100×100, ``y`` down, through which the pen runs in a
smooth curve. ``!`` marks a corner, ``|`` lifts the pen. The drawings of one way have the same
number of places, corners and strokes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.data.generated import high_digit_shapes, low_digit_shapes

Matrix = NDArray[np.float64]

SAMPLES = 5
"""Points of the finished curve per piece between two control points."""


@dataclass(frozen=True)
class Way:
    """One way to write a digit or a sign: ``weight`` is how often, relative to the others."""

    name: str
    weight: float
    drawings: tuple[str, ...]

    @cached_property
    def control_points(self) -> Matrix:
        """The places of every drawing: ``(drawings, places, 2)``."""
        return np.array([_places(drawing) for drawing in self.drawings])

    @cached_property
    def strokes(self) -> tuple[Matrix, ...]:
        """For each stroke the matrix from all places of a drawing to the points on its curve.

        Shape:
            ``(points, places)`` each, so that ``matrix @ places`` is the stroke.
        """
        total = self.control_points.shape[1]
        matrices, first = [], 0
        for stroke in self.drawings[0].split("|"):
            parts: list[Matrix] = []
            for length in _runs(stroke.split()):
                part = np.zeros(((length - 1) * SAMPLES + 1, total))
                part[:, first : first + length] = _catmull_rom(length)
                parts.append(part[1:] if parts else part)
                first += length - 1  # a corner ends one run and begins the next
            first += 1
            matrices.append(np.concatenate(parts))
        return tuple(matrices)


def ways_in(text: str) -> list[Way]:
    """The ways in a text of the notation above."""
    found = []
    for block in text.replace("\n    ", "\t").splitlines():
        if block.strip():
            title, *drawings = block.split("\t")
            name, weight = title.rsplit(": ", 1)
            found.append(Way(name, float(weight), tuple(drawings)))
    return found


def _places(drawing: str) -> list[list[float]]:
    words = drawing.replace("|", " ").replace("!", "").split()
    return [[float(number) for number in word.split(",")] for word in words]


def _runs(words: list[str]) -> list[int]:
    """Numbers of places in the smooth runs of a stroke; a corner belongs to both its runs."""
    corners = [place for place, word in enumerate(words) if word.endswith("!")]
    return [last - first + 1 for first, last in pairwise((0, *corners, len(words) - 1))]


def _catmull_rom(places: int) -> Matrix:
    """The curve through ``places`` points, as a matrix: ``((places − 1)·SAMPLES + 1, places)``.

    Between P1 and P2, with neighbours P0 and P3, at t from 0 to 1:
    ``½·(2·P1 + (P2 − P0)·t + (2·P0 − 5·P1 + 4·P2 − P3)·t² + (3·P1 − P0 − 3·P2 + P3)·t³)``.
    Source: E. Catmull, R. Rom, "A class of local interpolating splines", 1974. At the ends the
    missing neighbour is ``2·P0 − P1``, so that the curve runs out straight.
    """
    t = np.arange(SAMPLES)[:, None] / SAMPLES
    basis = 0.5 * np.hstack(
        (-t + 2 * t**2 - t**3, 2 - 5 * t**2 + 3 * t**3, t + 4 * t**2 - 3 * t**3, t**3 - t**2)
    )
    neighbours = np.zeros((places + 2, places))
    neighbours[1:-1] = np.eye(places)
    neighbours[0, :2] = (2, -1)
    neighbours[-1, -2:] = (-1, 2)
    pieces = [basis @ neighbours[piece : piece + 4] for piece in range(places - 1)]
    return np.concatenate((*pieces, neighbours[-2:-1]))


_OF_DIGITS = ways_in(f"{low_digit_shapes.SHAPES}\n{high_digit_shapes.SHAPES}")

WAYS = tuple(
    tuple(way for way in _OF_DIGITS if way.name.startswith(str(digit))) for digit in range(10)
)
"""The ways to write each digit: ``WAYS[7]`` are those of the seven."""
