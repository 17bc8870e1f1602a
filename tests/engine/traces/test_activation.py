"""Activations traced: sentences that say what they compute, titles, and slopes in words."""

import math
import re

import numpy as np
import pytest

from engine.basics.errors import DataError, ShapeError
from engine.lab import LabState, Operation, example_state, trace_of
from engine.lab.layers import trace_layer
from engine.layers import LeakyReLUSpec, ReLUSpec, SigmoidSpec, TanhSpec
from engine.layers.elementwise import activation_specs
from engine.traces import ActivationBackward, ActivationForward, plain, sentence
from tests.engine.layers.samples import samples

VALUES, GRADIENT = [-2.0, 0.0, 3.0], [5.0, 6.0, -7.0]
SAMPLES = [spec for kind in activation_specs().values() for spec in samples(kind)]


def said(trace, index):
    return plain(sentence(trace[index], trace.target.role))


def number(text):
    return float(text.replace("−", "-"))


def worked_out(text):
    """What the left side of a sentence comes to, for someone with a pocket calculator."""
    text = text.replace("−", "-").replace("·", "*").replace("e^", "math.e**")
    return eval(re.sub(r"tanh (\S+)", r"math.tanh(\1)", text), {"math": math})  # noqa: S307


@pytest.mark.parametrize("spec", SAMPLES, ids=repr)
def test_every_sentence_comes_to_what_it_says(spec):
    trace = ActivationForward(np.linspace(-4, 4, 33), spec)
    for index, step in enumerate(trace):
        left, sign, right = re.split(r" ([=≈]) ", said(trace, index))
        assert worked_out(left) == pytest.approx(number(right), abs=0.006)
        assert number(right) == pytest.approx(step.updates[0].value, abs=0.006)
        assert sign == "≈" or worked_out(left) == pytest.approx(number(right), abs=1e-12)


@pytest.mark.parametrize("spec", SAMPLES, ids=repr)
def test_every_slope_in_words_is_the_slope(spec):
    trace = ActivationBackward(np.linspace(-4, 4, 33), np.ones(33), spec)
    for step in trace:
        if "slope" in step.title:
            assert number(step.title.split()[-1]) == pytest.approx(step.updates[0].value, abs=0.006)
    products = [abs(term.value) for step in trace for term in step.terms]
    assert trace.product_peak == pytest.approx(max(products))


def test_every_activation_has_a_symbol_of_its_own():
    symbols = [kind.record.symbol for kind in activation_specs().values()]
    assert len(set(symbols)) == len(symbols)


def test_relu_step_by_step():
    trace = ActivationForward(VALUES, ReLUSpec())
    assert (trace.title, trace.symbol) == ("ReLU", "max")
    assert trace.result.tolist() == [0, 0, 3]
    assert said(trace, 0) == "max(−2, 0) = 0"
    assert trace[2].title == "Row 1, column 3: passes"
    backward = ActivationBackward(VALUES, GRADIENT, ReLUSpec())
    assert backward.title == "Gradient of ReLU"
    assert backward.result.tolist() == [0, 0, -7]
    assert said(backward, 2) == "(−7)·1 = −7"
    assert backward[1].title == "Row 1, column 2: is stopped"


def test_leaky_relu_step_by_step():
    trace = ActivationForward(VALUES, LeakyReLUSpec(0.1))
    assert trace.result.tolist() == [-0.2, 0, 3]
    assert said(trace, 0) == "(−2)·0.1 = −0.2"
    assert said(trace, 2) == "3·1 = 3"
    assert trace[0].title == "Row 1, column 1: not positive, slope 0.1"
    backward = ActivationBackward(VALUES, GRADIENT, LeakyReLUSpec(0.1))
    assert backward.result.tolist() == [0.5, 0.6000000000000001, -7]
    assert said(backward, 0) == "5·0.1 = 0.5"
    assert backward[2].title == "Row 1, column 3: positive, slope 1"


def test_sigmoid_step_by_step():
    trace = ActivationForward(VALUES, SigmoidSpec())
    assert trace.result == pytest.approx([1 / (1 + math.e**2), 0.5, 1 / (1 + math.e**-3)])
    assert said(trace, 0) == "1/(1 + e^2) ≈ 0.119"
    assert said(trace, 2) == "1/(1 + e^(−3)) ≈ 0.953"
    backward = ActivationBackward(VALUES, GRADIENT, SigmoidSpec())
    assert backward.result[1] == 6 * 0.25
    assert said(backward, 1) == "6·0.25 = 1.5"
    assert backward[1].title == "Row 1, column 2: y = 0.5, slope y·(1 − y) = 0.25"


def test_tanh_step_by_step():
    trace = ActivationForward(VALUES, TanhSpec())
    assert trace.result == pytest.approx([-0.9640275801, 0, 0.9950547537])
    assert said(trace, 0) == "tanh (−2) ≈ −0.964"
    backward = ActivationBackward(VALUES, GRADIENT, TanhSpec())
    assert said(backward, 1) == "6·1 = 6"
    assert backward[0].title == "Row 1, column 1: y ≈ −0.964, slope 1 − y² ≈ 0.0707"


def test_large_numbers_do_not_overflow():
    assert ActivationForward([-1e6, 1e6], SigmoidSpec()).result.tolist() == [0, 1]
    assert ActivationBackward([-1e6, 1e6], [1.0, 1.0], SigmoidSpec()).result.tolist() == [0, 0]


@pytest.mark.parametrize("spec", SAMPLES, ids=repr)
def test_a_gradient_of_another_shape_is_refused(spec):
    with pytest.raises(ShapeError, match="grad_output must have the input's shape"):
        ActivationBackward([1.0, 2.0], [1.0], spec)


@pytest.mark.parametrize("spec", SAMPLES, ids=repr)
def test_a_layer_of_a_network_opens_in_the_lab_and_is_kept_in_a_file(spec):
    for shape in ((2, 3, 3), (20,)):
        state = trace_layer(spec, {}, np.ones(shape), np.ones(shape))
        assert state.activation == spec
        assert state.operation == spec.record.operation
        read = LabState.from_dict(state.to_dict())
        assert read == state
        assert trace_of(read).title == spec.title


def test_files_of_before_have_no_slope():
    data = example_state("leaky_relu").to_dict()
    assert data["slope"] == 0.1
    assert LabState.from_dict(data).activation == LeakyReLUSpec(0.1)
    del data["slope"]
    assert LabState.from_dict(data).activation == LeakyReLUSpec(0.01)
    with pytest.raises(DataError, match="Slope must be"):
        LabState.from_dict({**data, "slope": -1})


def test_a_state_has_the_function_of_its_operation():
    assert LabState(Operation("tanh"), activation=ReLUSpec()).activation == TanhSpec()
    assert LabState(activation=ReLUSpec()).activation is None
