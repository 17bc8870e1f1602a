"""Edits of the lab: which number lies behind a cell, other numbers, other sizes.

Every function gives a new state and leaves the old one as it was.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.basics.errors import DataError
from engine.basics.geometry import Pair, times
from engine.lab.operations import axes, fitted
from engine.lab.state import ACTIVATIONS, LARGEST_MAGNITUDE, LARGEST_SIDE, LabState, Operation
from engine.traces.model import CellKind, Grid, Values

Place = tuple[str, tuple[int, ...]]
"""One number of a state: the name of its array, and its index there."""

_FIELDS = {
    "input": "input",
    "kernel": "kernel",
    "rotated_kernel": "kernel",
    "weight": "kernel",
    "bias": "bias",
    "grad_output": "grad_output",
    "grad_input": "input",
    "grad_kernel": "kernel",
    "grad_weight": "kernel",
    "grad_bias": "bias",
}
_CONVOLUTIONS = {Operation.CONV2D, Operation.CONV1D}


def is_gradient(grid: Grid) -> bool:
    """Whether a grid's cells are gradients of the numbers that ``place_of`` gives."""
    return grid.name in {"grad_input", "grad_kernel", "grad_weight", "grad_bias"}


def place_of(state: LabState, grid: Grid, index: tuple[int, ...]) -> Place | None:
    """The number behind a cell of a grid, or whose gradient the cell is; ``None`` if none is."""
    if grid.kinds[index[-2:]] != CellKind.VALUE or grid.name not in _FIELDS:
        return None
    name = _FIELDS[grid.name]
    if name == "bias":
        return name, (_flat(grid, index),)
    if state.operation in {Operation.DENSE, Operation.SOFTMAX}:
        return _dense_place(name, grid, index)
    if name == "kernel":
        if grid.name == "rotated_kernel":
            o, k, i, j = index
            index = (o, k, grid.rows - 1 - i, grid.columns - 1 - j)
        return name, _in_rank(state, index)
    channel, row, column = index
    if name == "grad_output":
        return name, _in_rank(state, (channel, *_unspread(state, grid, row, column)))
    is_value = grid.kinds == CellKind.VALUE
    top, left = int(is_value.any(axis=1).argmax()), int(is_value.any(axis=0).argmax())
    return name, _in_rank(state, (channel, row - top, column - left))


def _dense_place(name: str, grid: Grid, index: tuple[int, ...]) -> Place:
    if name != "kernel":
        return name, (_flat(grid, index),)
    if grid.values.ndim == 2:
        return name, index
    return name, (index[0], index[1] * grid.columns + index[2])


def _flat(grid: Grid, index: tuple[int, ...]) -> int:
    return index[-2] * grid.columns + index[-1]


def _in_rank(state: LabState, index: tuple[int, ...]) -> tuple[int, ...]:
    """Without the row, of which 1-D maps have but one."""
    return (*index[:-2], index[-1]) if state.operation is Operation.CONV1D else index


def _unspread(state: LabState, grid: Grid, row: int, column: int) -> Pair:
    """The output cell that came to lie at a place of a gradient spread by the stride."""
    rows, columns = axes(state) if state.operation in _CONVOLUTIONS else (None, None)
    if rows is None or columns is None or grid.values.shape[1:] == (rows.output, columns.output):
        return row, column
    return (
        (row - (rows.extent - 1 - rows.padding)) // rows.stride,
        (column - (columns.extent - 1 - columns.padding)) // columns.stride,
    )


def value_at(state: LabState, place: Place) -> float:
    """The number at a place; 0 where the gradient that arrives is filled up."""
    values: Values = getattr(state, place[0])
    is_there = all(i < size for i, size in zip(place[1], values.shape, strict=True))
    return float(values[place[1]]) if is_there else 0.0


def with_value(state: LabState, place: Place, value: float) -> LabState:
    """Another number at one place.

    Raises:
        DataError: if it is not finite or too large.
    """
    return with_block(state, place, np.array([[value]]))


def with_block(state: LabState, place: Place, block: Values) -> LabState:
    """Other numbers, rows and columns of them, from one place on.

    A block that is larger than its grid gives the input or the kernel its own size.

    Raises:
        DataError: if a number is not finite or too large, or the block does not fit.
    """
    if not np.isfinite(block).all() or np.abs(block).max() > LARGEST_MAGNITUDE:
        raise DataError(
            f"Numbers must be finite and at most {LARGEST_MAGNITUDE:g} in size; this is not."
        )
    name, at = place
    state = _with_room(state, name)
    is_flat = state.operation is Operation.CONV1D or getattr(state, name).ndim == 1
    if is_flat and block.shape[1] == 1:
        block = block.T
    start = (*at[:-1], 0, at[-1]) if is_flat else at
    sheets = _sheets(state, name, is_flat=is_flat)
    room = (sheets.shape[-2] - start[-2], sheets.shape[-1] - start[-1])
    if block.shape[0] > room[0] or block.shape[1] > room[1]:
        state = _grown(state, name, (block.shape[0], block.shape[1]), room)
        sheets = _sheets(state, name, is_flat=is_flat)
        start = (*start[:-2], 0, 0)
    top, left = start[-2:]
    sheet = sheets[start[:-2]]
    sheet[top : top + block.shape[0], left : left + block.shape[1]] = block
    changed = sheets[..., 0, :] if is_flat else sheets
    return replace(state, **{name: changed})  # type: ignore[arg-type]


def _sheets(state: LabState, name: str, *, is_flat: bool) -> Values:
    """A copy of an array in which even a vector has rows."""
    values = np.array(getattr(state, name))
    return values[..., np.newaxis, :] if is_flat else values


def _with_room(state: LabState, name: str) -> LabState:
    """The gradient that arrives, filled up to the output's size."""
    if name != "grad_output":
        return state
    old = state.grad_output
    shape = tuple(max(both) for both in zip(old.shape, output_shape(state), strict=True))
    return replace(state, grad_output=fitted(old, shape))


def output_shape(state: LabState) -> tuple[int, ...]:
    """The shape of the output, as ``grad_output`` has it.

    Raises:
        ShapeError: if the geometry is impossible.
    """
    if state.operation in ACTIVATIONS:
        return state.input.shape
    if state.operation is Operation.DENSE:
        return state.bias.shape
    rows, columns = axes(state)
    if state.operation is Operation.CONV1D:
        return state.kernel.shape[0], columns.output
    channels = state.kernel.shape if state.operation is Operation.CONV2D else state.input.shape
    return channels[0], rows.output, columns.output


def _grown(state: LabState, name: str, size: Pair, room: Pair) -> LabState:
    is_windowed = state.operation not in {Operation.DENSE, Operation.SOFTMAX}
    if name not in {"input", "kernel"} or not is_windowed or max(size) > LARGEST_SIDE:
        limit = f"{LARGEST_SIDE}×{LARGEST_SIDE}"
        beyond = f"; the largest grid is {limit}" if max(size) > LARGEST_SIDE else ""
        raise DataError(
            f"{times(size)} numbers do not fit into the {times(room)} cells from here on{beyond}."
        )
    if state.operation is Operation.CONV1D:
        if size[0] > 1:
            raise DataError(f"A sequence takes one row of numbers at a time; got {size[0]} rows.")
        values: Values = getattr(state, name)
        size_1d = (*values.shape[:-1], size[1])
        return replace(state, **{name: fitted(values, size_1d)})  # type: ignore[arg-type]
    resized = resized_input if name == "input" else resized_kernel
    return resized(resized(state, 0, size[0]), 1, size[1])


# --- sizes --------------------------------------------------------------------------------------


def resized_input(state: LabState, axis: int, size: int) -> LabState:
    """More or fewer rows (0) or columns (1); new cells are 0."""
    return replace(state, input=_resized(state, state.input, axis, size))


def resized_kernel(state: LabState, axis: int, size: int) -> LabState:
    """A higher (0) or wider (1) kernel; new weights are 0."""
    return replace(state, kernel=_resized(state, state.kernel, axis, size))


def _resized(state: LabState, values: Values, axis: int, size: int) -> Values:
    if state.operation is Operation.CONV1D:
        if axis == 0:
            return values
        return fitted(values, (*values.shape[:-1], size))
    shape = list(values.shape)
    shape[axis - 2] = size
    return fitted(values, tuple(shape))


def with_in_channels(state: LabState, count: int) -> LabState:
    """More or fewer input channels. A new one repeats the first, its weights are 0."""
    values = state.input
    added = [values[:1]] * max(0, count - values.shape[0])
    state = replace(state, input=np.concatenate([values[:count], *added]))
    if state.operation in _CONVOLUTIONS:
        shape = state.kernel.shape
        state = replace(state, kernel=fitted(state.kernel, (shape[0], count, *shape[2:])))
    return state


def with_out_channels(state: LabState, count: int) -> LabState:
    """More or fewer kernels; a new one is all zeros."""
    return replace(
        state,
        kernel=fitted(state.kernel, (count, *state.kernel.shape[1:])),
        bias=fitted(state.bias, (count,)),
        grad_output=fitted(
            state.grad_output,
            (max(count, state.grad_output.shape[0]), *state.grad_output.shape[1:]),
        ),
    )


def with_features(state: LabState, count: int) -> LabState:
    """More or fewer inputs of a dense layer, or classes of softmax."""
    state = replace(state, input=fitted(state.input, (count,)))
    if state.operation is Operation.DENSE:
        state = replace(state, kernel=fitted(state.kernel, (state.kernel.shape[0], count)))
    return replace(state, label=min(state.label, count - 1), classes=state.classes[:count])


def with_known_kernel(state: LabState, weights: Values, channel: int) -> LabState:
    """A well-known kernel in place of one output channel's, over every input channel.

    Of a 1-D convolution it is the middle row.
    """
    o = min(channel, state.kernel.shape[0] - 1)
    if state.operation is Operation.CONV1D:
        weights = weights[weights.shape[0] // 2]
    shape = (*state.kernel.shape[:2], *weights.shape)
    kernel = fitted(state.kernel, shape)
    kernel[o] = weights
    return replace(state, kernel=kernel)


def with_random_numbers(state: LabState, rng: np.random.Generator) -> LabState:
    """Small whole numbers everywhere, that can be added up without a pencil."""

    def drawn(values: Values, least: int, most: int) -> Values:
        return rng.integers(least, most, values.shape, endpoint=True).astype(np.float64)

    is_signed = state.operation in ACTIVATIONS or state.operation is Operation.SOFTMAX
    return replace(
        state,
        input=drawn(state.input, -5 if is_signed else 0, 5 if is_signed else 9),
        kernel=drawn(state.kernel, -2, 2),
        bias=drawn(state.bias, -3, 3),
        grad_output=drawn(state.grad_output, -4, 4),
    )
