"""Where the rows of an unfolded convolution stand: as many as can be read, each whole."""

from __future__ import annotations

from dataclasses import dataclass

from app.look.theme import px
from engine.basics.geometry import Pair

LABEL, TITLES, BELOW = 20, 30, 24
"""Heights at scale 1: a row's label, the titles above all, the line below all."""
SIGN, SUBTOTAL, PLUS, ARROW = 26, 78, 72, 88
"""Widths at scale 1: "×" and "=", a subtotal, lines with the plus, the arrow to the result."""
LEAST_CELL = 28
"""Of a kernel whose numbers are written into it."""
_SMALL_CELL, _LEAST_ROW, _LARGEST_CELL = 18, 56, 64
WIDER = 1.25
"""Cells of kernels are so much wider than high: a sign and three digits need it."""
_MOST_OF_KERNEL = 0.36
_SHARES = {"input": 0.36, "partial": 0.28, "result": 0.36}
"""Of what the kernel leaves."""
_ROOM_OF_RESULT = 0.75


@dataclass(frozen=True)
class Column:
    """Where the grids of one kind stand, and how large they are; outline room included."""

    left: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first pixel after it."""
        return self.left + self.width


@dataclass(frozen=True)
class Places:
    """Where everything stands."""

    rows: int
    row_height: int
    top: int
    columns: dict[str, Column]
    plus: int
    """Where the plus has its middle, from the left."""
    kernel_cell: float
    """How high a cell of a kernel is."""

    def row_top(self, number: int) -> int:
        """Where a row in sight begins."""
        return self.top + number * self.row_height

    def row_middle(self, number: int) -> float:
        """The line through the middle of the grids of a row."""
        return self.row_top(number) + px(LABEL) + (self.row_height - px(LABEL)) / 2

    @property
    def middle(self) -> float:
        """The line through the middle of all rows in sight."""
        return self.top + self.rows * self.row_height / 2


def places_in(
    size: Pair, input_: Pair, kernel: Pair, output: Pair, channels: int, room: int
) -> Places:
    """Where rows and result stand.

    Args:
        size: Width and height in pixels.
        input_: Rows and columns of the padded input.
        kernel: Of one kernel.
        output: Of the result.
        channels: How many rows there are to show, in sight or not.
        room: Around the cells of a grid, for outlines.
    """
    width, height = size
    free = height - px(TITLES) - px(BELOW)
    around = px(LABEL) + 2 * room
    rows = max(1, min(channels, free // _least_row(kernel[0], LEAST_CELL, around)))
    if rows == 1 and channels > 1 and free // _least_row(kernel[0], _SMALL_CELL, around) > 1:
        rows = 2  # two with colours show better than one with numbers that they are added up
    row_height = min(free // rows, round(px(_LARGEST_CELL) * max(kernel[0], 3)) + around)
    high = row_height - around
    gaps = 2 * px(SIGN) + px(SUBTOTAL) + px(PLUS) + px(ARROW) + 8 * room
    across = max(px(80), width - gaps)
    kernels = _grid(kernel, _MOST_OF_KERNEL * across, high, WIDER, room)
    rest = across - (kernels[0] - 2 * room)
    sizes = {
        "input": _grid(input_, _SHARES["input"] * rest, high, 1.0, room),
        "kernel": kernels,
        "partial": _grid(output, _SHARES["partial"] * rest, high, 1.0, room),
        "result": _grid(output, _SHARES["result"] * rest, free * _ROOM_OF_RESULT, 1.0, room),
    }
    total = gaps - 8 * room + sum(wide for wide, _ in sizes.values())
    x = max(0, (width - total) // 2)
    columns = {}
    after = {"input": SIGN, "kernel": SIGN, "partial": SUBTOTAL + PLUS + ARROW, "result": 0}
    for name, (wide, tall) in sizes.items():
        columns[name] = Column(x, wide, tall)
        x += wide + px(after[name])
    top = px(TITLES) + max(0, (free - rows * row_height) // 2)
    plus = columns["partial"].right + px(SUBTOTAL) + px(PLUS) - px(24)
    cell = (kernels[1] - 2 * room) / kernel[0]
    return Places(rows, row_height, top, columns, plus, cell)


def _least_row(rows: int, cell: int, around: int) -> int:
    """How high a row is in which the cells of its kernel have a size."""
    return max(px(cell) * rows, px(_LEAST_ROW)) + around


def _grid(shape: Pair, most_wide: float, most_high: float, wider: float, room: int) -> Pair:
    """Width and height of a grid of square cells (or wider ones) that fits."""
    rows, columns = shape
    unit = min(most_high / rows, most_wide / (columns * wider), px(_LARGEST_CELL))
    return round(columns * wider * unit) + 2 * room, round(rows * unit) + 2 * room
