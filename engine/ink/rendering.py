"""One ink: pen strokes become pixels here, for the drawing canvas and for generated digits alike.

A piece of a stroke between two points is a capsule: all places nearer to the line between them
than half the pen's width. A pixel's coverage falls from 1 to 0 within one pixel around that
border, which makes the edge smooth. Ink keeps the larger of what is there and the coverage; the
eraser keeps the smaller of what is there and 1 − coverage. Both give the same in whatever order and
however often pieces arrive, so a stroke that grows point by point has the very pixels of one that
is rendered whole.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.basics.errors import NotReadyError
from engine.ink.drawings import (
    BOX,
    DEFAULT_WIDTH,
    Drawing,
    Mark,
    PastedImage,
    Point,
    Stroke,
    check_points,
)
from engine.ink.resample import Picture, resample

__all__ = [
    "BOX",
    "DEFAULT_WIDTH",
    "Drawing",
    "InkRaster",
    "Mark",
    "PastedImage",
    "Point",
    "Stroke",
    "render",
]

Region = tuple[int, int, int, int]
"""Pixels that changed: (left, top, right, bottom), right and bottom excluded."""

_LONGEST_PIECE = 24.0
"""Long pieces are cut, so that the square of pixels around each stays small."""

_SMALLEST_WIDTH = 1.0
"""A pen thinner than a pixel would leave gaps."""

_BATCH_PIXELS = 2**17
"""So many pixels are computed together: few NumPy calls, yet little memory."""


def render(marks: Iterable[Mark], size: int = BOX, boxes: int = 1) -> Picture:
    """The picture of a drawing: 0 is paper, 1 is full ink.

    Shape:
        Returns ``(size, boxes·size)``, float32; the drawing's box is scaled to ``size``. A sheet
        for several digits is ``boxes`` such boxes wide.
    """
    raster = InkRaster(size, boxes=boxes)
    for mark in marks:
        raster.add(mark)
    return raster.pixels


class InkRaster:
    """The picture of a drawing that is being made: whole marks, or a stroke point by point.

    Shape:
        ``pixels`` is ``(size, boxes·size)``, float32 from 0 to 1, and live: copy what is to be
        kept.
    """

    def __init__(self, size: int = BOX, marks: Iterable[Mark] = (), boxes: int = 1) -> None:
        self.pixels: Picture = np.zeros((size, boxes * size), np.float32)
        self._scale = size / BOX
        self._pen: _Pen | None = None
        for mark in marks:
            self.add(mark)

    def add(self, mark: Mark) -> Region | None:
        """Lay a finished mark onto the picture. Returns the pixels that it may have changed."""
        if isinstance(mark, PastedImage):
            return self._paste(mark)
        nodes = _nodes(mark.points, mark.width, mark.pressures, self._scale)
        return self._lay(_pieces(np.concatenate((nodes[:1], nodes))), mark.erases)

    def begin(
        self,
        point: Point,
        width: float = DEFAULT_WIDTH,
        *,
        erases: bool = False,
        pressure: float = 1.0,
    ) -> Region | None:
        """Set the pen down: the dot appears at once. Returns the pixels that may have changed."""
        self._pen = _Pen(Stroke((point,), width, erases), pressure)
        return self._extend(point, pressure)

    def extend(self, point: Point, pressure: float = 1.0) -> Region | None:
        """Pull the pen on to ``point``. Returns the pixels that may have changed.

        Raises:
            NotReadyError: if the pen is not down.
            DataError: if the point is nowhere near the box.
        """
        pen = self._lowered_pen()
        check_points((point,))
        region = self._extend(point, pressure)
        pen.points.append(point)
        pen.pressures.append(pressure)
        return region

    def end(self) -> Stroke:
        """Lift the pen. Returns the whole stroke; ``render`` makes the same pixels of it.

        Raises:
            NotReadyError: if the pen is not down.
        """
        stroke = self._lowered_pen().stroke()
        self._pen = None
        return stroke

    @property
    def is_drawing(self) -> bool:
        """Whether the pen is down."""
        return self._pen is not None

    @property
    def unfinished(self) -> Stroke | None:
        """The stroke as far as it is made; ``None`` while the pen is up."""
        return None if self._pen is None else self._pen.stroke()

    def clear(self) -> None:
        """A blank sheet; a stroke that was being made is forgotten."""
        self.pixels.fill(0)
        self._pen = None

    def _lowered_pen(self) -> _Pen:
        if self._pen is None:
            raise NotReadyError("The pen must be set down with begin() before it can move.")
        return self._pen

    def _extend(self, point: Point, pressure: float) -> Region | None:
        pen = self._lowered_pen()
        points, pressures = (pen.points[-1], point), (pen.pressures[-1], pressure)
        nodes = _nodes(points, pen.width, pressures, self._scale)
        return self._lay(_pieces(nodes), pen.erases)

    def _lay(self, pieces: NDArray[np.float32], erases: bool) -> Region | None:
        high, wide = self.pixels.shape
        reach = float(pieces[:, 4:6].max()) + 1.0
        side = math.ceil(float(np.abs(pieces[:, 2:4]).max()) + 2 * reach) + 1
        corners = np.floor(np.minimum(pieces[:, :2], pieces[:, :2] + pieces[:, 2:4]) - reach)
        is_visible = ((corners < (wide, high)) & (corners > -side)).all(1)
        pieces, corners = pieces[is_visible], corners[is_visible]
        count = max(1, _BATCH_PIXELS // side**2)
        for start in range(0, len(pieces), count):
            batch = slice(start, start + count)
            patches = _coverage(pieces[batch], corners[batch], side)
            if erases:
                np.subtract(1, patches, out=patches)
            lay = np.minimum if erases else np.maximum
            for patch, (x, y) in zip(patches, corners[batch].astype(int).tolist(), strict=True):
                left, top = max(x, 0), max(y, 0)
                part = self.pixels[top : y + side, left : x + side]
                height, width = part.shape
                patch_part = patch[top - y : top - y + height, left - x : left - x + width]
                lay(part, patch_part, out=part)
        return _region(corners, side, (wide, high))

    def _paste(self, image: PastedImage) -> Region | None:
        high, wide = self.pixels.shape
        left, top, width, height = (value * self._scale for value in image.placed_box)
        x, y = round(left), round(top)
        columns, rows = max(1, round(left + width) - x), max(1, round(top + height) - y)
        pixels = np.clip(image.pixels.astype(np.float32, copy=False), 0, 1)
        picture = resample(pixels, rows, columns)
        x0, y0, x1, y1 = max(x, 0), max(y, 0), min(x + columns, wide), min(y + rows, high)
        if x0 >= x1 or y0 >= y1:
            return None
        part = self.pixels[y0:y1, x0:x1]
        np.maximum(part, picture[y0 - y : y1 - y, x0 - x : x1 - x], out=part)
        return (x0, y0, x1, y1)


class _Pen:
    """The stroke that is being made."""

    __slots__ = ("erases", "points", "pressures", "width")

    def __init__(self, dot: Stroke, pressure: float) -> None:
        self.width = dot.width
        self.erases = dot.erases
        self.points = list(dot.points)
        self.pressures = [pressure]

    def stroke(self) -> Stroke:
        has_pressure = any(pressure != 1 for pressure in self.pressures)
        pressures = tuple(self.pressures) if has_pressure else ()
        return Stroke(tuple(self.points), self.width, self.erases, pressures)


def _nodes(
    points: Sequence[Point], width: float, pressures: Sequence[float], scale: float
) -> NDArray[np.float64]:
    """The points of a stroke in pixels, with the pen's radius at each: ``(n, 3)``."""
    nodes = np.empty((len(points), 3))
    nodes[:, :2] = points
    nodes[:, 2] = pressures or 1.0
    nodes[:, 2] *= width / 2
    nodes *= scale
    np.maximum(nodes[:, 2], _SMALLEST_WIDTH / 2, out=nodes[:, 2])
    return nodes


def _pieces(nodes: NDArray[np.float64]) -> NDArray[np.float32]:
    """The straight pieces between nodes, cut to limited length: ``(n, 6)``.

    Columns: start x, start y, step x, step y, radius at the start, radius at the end. Each piece
    depends on its two nodes alone, whatever else the stroke has: so pieces can come one by one.
    """
    steps = np.diff(nodes, axis=0)
    counts = np.maximum(1, np.ceil(np.hypot(steps[:, 0], steps[:, 1]) / _LONGEST_PIECE))
    repeats = counts.astype(np.intp)
    starts = np.repeat(nodes[:-1], repeats, axis=0)
    steps = np.repeat(steps / counts[:, None], repeats, axis=0)
    within = np.arange(repeats.sum()) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    starts += within[:, None] * steps
    columns = (starts[:, :2], steps[:, :2], starts[:, 2], starts[:, 2] + steps[:, 2])
    return np.column_stack(columns).astype(np.float32)


def _coverage(
    pieces: NDArray[np.float32], corners: NDArray[np.float32], side: int
) -> NDArray[np.float32]:
    """How far each piece covers the square of pixels that begins at its corner.

    With the pixel's centre p, the start a and the step d: ``t = clip((p − a)·d / d·d, 0, 1)`` is
    the nearest place on the line, ``|p − a − t·d|`` the distance, and the coverage is
    ``clip(radius(t) + ½ − distance, 0, 1)``.

    Shape:
        Returns ``(n, side, side)``.
    """
    step_x, step_y = pieces[:, 2, None, None], pieces[:, 3, None, None]
    start, end = pieces[:, 4, None, None], pieces[:, 5, None, None]
    centres: Picture = np.arange(side, dtype=np.float32) + np.float32(0.5)
    x = ((corners[:, 0, None] + centres) - pieces[:, 0, None])[:, None, :]
    y = ((corners[:, 1, None] + centres) - pieces[:, 1, None])[:, :, None]
    length = np.maximum(step_x * step_x + step_y * step_y, np.float32(1e-12))
    t = x * (step_x / length) + y * (step_y / length)
    np.clip(t, 0, 1, out=t)
    across = np.subtract(x, t * step_x, dtype=np.float32)
    down = np.subtract(y, t * step_y, dtype=np.float32)
    across *= across
    down *= down
    across += down
    np.sqrt(across, out=across)
    if (start == end).all():
        np.subtract(start + np.float32(0.5), across, out=across)
    else:
        t *= end - start
        t += start + np.float32(0.5)
        np.subtract(t, across, out=across)
    coverage: NDArray[np.float32] = np.clip(across, 0, 1, out=across)
    return coverage


def _region(corners: NDArray[np.float32], side: int, limits: tuple[int, int]) -> Region | None:
    if not len(corners):
        return None
    left, top = (max(0, int(value)) for value in corners.min(0))
    right, bottom = (
        min(limit, int(value) + side) for limit, value in zip(limits, corners.max(0), strict=True)
    )
    return (left, top, right, bottom)
