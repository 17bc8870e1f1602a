"""Keras 3 source, channels last: maps are ``(N, H, W, C)``."""

from __future__ import annotations

from functools import singledispatch

from engine.basics.geometry import Axis, Shape, times
from engine.export.keras_weights import flattenings, keras_weights
from engine.export.place import (
    Place,
    around,
    dilations_of,
    kernels_of,
    output_shape,
    places,
    strides_of,
)
from engine.export.source import batch_of, call, literal, once, parameters_text, safe_title
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
from engine.networks.stack import Stack


@singledispatch
def keras_layers(spec: LayerSpec, place: Place) -> list[str]:
    """One layer as expressions, more than one where Keras needs a layer of its own for a part."""
    del spec
    raise place.unknown("Keras")


@keras_layers.register
def _(spec: Conv1dSpec | Conv2dSpec, place: Place) -> list[str]:
    """Padding, convolution, and its stride.

    Keras refuses a stride together with dilation. Then the convolution goes cell by cell, and a
    max pooling with windows of one cell takes every so many, which comes to the same.
    """
    axes = spec.windows(place.input_shape)
    rank, stride, dilation = len(axes), strides_of(axes), dilations_of(axes)
    settings: dict[str, object] = {"kernel_size": once(kernels_of(axes))}
    strides_itself = max(stride) == 1 or max(dilation) == 1
    if max(stride) > 1 and strides_itself:
        settings["strides"] = once(stride)
    before = []
    if spec.padding_mode == "same" and strides_itself:
        settings["padding"] = "same"
    else:
        before = _zero_padding(axes)
    if max(dilation) > 1:
        settings["dilation_rate"] = once(dilation)
    if spec.groups != 1:
        settings["groups"] = spec.groups
    if not spec.bias:
        settings["use_bias"] = False
    lines = [*before, call(f"layers.Conv{rank}D", spec.out_channels, **settings)]
    if not strides_itself:
        one = once((1,) * rank)
        lines.append(call(f"layers.MaxPooling{rank}D", pool_size=one, strides=once(stride)))
    return lines


def _zero_padding(axes: tuple[Axis, ...]) -> list[str]:
    ring = around(axes)
    if not any(map(any, ring)):
        return []
    return [call(f"layers.ZeroPadding{len(axes)}D", ring if len(axes) > 1 else ring[0])]


@keras_layers.register
def _(spec: MaxPool1dSpec | MaxPool2dSpec, place: Place) -> list[str]:
    axes = spec.windows(place.input_shape)
    if any(map(any, around(axes))):
        return [_padded_pooling("PaddedMaxPooling", axes)]
    return [call(f"layers.MaxPooling{len(axes)}D", **_windows(axes))]


@keras_layers.register
def _(spec: AvgPool1dSpec | AvgPool2dSpec, place: Place) -> list[str]:
    axes = spec.windows(place.input_shape)
    if not spec.count_padding and any(map(any, around(axes))):
        return [_padded_pooling("AveragePoolingInside", axes)]
    pooling = call(f"layers.AveragePooling{len(axes)}D", **_windows(axes))
    return [*_zero_padding(axes), pooling]


def _windows(axes: tuple[Axis, ...]) -> dict[str, object]:
    return {
        "pool_size": once(kernels_of(axes)),
        "strides": once(strides_of(axes)),
    }


def _padded_pooling(name: str, axes: tuple[Axis, ...]) -> str:
    kernel, stride = kernels_of(axes), strides_of(axes)
    return call(name, pool_size=kernel, strides=stride, around=around(axes))


@keras_layers.register
def _(spec: GlobalAvgPoolSpec, place: Place) -> list[str]:
    del spec, place
    return ["layers.GlobalAveragePooling2D()"]


@keras_layers.register
def _(spec: FlattenSpec, place: Place) -> list[str]:
    del spec, place
    return ["layers.Flatten()"]


@keras_layers.register
def _(spec: DenseSpec, place: Place) -> list[str]:
    del place
    settings = {} if spec.bias else {"use_bias": False}
    return [call("layers.Dense", spec.out_features, **settings)]


@keras_layers.register
def _(spec: ActivationSpec, place: Place) -> list[str]:
    del place
    return [spec.record.keras.format(**spec.settings)]


@keras_layers.register
def _(spec: SoftmaxSpec, place: Place) -> list[str]:
    del spec, place
    return ["layers.Softmax(axis=-1)"]


@keras_layers.register
def _(spec: DropoutSpec, place: Place) -> list[str]:
    del place
    return [call("layers.Dropout", float(spec.p))]


@keras_layers.register
def _(spec: BatchNorm2dSpec, place: Place) -> list[str]:
    del place
    keeps = round(1 - spec.momentum, 12)  # Keras's momentum is the share that stays
    return [
        call("layers.BatchNormalization", momentum=float(keeps), epsilon=float(spec.epsilon)),
    ]


_CLASSES = {
    "PaddedMaxPooling": '''
class PaddedMaxPooling(layers.Layer):
    """Max pooling inside a ring that never wins; Keras's own layers cannot pad by number."""

    def __init__(self, pool_size, strides, around, **settings):
        super().__init__(**settings)
        self.pool_size, self.strides, self.around = pool_size, strides, around

    def call(self, x):
        around = ((0, 0), *self.around, (0, 0))
        x = keras.ops.pad(x, around, constant_values=float("-inf"))
        return keras.ops.max_pool(x, self.pool_size, self.strides)

''',
    "AveragePoolingInside": '''
class AveragePoolingInside(layers.Layer):
    """Average pooling with padding that does not count: each mean is over the map's own cells."""

    def __init__(self, pool_size, strides, around, **settings):
        super().__init__(**settings)
        self.pool_size, self.strides, self.around = pool_size, strides, around

    def call(self, x):
        share = self.mean(keras.ops.ones_like(x[:1, ..., :1]))
        return self.mean(x) / share

    def mean(self, x):
        x = keras.ops.pad(x, ((0, 0), *self.around, (0, 0)))
        return keras.ops.average_pool(x, self.pool_size, self.strides)

''',
}

_NORM = """
In training, Keras lets the biased variance of a batch flow into the running one; PyTorch and
cnnviz the unbiased. Outside training the results are the same.
"""

_MODULE = '''"""{title} in Keras, {parameters}. Written by cnnviz.

Channels come last: input {input}, output {output}. From cnnviz's arrays:
``np.moveaxis(x, 1, -1)``. A new model starts with Keras's own random weights; ``load_model``
takes the converted ones.
{notes}"""

from pathlib import Path

import keras
import numpy as np
from keras import layers

WEIGHTS = Path(__file__).with_name({weights})

{classes}
def build_model() -> keras.Sequential:
    """The layers, channels last."""
    keras.config.set_image_data_format("channels_last")
    return keras.Sequential(
        [
            keras.Input({shape}),
{layers}        ]
    )


def load_model(path: Path = WEIGHTS) -> keras.Sequential:
    """The trained network."""
    model = build_model()
    arrays = np.load(path)
    model.set_weights([arrays[name] for name in arrays.files])
    return model


if __name__ == "__main__":
    print(load_model().predict(np.zeros({example}, "float32"), verbose=0))
'''


def keras_source(stack: Stack, weights_name: str) -> str:
    """A module with ``build_model()`` and ``load_model()``.

    Raises:
        ShapeError: if the stack does not fit together.
        ExportError: if a layer cannot be expressed.
    """
    row = places(stack)
    _, unread = flattenings(row)
    lines = ""
    for place in row:
        parts = keras_layers(place.spec, place)
        if place.index == unread:
            parts = [_to_channels_first(place), *parts]
        shape = times(_channels_last(place.output_shape))
        lines += "".join(f"            {part},\n" for part in parts[:-1])
        lines += f"            {parts[-1]},  # {place.index}: {shape}\n"
    return _MODULE.format(
        title=safe_title(stack),
        parameters=parameters_text(stack),
        input=batch_of(_channels_last(stack.input_shape)),
        output=batch_of(_channels_last(output_shape(stack))),
        notes=_NORM if any(isinstance(p.spec, BatchNorm2dSpec) for p in row) else "",
        weights=literal(weights_name),
        classes="".join(text for name, text in _CLASSES.items() if f" {name}(" in lines),
        shape=literal(_channels_last(stack.input_shape)),
        layers=lines,
        example=literal((1, *_channels_last(stack.input_shape))),
    )


def _channels_last(shape: Shape) -> Shape:
    return (*shape[1:], shape[0])


def _to_channels_first(place: Place) -> str:
    axes = len(place.input_shape)
    return call("layers.Permute", (axes, *range(1, axes)))


KERAS = Target(
    key="keras",
    title="Keras",
    about="A Python module for Keras 3, channels last; its converted weights in an .npz file.",
    suffix=".py",
    weights_suffix=".npz",
    write_code=keras_source,
    write_weights=lambda model: npz(keras_weights(model.network)),
    entries=(keras_layers,),
)
