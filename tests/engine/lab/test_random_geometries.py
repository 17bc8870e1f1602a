"""The stepped result against the engine's own layers, on 200 random geometries."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.lab import LabState, Operation, Pass, trace_of
from engine.lab.editing import output_shape
from engine.layers import AvgPool2d, Conv1d, Conv2d, MaxPool2d

GEOMETRIES = 200


def pair(values: Any) -> tuple[int, int]:
    first, second = values
    return int(first), int(second)


def random_state(rng: Any) -> LabState:
    """Integers, so that sums are exact in both; a kernel that fits, whatever else."""
    operation = list(Operation)[rng.integers(4)]
    pooling = operation in {Operation.MAX_POOL, Operation.AVG_POOL}
    flat = operation is Operation.CONV1D
    window = pair(rng.integers(1, 4, 2))
    dilation = (1, 1) if pooling else pair(rng.integers(1, 3, 2))
    padding = pair([rng.integers(0, (k // 2 if pooling else 2) + 1) for k in window])
    size = [
        int(rng.integers(max(1, d * (k - 1) + 1 - 2 * p), 10))
        for k, d, p in zip(window, dilation, padding, strict=True)
    ]
    c, o = int(rng.integers(1, 4)), int(rng.integers(1, 5))
    shape = (c, size[1]) if flat else (c, *size)
    kernel = (o, c, window[1]) if flat else (o, c, *window)
    state = LabState(
        operation,
        input=rng.integers(-9, 10, shape),
        kernel=np.zeros(0) if pooling else rng.integers(-3, 4, kernel),
        bias=np.zeros(0) if pooling else rng.integers(-3, 4, o),
        stride=pair(rng.integers(1, 4, 2)),
        padding=padding,
        dilation=dilation,
        window=window,
    )
    return replace(state, grad_output=rng.integers(-4, 5, output_shape(state)))


def layer_of(state: LabState) -> Any:
    settings: dict[str, Any] = {"stride": state.stride, "padding": state.padding}
    if state.operation in {Operation.MAX_POOL, Operation.AVG_POOL}:
        kind = MaxPool2d if state.operation is Operation.MAX_POOL else AvgPool2d
        return kind(state.window, **settings)
    settings["dilation"] = state.dilation
    o, c, *size = state.kernel.shape
    if state.operation is Operation.CONV1D:
        settings = {name: value[1] for name, value in settings.items()}
        layer: Any = Conv1d(c, o, size[0], **settings, dtype=np.float64)
    else:
        layer = Conv2d(c, o, tuple(size), **settings, dtype=np.float64)
    layer.parameters["weight"][...] = state.kernel
    layer.parameters["bias"][...] = state.bias
    return layer


def stepped(state, pass_, way):
    """The numbers after the last step, having taken each of them."""
    trace = trace_of(replace(state, pass_=pass_, way=way))
    for step in trace:
        assert step.updates
    return trace.result


@pytest.mark.parametrize("seed", range(GEOMETRIES))
def test_stepping_ends_on_what_the_layer_computes(seed):
    state = random_state(np.random.default_rng(seed))
    layer = layer_of(state)
    output = layer.forward(state.input[np.newaxis], training=True)[0]
    grad_input = layer.backward(state.grad_output[np.newaxis])[0]

    def compare(pass_, way, expected):
        values = stepped(state, pass_, way)
        np.testing.assert_allclose(values.reshape(expected.shape), expected, rtol=0, atol=1e-12)

    compare(Pass.FORWARD, 0, output)
    compare(Pass.GRAD_INPUT, 0, grad_input)
    if state.kernel.size:
        compare(Pass.GRAD_INPUT, 1, grad_input)
        compare(Pass.GRAD_KERNEL, 0, layer.gradients["weight"])
        compare(Pass.GRAD_KERNEL, 1, layer.gradients["weight"])
        compare(Pass.GRAD_BIAS, 0, layer.gradients["bias"])
