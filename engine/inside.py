"""What happens inside a network on one image: every layer's output, ready to be looked at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.geometry import Shape
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
from engine.network import Sequential
from engine.receptive_field import LayerFields, receptive_fields
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
class Unit:
    """One number of a layer: ``index`` is (channel, row, column) or (feature,), from 0."""

    layer: int
    index: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class LayerLook:
    """What a strip shows of one layer. ``values`` is ``None`` as long as nothing is drawn."""

    number: int
    title: str
    words: str
    shape: Shape
    is_signed: bool
    fields: LayerFields
    values: Array | None = None

    @property
    def name(self) -> str:
        """Number and title, short enough for a strip: ``4 Convolution``."""
        return f"{self.number} {self.title.removesuffix(' 2-D')}"

    @property
    def maps(self) -> int:
        """How many feature maps there are; 1 for numbers in a row."""
        return self.shape[0] if len(self.shape) == 3 else 1

    def flat(self, unit: Unit) -> int:
        """The unit's place among all of the layer's numbers, channel by channel."""
        return int(np.ravel_multi_index(unit.index, self.shape))

    def value(self, unit: Unit) -> float | None:
        """The unit's number; ``None`` as long as nothing is drawn."""
        return None if self.values is None else float(self.values[unit.index])

    def map_of(self, unit: Unit) -> Array | None:
        """All numbers of the unit's feature map, or of its whole layer if they stand in a row."""
        if self.values is None:
            return None
        return self.values[unit.index[0]] if len(self.shape) == 3 else self.values


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
