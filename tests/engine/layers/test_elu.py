"""ELU: PyTorch's numbers, and what is said of it."""

import numpy as np
import pytest

from engine.basics.errors import ShapeError
from engine.export import target_named
from engine.lab import LabState, Operation, example_state, trace_of
from engine.layers import ELU, ELUSpec
from engine.networks.stack import Stack
from engine.traces import ActivationBackward, ActivationForward, plain, sentence

X = [-3.0, -1, -0.5, 0, 0.5, 1, 3, 7]
Y = [-0.950213, -0.632121, -0.393469, 0, 0.5, 1, 3, 7]
SLOPES = [0.049787, 0.367879, 0.606531, 1, 1, 1, 1, 1]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_layer_gives_pytorchs_numbers(dtype):
    layer = ELU()
    output = layer.forward(np.array([X], dtype), training=True)
    assert output.dtype == dtype
    np.testing.assert_allclose(output[0], Y, atol=1e-6)
    np.testing.assert_allclose(layer.backward(np.ones((1, 8), dtype))[0], SLOPES, atol=1e-6)


def test_the_lab_gives_pytorchs_numbers():
    np.testing.assert_allclose(ActivationForward(X, ELUSpec()).result, Y, atol=1e-6)
    slopes = ActivationBackward(X, np.ones(8), ELUSpec()).result
    np.testing.assert_allclose(slopes, SLOPES, atol=1e-6)


def test_it_is_said_step_by_step():
    trace = ActivationForward(X, ELUSpec(0.5))
    assert (trace.title, trace.symbol) == ("ELU", "ELU")
    assert plain(sentence(trace[0], trace.target.role)) == "0.5·(e^(−3) − 1) ≈ −0.475"
    assert plain(sentence(trace[6], trace.target.role)) == "3·1 = 3"
    assert trace[0].title == "Row 1, column 1: not positive"
    backward = ActivationBackward(X, 2 * np.ones(8), ELUSpec(0.5))
    assert plain(sentence(backward[3], backward.target.role)) == "2·0.5 = 1"
    assert backward[1].title == "Row 1, column 2: y ≈ −0.316, slope y + alpha ≈ 0.184"
    assert backward[7].title == "Row 1, column 8: positive, slope 1"


def test_its_alpha_is_kept_in_the_labs_file():
    assert trace_of(example_state("elu")).title == "ELU"
    state = LabState(Operation("elu"), input=np.ones((1, 1, 1)), activation=ELUSpec(0.25))
    assert LabState.from_dict({**state.to_dict(), "grad_output": [[[1.0]]]}).activation == ELUSpec(
        0.25
    )


def test_it_is_exported_with_its_alpha():
    stack = Stack("", (3,), (ELUSpec(0.25),))
    for key, words in (
        ("pytorch", "nn.ELU(0.25),"),
        ("keras", "layers.ELU(alpha=0.25),"),
        ("numpy", "x = elu(x, alpha=0.25)"),
    ):
        assert words in target_named(key).code(stack)
    assert (ELUSpec.record.onnx, ELUSpec.record.onnx_attributes) == ("Elu", {"alpha": "alpha"})


def test_alpha_is_above_0():
    assert ELUSpec().alpha == ELU().alpha == 1
    for build in (ELU, ELUSpec):
        with pytest.raises(ShapeError):
            build(0.0)
