"""What a hovered cell touches, across all panes of a step."""

from __future__ import annotations

from dataclasses import dataclass

from engine.traces import Cell, GradKernelCorrelation, Step, Trace
from engine.traces.conv2d import WindowTrace

_LONGEST_TRACE_TO_LINK = 2000
_MOST_STEPS_TO_LINK = 300


@dataclass(frozen=True)
class Hover:
    """What the pointer is over: a cell of a grid, or a product at (group, row, column)."""

    cell: Cell | None = None
    place: tuple[int, int, int] | None = None


@dataclass(frozen=True)
class LitSets:
    """Everything that the hovered cell touches."""

    cells: frozenset[Cell]
    places: frozenset[tuple[int, int, int]]

    def on(self, grid: str, page: tuple[int, ...]) -> frozenset[tuple[int, int]]:
        """Rows and columns on one sheet of a grid."""
        return frozenset(
            (cell.row, cell.column)
            for cell in self.cells
            if cell.grid == grid and cell.page == page
        )

    def in_products(self, group: int) -> frozenset[tuple[int, int]]:
        """Rows and columns among the products of a group."""
        return frozenset(place[1:] for place in self.places if place[0] == group)


def lit(trace: Trace, step: Step, hover: Hover) -> LitSets:
    """What a hovered cell or product touches: within the step, or else in all others."""
    if hover.place is not None:
        for update in step.updates:
            for term in update.terms:
                if term.place == hover.place:
                    cells = {factor.cell for factor in term.factors if factor.cell is not None}
                    return LitSets(frozenset(cells | {update.target}), frozenset({hover.place}))
        return LitSets(frozenset(), frozenset())
    cell = hover.cell
    if cell is None:
        return LitSets(frozenset(), frozenset())
    places = frozenset(
        term.place
        for update in step.updates
        for term in update.terms
        if update.target == cell or any(factor.cell == cell for factor in term.factors)
    )
    if not places and is_too_much(trace, cell):
        return LitSets(frozenset({cell}), places)
    return LitSets(trace.linked(cell, step.index) | {cell}, places)


def is_too_much(trace: Trace, cell: Cell) -> bool:
    """Whether finding all partners of a cell would take longer than a hover lasts."""
    if isinstance(trace, WindowTrace) and not isinstance(trace, GradKernelCorrelation):
        return len(trace.steps_with(cell)) > _MOST_STEPS_TO_LINK
    return len(trace) > _LONGEST_TRACE_TO_LINK
