"""Stacks of random layers, geometry and weights, to compare implementations by."""

import numpy as np

from engine.basics.errors import ShapeError
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
from engine.layers.elementwise import activation_specs
from engine.networks.network import Sequential
from engine.networks.stack import Stack, describe

LAYERS = 5
"""Layers before the ending."""


def random_stack(seed):
    """A stack for maps (two of three) or for sequences, with something to learn in it."""
    rng = np.random.default_rng([seed, 2024])
    is_flat = rng.random() < 1 / 3
    sizes = rng.integers(6, 14, 1 if is_flat else 2)
    shape = (int(rng.choice([1, 2, 4])), *map(int, sizes))
    stack = Stack(f"Random {seed}", shape)
    while len(stack.layers) < LAYERS:
        spec = _sequence_layer(rng) if is_flat else _map_layer(rng)
        try:
            shape = spec.output_shape(shape)
        except ShapeError:
            continue
        stack = stack.with_layers((*stack.layers, spec))
    ending = str(rng.choice(["maps", "flat", "dense", "dense", "global"]))
    if not describe(stack).parameters:
        ending = "dense"  # every stack has something to learn
    return stack.with_layers((*stack.layers, *_ending(ending, rng, is_flat=is_flat)))


def _ending(name, rng, *, is_flat):
    last = (DenseSpec(5), SoftmaxSpec()) if rng.random() < 0.3 else (DenseSpec(5),)
    between = (_activation(rng), DropoutSpec(0.25)) if rng.random() < 0.5 else ()
    hidden = (DenseSpec(7, bias=False), _activation(rng)) if rng.random() < 0.5 else ()
    match name:
        case "maps":
            return ()
        case "flat":
            return (FlattenSpec(), *between)
        case "global" if not is_flat:
            return (GlobalAvgPoolSpec(), *hidden, *last)
    return (FlattenSpec(), *between, *hidden, *last)


def _activation(rng):
    kinds = [SoftmaxSpec, *activation_specs().values()]
    kind = kinds[rng.integers(len(kinds))]
    return kind(
        **{
            info.name: round(float(rng.uniform(max(0.01, info.minimum), min(info.maximum, 3))), 3)
            for info in kind.fields()
        }
    )


def _pair(rng, low, high):
    return (int(rng.integers(low, high + 1)), int(rng.integers(low, high + 1)))


def _convolution(rng):
    return {
        "groups": int(rng.choice([1, 1, 2])),
        "bias": bool(rng.random() < 0.7),
        "padding_mode": str(rng.choice(["given", "same", "same", "valid"])),
        "out_channels": int(rng.choice([2, 4, 6])),
    }


def _map_layer(rng):
    kernel = _pair(rng, 1, 3)
    padding = (
        int(rng.integers(kernel[0] // 2 + 1)),
        int(rng.integers(kernel[1] // 2 + 1)),
    )
    match rng.integers(7):
        case 0 | 1 | 2:
            dilation = _pair(rng, 1, 2) if rng.random() < 0.4 else (1, 1)
            stride = _pair(rng, 1, 3) if rng.random() < 0.5 else (1, 1)
            return Conv2dSpec(
                kernel_size=_pair(rng, 1, 4),
                stride=stride,
                padding=_pair(rng, 0, 2),
                dilation=dilation,
                **_convolution(rng),
            )
        case 3:
            return MaxPool2dSpec(kernel, _pair(rng, 1, 2), padding)
        case 4:
            return AvgPool2dSpec(kernel, _pair(rng, 1, 2), padding, bool(rng.random() < 0.5))
        case 5:
            momentum = round(float(rng.uniform(0.05, 0.9)), 2)
            return BatchNorm2dSpec(momentum=momentum, epsilon=1e-3)
    return _activation(rng) if rng.random() < 0.8 else DropoutSpec(0.5)


def _sequence_layer(rng):
    kernel = int(rng.integers(1, 4))
    padding = int(rng.integers(kernel // 2 + 1))
    match rng.integers(6):
        case 0 | 1 | 2:
            return Conv1dSpec(
                kernel_size=int(rng.integers(1, 5)),
                stride=int(rng.integers(1, 3)),
                padding=int(rng.integers(3)),
                dilation=int(rng.integers(1, 3)),
                **_convolution(rng),
            )
        case 3:
            return MaxPool1dSpec(kernel, int(rng.integers(1, 3)), padding)
        case 4:
            return AvgPool1dSpec(kernel, int(rng.integers(1, 3)), padding, bool(rng.random() < 0.5))
    return _activation(rng)


def random_network(stack, seed=0, dtype=np.float32):
    """A network whose every number is random: biases and running statistics too."""
    rng = np.random.default_rng([seed, 7])
    network = Sequential(stack, rng, dtype)
    network.parameters += rng.normal(0, 0.1, network.parameters.shape)
    for layer in network.layers:
        for name, value in layer.state.items():
            if value.dtype.kind == "f":
                low, high = (0.5, 2) if name == "running_var" else (-1, 1)
                value[...] = rng.uniform(low, high, value.shape)
    return network


def random_batch(stack, seed=0, count=3, dtype=np.float32):
    """Inputs for a stack, some of them large enough to saturate."""
    rng = np.random.default_rng([seed, 11])
    return rng.normal(0, 2, (count, *stack.input_shape)).astype(dtype)
