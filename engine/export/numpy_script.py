"""A script that needs NumPy alone: the network's forward pass, with every layer to be read."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import singledispatch
from typing import Any

from engine.basics.geometry import Axis, times
from engine.export.numpy_layers import (
    average_pool,
    batch_norm,
    convolution,
    dense,
    flatten,
    global_average_pool,
    max_pool,
    pad,
    softmax,
    window_cells,
)
from engine.export.place import (
    Place,
    around,
    dilations_of,
    kernels_of,
    learnt,
    output_shape,
    places,
    strides_of,
)
from engine.export.source import batch_of, literal, parameters_text, safe_title
from engine.export.target import Target, npz
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
from engine.networks.model_file import Model
from engine.networks.stack import Stack

Function = Callable[..., Any]


@dataclass(frozen=True)
class Call:
    """One layer as a call: the function, the names of its tensors, and its settings."""

    function: Function
    tensors: tuple[str, ...] = ()
    settings: tuple[tuple[str, Any], ...] = ()

    def text(self, index: int) -> str:
        """The call as source, on a variable ``x`` and a mapping ``weights``."""
        parts = ["x", *(f'weights["{index}.{name}"]' for name in self.tensors)]
        parts += [f"{name}={literal(value)}" for name, value in self.settings]
        return f"{self.function.__name__}({', '.join(parts)})"


_CALLED_BY: dict[Function, tuple[Function, ...]] = {
    convolution: (pad, window_cells),
    max_pool: (pad, window_cells),
    average_pool: (pad, window_cells),
}


@singledispatch
def numpy_call(spec: LayerSpec, place: Place) -> Call | None:
    """One layer as a call of a function that can be copied; ``None`` if it does nothing."""
    del spec
    raise place.unknown("NumPy")


@numpy_call.register
def _(spec: Conv1dSpec | Conv2dSpec, place: Place) -> Call:
    axes = spec.windows(place.input_shape)
    dilation = dilations_of(axes)
    settings: list[tuple[str, Any]] = [("stride", strides_of(axes)), ("around", around(axes))]
    if len(axes) == 1 or any(gap != 1 for gap in dilation):
        settings.append(("dilation", dilation))
    if spec.groups != 1:
        settings.append(("groups", spec.groups))
    return Call(convolution, learnt(spec), tuple(settings))


@numpy_call.register
def _(spec: MaxPool1dSpec | MaxPool2dSpec, place: Place) -> Call:
    return Call(max_pool, settings=_pooling(spec.windows(place.input_shape)))


@numpy_call.register
def _(spec: AvgPool1dSpec | AvgPool2dSpec, place: Place) -> Call:
    counting = (("count_padding", spec.count_padding),)
    windows = _pooling(spec.windows(place.input_shape))
    return Call(average_pool, settings=windows + counting)


def _pooling(axes: tuple[Axis, ...]) -> tuple[tuple[str, Any], ...]:
    return (
        ("kernel_size", kernels_of(axes)),
        ("stride", strides_of(axes)),
        ("around", around(axes)),
    )


@numpy_call.register
def _(spec: GlobalAvgPoolSpec, place: Place) -> Call:
    del spec, place
    return Call(global_average_pool)


@numpy_call.register
def _(spec: FlattenSpec, place: Place) -> Call:
    del spec, place
    return Call(flatten)


@numpy_call.register
def _(spec: DenseSpec, place: Place) -> Call:
    del place
    return Call(dense, learnt(spec))


@numpy_call.register
def _(spec: ActivationSpec, place: Place) -> Call:
    del place
    return Call(spec.record.function, settings=tuple(spec.settings.items()))


@numpy_call.register
def _(spec: SoftmaxSpec, place: Place) -> Call:
    del spec, place
    return Call(softmax)


@numpy_call.register
def _(spec: DropoutSpec, place: Place) -> None:
    del spec, place


@numpy_call.register
def _(spec: BatchNorm2dSpec, place: Place) -> Call:
    del place
    tensors = ("weight", "bias", "running_mean", "running_var")
    return Call(batch_norm, tensors, (("epsilon", float(spec.epsilon)),))


_SCRIPT = '''"""{title} in NumPy alone, {parameters}. Written by cnnviz.

Input {input}, output {output}. Every layer is a function below; ``forward`` applies them
in order. As a program:  python THIS_FILE inputs.npy outputs.npy
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

Array = np.ndarray
WEIGHTS = Path(__file__).with_name({weights})

{functions}
def forward(x: Array, weights: Mapping[str, Array]) -> Array:
    """The network\'s outputs for a batch, {input}."""
{body}    return x


def main() -> None:
    """Read inputs, write outputs; without file names, try it on a batch of zeros."""
    weights = np.load(WEIGHTS)
    if len(sys.argv) == 3:
        np.save(sys.argv[2], forward(np.load(sys.argv[1]), weights))
    else:
        print(forward(np.zeros({example}, np.float32), weights))


if __name__ == "__main__":
    main()
'''


def numpy_source(stack: Stack, weights_name: str) -> str:
    """A script with ``forward(x, weights)`` and the functions that it needs.

    Raises:
        ShapeError: if the stack does not fit together.
        ExportError: if a layer cannot be expressed.
    """
    body = ""
    used: set[Function] = set()
    for place in places(stack):
        step = numpy_call(place.spec, place)
        body += f"    # {place.index} {place.spec.title}: {times(place.output_shape)}\n"
        if step is None:
            body += "    # does something in training only\n"
            continue
        body += f"    x = {step.text(place.index)}\n"
        used |= {step.function, *_CALLED_BY.get(step.function, ())}
    return _SCRIPT.format(
        title=safe_title(stack),
        parameters=parameters_text(stack),
        input=batch_of(stack.input_shape),
        output=batch_of(output_shape(stack)),
        weights=literal(weights_name),
        functions="".join(f"\n{text}\n" for text in _in_order_of_definition(used)),
        body=body,
        example=literal((1, *stack.input_shape)),
    )


def _in_order_of_definition(functions: set[Function]) -> list[str]:
    ordered = sorted(functions, key=lambda one: (one.__module__, one.__code__.co_firstlineno))
    return [inspect.getsource(function) for function in ordered]


def numpy_weights(model: Model) -> bytes:
    """The ``.npz`` file that the script reads: the network's tensors under their own names."""
    return npz(model.network.state_dict())


NUMPY = Target(
    key="numpy",
    title="NumPy",
    about="A script that needs NumPy alone, every layer written out; its weights in an .npz file.",
    suffix=".py",
    weights_suffix=".npz",
    write_code=numpy_source,
    write_weights=numpy_weights,
    entries=(numpy_call,),
)
