"""Convolution traced: the course's literals, and any geometry against loops from the definition."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.basics.errors import ShapeError
from engine.layers.conv import Conv2d
from engine.traces import (
    Cell,
    CellKind,
    Conv2dCase,
    Conv2dForward,
    GradBias,
    GradInputCorrelation,
    GradInputScatter,
    GradKernelAccumulation,
    GradKernelCorrelation,
    four_by_four,
    plain,
    sentence,
)

ALL = (
    Conv2dForward,
    GradInputScatter,
    GradInputCorrelation,
    GradKernelAccumulation,
    GradKernelCorrelation,
    GradBias,
)
GRAD_INPUT = (GradInputScatter, GradInputCorrelation)
GRAD_KERNEL = (GradKernelAccumulation, GradKernelCorrelation)


def by_stepping(trace):
    """Replay a trace from its steps alone: every update says what its cell becomes."""
    values = np.full(trace.target.values.shape, np.nan)
    for step in trace:
        for update in step.updates:
            if not update.is_discarded:
                values[update.target.index] = update.after
    return values


# --- the course's 4×4 example -------------------------------------------------------------------


def test_forward_without_padding():
    result = by_stepping(Conv2dForward(four_by_four()))
    assert result.tolist() == [[[-4, -4], [-4, -4]], [[1, 1], [1, 1]]]


def test_forward_with_padding():
    result = by_stepping(Conv2dForward(four_by_four(padding=1)))
    assert result[0].tolist() == [[-4] * 4, [-4] * 4, [-4] * 4, [13, 14, 15, 16]]
    assert result[1].tolist() == [[1, 1, 1, -4], [1, 1, 1, -8], [1, 1, 1, -12], [1, 1, 1, -16]]


@pytest.mark.parametrize("trace_class", GRAD_INPUT)
def test_gradient_of_the_input_without_padding(trace_class):
    trace = trace_class(four_by_four())
    expected = [[[0, 0, 0, 0], [0, -5, 4, -7], [0, 13, 27, -11], [0, -10, -11, 0]]]
    assert trace.result.tolist() == expected
    assert by_stepping(trace).tolist() == expected


@pytest.mark.parametrize("trace_class", GRAD_INPUT)
def test_gradient_of_the_input_with_padding(trace_class):
    trace = trace_class(four_by_four(padding=1))
    assert trace.result.tolist() == [
        [[-5, 4, -7, 0], [13, 27, -11, 0], [-10, -11, 0, 0], [0, 0, 0, 0]]
    ]


@pytest.mark.parametrize("trace_class", GRAD_KERNEL)
def test_gradient_of_the_kernels(trace_class):
    assert by_stepping(trace_class(four_by_four())).tolist() == [
        [[[104, 117, 130], [156, 169, 182], [208, 221, 234]]],
        [[[-74, -90, -106], [-138, -154, -170], [-202, -218, -234]]],
    ]
    assert by_stepping(trace_class(four_by_four(padding=1))).tolist() == [
        [[[11, 32, 53], [51, 104, 117], [79, 156, 169]]],
        [[[-11, -21, -31], [-62, -74, -90], [-134, -138, -154]]],
    ]


@pytest.mark.parametrize("padding", [0, 1])
def test_gradient_of_the_bias(padding):
    trace = GradBias(four_by_four(padding))
    assert trace.result.tolist() == [13, -16]
    assert by_stepping(trace).tolist() == [[13, -16]]


def test_dilation_and_stride_of_the_course():
    image = np.arange(1, 26).reshape(1, 5, 5)
    ones = np.ones((1, 1, 2, 2))
    dilated = Conv2dForward(Conv2dCase(image, ones, dilation=2))
    assert dilated.result.tolist() == [[[28, 32, 36], [48, 52, 56], [68, 72, 76]]]
    strided = Conv2dForward(Conv2dCase(image, ones, stride=2))
    assert strided.result.tolist() == [[[16, 24], [56, 64]]]
    unread = strided.grids["input"].unread
    assert unread[4].all()
    assert unread[:, 4].all()
    assert not unread[:4, :4].any()


# --- what a step says ---------------------------------------------------------------------------


def test_first_step_of_the_forward_pass_in_words():
    trace = Conv2dForward(four_by_four())
    assert plain(sentence(trace[0], trace.target.role)) == (
        "1·0 + 2·0 + 3·0 + 5·0 + 6·1 + 7·0 + 9·0 + 10·(−1) + 11·0 + bias 0 = −4"
    )
    assert trace[0].title == "Output channel 1, row 1, column 1"


def test_handing_back_continues_the_running_sum_and_drops_what_falls_on_padding():
    trace = GradInputScatter(four_by_four())
    assert plain(sentence(trace[3], trace.target.role)).split("; ")[4] == "4 + 11·1 = 15"
    padded = GradInputScatter(four_by_four(padding=1))
    clauses = plain(sentence(padded[0], padded.target.role)).split("; ")
    assert clauses[0] == "(−4)·0 → padding"
    assert clauses[4] == "0 + (−4)·1 = −4"
    state = padded.state_after(len(padded) - 1)
    assert not state.filled[0, 0].any()
    assert not state.values[0, 0].any()


def test_one_channel_is_unfolded_and_the_others_are_subtotals():
    trace = GradInputCorrelation(four_by_four())
    text = plain(sentence(trace[5], trace.target.role, unfold=0))
    assert text.endswith("+ [output channel 2: −1] = −5")
    assert text.count("·") == 9


def test_windows_lie_in_padded_coordinates():
    trace = Conv2dForward(four_by_four(padding=1))
    first = trace[0]
    assert first.windows[0].rows == range(3)
    terms = list(first.terms)
    assert terms[4].factors[0].cell == Cell("input", (0, 1, 1))
    assert terms[4].factors[0].value == 1
    assert trace.grids["input"].kinds[0, 0] == CellKind.PADDING
    assert trace.grids["input"].kinds[1, 1] == CellKind.VALUE


def test_correlation_shows_the_rotated_kernel_and_the_spread_gradient():
    case = Conv2dCase(
        np.ones((1, 5, 5)),
        np.arange(4).reshape(1, 1, 2, 2),
        grad_output=[[[1, 2], [3, 4]]],
        stride=2,
    )
    trace = GradInputCorrelation(case)
    assert trace.grids["rotated_kernel"].values[0, 0].tolist() == [[3, 2], [1, 0]]
    spread = trace.grids["grad_output"]
    assert spread.values[0].tolist() == [
        [0, 0, 0, 0, 0, 0],
        [0, 1, 0, 2, 0, 0],
        [0, 0, 0, 0, 0, 0],
        [0, 3, 0, 4, 0, 0],
        [0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0],
    ]
    assert spread.kinds[2, 2] == CellKind.INSERTED
    assert spread.kinds[1, 1] == CellKind.VALUE
    assert spread.kinds[5, 2] == CellKind.PADDING


def test_hovering_links_factors_products_and_target():
    trace = Conv2dForward(four_by_four())
    linked = trace.linked(Cell("input", (0, 1, 1)), 0)
    assert linked == {
        Cell("input", (0, 1, 1)),
        Cell("kernel", (0, 0, 1, 1)),
        Cell("output", (0, 0, 0)),
    }
    elsewhere = trace.linked(Cell("input", (0, 3, 3)), 0)
    assert Cell("output", (0, 1, 1)) in elsewhere
    assert Cell("output", (1, 1, 1)) in elsewhere
    assert trace.steps_with(Cell("input", (0, 3, 3))) == (3, 7)


def test_channels_are_reached_at_the_same_window():
    trace = Conv2dForward(four_by_four())
    assert trace.output_channels == 2
    assert trace.channel_of(2) == 0
    assert trace.in_channel(2, 1) == 6
    weights = GradKernelCorrelation(four_by_four())
    assert weights.in_channel(4, 1) == 13
    assert GradInputCorrelation(four_by_four()).channel_of(3) is None


# --- any geometry -------------------------------------------------------------------------------


@st.composite
def cases(draw):
    """Random small convolutions with whole numbers, so that equality is exact."""
    groups = draw(st.sampled_from([1, 1, 2]))
    channels, kernels = groups * draw(st.integers(1, 2)), groups * draw(st.integers(1, 2))
    kernel = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    stride = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    padding = draw(st.tuples(*[st.tuples(st.integers(0, 3), st.integers(0, 3))] * 2))
    dilation = draw(st.tuples(st.integers(1, 2), st.integers(1, 2)))
    sizes = [
        draw(st.integers(max(1, d * (k - 1) + 1 - sum(p)), 6))
        for k, p, d in zip(kernel, padding, dilation, strict=True)
    ]
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    image = rng.integers(-9, 10, (channels, *sizes))
    weights = rng.integers(-9, 10, (kernels, channels // groups, *kernel))
    geometry = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    shape = Conv2dCase(image, weights, **geometry).grad_output.shape
    return Conv2dCase(
        image, weights, rng.integers(-9, 10, kernels), rng.integers(-9, 10, shape), **geometry
    )


def loops(case):
    """Forward and all gradients, loop for loop from the definition, without any padded copy."""
    output = np.zeros(case.grad_output.shape)
    gx, gw = np.zeros(case.input.shape), np.zeros(case.kernel.shape)
    gb = np.zeros(case.bias.shape)
    per_group = case.out_channels // case.groups
    for o, y, x in np.ndindex(output.shape):
        g = case.grad_output[o, y, x]
        gb[o] += g
        output[o, y, x] += case.bias[o]
        for k, i, j in np.ndindex(case.kernel.shape[1:]):
            c = o // per_group * case.kernel.shape[1] + k
            row = y * case.stride[0] + i * case.dilation[0] - case.padding[0][0]
            column = x * case.stride[1] + j * case.dilation[1] - case.padding[1][0]
            if 0 <= row < case.input.shape[1] and 0 <= column < case.input.shape[2]:
                output[o, y, x] += case.input[c, row, column] * case.kernel[o, k, i, j]
                gx[c, row, column] += g * case.kernel[o, k, i, j]
                gw[o, k, i, j] += g * case.input[c, row, column]
    return {
        Conv2dForward: output,
        GradInputScatter: gx,
        GradInputCorrelation: gx,
        GradKernelAccumulation: gw,
        GradKernelCorrelation: gw,
        GradBias: gb,
    }


@settings(max_examples=60, deadline=None)
@given(cases())
def test_all_steps_together_equal_the_definition(case):
    expected = loops(case)
    for trace_class in ALL:
        assert np.array_equal(trace_class(case).result, expected[trace_class]), trace_class


@settings(max_examples=40, deadline=None)
@given(cases())
def test_all_steps_together_equal_the_layer(case):
    is_even = all(before == after for before, after in case.padding)
    layer = Conv2d(
        case.input.shape[0],
        case.kernel.shape[0],
        case.kernel.shape[2:],
        case.stride,
        tuple(before for before, _ in case.padding) if is_even else 0,
        case.dilation,
        case.groups,
        dtype=np.float64,
    )
    layer.parameters["weight"][...] = case.kernel
    layer.parameters["bias"][...] = case.bias
    image = case.input if is_even else case.padded
    output = layer.forward(image[np.newaxis], training=True)[0]
    grad_input = layer.backward(case.grad_output[np.newaxis])[0]
    if not is_even:
        grad_input = case.without_padding(grad_input)
    weight, bias = layer.gradients["weight"], layer.gradients["bias"]
    assert np.allclose(Conv2dForward(case).result, output)
    for by_input in GRAD_INPUT:
        assert np.allclose(by_input(case).result, grad_input)
    for by_kernel in GRAD_KERNEL:
        assert np.allclose(by_kernel(case).result, weight)
    assert np.allclose(GradBias(case).result, bias)


@settings(max_examples=25, deadline=None)
@given(cases(), st.data())
def test_a_step_agrees_with_the_states_around_it(case, data):
    for trace_class in ALL:
        trace = trace_class(case)
        index = data.draw(st.integers(0, len(trace) - 1))
        step, before, after = trace[index], trace.state_after(index - 1), trace.state_after(index)
        changed = {update.target.index for update in step.updates}
        for update in step.updates:
            at = update.target.index
            total = sum(term.value for term in update.terms)
            total += update.bias.value if update.bias else 0
            assert update.value == total
            if update.before is not None:
                assert update.before == before.values[at]
            assert update.after == after.values[at]
            assert after.filled[at] != update.is_discarded
        for at in np.ndindex(after.values.shape):
            if at not in changed:
                assert after.values[at] == before.values[at]
        for term in step.terms:
            for factor in term.factors:
                grid = trace.grids[factor.cell.grid]
                assert factor.value == grid.values[factor.cell.index]


def test_states_are_the_same_in_whatever_order_they_are_asked_for():
    rng = np.random.default_rng(3)
    case = Conv2dCase(
        rng.integers(-3, 4, (2, 12, 12)),
        rng.integers(-3, 4, (3, 2, 3, 3)),
        grad_output=rng.integers(-3, 4, (3, 10, 10)),
    )
    trace, fresh = GradInputScatter(case), GradInputScatter(case)
    in_order = [fresh.state_after(i).values for i in range(-1, len(fresh))]
    for index in [299, 5, 200, 199, 64, 63, 128, -1, 0, 299]:
        assert np.array_equal(trace.state_after(index).values, in_order[index + 1])


def test_trace_is_a_sequence():
    trace = Conv2dForward(four_by_four())
    assert len(trace) == 8
    assert trace[-1].index == 7
    assert [step.index for step in trace[2:4]] == [2, 3]
    assert [step.index for step in trace] == list(range(8))
    with pytest.raises(IndexError):
        trace[8]
    with pytest.raises(IndexError):
        trace.state_after(8)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (((4, 4), (1, 1, 3, 3)), "take one sample"),
        (((1, 4, 4), (1, 2, 3, 3)), "need an input of 2 channels"),
        (((1, 2, 2), (1, 1, 3, 3)), "does not fit"),
        (((1, 4, 4), (1, 1, 3, 3), (2,)), "one per kernel"),
        (((1, 4, 4), (1, 1, 3, 3), (1,), (1, 3, 3)), "1×2×2"),
    ],
)
def test_arrays_that_do_not_fit_are_refused_with_what_was_expected(arguments, message):
    with pytest.raises(ShapeError, match=message):
        Conv2dCase(*map(np.ones, arguments))


def test_same_padding_keeps_the_size():
    case = Conv2dCase(np.ones((1, 5, 6)), np.ones((1, 1, 3, 2)), padding="same")
    assert case.padding == ((1, 1), (0, 1))
    assert case.grad_output.shape == (1, 5, 6)
    with pytest.raises(ShapeError, match="same"):
        Conv2dCase(np.ones((1, 5, 6)), np.ones((1, 1, 3, 2)), padding="some")


def test_nan_and_text_are_refused():
    with pytest.raises(ShapeError, match="finite"):
        Conv2dCase(np.full((1, 3, 3), np.nan), np.ones((1, 1, 3, 3)))
    with pytest.raises(ShapeError, match="numbers"):
        Conv2dCase(np.full((1, 3, 3), "a"), np.ones((1, 1, 3, 3)))
