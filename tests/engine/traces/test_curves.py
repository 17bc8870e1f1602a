"""Leaky ReLU, sigmoid and tanh traced: sentences, the layers, and difference quotients."""

import math

import numpy as np
import pytest

from engine.basics.errors import ShapeError
from engine.lab import LabState, Operation, example_state, trace_of
from engine.lab.layers import trace_layer
from engine.layers.activations import (
    LeakyReLU,
    LeakyReLUSpec,
    Sigmoid,
    SigmoidSpec,
    Tanh,
    TanhSpec,
)
from engine.traces import SIGMOID, TANH, CurveBackward, CurveForward, leaky_relu, plain, sentence

CURVES = {
    "leaky": (leaky_relu(0.1), LeakyReLU(0.1)),
    "sigmoid": (SIGMOID, Sigmoid()),
    "tanh": (TANH, Tanh()),
}
VALUES, GRADIENT = [-2.0, 0.0, 3.0], [5.0, 6.0, -7.0]


def said(trace, index):
    return plain(sentence(trace[index], trace.target.role))


def test_leaky_relu_step_by_step():
    trace = CurveForward(VALUES, leaky_relu(0.1))
    assert trace.result.tolist() == [-0.2, 0, 3]
    assert said(trace, 0) == "(−2)·0.1 = −0.2"
    assert said(trace, 2) == "3·1 = 3"
    assert trace[0].title == "Row 1, column 1: not positive, slope 0.1"
    backward = CurveBackward(VALUES, GRADIENT, leaky_relu(0.1))
    assert backward.result.tolist() == [0.5, 0.6000000000000001, -7]
    assert said(backward, 0) == "5·0.1 = 0.5"
    assert backward[2].title == "Row 1, column 3: positive, slope 1"


def test_sigmoid_step_by_step():
    trace = CurveForward(VALUES, SIGMOID)
    assert trace.result == pytest.approx([1 / (1 + math.e**2), 0.5, 1 / (1 + math.e**-3)])
    assert said(trace, 0) == "1/(1 + e^2) ≈ 0.119"
    assert said(trace, 2) == "1/(1 + e^(−3)) ≈ 0.953"
    backward = CurveBackward(VALUES, GRADIENT, SIGMOID)
    assert backward.result[1] == 6 * 0.25
    assert said(backward, 1) == "6·0.25 = 1.5"
    assert backward[1].title == "Row 1, column 2: y = 0.5, slope y·(1 − y) = 0.25"


def test_tanh_step_by_step():
    trace = CurveForward(VALUES, TANH)
    assert trace.result == pytest.approx([-0.9640275801, 0, 0.9950547537])
    assert said(trace, 0) == "tanh (−2) ≈ −0.964"
    backward = CurveBackward(VALUES, GRADIENT, TANH)
    assert said(backward, 1) == "6·1 = 6"
    assert backward[0].title == "Row 1, column 1: y ≈ −0.964, slope 1 − y² ≈ 0.0707"


@pytest.mark.parametrize(("curve", "layer"), CURVES.values(), ids=CURVES)
def test_they_equal_the_layers(curve, layer):
    rng = np.random.default_rng(0)
    x, g = rng.normal(0, 3, (2, 3, 4)), rng.normal(0, 2, (2, 3, 4))
    forward = CurveForward(x, curve)
    assert np.allclose(forward.result, layer.forward(x[np.newaxis], training=True)[0], atol=1e-14)
    backward = CurveBackward(x, g, curve)
    assert np.allclose(backward.result, layer.backward(g[np.newaxis])[0], atol=1e-14)
    assert len(forward) == len(backward) == 24
    for trace in (forward, backward):
        products = [abs(term.value) for step in trace for term in step.terms]
        if trace.product_title:
            assert max(products) <= trace.product_peak


@pytest.mark.parametrize(("curve", "layer"), CURVES.values(), ids=CURVES)
def test_slopes_are_difference_quotients(curve, layer):
    del layer
    step = 1e-6
    for x in np.linspace(-6, 6, 48):
        slope = (curve.value(x + step) - curve.value(x - step)) / (2 * step)
        assert curve.slope(x, curve.value(x)) == pytest.approx(slope, abs=1e-8)


def test_large_numbers_do_not_overflow():
    assert CurveForward([-1e6, 1e6], SIGMOID).result.tolist() == [0, 1]
    assert CurveBackward([-1e6, 1e6], [1.0, 1.0], SIGMOID).result.tolist() == [0, 0]


@pytest.mark.parametrize("curve", [leaky_relu(0.1), SIGMOID, TANH])
def test_a_gradient_of_another_shape_is_refused(curve):
    with pytest.raises(ShapeError, match="grad_output must have the input's shape"):
        CurveBackward([1.0, 2.0], [1.0], curve)


@pytest.mark.parametrize(
    ("spec", "operation"),
    [
        (LeakyReLUSpec(0.2), Operation.LEAKY_RELU),
        (SigmoidSpec(), Operation.SIGMOID),
        (TanhSpec(), Operation.TANH),
    ],
)
def test_a_layer_of_a_network_opens_in_the_lab(spec, operation):
    rng = np.random.default_rng(1)
    for shape in ((2, 3, 3), (20,)):
        x = rng.normal(0, 2, shape)
        state = trace_layer(spec, {}, x, np.ones(shape))
        assert state.operation is operation
        assert LabState.from_dict(state.to_dict()) == state
        layer = spec.build(shape, rng, np.float64)
        found = trace_of(state).result.reshape(-1)[: x.size]
        assert np.allclose(found, layer.forward(x[np.newaxis])[0].reshape(-1))


def test_files_of_before_have_no_slope():
    data = example_state(Operation.LEAKY_RELU).to_dict()
    assert LabState.from_dict(data).slope == 0.1
    del data["slope"]
    assert LabState.from_dict(data).slope == 0.01
