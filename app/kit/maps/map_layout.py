"""Where the maps of a layer lie in a picture: which pixel shows which number."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from app.look.colormaps import (
    STEPS,
    Table,
    apply,
    diverging,
    gradient_diverging,
    symmetric_range,
    text_colour_on,
    viridis,
)
from engine.basics.geometry import Shape

_WORTH_IT = 0.75
"""A grid without empty places is taken if its maps are at least so large, to the largest's 1."""
_FINEST_LINES = 6
"""Cells of at least so many pixels are told apart by lines."""


@dataclass(frozen=True, eq=False)
class MapLayout:
    """A mosaic of a layer's maps: ``pixels`` holds each number's place, ``count`` where is none.

    Attributes:
        pixels: Shape (height, width).
        corners: (left, top) of every map. Shape (maps, 2).
        size: (width, height) of a map.
        cells: How many rows and columns of numbers a map has.
        has_lines: Whether a line of one pixel ends every cell but the last.
        count: How many numbers the layer has.
    """

    pixels: NDArray[np.intp]
    corners: NDArray[np.intp]
    size: tuple[int, int]
    cells: tuple[int, int]
    has_lines: bool
    count: int

    @cached_property
    def distinct_rows(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The rows of ``pixels`` that differ from the one above, and which of them each row is.

        A cell is many pixels high, so there are far fewer of them than pixels.
        """
        is_new = np.ones(len(self.pixels), bool)
        is_new[1:] = (self.pixels[1:] != self.pixels[:-1]).any(axis=1)
        return self.pixels[is_new], np.cumsum(is_new) - 1

    def place(self, x: int, y: int) -> int | None:
        """The number shown at a pixel, counted through the layer; ``None`` between the maps."""
        height, width = self.pixels.shape
        if not (0 <= x < width and 0 <= y < height) or self.pixels[y, x] == self.count:
            return None
        return int(self.pixels[y, x])

    def box(self, place: int) -> tuple[int, int, int, int]:
        """(left, top, width, height) of the pixels that show a number; none where all are 0."""
        rows, columns = self.cells
        channel, rest = divmod(place, rows * columns)
        down, across = divmod(rest, columns)
        left, top = (int(part) for part in self.corners[channel])
        first, last = _pixels_of(across, columns, self.size[0], has_lines=self.has_lines)
        upper, lower = _pixels_of(down, rows, self.size[1], has_lines=self.has_lines)
        if last <= first or lower <= upper:
            return (0, 0, 0, 0)
        return left + first, top + upper, last - first, lower - upper


def lay_out(shape: Shape, width: int, height: int, gap: int) -> MapLayout:
    """Lay all maps out as large as they fit into a box; numbers in a row become square cells.

    Args:
        shape: ``(C, H, W)``, or ``(features,)``.
        width: Of the box, in pixels.
        height: Likewise.
        gap: Pixels between two maps.
    """
    maps, rows, columns = shape if len(shape) == 3 else (math.prod(shape), 1, 1)
    if len(shape) != 3:
        gap = 0
    across, scale = _best_grid(maps, rows, columns, (width, height), gap)
    wide = max(1, math.floor(columns * scale))
    high = max(1, math.floor(rows * scale))
    down = math.ceil(maps / across)
    count = maps * rows * columns
    pixels = np.full((down * (high + gap) - gap, across * (wide + gap) - gap), count, np.intp)
    has_lines = min(high / rows, wide / columns) >= _FINEST_LINES
    one_map = _one_map(rows, columns, high, wide, has_lines=has_lines)
    corners = np.empty((maps, 2), np.intp)
    for index in range(maps):
        top, left = (index // across) * (high + gap), (index % across) * (wide + gap)
        corners[index] = left, top
        part = pixels[top : top + high, left : left + wide]
        part[...] = np.where(one_map < 0, count, one_map + index * rows * columns)
    pixels = np.ascontiguousarray(pixels[:height, :width])
    return MapLayout(pixels, corners, (wide, high), (rows, columns), has_lines, count)


def _pixels_of(cell: int, cells: int, length: int, *, has_lines: bool) -> tuple[int, int]:
    """The first pixel of one of the cells that share a length, and the one after its last."""
    first, end = -(-cell * length // cells), -(-(cell + 1) * length // cells)
    is_ended = has_lines and (cell < cells - 1 or cells == 1)
    return first, end - is_ended


def _one_map(rows: int, columns: int, high: int, wide: int, *, has_lines: bool) -> NDArray[np.intp]:
    """Which of its cells each pixel of a map shows; lines between large cells show none."""
    down, across = np.arange(high) * rows // high, np.arange(wide) * columns // wide
    places = down[:, np.newaxis] * columns + across
    if has_lines:
        places[np.append(np.diff(down) > 0, rows == 1)] = -1
        places[:, np.append(np.diff(across) > 0, columns == 1)] = -1
    return places


def _best_grid(
    maps: int, rows: int, columns: int, box: tuple[int, int], gap: int
) -> tuple[int, float]:
    """How many maps stand side by side, and pixels per cell, so that they are largest.

    Whole rows are read more easily: 16 maps are 4×4, ten classes 2×5, unless much smaller.
    """
    width, height = box
    best = whole = 1, 0.0
    for across in range(1, maps + 1):
        down = math.ceil(maps / across)
        scale = min(
            (width - gap * (across - 1)) / (across * columns),
            (height - gap * (down - 1)) / (down * rows),
        )
        best = max(best, (across, scale), key=_scale)
        if maps % across == 0:
            whole = max(whole, (across, scale), key=_scale)
    return whole if whole[1] >= _WORTH_IT * best[1] else best


def _scale(grid: tuple[int, float]) -> float:
    return grid[1]


def colours_of(*, signed: bool, gradient: bool = False) -> Table:
    """Blue, white, orange for numbers of both signs; viridis for those that are never negative.

    Gradients are purple, white, green.
    """
    if gradient:
        return gradient_diverging()
    return diverging() if signed else viridis()


@cache  # there are few, and they are asked for with every movement of the pen
def text_colour(position: int, *, signed: bool, gradient: bool = False) -> QColor:
    """In which colour text is read on the colour at a position; light where there is none."""
    table = colours_of(signed=signed, gradient=gradient)
    return QColor(text_colour_on(table[position, :3] if position < STEPS else (0, 0, 0)))


def range_of(values: NDArray[np.floating], *, signed: bool) -> tuple[float, float]:
    """The ends of the colours: symmetric about zero, or from zero to the largest number."""
    low, high = symmetric_range(values)
    return (low, high) if signed else (0.0, high)


def mosaic(
    layout: MapLayout, values: NDArray[np.floating], ends: tuple[float, float], table: Table
) -> QImage:
    """Colour all maps from one end of the range to the other; the gaps are transparent."""
    low, high = ends
    colours = apply(values.reshape(1, -1), table, low, high)[0]
    colours = colours.astype(np.uint32)
    words = np.zeros(len(colours) + 1, np.uint32)  # the last one is for the gaps
    words[:-1] = colours[:, 3] << 24 | colours[:, 0] << 16 | colours[:, 1] << 8 | colours[:, 2]
    rows, index = layout.distinct_rows
    chosen = words.take(rows, mode="clip").take(index, axis=0, mode="clip")
    height, width = layout.pixels.shape
    # colours are opaque or fully transparent, so premultiplied (which Qt paints fastest) as well
    form = QImage.Format.Format_ARGB32_Premultiplied
    return QImage(chosen.data, width, height, 4 * width, form).copy()
