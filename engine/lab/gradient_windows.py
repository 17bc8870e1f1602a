"""Where the gradient with respect to one number of a network is computed, as a state of the lab.

The gradient of a layer's *output* is the ``grad_input`` of the layer behind it: that layer's pass
backward is what there is to see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from engine.insight.shown_layer import Unit
from engine.lab.layers import Array, network_states, trace_layer
from engine.lab.operations import axes
from engine.lab.state import LabState, Operation, Pass
from engine.layers import DropoutSpec, FlattenSpec
from engine.networks.muted import Muted
from engine.networks.network import Sequential
from engine.networks.stack import describe

_CELL_BY_CELL = 1
"""The convolution's way of computing grad_input in which each step fills one cell."""

_BEGINNING = "The pass backward begins here: this gradient is the score's own."


def gradient_window(
    network: Sequential,
    image: Array,
    gradients: Sequence[Array | None],
    layer: int,
    index: tuple[int, ...],
) -> tuple[LabState | None, str]:
    """The state whose step computes the gradient of one number, or why there is none.

    Args:
        network: It is left as it is.
        image: One sample, ``(C, H, W)``.
        gradients: Of the image, then of every layer's output, as in ``Attribution``.
        layer: Whose output the number is in, from 0.
        index: (channel, row, column) or (feature,), from 0.
    """
    behind = _behind(network, layer)
    if behind is None or gradients[behind + 1] is None:
        return None, _BEGINNING
    found = network_states(network, image, _arriving(network, gradients))[behind]
    if found.state is None:
        return None, f"{network.stack.layers[behind].title}, layer {behind + 1}: {found.reason}."
    shape = describe(network.stack).rows[layer].output_shape or ()
    return _at(found.state, int(np.ravel_multi_index(index, shape)))


def state_of_gradient(
    network: Sequential, values: Sequence[Array], gradients: Sequence[Array], unit: Unit
) -> tuple[LabState | None, str]:
    """The state whose step computes the gradient of a unit, from numbers that are known already.

    Args:
        network: Whose parameters are read.
        values: The image, then every layer's output, without batch axis.
        gradients: Of the loss, with respect to each of ``values``.
        unit: Whose gradient it is.

    Raises:
        ShapeError: if the lab cannot show the layer behind the unit's.
    """
    behind = _behind(network, unit.layer)
    if behind is None:
        return None, "The pass backward begins here: this gradient comes from the loss itself."
    state = trace_layer(
        network.stack.layers[behind],
        {n: v.astype(np.float64) for n, v in network.layers[behind].parameters.items()},
        values[behind].astype(np.float64),
        gradients[behind + 1].astype(np.float64),
    )
    return _at(state, int(np.ravel_multi_index(unit.index, values[unit.layer + 1].shape)))


def _behind(network: Sequential, layer: int) -> int | None:
    """The next layer that computes something of its own."""
    rest = range(layer + 1, len(network.layers))
    passing = FlattenSpec | DropoutSpec
    return next((n for n in rest if not isinstance(network.stack.layers[n], passing)), None)


def _arriving(network: Sequential, gradients: Sequence[Array | None]) -> list[Array]:
    """Every gradient as it arrives in the layer behind its output's: nothing in muted channels."""
    known = [np.zeros(1) if one is None else one for one in gradients]
    for number, layer in enumerate(network.layers):
        if isinstance(layer, Muted):
            known[number + 1] = layer.silenced(known[number + 1][np.newaxis])[0]
    return known


def _at(state: LabState, place: int) -> tuple[LabState | None, str]:
    """The state at the step that fills (or adds to) the cell at ``place`` of its input."""
    state = replace(state, pass_=Pass.GRAD_INPUT)
    if state.operation in {Operation.MAX_POOL, Operation.AVG_POOL}:
        return _at_pooling(state, place)
    channel = 0
    if state.operation in {Operation.CONV2D, Operation.CONV1D}:
        state = replace(state, way=_CELL_BY_CELL)
        channel = int(np.unravel_index(place, state.input.shape)[0])
    return replace(state, step=place, in_channel=channel), ""


def _at_pooling(state: LabState, place: int) -> tuple[LabState | None, str]:
    """The first window whose gradient goes to this cell, or that at least reads it."""
    channel, row, column = (int(i) for i in np.unravel_index(place, state.input.shape))
    down, across = axes(state)
    around = ((0, 0), *((cells, cells) for cells in state.padding))
    padded = np.pad(state.input, around, constant_values=-np.inf)
    readers = [
        (y, x)
        for y in range(down.output)
        for x in range(across.output)
        if 0 <= row - (y * state.stride[0] - state.padding[0]) < state.window[0]
        and 0 <= column - (x * state.stride[1] - state.padding[1]) < state.window[1]
    ]
    if not readers:
        return None, "No window reads this number, so its gradient is 0."
    value = state.input[channel, row, column]
    chosen = readers[0]
    if state.operation is Operation.MAX_POOL:
        for y, x in readers:
            top, left = y * state.stride[0], x * state.stride[1]
            window = padded[channel, top : top + state.window[0], left : left + state.window[1]]
            if window.max() == value:
                chosen = (y, x)
                break
    step = (channel * down.output + chosen[0]) * across.output + chosen[1]
    return replace(state, step=step, channel=channel, in_channel=channel), ""
