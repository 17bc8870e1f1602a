"""Which step a cell that is pointed at belongs to, and the result as it is seen from there."""

from __future__ import annotations

from app.step.picture.links import is_too_much
from engine.traces import Cell, Role, State, Step, Trace


def step_at(trace: Trace, cell: Cell, position: int, channel: int) -> int | None:
    """The step whose window lies around a cell; ``None`` if the cell belongs to no one window.

    Of several windows it is the one with the cell nearest to its middle, of those the first. A
    weight belongs to all windows.

    Args:
        trace: The pass.
        cell: What is pointed at.
        position: The step that is shown; it stays where it is as good as any.
        channel: The output channel in focus, to which the step is to belong.
    """
    grid = trace.target if cell.grid == trace.target.name else trace.grids.get(cell.grid)
    if grid is None or grid.role is Role.KERNEL or is_too_much(trace, cell):
        return None
    found = [at for at in trace.steps_with(cell) if trace.channel_of(at) in {None, channel}]
    if not found:
        return None

    def distance(at: int) -> tuple[float, int]:
        return _from_middle(trace[at], cell), 0 if at == position else 1 + at

    return min(found, key=distance)


def _from_middle(step: Step, cell: Cell) -> float:
    """How far a cell is from the middle of the step's window on its grid; 0 without a window."""
    return min(
        (
            abs(cell.row - (window.rows[0] + window.rows[-1]) / 2)
            + abs(cell.column - (window.columns[0] + window.columns[-1]) / 2)
            for window in step.windows
            if window.grid == cell.grid
        ),
        default=0.0,
    )


def state_seen_from(trace: Trace, step: Step, position: int) -> State:
    """The target at a step that is visited while the run stands at ``position``.

    Cells that are filled one by one stay as the run left them, and the step's own is there as well;
    sums that grow are those after the step.
    """
    if step.index == position or any(update.before is not None for update in step.updates):
        return trace.state_after(step.index)
    state = trace.state_after(position)
    for update in step.updates:
        state.values[update.target.index] = update.after
        state.filled[update.target.index] = True
    return state
