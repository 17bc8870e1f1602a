"""Where one number of a network comes from: what it reads in the layer before, and how it is made.

    convolution, dense:     y = bias + Σ weight · input
    average:                y = Σ input / count
    batch normalisation:    y = scale · input + shift, per channel
    max pooling:            y = the first of the largest inputs
    softmax:                y = exp(input) / Σ exp(inputs)
    activation, dropout:    y = f(input)

Computed from these definitions, for this one number alone, in float64. What lies in the padding is
no source: it adds 0, or cannot win. ``singledispatch`` on the layer's spec finds the entry.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import singledispatch

import numpy as np
from numpy.typing import NDArray

from engine.basics.errors import ShapeError
from engine.basics.geometry import Axis
from engine.insight.shown_layer import Unit
from engine.insight.sources import Numbers, Sources, Traced, Way
from engine.layers import (
    AvgPool1dSpec,
    AvgPool2dSpec,
    BatchNorm2dSpec,
    Conv1dSpec,
    Conv2dSpec,
    DenseSpec,
    DropoutSpec,
    FlattenSpec,
    GlobalAvgPoolSpec,
    MaxPool1dSpec,
    MaxPool2dSpec,
    SoftmaxSpec,
)
from engine.layers.base import Array, Layer
from engine.layers.elementwise import ActivationSpec
from engine.layers.spec import LayerSpec
from engine.networks.muted import Muted
from engine.networks.network import Sequential


def sources_of(
    network: Sequential, values: Sequence[Array], unit: Unit, *, in_training: bool = False
) -> Sources:
    """Where a unit's number comes from.

    Args:
        network: As it was when the values were computed.
        values: The image, then every layer's output, each without a batch axis.
        unit: Of which layer, and where in its output.
        in_training: Whether the values are of a training step, in which dropout drops numbers and
            batch normalisation uses the batch's own mean.

    Raises:
        ShapeError: if the layer's kind is unknown here.
    """
    spec, layer = network.stack.layers[unit.layer], network.layers[unit.layer]
    x, y = (np.asarray(values[place]) for place in (unit.layer, unit.layer + 1))
    if isinstance(layer, Muted):
        if unit.index[0] in layer.channels:
            return _found(unit, Way.SILENT, np.empty((0, x.ndim), np.intp), x, np.empty(0))
        layer = layer.inner
    with np.errstate(all="ignore"):
        if in_training and isinstance(spec, DropoutSpec | BatchNorm2dSpec):
            return _one_to_one(unit, Way.FUNCTION, x, float(y[unit.index]))
        return sources_in(spec, layer, x, unit)


def traced(
    network: Sequential, values: Sequence[Array], unit: Unit, shown: Collection[int], count: int
) -> Traced:
    """The sum behind a unit, and where its strongest sources are seen, if not all layers are shown.

    Through layers that are not shown each source is followed to what decides it: the number that it
    is made of, the winner of its window, the largest share of its mean.

    Args:
        network: As in ``sources_of``, and ``values`` likewise.
        values: The image, then every layer's output.
        unit: Of which layer, and where in its output.
        shown: The layers that can be seen; the image, −1, always can.
        count: How many sources are followed.
    """
    found = sources_of(network, values, unit)
    while found.count == 1 and found.unit.layer > 0:
        before = Unit(found.unit.layer - 1, found.strongest(1)[0].index)
        found = sources_of(network, values, before)
    layer, seen = found.unit.layer - 1, found.strongest(count)
    while layer >= 0 and layer not in shown:
        behind = [sources_of(network, values, Unit(layer, one.index)) for one in seen]
        seen = tuple(
            replace(one, index=deciding.strongest(1)[0].index)
            for one, deciding in zip(seen, behind, strict=True)
            if deciding.count
        )
        layer -= 1
    total = float(values[unit.layer + 1][unit.index])
    return Traced(unit, total, found, layer, seen)


@singledispatch
def sources_in(spec: LayerSpec, layer: Layer, x: Array, unit: Unit) -> Sources:
    """A unit's sources in its layer's input ``x``, without a batch axis."""
    del layer, x, unit
    raise ShapeError(f"where a number of {spec.title} comes from is not known")


@sources_in.register
def _(spec: Conv1dSpec | Conv2dSpec, layer: Layer, x: Array, unit: Unit) -> Sources:
    out, *at = unit.index
    weight = layer.parameters["weight"][out]
    first = out // (spec.out_channels // spec.groups) * len(weight)
    places, cells = _window(spec.windows(x.shape), at)
    indices = _grid(np.arange(first, first + len(weight)), *places)
    weights = weight[np.ix_(np.arange(len(weight)), *cells)].ravel()
    return _found(unit, Way.SUM, indices, x, weights, _bias(layer, out))


@sources_in.register
def _(spec: DenseSpec, layer: Layer, x: Array, unit: Unit) -> Sources:
    del spec
    out = unit.index[0]
    return _found(
        unit,
        Way.SUM,
        _grid(np.arange(len(x))),
        x,
        layer.parameters["weight"][out],
        _bias(layer, out),
    )


@sources_in.register
def _(spec: BatchNorm2dSpec, layer: Layer, x: Array, unit: Unit) -> Sources:
    channel = unit.index[0]
    mean, variance = (float(layer.state[name][channel]) for name in ("running_mean", "running_var"))
    scale = float(layer.parameters["weight"][channel]) / np.sqrt(variance + spec.epsilon)
    shift = float(layer.parameters["bias"][channel]) - scale * mean
    return _found(unit, Way.SUM, np.array([unit.index]), x, np.array([scale]), float(shift))


@sources_in.register
def _(spec: AvgPool1dSpec | AvgPool2dSpec, layer: Layer, x: Array, unit: Unit) -> Sources:
    del layer
    axes = spec.windows(x.shape)
    places, _ = _window(axes, unit.index[1:])
    indices = _grid(np.array([unit.index[0]]), *places)
    count = int(np.prod([axis.kernel for axis in axes])) if spec.count_padding else len(indices)
    return _found(unit, Way.MEAN, indices, x, np.full(len(indices), 1 / count))


@sources_in.register
def _(spec: GlobalAvgPoolSpec, layer: Layer, x: Array, unit: Unit) -> Sources:
    del spec, layer
    indices = _grid(np.array([unit.index[0]]), *map(np.arange, x.shape[1:]))
    return _found(unit, Way.MEAN, indices, x, np.full(len(indices), 1 / len(indices)))


@sources_in.register
def _(spec: MaxPool1dSpec | MaxPool2dSpec, layer: Layer, x: Array, unit: Unit) -> Sources:
    del layer
    places, _ = _window(spec.windows(x.shape), unit.index[1:])
    indices = _grid(np.array([unit.index[0]]), *places)
    values = _at(x, indices)
    products = np.zeros(len(values))
    winner = int(values.argmax())  # the first of equal ones
    products[winner] = values[winner]
    return Sources(
        unit, Way.LARGEST, x.shape, indices, values, None, products, None, float(values[winner])
    )


@sources_in.register
def _(spec: SoftmaxSpec, layer: Layer, x: Array, unit: Unit) -> Sources:
    del spec, layer
    others = [np.array([part]) for part in unit.index[1:]]
    indices = _grid(np.arange(len(x)), *others)
    values = _at(x, indices)
    powers = np.exp(values - values.max())
    shares = powers / powers.sum()
    return Sources(
        unit, Way.SHARE, x.shape, indices, values, None, shares, None, float(shares[unit.index[0]])
    )


@sources_in.register
def _(spec: ActivationSpec, layer: Layer, x: Array, unit: Unit) -> Sources:
    del layer
    value = np.asarray(x[unit.index], np.float64)
    return _one_to_one(unit, Way.FUNCTION, x, float(spec.record.function(value, **spec.settings)))


@sources_in.register
def _(spec: DropoutSpec, layer: Layer, x: Array, unit: Unit) -> Sources:
    del spec, layer
    return _one_to_one(unit, Way.COPY, x, float(x[unit.index]))


@sources_in.register
def _(spec: FlattenSpec, layer: Layer, x: Array, unit: Unit) -> Sources:
    del spec, layer
    index = np.array([np.unravel_index(unit.index[0], x.shape)])
    values = _at(x, index)
    return Sources(unit, Way.COPY, x.shape, index, values, None, values, None, float(values[0]))


def _found(
    unit: Unit,
    way: Way,
    indices: NDArray[np.intp],
    x: Array,
    weights: Array,
    bias: float | None = None,
) -> Sources:
    """A sum of products."""
    values, weights = _at(x, indices), np.asarray(weights, np.float64)
    products = values * weights
    total = float(products.sum() + (bias or 0.0))
    return Sources(unit, way, x.shape, indices, values, weights, products, bias, total)


def _one_to_one(unit: Unit, way: Way, x: Array, total: float) -> Sources:
    """The one number in the same place."""
    indices = np.array([unit.index])
    return Sources(
        unit, way, x.shape, indices, _at(x, indices), None, np.array([total]), None, total
    )


def _window(
    axes: Sequence[Axis], at: Sequence[int]
) -> tuple[list[NDArray[np.intp]], list[NDArray[np.intp]]]:
    """Per axis: the input's own cells in a window, and which of the window's cells they are."""
    places, cells = [], []
    for axis, index in zip(axes, at, strict=True):
        found = np.array(axis.window(index)) - axis.padding
        inside = (found >= 0) & (found < axis.size)
        places.append(found[inside])
        cells.append(np.flatnonzero(inside))
    return places, cells


def _grid(*parts: NDArray[np.intp]) -> NDArray[np.intp]:
    """All combinations, row-major. Shape (n, axes)."""
    return np.stack(np.meshgrid(*parts, indexing="ij"), axis=-1).reshape(-1, len(parts))


def _at(x: Array, indices: NDArray[np.intp]) -> Numbers:
    return np.asarray(x[tuple(indices.T)], np.float64)


def _bias(layer: Layer, channel: int) -> float | None:
    bias = layer.parameters.get("bias")
    return None if bias is None else float(bias[channel])
