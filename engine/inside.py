"""What happens inside a network on one image: every layer's output, ready to be looked at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.lab import LabState, Operation, trace_of
from engine.layers import (
    AvgPool1dSpec,
    AvgPool2dSpec,
    DropoutSpec,
    FlattenSpec,
    GlobalAvgPoolSpec,
    MaxPool1dSpec,
    MaxPool2dSpec,
    ReLUSpec,
    SigmoidSpec,
    SoftmaxSpec,
)
from engine.layers.base import Array
from engine.looks import LayerLook
from engine.network import Sequential
from engine.receptive_field import receptive_fields
from engine.spec import LayerSpec
from engine.stack import Stack, describe
from engine.traces.model import Cell

_NEVER_NEGATIVE = (ReLUSpec, SigmoidSpec, SoftmaxSpec)
_KEEPS_SIGN = (
    AvgPool1dSpec,
    AvgPool2dSpec,
    DropoutSpec,
    FlattenSpec,
    GlobalAvgPoolSpec,
    MaxPool1dSpec,
    MaxPool2dSpec,
)


@dataclass(frozen=True)
class Statistics:
    """A few numbers on many: the least, the largest, the mean, and which share is exactly 0."""

    least: float
    largest: float
    mean: float
    zeros: float


def statistics(values: Array) -> Statistics:
    """The statistics of one map or layer, of any shape; the mean is taken in float64."""
    return Statistics(
        float(values.min()),
        float(values.max()),
        float(values.mean(dtype=np.float64)),
        1.0 - np.count_nonzero(values) / values.size,
    )


def outputs_on(network: Sequential, image: Array) -> tuple[Array, ...]:
    """Every layer's output for one image, in order, as copies.

    Shape:
        ``image`` is one sample, ``(C, H, W)``; each output has its layer's shape, ``(C, H, W)`` or
        ``(features,)``.

    Raises:
        ShapeError: if the image has another shape than the network takes, or holds NaN.
    """
    x = np.asarray(image, network.dtype)[np.newaxis]
    return tuple(output[0] for output in network.activations(x))


def layers_of(network: Sequential) -> tuple[LayerLook, ...]:
    """Every layer as it looks before there is an image."""
    stack = network.stack
    rows = describe(stack).rows
    parts = zip(rows, is_signed(stack), receptive_fields(stack), strict=True)
    return tuple(
        LayerLook(
            row.index + 1, row.spec.title, row.spec.words(), row.output_shape or (), signed, fields
        )
        for row, signed, fields in parts
    )


def is_signed(stack: Stack) -> tuple[bool, ...]:
    """Whether each layer's outputs can be negative, the input having no negative numbers."""
    found: list[bool] = []
    current = False
    for spec in stack.layers:
        current = _can_be_negative(spec, before=current)
        found.append(current)
    return tuple(found)


def _can_be_negative(spec: LayerSpec, *, before: bool) -> bool:
    if isinstance(spec, _NEVER_NEGATIVE):
        return False
    return before if isinstance(spec, _KEEPS_SIGN) else True


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
    if state.operation in {Operation.RELU, Operation.SOFTMAX}:
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
