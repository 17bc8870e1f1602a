"""ONNX: the network as a graph with its weights inside. Needs the package ``onnx``.

Opset 17 with IR version 8, which runtimes of 2022 and later read. Arrays are NCHW as here, weights
are as here, paddings are given side by side; so nothing is converted.
"""

from __future__ import annotations

from functools import singledispatch
from typing import Any

import numpy as np

from engine.basics.geometry import Axis, Shape
from engine.export.place import (
    ExportError,
    Place,
    dilations_of,
    learnt,
    output_shape,
    places,
)
from engine.export.source import safe_title
from engine.export.target import Target
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
from engine.layers.base import Array
from engine.layers.elementwise import ActivationSpec
from engine.layers.spec import LayerSpec
from engine.networks.network import Sequential

OPSET = 17
IR_VERSION = 8
LARGEST_BYTES = 2**31 - 2**20
"""A protobuf message ends below 2 GiB; some room is left for the graph itself."""


class Graph:
    """The nodes so far, and the value that the next one reads."""

    def __init__(self, state: dict[str, Array], layers: int) -> None:
        self.state = state
        self.nodes: list[Any] = []
        self.constants: dict[str, Array] = {}
        self.value = "input"
        self._last = layers - 1

    def add(self, place: Place, operator: str, *tensors: str, **attributes: Any) -> None:
        """Append a node that reads the current value and the layer's tensors of those names."""
        import onnx  # noqa: PLC0415 - an optional extra

        names = [f"{place.index}.{name}" for name in tensors]
        for name in names:
            if name in self.state:
                self.constants[name] = self.state[name]
        output = f"{place.index}.{operator}"
        node = onnx.helper.make_node(
            operator, [self.value, *names], [output], name=output, **attributes
        )
        self.nodes.append(node)
        self.value = output

    def add_constant(self, place: Place, name: str, value: Array) -> str:
        """Store an array that is not among the weights; returns ``name``."""
        self.constants[f"{place.index}.{name}"] = value
        return name


@singledispatch
def onnx_nodes(spec: LayerSpec, place: Place, graph: Graph) -> None:
    """Add the nodes of one layer."""
    del spec, graph
    raise place.unknown("ONNX")


def _windows(axes: tuple[Axis, ...]) -> dict[str, Any]:
    """Windows as ONNX has them; its pads are all beginnings, then all ends."""
    return {
        "kernel_shape": [axis.kernel for axis in axes],
        "strides": [axis.stride for axis in axes],
        "pads": [axis.padding for axis in axes] + [axis.after for axis in axes],
    }


@onnx_nodes.register
def _(spec: Conv1dSpec | Conv2dSpec, place: Place, graph: Graph) -> None:
    axes = spec.windows(place.input_shape)
    settings = {"dilations": list(dilations_of(axes)), "group": spec.groups}
    graph.add(place, "Conv", *learnt(spec), **_windows(axes), **settings)


@onnx_nodes.register
def _(spec: MaxPool1dSpec | MaxPool2dSpec, place: Place, graph: Graph) -> None:
    graph.add(place, "MaxPool", **_windows(spec.windows(place.input_shape)))


@onnx_nodes.register
def _(spec: AvgPool1dSpec | AvgPool2dSpec, place: Place, graph: Graph) -> None:
    windows = _windows(spec.windows(place.input_shape))
    graph.add(place, "AveragePool", **windows, count_include_pad=int(spec.count_padding))


@onnx_nodes.register
def _(spec: GlobalAvgPoolSpec, place: Place, graph: Graph) -> None:
    del spec
    graph.add(place, "GlobalAveragePool")
    graph.add(place, "Flatten", axis=1)


@onnx_nodes.register
def _(spec: FlattenSpec, place: Place, graph: Graph) -> None:
    del spec
    graph.add(place, "Flatten", axis=1)


@onnx_nodes.register
def _(spec: DenseSpec, place: Place, graph: Graph) -> None:
    graph.add(place, "Gemm", *learnt(spec), transB=1)


@onnx_nodes.register
def _(spec: ActivationSpec, place: Place, graph: Graph) -> None:
    attributes = {spec.record.onnx_attributes[name]: v for name, v in spec.settings.items()}
    graph.add(place, spec.record.onnx, **attributes)


@onnx_nodes.register
def _(spec: SoftmaxSpec, place: Place, graph: Graph) -> None:
    del spec
    graph.add(place, "Softmax", axis=1)


@onnx_nodes.register
def _(spec: DropoutSpec, place: Place, graph: Graph) -> None:
    ratio = graph.add_constant(place, "ratio", np.array(spec.p, np.float32))
    graph.add(place, "Dropout", ratio)  # without a third input: not in training


@onnx_nodes.register
def _(spec: BatchNorm2dSpec, place: Place, graph: Graph) -> None:
    tensors = ("weight", "bias", "running_mean", "running_var")
    keeps = round(1 - spec.momentum, 12)  # ONNX's momentum is the share that stays
    graph.add(
        place, "BatchNormalization", *tensors, epsilon=float(spec.epsilon), momentum=float(keeps)
    )


def onnx_model(network: Sequential) -> Any:
    """The network as an ``onnx.ModelProto``, checked by ``onnx.checker``.

    Input ``input`` is ``(N, …)`` with any N, output ``output`` likewise; both of the network's
    dtype.

    Raises:
        ExportError: if the package is missing, a layer cannot be expressed, or it is too large.
    """
    try:
        import onnx  # noqa: PLC0415 - an optional extra
    except ImportError as error:
        raise ExportError(
            'The export to ONNX needs the package onnx. Install it with pip install "onnx>=1.16".'
        ) from error
    _check_size(network)
    stack = network.stack
    row = places(stack)
    graph = Graph(network.state_dict(), len(row))
    for place in row:
        onnx_nodes(place.spec, place, graph)
    helper = onnx.helper
    graph.nodes.append(helper.make_node("Identity", [graph.value], ["output"], name="output"))
    kind = helper.np_dtype_to_tensor_dtype(network.dtype)

    def info(name: str, shape: Shape) -> Any:
        return helper.make_tensor_value_info(name, kind, ["N", *shape])

    constants = [onnx.numpy_helper.from_array(v, name) for name, v in graph.constants.items()]
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            safe_title(stack),
            [info("input", stack.input_shape)],
            [info("output", output_shape(stack))],
            constants,
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="cnnviz",
    )
    onnx.checker.check_model(model, full_check=True)
    return model


def _check_size(network: Sequential) -> None:
    size = sum(array.nbytes for array in network.arrays())
    if size > LARGEST_BYTES:
        raise ExportError(
            f"An ONNX file holds at most 2 GiB; the weights of {network.stack.name} take "
            f"{size / 2**30:.1f} GiB. Export to PyTorch instead."
        )


ONNX = Target(
    key="onnx",
    title="ONNX",
    about=f"A graph with the weights inside, opset {OPSET}, for runtimes of many languages.",
    suffix=".onnx",
    weights_suffix="",
    write_code=None,
    write_weights=lambda model: bytes(onnx_model(model.network).SerializeToString()),
    entries=(onnx_nodes,),
)
