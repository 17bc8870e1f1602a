"""Pooling: the literals of the course, the loops of the definition, finite differences."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import loops as reference
from engine.basics.errors import NotReadyError, ShapeError
from engine.layers import (
    AvgPool1d,
    AvgPool1dSpec,
    AvgPool2d,
    GlobalAvgPool,
    MaxPool1d,
    MaxPool1dSpec,
    MaxPool2d,
)
from tests.engine.layers.checks import check_gradients

X = np.arange(1.0, 17).reshape(1, 1, 4, 4)
GRAD = np.array([[[[6.0, 8], [14, 16]]]])


def test_max_pooling_of_1_to_16():
    pool = MaxPool2d(2)
    assert pool.forward(X, training=True).tolist() == [[[[6, 8], [14, 16]]]]
    assert pool.backward(GRAD).tolist() == [
        [[[0, 0, 0, 0], [0, 6, 0, 8], [0, 0, 0, 0], [0, 14, 0, 16]]]
    ]


def test_average_pooling_of_1_to_16():
    pool = AvgPool2d(2)
    assert pool.forward(X, training=True).tolist() == [[[[3.5, 5.5], [11.5, 13.5]]]]
    assert pool.backward(GRAD).tolist() == [
        [[[1.5, 1.5, 2, 2], [1.5, 1.5, 2, 2], [3.5, 3.5, 4, 4], [3.5, 3.5, 4, 4]]]
    ]


def test_a_tie_goes_to_the_first_in_row_major_order():
    pool = MaxPool2d(2)
    pool.forward(np.array([[[[3.0, 7], [7, 7]]]]), training=True)
    assert pool.backward(np.array([[[[5.0]]]])).tolist() == [[[[0, 5], [0, 0]]]]


poolings = given(
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.tuples(st.booleans(), st.booleans()),
    st.tuples(st.integers(3, 7), st.integers(3, 7)),
    st.integers(0, 99),
)


@settings(max_examples=50, deadline=None)
@poolings
def test_max_pooling_equals_the_loops(kernel, stride, padded, size, seed):
    rng = np.random.default_rng(seed)
    padding = tuple(k // 2 * on for k, on in zip(kernel, padded, strict=True))
    x = rng.integers(0, 5, (2, 3, *size)).astype(float)  # many ties
    pool = MaxPool2d(kernel, stride, padding)
    y = pool.forward(x, training=True)
    expected, where = reference.max_pool2d(x, kernel, stride, padding)
    np.testing.assert_array_equal(y, expected)
    np.testing.assert_array_equal(pool.forward(x), expected)
    grad = rng.standard_normal(y.shape)
    pool.forward(x, training=True)
    np.testing.assert_allclose(
        pool.backward(grad), reference.max_pool2d_backward(grad, where, size, padding), atol=1e-12
    )


@settings(max_examples=50, deadline=None)
@poolings
def test_average_pooling_equals_the_loops(kernel, stride, padded, size, seed):
    rng = np.random.default_rng(seed)
    padding = tuple(k // 2 * on for k, on in zip(kernel, padded, strict=True))
    counts = bool(seed % 2)
    x = rng.standard_normal((2, 3, *size))
    pool = AvgPool2d(kernel, stride, padding, count_padding=counts)
    y = pool.forward(x, training=True)
    how = (kernel, stride, padding)
    np.testing.assert_allclose(
        y, reference.average_pool2d(x, *how, count_padding=counts), atol=1e-12
    )
    grad = rng.standard_normal(y.shape)
    np.testing.assert_allclose(
        pool.backward(grad),
        reference.average_pool2d_backward(grad, size, *how, count_padding=counts),
        atol=1e-12,
    )


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (MaxPool2d((2, 3), (1, 2), (1, 1)), (2, 2, 5, 6)),
        (AvgPool2d(3, 2, 1, count_padding=False), (2, 2, 5, 6)),
        (GlobalAvgPool(), (2, 3, 4, 5)),
        (MaxPool1d(3, 2, 1), (2, 2, 7)),
        (AvgPool1d(3, 2, 1), (2, 2, 7)),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, tuple) else "",
)
def test_gradients_equal_finite_differences(layer, shape):
    distinct = np.random.default_rng(0).permutation(np.prod(shape)).astype(float)
    check_gradients(layer, distinct.reshape(shape))


def test_global_average_pooling_is_the_mean():
    assert GlobalAvgPool().forward(X).tolist() == [[8.5]]


def test_padding_beyond_half_the_window_is_refused():
    with pytest.raises(ShapeError, match="more than half"):
        MaxPool2d(2, padding=2).forward(X)


def test_a_window_larger_than_its_input_is_explained():
    with pytest.raises(ShapeError, match="kernel of 5 does not fit into 4 cells"):
        MaxPool2d(5).forward(X)


@pytest.mark.parametrize("layer", [MaxPool2d(2), AvgPool2d(2), GlobalAvgPool(), MaxPool1d(2)])
def test_backward_before_forward_says_so(layer):
    with pytest.raises(NotReadyError, match="before forward"):
        layer.backward(GRAD)


@pytest.mark.parametrize("kind", [MaxPool1dSpec, AvgPool1dSpec])
def test_pooling_of_a_sequence_says_its_length_and_its_window(kind):
    assert kind(3, 2, 1).formulas((2, 9)) == ("length (9 + 2·1 − 3)/2 + 1 = 5",)
    assert kind(3, 4).formulas((2, 9)) == ("length ⌊(9 + 2·0 − 3)/4⌋ + 1 = 2",)
    assert kind(3, 2, 1).words() == "window 3, stride 2, padding 1"
    assert kind(3, 2).words() == "window 3, stride 2"
