"""PyTorch source: an ``nn.Sequential`` whose indices are those of the cnnviz weights file."""

from __future__ import annotations

from functools import singledispatch

from engine.basics.geometry import Axis, times
from engine.export.place import (
    Place,
    dilations_of,
    kernels_of,
    output_shape,
    places,
    strides_of,
)
from engine.export.source import batch_of, call, literal, once, parameters_text, safe_title
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
from engine.layers.elementwise import ActivationSpec
from engine.layers.spec import LayerSpec
from engine.networks.model_file import model_bytes
from engine.networks.stack import Stack


@singledispatch
def pytorch_module(spec: LayerSpec, place: Place) -> str:
    """One layer as an expression. Only one module a layer, so that the indices stay."""
    del spec
    raise place.unknown("PyTorch")


@pytorch_module.register
def _(spec: Conv1dSpec | Conv2dSpec, place: Place) -> str:
    """PyTorch's own padding where it says the same; else the subclass that pads side by side."""
    axes = spec.windows(place.input_shape)
    name = f"Conv{len(axes)}d"
    stride, dilation = strides_of(axes), dilations_of(axes)
    channels = (place.input_shape[0], spec.out_channels)
    settings: dict[str, object] = {"kernel_size": once(kernels_of(axes))}
    if any(step != 1 for step in stride):
        settings["stride"] = once(stride)
    if spec.padding_mode == "same" and all(step == 1 for step in stride):
        settings["padding"] = "same"
    elif any(axis.padding != axis.after for axis in axes):
        name = f"Padded{name}"
        # PyTorch lists the last axis first
        settings["around"] = tuple(n for axis in reversed(axes) for n in (axis.padding, axis.after))
    elif any(axis.padding for axis in axes):
        settings["padding"] = once(tuple(axis.padding for axis in axes))
    if any(step != 1 for step in dilation):
        settings["dilation"] = once(dilation)
    if spec.groups != 1:
        settings["groups"] = spec.groups
    if not spec.bias:
        settings["bias"] = False
    return call(name if name.startswith("Padded") else f"nn.{name}", *channels, **settings)


@pytorch_module.register
def _(spec: MaxPool1dSpec | MaxPool2dSpec, place: Place) -> str:
    axes = spec.windows(place.input_shape)
    return call(f"nn.MaxPool{len(axes)}d", **_pooling(axes))


@pytorch_module.register
def _(spec: AvgPool1dSpec | AvgPool2dSpec, place: Place) -> str:
    axes = spec.windows(place.input_shape)
    counting = {} if spec.count_padding else {"count_include_pad": False}
    return call(f"nn.AvgPool{len(axes)}d", **_pooling(axes), **counting)


def _pooling(axes: tuple[Axis, ...]) -> dict[str, object]:
    settings: dict[str, object] = {
        "kernel_size": once(kernels_of(axes)),
        "stride": once(strides_of(axes)),
    }
    if any(axis.padding for axis in axes):
        settings["padding"] = once(tuple(axis.padding for axis in axes))
    return settings


@pytorch_module.register
def _(spec: GlobalAvgPoolSpec, place: Place) -> str:
    del spec, place
    return "nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())"


@pytorch_module.register
def _(spec: FlattenSpec, place: Place) -> str:
    del spec, place
    return "nn.Flatten()"


@pytorch_module.register
def _(spec: DenseSpec, place: Place) -> str:
    settings = {} if spec.bias else {"bias": False}
    return call("nn.Linear", place.input_shape[0], spec.out_features, **settings)


@pytorch_module.register
def _(spec: ActivationSpec, place: Place) -> str:
    del place
    return spec.record.pytorch.format(**spec.settings)


@pytorch_module.register
def _(spec: SoftmaxSpec, place: Place) -> str:
    del spec, place
    return "nn.Softmax(dim=1)"


@pytorch_module.register
def _(spec: DropoutSpec, place: Place) -> str:
    del place
    return call("nn.Dropout", float(spec.p))


@pytorch_module.register
def _(spec: BatchNorm2dSpec, place: Place) -> str:
    return call(
        "nn.BatchNorm2d",
        place.input_shape[0],
        eps=float(spec.epsilon),
        momentum=float(spec.momentum),
    )


_PADDED = '''
class Padded{name}(nn.{name}):
    """A {name} with zeros of its own number on each side, ``around`` as in ``F.pad``.

    A subclass, not a padding layer before: so the weights keep their names.
    """

    def __init__(self, *arguments, around, **settings):
        super().__init__(*arguments, **settings)
        self.around = around

    def forward(self, x):
        return super().forward(nn.functional.pad(x, self.around))

'''

_MODULE = '''"""{title} in PyTorch, {parameters}. Written by cnnviz.

Input {input}, output {output}. A new model starts with PyTorch's own random weights;
``load_model`` takes those that cnnviz saved, as they are.
"""

from pathlib import Path

import torch
from torch import nn

WEIGHTS = Path(__file__).with_name({weights})

{classes}
def build_model() -> nn.Sequential:
    """The layers; their indices are those of the weights file."""
    return nn.Sequential({layers})


def load_model(path: Path = WEIGHTS) -> nn.Sequential:
    """The trained network, ready to be asked."""
    from safetensors.torch import load_file

    model = build_model()
    model.load_state_dict(load_file(path))
    return model.eval()


if __name__ == "__main__":
    with torch.no_grad():
        print(load_model()(torch.zeros({example})))
'''


def pytorch_source(stack: Stack, weights_name: str) -> str:
    """A module with ``build_model()`` and ``load_model()``.

    Raises:
        ShapeError: if the stack does not fit together.
        ExportError: if a layer cannot be expressed.
    """
    lines = [
        f"        {pytorch_module(place.spec, place)},"
        f"  # {place.index}: {times(place.output_shape)}\n"
        for place in places(stack)
    ]
    layers = f"\n{''.join(lines)}    " if lines else ""
    return _MODULE.format(
        title=safe_title(stack),
        parameters=parameters_text(stack),
        input=batch_of(stack.input_shape),
        output=batch_of(output_shape(stack)),
        weights=literal(weights_name),
        classes="".join(
            _PADDED.format(name=name)
            for name in ("Conv1d", "Conv2d")
            if f" Padded{name}(" in layers
        ),
        layers=layers,
        example=", ".join(map(str, (1, *stack.input_shape))),
    )


PYTORCH = Target(
    key="pytorch",
    title="PyTorch",
    about="A Python module with an nn.Sequential; the cnnviz weights file loads into it unchanged.",
    suffix=".py",
    weights_suffix=".safetensors",
    write_code=pytorch_source,
    write_weights=lambda model: model_bytes(model.network, model.record),
    entries=(pytorch_module,),
)
