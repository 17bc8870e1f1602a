"""What a drawing is: an ordered tuple of pen strokes, erasures and pasted pictures.

Coordinates are floats in a box of 280×280, ``x`` to the right and ``y`` down, the origin at the top
left corner. How a drawing becomes pixels is the business of ``engine.ink.rendering``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.basics.errors import DataError
from engine.ink.resample import Picture

BOX = 280
"""Side of the box that a drawing lies in."""

DEFAULT_WIDTH = 18.0
"""Width of the pen, in the box's units, when none is chosen."""

PEN_SHARE = 0.13
"""Width of a pen that suits a drawing, as a share of the drawing's longer side.

After scaling to 20 pixels it leaves strokes about as thick as MNIST's, however small the drawing;
a pen of one width for all would make blots of small drawings and hairlines of large ones.
"""

Point = tuple[float, float]

_FARTHEST = 100.0 * BOX
_LONGEST_SIDE = 64.0 * BOX
"""Of a pasted picture's box: as wide as any sheet, with room to spare."""
_LARGEST_AREA = 4_000_000
"""Of such a box: it is drawn in full, however little of it lies on the sheet."""
_LARGEST_PRESSURE = 8.0
_MOST_EFFORT = 3e8
"""Pixels that are computed for one drawing: some seconds, thousands of times the usual."""


def is_near(x: float, y: float) -> bool:
    """Whether a hand can have reached a point; it is false of what is not finite."""
    return abs(x) <= _FARTHEST and abs(y) <= _FARTHEST


def check_points(points: Iterable[Point]) -> None:
    """Refuse points that no hand can have reached, so that no stroke takes forever to render.

    Raises:
        DataError: naming the first such point.
    """
    for x, y in points:
        if not is_near(x, y):
            raise DataError(
                f"A stroke needs finite coordinates in or near the {BOX}×{BOX} box; "
                f"a point is at ({x:g}, {y:g})."
            )


@dataclass(frozen=True)
class Stroke:
    """One pull of the pen, or of the eraser, through ``points``; a single point is a dot.

    ``pressures``, where the pen reports them, scale the width at every point (1 = full width).

    Raises:
        DataError: if there is no point or one far away, the width is not positive or is more than
            twice the box, or there is not one possible pressure per point.
    """

    points: tuple[Point, ...]
    width: float = DEFAULT_WIDTH
    erases: bool = False
    pressures: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if not self.points:
            raise DataError("A stroke needs at least one point; it has none.")
        check_points(self.points)
        if not 0 < self.width <= 2 * BOX:
            raise DataError(
                f"A stroke's width must be above 0, up to {2 * BOX}; it is {self.width}."
            )
        if not all(0 <= pressure <= _LARGEST_PRESSURE for pressure in self.pressures):
            raise DataError(
                f"A stroke needs finite pressures from 0 to {_LARGEST_PRESSURE:g}; one is not."
            )
        if self.pressures and len(self.pressures) != len(self.points):
            raise DataError(
                f"A stroke needs one pressure per point; it has {len(self.pressures)} "
                f"for {len(self.points)} points."
            )


@dataclass(frozen=True, eq=False)
class PastedImage:
    """A picture of ink laid onto the drawing; where both have ink, the darker one stays.

    ``pixels`` is ``(H, W)`` ink from 0 to 1 (given by ``engine.data.images.read_ink``
    and ``engine.ink.preprocess.ink_from_image``). ``box`` is (left, top, width, height); without
    it, the picture fills the drawing's box as far as its proportions allow, in the middle.

    Raises:
        DataError: if ``pixels`` is not a picture or the box has no area.
    """

    pixels: Picture
    box: tuple[float, float, float, float] | None = None

    def __post_init__(self) -> None:
        if self.pixels.ndim != 2 or self.pixels.size == 0:
            raise DataError(f"A pasted picture needs shape (H, W); it has {self.pixels.shape}.")
        if self.box is None:
            return
        left, top, width, height = self.box
        if not (all(map(math.isfinite, self.box)) and min(width, height) > 0):
            raise DataError(f"A pasted picture needs a box with an area; it got {self.box}.")
        is_small = max(width, height) <= _LONGEST_SIDE and width * height <= _LARGEST_AREA
        if not (is_small and is_near(left, top)):
            raise DataError(f"A pasted picture must lie on the sheet; its box is {self.box}.")

    @property
    def placed_box(self) -> tuple[float, float, float, float]:
        """Where the picture lies: the given box, or the largest one that keeps its proportions."""
        if self.box is not None:
            return self.box
        return fitting_box(self.pixels.shape, 1)


def fitting_box(shape: tuple[int, ...], boxes: int) -> tuple[float, float, float, float]:
    """The largest place, (left, top, width, height), for a picture on a sheet of so many boxes.

    Shape:
        ``shape`` is the picture's (H, W).
    """
    height, width = shape
    scale = min(BOX / height, boxes * BOX / width)
    left, top = (boxes * BOX - width * scale) / 2, (BOX - height * scale) / 2
    return (left, top, width * scale, height * scale)


Mark = Stroke | PastedImage
Drawing = tuple[Mark, ...]


def check_effort(drawing: Drawing) -> None:
    """Refuse a drawing that would take minutes or gigabytes to render.

    Raises:
        DataError: saying so.
    """
    if sum(map(_effort, drawing)) > _MOST_EFFORT:
        raise DataError(
            "A drawing may not have so many strokes or points, such long strokes or such large "
            "pictures that it takes long to draw; this one has."
        )


def _effort(mark: Mark) -> float:
    """About how many pixels are computed for a mark: squares along a stroke, sums of a picture."""
    if isinstance(mark, PastedImage):
        (rows, columns), (_, _, width, height) = mark.pixels.shape, mark.placed_box
        sums: float = rows * columns * height + height * columns * width
        return _EFFORT_OF_ANY + sums / _SUMS_PER_PIXEL
    points = np.array([mark.points[0], *mark.points])
    pen = mark.width * max(mark.pressures, default=1.0)
    lengths = np.hypot(*np.diff(points, axis=0).T)
    low, high = np.minimum(points[1:], points[:-1]), np.maximum(points[1:], points[:-1])
    is_seen = ((low - pen < _WIDEST_SHEET) & (high + pen > 0)).all(axis=1)
    squares = float((np.minimum(lengths, _WIDEST_SHEET[0]) / _SQUARE + 1)[is_seen].sum())
    pieces = float((lengths / _SQUARE + 1).sum())
    return _EFFORT_OF_ANY + squares * (_SQUARE + pen) ** 2 + pieces * _EFFORT_OF_A_PIECE


_EFFORT_OF_ANY = 60_000.0
_EFFORT_OF_A_PIECE = 150.0
_SQUARE = 24.0
_SUMS_PER_PIXEL = 50.0
_WIDEST_SHEET = np.array((16.0 * BOX, BOX))


def moved(drawing: Drawing, right: float, scale: float = 1.0, down: float = 0.0) -> Drawing:
    """The drawing scaled about the top left corner, pens and all, and then shifted."""
    return tuple(_moved_mark(mark, right, scale, down) for mark in drawing)


def _moved_mark(mark: Mark, right: float, scale: float, down: float) -> Mark:
    if isinstance(mark, PastedImage):
        left, top, width, height = (value * scale for value in mark.placed_box)
        return PastedImage(mark.pixels, (left + right, top + down, width, height))
    points = tuple((x * scale + right, y * scale + down) for x, y in mark.points)
    return replace(mark, points=points, width=mark.width * scale)


def within_box(drawing: Drawing) -> Drawing:
    """The drawing, scaled down and moved into the box if its strokes leave it.

    Tablets count in units of their own: strokes from 0 to 500 would lie half outside the paper.
    """
    points = [point for mark in drawing if isinstance(mark, Stroke) for point in mark.points]
    if all(0 <= value <= BOX for point in points for value in point):
        return drawing
    (left, right), (top, bottom) = (
        (min(values), max(values)) for values in zip(*points, strict=True)
    )
    longer = max(right - left, bottom - top)
    scale = min(1.0, _FITTED_SHARE * BOX / longer) if longer else 1.0
    across, down = (left + right) / 2, (top + bottom) / 2
    return moved(drawing, BOX / 2 - across * scale, scale, BOX / 2 - down * scale)


_FITTED_SHARE = 0.8
"""How much of the box a drawing fills that was scaled to fit; the pen needs room around it."""


def fitting_width(strokes: Iterable[Sequence[Point]]) -> float:
    """The width of pen that suits strokes drawn without one: ``PEN_SHARE`` of their longer side.

    A dot has no size; it gets the pen's usual width.
    """
    points = [point for stroke in strokes for point in stroke]
    sides = [max(values) - min(values) for values in zip(*points, strict=True)]
    longer = max(sides, default=0.0)
    return min(max(PEN_SHARE * longer, _FINEST), _BROADEST) if longer else DEFAULT_WIDTH


_FINEST, _BROADEST = 1.0, 2.0 * BOX
