"""Pooling, Conv1d, dense and the loss traced: the course's literals, and the layers."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.basics.errors import ShapeError
from engine.layers.dense import Dense
from engine.layers.elementwise import activation_specs
from engine.layers.pooling import AvgPool2d, MaxPool2d
from engine.networks.losses import SoftmaxCrossEntropy
from engine.traces import (
    ActivationBackward,
    ActivationForward,
    AvgPoolBackward,
    AvgPoolForward,
    Cell,
    Conv2dForward,
    CrossEntropyBackward,
    CrossEntropyForward,
    DenseCase,
    DenseForward,
    DenseGradBias,
    DenseGradInput,
    DenseGradWeight,
    GradBias,
    GradInputCorrelation,
    GradInputScatter,
    GradKernelAccumulation,
    GradKernelCorrelation,
    MaxPoolBackward,
    MaxPoolForward,
    PoolCase,
    SoftmaxForward,
    SoftmaxTerms,
    conv1d_case,
    plain,
    sentence,
)

IMAGE = np.arange(1, 17).reshape(1, 4, 4)
GRADIENT = [[[6, 8], [14, 16]]]


def said(trace, index):
    return plain(sentence(trace[index], trace.target.role))


# --- pooling ------------------------------------------------------------------------------------


def test_max_pooling_of_the_course():
    case = PoolCase(IMAGE, grad_output=GRADIENT)
    assert MaxPoolForward(case).result.tolist() == [[[6, 8], [14, 16]]]
    assert MaxPoolBackward(case).result.tolist() == [
        [[0, 0, 0, 0], [0, 6, 0, 8], [0, 0, 0, 0], [0, 14, 0, 16]]
    ]
    assert said(MaxPoolForward(case), 0) == "max(1, 2, 5, 6) = 6"
    assert said(MaxPoolBackward(case), 1) == "0 + 8 = 8"


def test_average_pooling_of_the_course():
    case = PoolCase(IMAGE, grad_output=GRADIENT)
    assert AvgPoolForward(case).result.tolist() == [[[3.5, 5.5], [11.5, 13.5]]]
    assert AvgPoolBackward(case).result.tolist() == [
        [[1.5, 1.5, 2, 2], [1.5, 1.5, 2, 2], [3.5, 3.5, 4, 4], [3.5, 3.5, 4, 4]]
    ]
    assert said(AvgPoolForward(case), 0) == "(1 + 2 + 5 + 6)/4 = 3.5"
    assert said(AvgPoolBackward(case), 0).split("; ")[0] == "0 + 6/4 = 1.5"


def test_a_tie_goes_to_the_first_maximum_in_row_major_order():
    case = PoolCase([[[3, 7], [7, 7]]], grad_output=[[[5]]])
    trace = MaxPoolBackward(case)
    assert trace.result.tolist() == [[[0, 5], [0, 0]]]
    assert trace[0].chosen == (Cell("input", (0, 0, 1)),)


def test_padding_never_wins_a_maximum():
    case = PoolCase(-IMAGE, 2, 2, 1)
    assert MaxPoolForward(case).result.tolist() == [[[-1, -2, -4], [-5, -6, -8], [-13, -14, -16]]]


def test_too_much_padding_is_refused():
    with pytest.raises(ShapeError, match="more than half"):
        PoolCase(IMAGE, 2, 2, 2)


@st.composite
def pool_cases(draw):
    kernel = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    stride = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    padding = tuple(draw(st.integers(0, k // 2)) for k in kernel)
    sizes = [draw(st.integers(max(1, k - 2 * p), 6)) for k, p in zip(kernel, padding, strict=True)]
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    counts = draw(st.booleans())
    image = rng.integers(-3, 4, (draw(st.integers(1, 2)), *sizes))
    bare = PoolCase(image, kernel, stride, padding)
    gradient = rng.integers(-9, 10, bare.grad_output.shape)
    return PoolCase(image, kernel, stride, padding, gradient, counts_padding=counts)


@settings(max_examples=40, deadline=None)
@given(pool_cases())
def test_pooling_equals_the_layers(case):
    x, g = case.input[np.newaxis], case.grad_output[np.newaxis]
    geometry = (case.kernel_size, case.stride, case.padding)
    layer = MaxPool2d(*geometry)
    assert np.array_equal(MaxPoolForward(case).result, layer.forward(x, training=True)[0])
    assert np.array_equal(MaxPoolBackward(case).result, layer.backward(g)[0])
    average = AvgPool2d(*geometry, count_padding=case.counts_padding)
    assert np.allclose(AvgPoolForward(case).result, average.forward(x, training=True)[0])
    assert np.allclose(AvgPoolBackward(case).result, average.backward(g)[0])


# --- Conv1d -------------------------------------------------------------------------------------


def test_conv1d_of_the_course():
    case = conv1d_case(
        [[1, 2, 3, 4, 5, 6]],
        [[[1.0, 0.0, -1.0]], [[0.5, 1.0, 0.5]]],
        [0, 1],
        [[1, 2, 3, 4], [-1, 0, 1, 2]],
    )
    assert Conv2dForward(case).result[:, 0].tolist() == [[-2, -2, -2, -2], [5, 7, 9, 11]]
    for grad_input in (GradInputScatter, GradInputCorrelation):
        assert grad_input(case).result[0, 0].tolist() == [0.5, 1, 2, 4, -0.5, -3]
    for grad_kernel in (GradKernelAccumulation, GradKernelCorrelation):
        assert grad_kernel(case).result[:, 0, 0].tolist() == [[30, 40, 50], [10, 12, 14]]
    assert GradBias(case).result.tolist() == [10, 2]
    assert said(Conv2dForward(case), 4) == "1·0.5 + 2·1 + 3·0.5 + bias 1 = 5"


# --- dense --------------------------------------------------------------------------------------


def test_dense_equals_the_layer():
    rng = np.random.default_rng(6)
    x, w, b, g = (rng.normal(size=shape) for shape in [(5,), (3, 5), (3,), (3,)])
    layer = Dense(5, 3, dtype=np.float64)
    layer.parameters["weight"][...] = w
    layer.parameters["bias"][...] = b
    case = DenseCase(x, w, b, g)
    assert np.allclose(DenseForward(case).result, layer.forward(x[np.newaxis], training=True)[0])
    assert np.allclose(DenseGradInput(case).result, layer.backward(g[np.newaxis])[0])
    assert np.allclose(DenseGradWeight(case).result, layer.gradients["weight"])
    assert np.allclose(DenseGradBias(case).result, layer.gradients["bias"])


def test_a_dense_step_in_words():
    case = DenseCase([1, 2], [[3, -4], [0, 5]], [1, -1], [2, -1])
    assert said(DenseForward(case), 0) == "1·3 + 2·(−4) + bias 1 = −4"
    assert said(DenseGradInput(case), 1) == "2·(−4) + (−1)·5 = −13"
    assert said(DenseGradWeight(case), 3) == "2·(−1) = −2"
    with pytest.raises(ShapeError, match="need 2 inputs"):
        DenseCase([1, 2, 3], [[3, -4], [0, 5]])


# --- softmax and loss ---------------------------------------------------------------------------


def test_softmax_and_loss_of_the_course():
    logits = [2, 1, 0.1]
    assert SoftmaxForward(logits).result == pytest.approx([0.6590, 0.2424, 0.0986], abs=5e-5)
    assert CrossEntropyForward(logits, 0).result == pytest.approx([0.41703], abs=5e-6)
    assert CrossEntropyBackward(logits, 0).result == pytest.approx(
        [-0.34100, 0.24243, 0.09857], abs=5e-6
    )
    assert said(SoftmaxForward(logits), 0) == "e^2 / (e^2 + e^1 + e^0.1) ≈ 0.659"
    terms = SoftmaxTerms(logits)
    assert [said(terms, n) for n in range(4)] == [
        "e^2 ≈ 7.39",
        "e^2 + e^1 ≈ 10.11",
        "e^2 + e^1 + e^0.1 ≈ 11.21",
        "e^2 / (e^2 + e^1 + e^0.1) ≈ 0.659",
    ]
    assert said(CrossEntropyForward(logits, 0), 0) == "−ln 0.659 ≈ 0.417"
    assert said(CrossEntropyBackward(logits, 0), 0) == "0.659 + (−1) = −0.341"


@pytest.mark.parametrize("temperature", [0.5, 1.0, 4.0])
def test_a_temperature_divides_the_logits(temperature):
    logits = np.array([1.5, -2.0, 0.25, 3.0])
    powers = [math.exp(z / temperature) for z in logits]
    shares = [power / sum(powers) for power in powers]
    for kind in (SoftmaxForward, SoftmaxTerms):
        assert kind(logits, 2, temperature).result == pytest.approx(shares)
    assert SoftmaxTerms(logits, 2, temperature).denominator(2) == pytest.approx(sum(powers[:2]))

    def loss(values):
        return float(CrossEntropyForward(values, 2, temperature).result[0])

    assert loss(logits) == pytest.approx(-math.log(shares[2]))
    nudges = np.eye(4) * 1e-6
    slopes = [(loss(logits + nudge) - loss(logits - nudge)) / 2e-6 for nudge in nudges]
    gradient = CrossEntropyBackward(logits, 2, temperature).result
    assert gradient == pytest.approx(slopes, abs=1e-8)


@pytest.mark.parametrize("size", [1e-12, 1e9, 1e12])
def test_powers_neither_overflow_nor_all_vanish(size):
    for logits in ([size, -size, 0], [-size, -size, -2 * size]):
        trace = SoftmaxTerms(logits)
        assert np.isfinite(trace.exponentials).all()
        assert trace.denominator(3) > 0
        assert trace.exponentials / trace.denominator(3) == pytest.approx(trace.result)


def test_a_temperature_of_nothing_is_refused():
    with pytest.raises(ShapeError, match="temperature must be above 0"):
        SoftmaxForward([1, 2], temperature=0)


def test_of_a_thousand_powers_the_largest_are_written_out():
    words = said(SoftmaxForward(np.arange(1000.0) / 100), 3)
    assert words.startswith("e^0.03 / (e^9.88 + e^9.89 + ")
    assert words.endswith("+ e^9.99 + 988 others) ≈ 4.7·10⁻⁷")


def test_the_loss_equals_the_engine_and_survives_large_logits():
    logits = np.array([1000.0, -1000.0, 3.0])
    loss = SoftmaxCrossEntropy()
    assert CrossEntropyForward(logits, 2).result[0] == pytest.approx(
        loss.forward(logits[np.newaxis], np.array([2]))
    )
    assert CrossEntropyBackward(logits, 2).result == pytest.approx(loss.backward()[0])


def test_a_label_that_is_no_class_is_refused():
    with pytest.raises(ShapeError, match="classes 0 to 2"):
        SoftmaxForward([1, 2, 3], 3)


# --- all of them --------------------------------------------------------------------------------

POOL = PoolCase(IMAGE, 3, 1, 1, np.ones((1, 4, 4)))
DENSE = DenseCase([1, 2, 3], np.arange(6).reshape(2, 3), [1, 2], [3, 4])
TRACES = [
    MaxPoolForward(POOL),
    MaxPoolBackward(POOL),
    AvgPoolForward(POOL),
    AvgPoolBackward(POOL),
    *(ActivationForward(IMAGE - 8, kind()) for kind in activation_specs().values()),
    *(ActivationBackward(IMAGE - 8, IMAGE, kind()) for kind in activation_specs().values()),
    DenseForward(DENSE),
    DenseGradInput(DENSE),
    DenseGradWeight(DENSE),
    DenseGradBias(DENSE),
    SoftmaxForward([2, 1, 0.1]),
    SoftmaxTerms([2, 1, 0.1], 1, 0.5),
    CrossEntropyForward([2, 1, 0.1]),
    CrossEntropyBackward([2, 1, 0.1]),
]


@pytest.mark.parametrize("trace", TRACES, ids=lambda trace: type(trace).__name__)
def test_steps_and_states_agree_and_every_step_can_be_said(trace):
    for index, step in enumerate(trace):
        before, after = trace.state_after(index - 1), trace.state_after(index)
        assert said(trace, index)
        changed = {update.target.index for update in step.updates if not update.is_discarded}
        for update in step.updates:
            at = update.target.index
            if update.before is not None:
                assert update.before == before.values[at]
            if not update.is_discarded:
                assert update.after == after.values[at]
                assert after.filled[at]
        for at in np.ndindex(after.values.shape):
            assert at in changed or after.values[at] == before.values[at]
        for term in step.terms:
            for factor in term.factors:
                assert factor.cell is None or factor.cell.grid in trace.grids
