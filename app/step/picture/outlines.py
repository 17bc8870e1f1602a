"""The outlines of a step: the window on what is read, and the cell that is being filled."""

from __future__ import annotations

from collections.abc import Iterable

from app.step.grid.grid_content import Mark, MarkStyle
from engine.traces import Cell, Grid, Role, Step, Term, Trace


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


def _cell_mark(cell: Cell, role: Role) -> Mark:
    return Mark(
        range(cell.row, cell.row + 1),
        range(cell.column, cell.column + 1),
        role.value,
        MarkStyle.TARGET,
    )
