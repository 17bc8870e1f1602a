"""What a ``NumberGrid`` is given: numbers with their colours, and the blocks to outline."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from app.look.colormaps import Table


class MarkStyle(Enum):
    """How a mark is drawn."""

    WINDOW = "window"
    TARGET = "target"
    PLACE = "place"


@dataclass(frozen=True)
class Mark:
    """An outlined block of cells. ``role`` names a colour of the theme.

    A ``PLACE`` is one cell with a ring inside it, in the colour of ``hue``, 0 to 1.
    """

    rows: range
    columns: range
    role: str
    style: MarkStyle = MarkStyle.WINDOW
    hue: float = 0.0


@dataclass(frozen=True, eq=False)
class GridContent:
    """What a ``NumberGrid`` shows.

    Attributes:
        values: Shape (rows, columns).
        cmap: Colour table of 256 entries.
        low: Value of its first colour.
        high: Value of its last colour.
        filled: Shape (rows, columns): false where there is no value yet. ``None``: all there.
        is_padding: Shape (rows, columns): drawn as padding. ``None``: nowhere.
        is_unread: Shape (rows, columns): hatched, no window reaches it. ``None``: nowhere.
        texts: What is written instead of the values, row by row; the value then stands below.
        covered: Shape (rows, columns): there, but hidden from the eye. ``None``: nowhere.
        cover_text: What is written on covered cells.
        is_brief: Whether numbers are shortened to two decimals, as small cells need.
        widest: A text that must fit into a cell, so that the type keeps its size from step to step.
    """

    values: NDArray[np.float64]
    cmap: Table
    low: float
    high: float
    filled: NDArray[np.bool_] | None = None
    is_padding: NDArray[np.bool_] | None = None
    is_unread: NDArray[np.bool_] | None = None
    texts: tuple[tuple[str, ...], ...] | None = None
    covered: NDArray[np.bool_] | None = None
    cover_text: str = ""
    is_brief: bool = False
    widest: str = ""
