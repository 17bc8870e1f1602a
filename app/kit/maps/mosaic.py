"""A layer's maps as one picture, coloured again with every movement of the pen in the same memory.

New memory for each picture costs more than its colours: Qt and NumPy would fetch megabytes of it
from the system with every movement.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from app.kit.maps.map_layout import MapLayout
from app.look.colormaps import STEPS, Table, positions

Mask = NDArray[np.bool_]


class Mosaic:
    """An opaque picture of maps on a ground, with a margin around them.

    Args:
        layout: Which pixel shows which number.
        size: Height and width of the picture, in the display's pixels.
        corner: Row and column at which the layout begins.
        frame: Which pixels of the picture are lines; none without it. Shape: ``size``.
    """

    def __init__(
        self,
        layout: MapLayout,
        size: tuple[int, int],
        corner: tuple[int, int] = (0, 0),
        frame: Mask | None = None,
    ) -> None:
        self._count = layout.count
        places = np.full(size, layout.count, np.intp)
        top, left = corner
        height, width = layout.pixels.shape
        places[top : top + height, left : left + width] = layout.pixels
        if frame is not None:
            places[frame] = layout.count + 1
        is_new = np.ones(size[0], bool)
        is_new[1:] = (places[1:] != places[:-1]).any(axis=1)
        self._rows = places[is_new]  # a cell is many pixels high, so there are few different rows
        self._row_of = np.cumsum(is_new) - 1
        self._table: Table | None = None
        self._words = np.zeros(STEPS + 1, np.uint32)
        self._colours = np.empty(layout.count + 2, np.uint32)
        self._steps = np.empty((len(self._rows), size[1]), np.uint32)
        self._pixels = np.empty(size, np.uint32)
        form = QImage.Format.Format_RGB32
        self.image = QImage(self._pixels.data, size[1], size[0], 4 * size[1], form)

    def colour(
        self,
        values: NDArray[np.floating],
        ends: tuple[float, float],
        table: Table,
        ground: QColor,
        line: QColor,
    ) -> None:
        """Paint the numbers, the ends of the colours being ``ends``, the ground and the lines."""
        if self._table is not table:
            self._table, self._words = table, _words(table)
        self._words[-1] = ground.rgba()
        self._colours[:-2] = self._words[positions(values.ravel(), *ends)]
        self._colours[-2:] = ground.rgba(), line.rgba()
        self._colours.take(self._rows, out=self._steps, mode="clip")
        self._steps.take(self._row_of, axis=0, out=self._pixels, mode="clip")


def _words(table: Table) -> NDArray[np.uint32]:
    """The colours of a table as Qt keeps them, and a place for the one of what is no number."""
    red, green, blue = (table[:, channel].astype(np.uint32) for channel in range(3))
    return np.append(np.uint32(0xFF000000) | red << 16 | green << 8 | blue, np.uint32(0))
