"""The layers of a network as states of the lab: one entry per kind of layer.

``singledispatch`` on the layer's spec finds the entry; a layer that the lab cannot show has one,
too, that says why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import singledispatch

import numpy as np
from numpy.typing import NDArray

from engine.basics.errors import ShapeError
from engine.basics.geometry import Axis, times
from engine.lab.opening import opened
from engine.lab.state import LARGEST_SIDE, LabState, Operation, PictureKind
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
from engine.layers.elementwise import ActivationSpec
from engine.layers.spec import LayerSpec
from engine.networks.evaluation_pass import EvaluationPass
from engine.networks.losses import SoftmaxCrossEntropy
from engine.networks.muted import Muted
from engine.networks.network import Sequential
from engine.traces.dense import folded_shape
from engine.traces.model import Values

Array = NDArray[np.floating]
Parameters = Mapping[str, Values]


@dataclass(frozen=True)
class LayerState:
    """One layer of a network; without a state, ``reason`` says why there is none."""

    title: str
    state: LabState | None
    reason: str = ""


@singledispatch
def trace_layer(
    spec: LayerSpec, parameters: Parameters, x: Values, grad_output: Values
) -> LabState:
    """The state that shows a layer at work on one sample.

    Args:
        spec: The layer.
        parameters: Its ``weight`` and ``bias``, if it has them.
        x: What goes in, without the batch axis.
        grad_output: The gradient that arrives, likewise.

    Raises:
        ShapeError: if the lab cannot show it; the message says why.
    """
    del parameters, x, grad_output
    raise ShapeError(f"the lab knows no {spec.kind} yet")


@trace_layer.register
def _(
    spec: Conv1dSpec | Conv2dSpec, parameters: Parameters, x: Values, grad_output: Values
) -> LabState:
    if spec.groups != 1:
        raise ShapeError(f"it has {spec.groups} groups, the lab shows one")
    rows, columns = _both_axes(spec.windows(x.shape))
    return LabState(
        Operation.CONV2D if isinstance(spec, Conv2dSpec) else Operation.CONV1D,
        input=x,
        kernel=parameters["weight"],
        bias=parameters.get("bias", np.zeros(len(parameters["weight"]))),
        grad_output=grad_output,
        stride=(rows.stride, columns.stride),
        padding=(rows.padding, columns.padding),
        dilation=(rows.dilation, columns.dilation),
        picture=PictureKind.CHANNELS if len(x) > 1 else PictureKind.GRIDS,
    )


@trace_layer.register
def _(
    spec: MaxPool1dSpec | MaxPool2dSpec, parameters: Parameters, x: Values, grad_output: Values
) -> LabState:
    del parameters
    return _pooling(Operation.MAX_POOL, spec.windows(x.shape), x, grad_output)


@trace_layer.register
def _(
    spec: AvgPool1dSpec | AvgPool2dSpec, parameters: Parameters, x: Values, grad_output: Values
) -> LabState:
    del parameters
    axes = spec.windows(x.shape)
    if not spec.count_padding and any(axis.padding for axis in axes):
        raise ShapeError("the lab's averages count the padding, this layer's do not")
    return _pooling(Operation.AVG_POOL, axes, x, grad_output)


def _pooling(
    operation: Operation, axes: tuple[Axis, ...], x: Values, grad_output: Values
) -> LabState:
    """A sequence becomes maps that are one row high."""
    rows, columns = _both_axes(axes)
    return LabState(
        operation,
        input=x.reshape(-1, rows.size, columns.size),
        grad_output=grad_output.reshape(-1, rows.output, columns.output),
        window=(rows.kernel, columns.kernel),
        stride=(rows.stride, columns.stride),
        padding=(rows.padding, columns.padding),
    )


def _both_axes(axes: tuple[Axis, ...]) -> tuple[Axis, Axis]:
    """The windows along height and width; a sequence is one row high."""
    if any(axis.padding != axis.after for axis in axes):
        raise ShapeError("its padding differs from side to side, the lab's does not")
    return (Axis(1, 1), axes[0]) if len(axes) == 1 else (axes[0], axes[1])


@trace_layer.register
def _(spec: GlobalAvgPoolSpec, parameters: Parameters, x: Values, grad_output: Values) -> LabState:
    del spec, parameters
    size = x.shape[1], x.shape[2]
    return LabState(
        Operation.AVG_POOL,
        input=x,
        grad_output=grad_output.reshape(-1, 1, 1),
        window=size,
        stride=size,
    )


@trace_layer.register
def _(spec: ActivationSpec, parameters: Parameters, x: Values, grad_output: Values) -> LabState:
    """A vector is folded into rows."""
    del parameters
    shape = x.shape if x.ndim == 3 else (1, *folded_shape(x.size))
    return LabState(
        Operation(spec.record.operation),
        input=x.reshape(shape),
        grad_output=grad_output.reshape(shape),
        activation=spec,
    )


@trace_layer.register
def _(spec: DenseSpec, parameters: Parameters, x: Values, grad_output: Values) -> LabState:
    del spec
    weight = parameters["weight"]
    return LabState(
        Operation.DENSE,
        input=x,
        kernel=weight,
        bias=parameters.get("bias", np.zeros(len(weight))),
        grad_output=grad_output,
    )


@trace_layer.register
def _(spec: SoftmaxSpec, parameters: Parameters, x: Values, grad_output: Values) -> LabState:
    del spec, parameters, grad_output
    if x.ndim != 1:
        raise ShapeError("the lab shows the softmax of one row of numbers, this is one of maps")
    return opened(LabState(Operation.SOFTMAX, input=x, label=int(np.argmax(x))))


@trace_layer.register
def _(spec: FlattenSpec, parameters: Parameters, x: Values, grad_output: Values) -> LabState:
    del spec, parameters, grad_output
    raise ShapeError(f"it computes nothing, {times(x.shape)} numbers only stand in one row")


@trace_layer.register(BatchNorm2dSpec)
@trace_layer.register(DropoutSpec)
def _(spec: LayerSpec, parameters: Parameters, x: Values, grad_output: Values) -> LabState:
    del parameters, x, grad_output
    raise ShapeError(f"the lab has no steps for {spec.title} yet")


def network_states(
    network: Sequential,
    image: Array,
    gradients: Sequence[Array] | None = None,
    classes: Sequence[str] = (),
) -> tuple[LayerState, ...]:
    """Every layer of a network, on one image, and its loss.

    The gradients, if none are given, are those of the cross-entropy as if the runner-up were the
    true class: of a network that is sure of its answer, its own would be nearly 0.

    Args:
        network: It is left as it is.
        image: One sample, ``(C, H, W)``.
        gradients: Of the image and of every layer's output, each without a batch axis.
        classes: What the classes are called, for softmax.
    """
    network = network.copy()
    x = np.asarray(image, network.dtype)[np.newaxis]
    inputs = [x, *network.activations(x)]
    label = int(np.argsort(inputs[-1][0])[-2]) if inputs[-1].size > 1 else 0
    if gradients is None:
        gradients = _gradients(network, x, label)
    found = []
    for number, (spec, layer) in enumerate(zip(network.stack.layers, network.layers, strict=True)):
        title = f"{number + 1}  {spec.title}"
        if isinstance(layer, Muted):
            title += f", muted afterwards: {layer.words}"
        try:
            state = trace_layer(
                spec,
                {name: v.astype(np.float64) for name, v in layer.parameters.items()},
                inputs[number][0].astype(np.float64),
                gradients[number + 1].astype(np.float64),
            )
        except ShapeError as error:
            found.append(LayerState(title, None, str(error)))
        else:
            if state.operation is Operation.SOFTMAX:
                state = replace(state, classes=tuple(classes))
            found.append(LayerState(title, state))
    if not network.ends_in_softmax and inputs[-1].ndim == 2:
        logits = inputs[-1][0].astype(np.float64)
        state = LabState(Operation.SOFTMAX, input=logits, label=label, classes=tuple(classes))
        found.append(LayerState("Softmax and loss of its answer", opened(state)))
    return tuple(found)


def _gradients(network: Sequential, x: Array, label: int) -> list[Array]:
    """The gradient of every layer's input, and last of the output; each without batch axis."""
    both_ways = EvaluationPass(network)
    outputs = both_ways.forward(x)
    if network.ends_in_softmax or outputs.ndim != 2:
        gradient = np.zeros_like(outputs)
        gradient[:, label] = -1.0 / np.maximum(outputs[:, label], 1e-12)
    else:
        loss = SoftmaxCrossEntropy()
        loss.forward(outputs, np.array([label]))
        gradient = loss.backward()
    return [found[0] for found in both_ways.backward(gradient)]


def busiest_patch(image: Array, size: int = LARGEST_SIDE) -> Values:
    """The square of an image in which neighbouring pixels differ most, in whole steps of 0 to 255.

    Shape:
        ``image`` is ``(H, W)``, 0 to 1; the result is ``(size, size)``.
    """
    pixels = np.rint(np.asarray(image, np.float64) * 255)
    slopes = np.zeros_like(pixels)
    slopes[1:] += np.abs(np.diff(pixels, axis=0))
    slopes[:, 1:] += np.abs(np.diff(pixels, axis=1))
    windows = np.lib.stride_tricks.sliding_window_view(slopes, (size, size))
    totals = windows.sum(axis=(2, 3))
    top, left = np.unravel_index(int(totals.argmax()), totals.shape)
    patch: Values = pixels[top : top + size, left : left + size]
    return patch
