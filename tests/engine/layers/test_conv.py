"""Convolution: the literals of the course, the loops of the definition, finite differences."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import loops as reference
from engine.basics.errors import NotReadyError, ShapeError
from engine.basics.geometry import same_axis
from engine.layers import Conv1d, Conv1dSpec, Conv2d, Conv2dSpec
from tests.engine.layers.checks import check_gradients

X = np.arange(1.0, 17).reshape(1, 1, 4, 4)
W = np.array([[[[0, 0, 0], [0, 1, 0], [0, -1, 0]]], [[[0, 0, 0], [0, -1, 1], [0, 0, 0]]]], float)
GRAD = np.array([[[[-4, -4], [10, 11]], [[1, -7], [1, -11]]]], float)


def four_by_four(padding):
    conv = Conv2d(1, 2, 3, padding=padding, dtype=np.float64)
    conv.parameters["weight"][...] = W
    return conv


def test_the_4x4_example_without_padding():
    conv = four_by_four(0)
    assert conv.forward(X, training=True).tolist() == [[[[-4, -4], [-4, -4]], [[1, 1], [1, 1]]]]
    grad = conv.backward(GRAD)
    assert grad.tolist() == [[[[0, 0, 0, 0], [0, -5, 4, -7], [0, 13, 27, -11], [0, -10, -11, 0]]]]
    assert conv.gradients["weight"].tolist() == [
        [[[104, 117, 130], [156, 169, 182], [208, 221, 234]]],
        [[[-74, -90, -106], [-138, -154, -170], [-202, -218, -234]]],
    ]
    assert conv.gradients["bias"].tolist() == [13, -16]


def test_the_4x4_example_with_padding():
    conv = four_by_four(1)
    assert conv.forward(X, training=True).tolist() == [
        [
            [[-4, -4, -4, -4], [-4, -4, -4, -4], [-4, -4, -4, -4], [13, 14, 15, 16]],
            [[1, 1, 1, -4], [1, 1, 1, -8], [1, 1, 1, -12], [1, 1, 1, -16]],
        ]
    ]
    wide = np.zeros((1, 2, 4, 4))
    wide[:, :, :2, :2] = GRAD
    grad = conv.backward(wide)
    assert grad.tolist() == [[[[-5, 4, -7, 0], [13, 27, -11, 0], [-10, -11, 0, 0], [0, 0, 0, 0]]]]
    assert conv.gradients["weight"].tolist() == [
        [[[11, 32, 53], [51, 104, 117], [79, 156, 169]]],
        [[[-11, -21, -31], [-62, -74, -90], [-134, -138, -154]]],
    ]
    assert conv.gradients["bias"].tolist() == [13, -16]


@pytest.mark.parametrize(
    ("settings_", "expected"),
    [
        ({"dilation": 2}, [[28, 32, 36], [48, 52, 56], [68, 72, 76]]),
        ({"stride": 2}, [[16, 24], [56, 64]]),
    ],
)
def test_a_kernel_of_ones_on_1_to_25(settings_, expected):
    conv = Conv2d(1, 1, 2, dtype=np.float64, **settings_)
    conv.parameters["weight"][...] = 1
    x = np.arange(1.0, 26).reshape(1, 1, 5, 5)
    assert conv.forward(x)[0, 0].tolist() == expected


def test_conv1d_of_the_course():
    conv = Conv1d(1, 2, 3, dtype=np.float64)
    conv.parameters["weight"][...] = [[[1, 0, -1]], [[0.5, 1, 0.5]]]
    conv.parameters["bias"][...] = [0, 1]
    y = conv.forward(np.array([[[1.0, 2, 3, 4, 5, 6]]]), training=True)
    assert y.tolist() == [[[-2, -2, -2, -2], [5, 7, 9, 11]]]
    grad = conv.backward(np.array([[[1.0, 2, 3, 4], [-1, 0, 1, 2]]]))
    assert grad.tolist() == [[[0.5, 1, 2, 4, -0.5, -3]]]
    assert conv.gradients["weight"].tolist() == [[[30, 40, 50]], [[10, 12, 14]]]
    assert conv.gradients["bias"].tolist() == [10, 2]


@st.composite
def convolutions(draw):
    """A random convolution that fits, and an input for it."""
    groups = draw(st.integers(1, 3))
    channels = groups * draw(st.integers(1, 2))
    kernels = groups * draw(st.integers(1, 2))
    kernel = (draw(st.integers(1, 4)), draw(st.integers(1, 4)))
    stride = (draw(st.integers(1, 3)), draw(st.integers(1, 3)))
    dilation = (draw(st.integers(1, 2)), draw(st.integers(1, 2)))
    padding = draw(st.sampled_from(["same", "valid", None]))
    cells = (draw(st.integers(0, 2)), draw(st.integers(0, 2)))
    reach = [d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True)]
    size = [r + draw(st.integers(0, 4)) for r in reach]
    rng = np.random.default_rng(draw(st.integers(0, 999)))
    conv = Conv2d(
        channels,
        kernels,
        kernel,
        stride,
        cells if padding is None else padding,
        dilation,
        groups,
        bias=draw(st.booleans()),
        rng=rng,
        dtype=np.float64,
    )
    if "bias" in conv.parameters:
        conv.parameters["bias"][...] = rng.standard_normal(kernels)
    return conv, rng.standard_normal((draw(st.integers(1, 3)), channels, *size))


def padding_around(conv, x):
    if conv.padding == "same":
        axes = [
            same_axis(*axis)
            for axis in zip(x.shape[2:], conv.kernel_size, conv.stride, conv.dilation, strict=True)
        ]
        return tuple((axis.padding, axis.after) for axis in axes)
    if conv.padding == "valid":
        return ((0, 0), (0, 0))
    return tuple((cells, cells) for cells in conv.padding)


@settings(max_examples=60, deadline=None)
@given(convolutions())
def test_the_fast_layer_equals_the_loops(example):
    conv, x = example
    around = padding_around(conv, x)
    how = (conv.stride, around, conv.dilation, conv.groups)
    weight, bias = conv.parameters["weight"], conv.parameters.get("bias")
    y = conv.forward(x, training=True)
    np.testing.assert_allclose(y, reference.conv2d(x, weight, bias, *how), atol=1e-12)
    grad = np.random.default_rng(1).standard_normal(y.shape)
    grad_x, grad_w, grad_b = reference.conv2d_backward(grad, x, weight, *how)
    np.testing.assert_allclose(conv.backward(grad), grad_x, atol=1e-12)
    np.testing.assert_allclose(conv.gradients["weight"], grad_w, atol=1e-12)
    if bias is not None:
        np.testing.assert_allclose(conv.gradients["bias"], grad_b, atol=1e-12)


@settings(max_examples=8, deadline=None)
@given(convolutions())
def test_gradients_equal_finite_differences(example):
    check_gradients(*example)


@settings(max_examples=30, deadline=None)
@given(
    st.integers(1, 3), st.integers(1, 4), st.integers(1, 3), st.integers(0, 2), st.integers(1, 2)
)
def test_conv1d_equals_the_loops(N, kernel, stride, padding, dilation):
    rng = np.random.default_rng(kernel)
    conv = Conv1d(2, 3, kernel, stride, padding, dilation, rng=rng, dtype=np.float64)
    x = rng.standard_normal((N, 2, 9))
    expected = reference.conv1d(
        x, conv.parameters["weight"], conv.parameters["bias"], stride, (padding,) * 2, dilation
    )
    np.testing.assert_allclose(conv.forward(x), expected, atol=1e-12)
    check_gradients(conv, x)


def test_reused_memory_changes_no_result():
    rng = np.random.default_rng(0)
    fresh = Conv2d(2, 3, 3, padding=1, rng=np.random.default_rng(1), dtype=np.float64)
    reusing = Conv2d(2, 3, 3, padding=1, rng=np.random.default_rng(1), dtype=np.float64)
    reusing.buffers.reuse = True
    for N in (3, 3, 2, 3):
        x = rng.standard_normal((N, 2, 5, 6))
        y = fresh.forward(x, training=True)
        np.testing.assert_array_equal(reusing.forward(x, training=True), y)
        np.testing.assert_array_equal(reusing.backward(y), fresh.backward(y))
    assert reusing.held_bytes > 0
    reusing.forget()
    assert reusing.held_bytes == 0


def test_what_was_returned_stays_valid_unless_memory_is_reused():
    conv = Conv2d(1, 1, 3)
    first = conv.forward(np.ones((1, 1, 5, 5), np.float32))
    kept = first.copy()
    conv.forward(np.zeros((1, 1, 5, 5), np.float32))
    np.testing.assert_array_equal(first, kept)


@pytest.mark.parametrize(
    ("x", "sentence"),
    [
        (np.ones((1, 5, 5)), "needs input of shape"),
        (np.ones((1, 2, 5, 5)), "needs 1 input channels; got 2"),
        (np.ones((1, 1, 5, 5), int), "floating-point"),
        (np.ones((0, 1, 5, 5)), "empty batch"),
        (np.ones((1, 1, 2, 5)), "does not fit into 2 cells"),
    ],
)
def test_an_input_that_does_not_fit_is_explained(x, sentence):
    with pytest.raises(ShapeError, match=sentence):
        Conv2d(1, 1, 3, dtype=np.float64).forward(x)


@pytest.mark.parametrize(
    "settings_",
    [
        {"kernel_size": 0},
        {"stride": 0},
        {"groups": 2},
        {"padding": -1},
        {"padding": "full"},
        {"dilation": 0},
    ],
)
def test_settings_out_of_range_are_refused(settings_):
    with pytest.raises(ShapeError):
        Conv2d(**({"in_channels": 1, "out_channels": 2, "kernel_size": 3} | settings_))


def test_backward_before_forward_says_so():
    with pytest.raises(NotReadyError, match="before forward"):
        Conv2d(1, 1, 3).backward(np.ones((1, 1, 1, 1)))


def test_a_gradient_of_another_shape_is_refused():
    conv = Conv2d(1, 1, 3)
    conv.forward(np.ones((1, 1, 5, 5), np.float32), training=True)
    with pytest.raises(ShapeError, match="output's shape"):
        conv.backward(np.ones((1, 1, 5, 5), np.float32))


@pytest.mark.parametrize(
    ("spec", "shape", "output", "parameters", "multiply_adds"),
    [
        (Conv2dSpec(out_channels=6), (3, 144, 144), (6, 142, 142), 168, 162 * 142 * 142),
        (Conv2dSpec(out_channels=48), (24, 60, 60), (48, 58, 58), 10_416, 10_368 * 58 * 58),
        (Conv2dSpec(out_channels=20, stride=(2, 2)), (10, 20, 20), (20, 9, 9), 1_820, 1_800 * 81),
        (Conv1dSpec(out_channels=2), (1, 6), (2, 4), 8, 24),
    ],
)
def test_shape_and_cost_follow_from_the_spec(spec, shape, output, parameters, multiply_adds):
    assert spec.output_shape(shape) == output
    cost = spec.cost(shape)
    assert (cost.parameters, cost.multiply_adds) == (parameters, multiply_adds)
    layer = spec.build(shape, np.random.default_rng(0), np.float64)
    assert sum(value.size for value in layer.parameters.values()) == parameters
    assert layer.forward(np.zeros((1, *shape))).shape[1:] == output
