"""Weights reordered for Keras.

What lies differently there: kernels are ``(K_h, K_w, in, out)``; a dense weight is ``(in, out)``,
and behind Flatten its inputs come row by row, all channels of a cell together, where cnnviz and
PyTorch have channel by channel.
"""

from __future__ import annotations

from functools import singledispatch

import numpy as np

from engine.basics.geometry import Shape
from engine.export.place import Place, places
from engine.layers import BatchNorm2dSpec, Conv1dSpec, Conv2dSpec, DenseSpec, FlattenSpec
from engine.layers.base import Array
from engine.layers.spec import LayerSpec
from engine.networks.network import Sequential


@singledispatch
def keras_tensors(
    spec: LayerSpec, tensors: dict[str, Array], flattened: Shape | None
) -> dict[str, Array]:
    """One layer's tensors in the order of its Keras layer.

    Args:
        spec: The layer.
        tensors: Its tensors by PyTorch's names.
        flattened: For a dense layer behind Flatten, ``(C, H, W)`` of the maps before.
    """
    del spec, flattened
    if tensors:
        raise NotImplementedError(f"No rule for {', '.join(tensors)}")
    return {}


@keras_tensors.register(Conv1dSpec)
@keras_tensors.register(Conv2dSpec)
def _(
    spec: Conv1dSpec | Conv2dSpec, tensors: dict[str, Array], flattened: Shape | None
) -> dict[str, Array]:
    del spec, flattened
    weight = tensors["weight"]
    kernel = weight.transpose(*range(2, weight.ndim), 1, 0)
    return {"kernel": np.ascontiguousarray(kernel)} | _bias(tensors)


@keras_tensors.register
def _(spec: DenseSpec, tensors: dict[str, Array], flattened: Shape | None) -> dict[str, Array]:
    weight = tensors["weight"]
    if flattened is not None:
        maps = weight.reshape(spec.out_features, *flattened)
        weight = np.moveaxis(maps, 1, -1).reshape(spec.out_features, -1)
    return {"kernel": np.ascontiguousarray(weight.T)} | _bias(tensors)


def _bias(tensors: dict[str, Array]) -> dict[str, Array]:
    return {"bias": tensors["bias"]} if "bias" in tensors else {}


@keras_tensors.register
def _(
    spec: BatchNorm2dSpec, tensors: dict[str, Array], flattened: Shape | None
) -> dict[str, Array]:
    del spec, flattened
    return {
        "gamma": tensors["weight"],
        "beta": tensors["bias"],
        "moving_mean": tensors["running_mean"],
        "moving_variance": tensors["running_var"],
    }


def flattenings(row: list[Place]) -> tuple[dict[int, Shape], int | None]:
    """Which dense layer reads which flattened maps; and the Flatten that none reads, if any.

    Between the two stand only layers that treat all features alike, so the order may be changed in
    the dense layer's weight. Where no dense layer follows, the maps are turned before flattening.
    """
    read: dict[int, Shape] = {}
    waiting: Place | None = None
    for place in row:
        if isinstance(place.spec, FlattenSpec) and len(place.input_shape) > 1:
            waiting = place
        elif isinstance(place.spec, DenseSpec) and waiting is not None:
            read[place.index] = waiting.input_shape
            waiting = None
    return read, None if waiting is None else waiting.index


def keras_weights(network: Sequential) -> dict[str, Array]:
    """All weights by name, ``0.kernel`` and so on, in the order that ``set_weights`` wants."""
    state = network.state_dict()
    row = places(network.stack)
    read, _ = flattenings(row)
    result: dict[str, Array] = {}
    for place in row:
        prefix = f"{place.index}."
        own = {
            name.removeprefix(prefix): value
            for name, value in state.items()
            if name.startswith(prefix)
        }
        converted = keras_tensors(place.spec, own, read.get(place.index))
        result |= {prefix + name: value for name, value in converted.items()}
    return result


def convert_weights(network: Sequential) -> list[Array]:
    """What ``keras_model.set_weights`` takes."""
    return list(keras_weights(network).values())
