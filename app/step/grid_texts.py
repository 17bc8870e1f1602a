"""The grids of a step as text: NumPy, LaTeX and CSV. Every number in full, no padding ring."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.basics.numbers import full_text
from engine.traces import CellKind, Grid, State, Trace


@dataclass(frozen=True, eq=False)
class NamedGrid:
    """An array with its name in code.

    Attributes:
        name: Such as ``"grad_input"``.
        values: Shape (…channels, rows, columns).
        filled: The same shape: false where there is no value yet.
    """

    name: str
    values: NDArray[np.float64]
    filled: NDArray[np.bool_]


def grids_of(trace: Trace, state: State) -> tuple[NamedGrid, ...]:
    """What a step shows: the grids that are read, then the target as far as it is filled."""
    read = [_inside(grid, grid.values, None) for grid in trace.grids.values()]
    return (*read, _inside(trace.target, state.values, state.filled))


def as_numpy(grids: Sequence[NamedGrid]) -> str:
    """Statements that make the arrays; what has no value yet is ``np.nan``."""
    lines = ["import numpy as np", ""]
    for grid in grids:
        opening = f"{grid.name} = np.array("
        lines.append(f"{opening}{_nested(grid, (), len(opening))})")
    return "\n".join(lines) + "\n"


def as_latex(grids: Sequence[NamedGrid]) -> str:
    """One ``bmatrix`` per sheet (package amsmath); what has no value yet is a dot."""
    matrices = []
    for grid in grids:
        name = grid.name.replace("_", r"\_")
        for page in np.ndindex(grid.values.shape[:-2]):
            rows = [" & ".join(row) for row in _cells(grid, page, r"\cdot")]
            body = " \\\\\n  ".join(rows)
            index = _page_number(grid, page)
            label = rf"\mathrm{{{name}}}" + (f"_{{{index}}}" if index else "")
            matrices.append(f"{label} =\n\\begin{{bmatrix}}\n  {body}\n\\end{{bmatrix}}")
    return "\n\\qquad\n".join(matrices) + "\n"


def as_csv(grids: Sequence[NamedGrid]) -> str:
    """One block per sheet under its name; what has no value yet is empty."""
    blocks = []
    for grid in grids:
        for page in np.ndindex(grid.values.shape[:-2]):
            index = _page_number(grid, page)
            title = f"{grid.name} {index}" if index else grid.name
            rows = [",".join(row) for row in _cells(grid, page, "")]
            blocks.append("\n".join([f'"{title}"' if "," in title else title, *rows]))
    return "\n\n".join(blocks) + "\n"


FORMATS: dict[str, Callable[[Sequence[NamedGrid]], str]] = {
    "NumPy": as_numpy,
    "LaTeX": as_latex,
    "CSV": as_csv,
}
"""What each format is called, and what writes it."""


def _inside(grid: Grid, values: NDArray[np.float64], filled: NDArray[np.bool_] | None) -> NamedGrid:
    is_outside = grid.kinds == CellKind.PADDING
    inside = np.ix_((~is_outside).any(axis=1), (~is_outside).any(axis=0))
    known = np.ones(values.shape, np.bool_) if filled is None else filled
    return NamedGrid(grid.name, values[(..., *inside)], known[(..., *inside)])


def _cells(grid: NamedGrid, page: tuple[int, ...], empty: str) -> list[list[str]]:
    return [
        [
            full_text(float(value)) if known else empty
            for value, known in zip(row, there, strict=True)
        ]
        for row, there in zip(grid.values[page], grid.filled[page], strict=True)
    ]


def _page_number(grid: NamedGrid, page: tuple[int, ...]) -> str:
    """Channels counted from 1; empty if there is one sheet only."""
    sizes = grid.values.shape[:-2]
    return ",".join(str(n + 1) for n, size in zip(page, sizes, strict=True) if size > 1)


def _nested(grid: NamedGrid, page: tuple[int, ...], indent: int) -> str:
    """The array as nested brackets, one row to a line."""
    depth = grid.values.ndim - 2 - len(page)
    if depth == 0:
        rows = [f"[{', '.join(row)}]" for row in _cells(grid, page, "np.nan")]
    else:
        size = grid.values.shape[len(page)]
        rows = [_nested(grid, (*page, n), indent + 1) for n in range(size)]
    return "[" + (",\n" + " " * (indent + 1)).join(rows) + "]"
