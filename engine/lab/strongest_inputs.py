"""What a unit of a network reads, and which of it decides."""

from __future__ import annotations

from dataclasses import dataclass

from engine.lab.operations import trace_of
from engine.lab.state import ACTIVATIONS, LabState, Operation
from engine.traces.model import Cell


@dataclass(frozen=True)
class Input:
    """One number that a unit reads, and what becomes of it.

    ``index`` is (channel, row, column) or (feature,) in the layer's input, from 0. ``weight`` is
    ``None`` where nothing is multiplied.
    """

    index: tuple[int, ...]
    value: float
    weight: float | None
    term: float


def strongest_inputs(state: LabState, count: int) -> tuple[Input, ...]:
    """What weighs most in the sum (or the maximum) that gives the unit of ``state.step``.

    The terms of largest magnitude, largest first. What is 0 or lies in the padding is left out, and
    an operation on one number alone has none.
    """
    if state.operation in ACTIVATIONS or state.operation is Operation.SOFTMAX:
        return ()
    trace = trace_of(state)
    found: list[Input] = []
    for term in trace[state.step].updates[0].terms:
        cell = term.factors[0].cell
        if cell is None or cell.grid != "input":
            continue
        index = _index_in(state, trace.grids["input"].columns, cell)
        if index is not None and term.value != 0:
            weight = term.factors[1].value if len(term.factors) > 1 else None
            found.append(Input(index, term.factors[0].value, weight, term.value))
    return tuple(sorted(found, key=lambda one: -abs(one.term))[:count])


def _index_in(state: LabState, columns: int, cell: Cell) -> tuple[int, ...] | None:
    """Where a cell of a trace's padded input lies in the layer's input; ``None`` in the padding."""
    if state.input.ndim != 3:
        return (cell.row * columns + cell.column,)
    row, column = cell.row - state.padding[0], cell.column - state.padding[1]
    _, height, width = state.input.shape
    if not (0 <= row < height and 0 <= column < width):
        return None
    return (cell.page[0], row, column)
