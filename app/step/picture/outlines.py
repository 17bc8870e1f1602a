"""The outlines of a step: the window on what is read, and the cell that is being filled."""

from __future__ import annotations

from collections.abc import Iterable

from app.step.grid.grid_content import Mark, MarkStyle
from app.step.picture.shown import PRODUCTS
from engine.traces import Cell, Grid, Role, Step, Term, Trace

_MOST_HUES = 49
"""Places of a kernel of 7×7: more hues could not be told apart."""


def operand_marks(
    trace: Trace, step: Step, grid: Grid, page: tuple[int, ...], terms: Iterable[Term]
) -> tuple[Mark, ...]:
    """The window on a grid that is read, with the cell that won; or the one cell that is read."""
    sliding = trace.grids[trace.operands[-1]].role
    windows = tuple(
        Mark(window.rows, window.columns, sliding.value)
        for window in step.windows
        if window.grid == grid.name and window.page == page
    )
    if windows:
        winners = (cell for cell in step.chosen if (cell.grid, cell.page) == (grid.name, page))
        return windows + tuple(_cell_mark(cell, trace.target.role) for cell in winners)
    only: Cell | None = None
    for term in terms:
        for factor in term.factors:
            cell = factor.cell
            if cell is None or cell.grid != grid.name or cell is only:
                continue
            if only is not None and cell != only:
                return ()
            only = cell
    return () if only is None else (_cell_mark(only, grid.role),)


def target_marks(trace: Trace, step: Step, page: tuple[int, ...]) -> tuple[Mark, ...]:
    """The cell that is filled, or the window of all that are."""
    windows = tuple(
        Mark(window.rows, window.columns, Role.KERNEL.value)
        for window in step.windows
        if window.grid == trace.target.name and window.page == page
    )
    if windows or len(step.updates) != 1:
        return windows
    return (_cell_mark(step.updates[0].target, trace.target.role),)


def place_marks(
    step: Step, key: str, page: tuple[int, ...], terms: Iterable[Term]
) -> tuple[Mark, ...]:
    """Every cell of a pane that makes the step's output, in the hue of its place in the kernel."""
    _, rows, columns = step.product_shape
    count = rows * columns
    if not 1 < count <= _MOST_HUES:
        return ()
    marks = []
    for term in terms:
        _, row, column = term.place
        hue = (row * columns + column) / count
        if key == PRODUCTS:
            marks.append(_place_mark(row, column, hue))
        for factor in term.factors:
            cell = factor.cell
            if cell is not None and (cell.grid, cell.page) == (key, page):
                marks.append(_place_mark(cell.row, cell.column, hue))
    return tuple(marks)


def _place_mark(row: int, column: int, hue: float) -> Mark:
    rows, columns = range(row, row + 1), range(column, column + 1)
    return Mark(rows, columns, "", MarkStyle.PLACE, hue)


def _cell_mark(cell: Cell, role: Role) -> Mark:
    return Mark(
        range(cell.row, cell.row + 1),
        range(cell.column, cell.column + 1),
        role.value,
        MarkStyle.TARGET,
    )
