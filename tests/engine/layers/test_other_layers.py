"""Dense, Flatten, activations, dropout and batch normalisation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import loops as reference
from engine.basics.errors import NotReadyError, ShapeError
from engine.layers import (
    BatchNorm2d,
    Dense,
    Dropout,
    Flatten,
    LeakyReLU,
    ReLU,
    Sigmoid,
    Softmax,
    Tanh,
)
from tests.engine.layers.checks import check_gradients


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 4), st.integers(1, 5), st.integers(1, 5))
def test_dense_equals_the_loops_and_finite_differences(N, inputs, outputs):
    rng = np.random.default_rng(N)
    layer = Dense(inputs, outputs, rng=rng, dtype=np.float64)
    layer.parameters["bias"][...] = rng.standard_normal(outputs)
    x = rng.standard_normal((N, inputs))
    expected = reference.dense(x, layer.parameters["weight"], layer.parameters["bias"])
    np.testing.assert_allclose(layer.forward(x), expected, atol=1e-12)
    check_gradients(layer, x)


def test_flatten_keeps_pytorchs_order_and_folds_back():
    x = np.arange(24.0).reshape(1, 2, 3, 4)
    layer = Flatten()
    flat = layer.forward(x, training=True)
    assert flat.tolist() == [list(range(24))]
    np.testing.assert_array_equal(layer.backward(flat), x)


@pytest.mark.parametrize("layer", [ReLU(), LeakyReLU(0.1), Sigmoid(), Tanh(), Softmax()], ids=repr)
@pytest.mark.parametrize("shape", [(3, 4), (2, 3, 5), (2, 3, 4, 5)])
def test_activation_gradients_equal_finite_differences(layer, shape):
    check_gradients(layer, np.random.default_rng(0).standard_normal(shape))


def test_activations_on_known_numbers():
    x = np.array([[-2.0, 0.0, 3.0]])
    assert ReLU().forward(x).tolist() == [[0, 0, 3]]
    assert LeakyReLU(0.1).forward(x).tolist() == [[-0.2, 0, 3]]
    np.testing.assert_allclose(Sigmoid().forward(x), [[0.1192029, 0.5, 0.9525741]], atol=1e-7)
    np.testing.assert_allclose(Tanh().forward(x), [[-0.9640276, 0, 0.9950548]], atol=1e-7)


def test_relu_passes_no_gradient_at_zero():
    layer = ReLU()
    layer.forward(np.array([[0.0, 1.0]]), training=True)
    assert layer.backward(np.array([[5.0, 5.0]])).tolist() == [[0, 5]]


def test_softmax_of_the_course_and_of_huge_logits():
    layer = Softmax()
    np.testing.assert_allclose(
        layer.forward(np.array([[2.0, 1.0, 0.1]])), [[0.6590, 0.2424, 0.0986]], atol=5e-5
    )
    assert layer.forward(np.array([[1e4, 0.0]])).tolist() == [[1, 0]]


def test_dropout_drops_its_share_and_keeps_the_mean():
    layer = Dropout(0.25, rng=np.random.default_rng(0))
    x = np.ones((100, 400))
    y = layer.forward(x, training=True)
    assert set(np.unique(y)) == {0, 1 / 0.75}
    assert abs((y == 0).mean() - 0.25) < 0.01
    np.testing.assert_array_equal(layer.backward(x), y)
    np.testing.assert_array_equal(layer.forward(x), x)


def test_dropout_draws_the_same_after_the_same_seed():
    layer, x = Dropout(0.5), np.ones((4, 3, 5, 5), np.float32)
    layer.reseed((1, 2))
    first = layer.forward(x, training=True)
    layer.reseed((1, 2))
    np.testing.assert_array_equal(layer.forward(x, training=True), first)


def test_batch_normalisation_normalises_and_has_the_right_gradients():
    layer = BatchNorm2d(3, dtype=np.float64)
    rng = np.random.default_rng(0)
    x = rng.standard_normal((4, 3, 2, 5)) * 3 + 1
    y = layer.forward(x, training=True)
    np.testing.assert_allclose(y.mean(axis=(0, 2, 3)), 0, atol=1e-12)
    np.testing.assert_allclose(y.std(axis=(0, 2, 3)), 1, atol=1e-5)
    layer.parameters["weight"][...] = rng.standard_normal(3)
    layer.parameters["bias"][...] = rng.standard_normal(3)
    check_gradients(layer, x)


def test_batch_normalisation_keeps_running_averages_for_afterwards():
    layer = BatchNorm2d(1, momentum=0.5, dtype=np.float64)
    x = np.array([1.0, 2, 3, 6]).reshape(4, 1, 1, 1)
    layer.forward(x, training=True)
    assert layer.state["running_mean"].tolist() == [1.5]  # halfway from 0 to 3
    np.testing.assert_allclose(layer.state["running_var"], [(1 + 14 / 3) / 2])  # unbiased 14/3
    assert layer.state["num_batches_tracked"] == 1
    expected = (x - 1.5) / np.sqrt((1 + 14 / 3) / 2 + 1e-5)
    np.testing.assert_allclose(layer.forward(x), expected)


@pytest.mark.parametrize(
    ("layer", "x", "sentence"),
    [
        (Dense(3, 2), np.ones((1, 4), np.float32), "needs 3 input features; got 4"),
        (Dense(3, 2), np.ones((1, 1, 3), np.float32), "Put Flatten before it"),
        (ReLU(), np.ones((2, 3), int), "floating-point"),
        (Flatten(), np.ones((0, 3)), "empty batch"),
    ],
)
def test_an_input_that_does_not_fit_is_explained(layer, x, sentence):
    with pytest.raises(ShapeError, match=sentence):
        layer.forward(x)


def test_batch_normalisation_of_one_number_is_refused():
    with pytest.raises(ShapeError, match="Use a larger batch"):
        BatchNorm2d(1).forward(np.ones((1, 1, 1, 1), np.float32), training=True)


@pytest.mark.parametrize(
    "layer", [Dense(2, 2), Flatten(), ReLU(), Softmax(), Dropout(), BatchNorm2d(2)]
)
def test_backward_before_forward_says_so(layer):
    with pytest.raises(NotReadyError, match="before forward"):
        layer.backward(np.ones((1, 2)))


def test_settings_out_of_range_are_refused():
    with pytest.raises(ShapeError):
        Dense(0, 3)
    with pytest.raises(ShapeError):
        Dropout(1.0)
    with pytest.raises(ShapeError):
        LeakyReLU(0)
