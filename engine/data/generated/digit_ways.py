"""The ways of writing a digit, and the smooth curves that its drawings stand for.

The notation of the drawings is explained where they are: in ``engine.data.generated.digit_shapes``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.data.generated.digit_shapes import SHAPES

Matrix = NDArray[np.float64]

SAMPLES = 5
"""Points of the finished curve per piece between two control points."""


@dataclass(frozen=True)
class Way:
    """One way to write a digit.

    ``weight`` is how often it is written, relative to the other ways of the same digit. The
    ``drawings`` have the same number of places, corners and strokes.
    """

    digit: int
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


def parse_shapes(text: str) -> tuple[tuple[Way, ...], ...]:
    """The ways for each digit from 0 to 9, from a text in the notation of ``digit_shapes``."""
    ways: list[list[Way]] = [[] for _ in range(10)]
    for block in text.replace("\n    ", "\t").splitlines():
        if not block.strip():
            continue
        title, *drawings = block.split("\t")
        digit, rest = title.split(" ", 1)
        name, weight = rest.rsplit(":", 1)
        ways[int(digit)].append(Way(int(digit), name, float(weight), tuple(drawings)))
    return tuple(map(tuple, ways))


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


WAYS = parse_shapes(SHAPES)
"""The ways to write each digit: ``WAYS[7]`` are those of the seven."""
