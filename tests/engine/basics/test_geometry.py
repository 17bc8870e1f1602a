"""Output sizes and windows: FACTS as literals, and the definition by counting."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.basics.errors import ShapeError
from engine.basics.geometry import Axis, conv_output_size, conv_parameter_count, same_axis


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "padding", "output"),
    [(144, 3, 1, 0, 142), (60, 3, 1, 0, 58), (20, 3, 2, 0, 9), (28, 3, 1, 1, 28), (10, 2, 2, 0, 5)],
)
def test_output_sizes_of_the_course(size, kernel, stride, padding, output):
    assert conv_output_size(size, kernel, stride, padding) == output


@pytest.mark.parametrize(
    ("channels", "kernels", "count"), [(3, 6, 168), (24, 48, 10_416), (10, 20, 1_820)]
)
def test_parameter_counts_of_the_course(channels, kernels, count):
    assert conv_parameter_count(channels, kernels, (3, 3)) == count


def test_one_7x7_and_three_3x3_of_64_channels():
    assert conv_parameter_count(64, 64, (7, 7)) == 200_768
    assert 3 * conv_parameter_count(64, 64, (3, 3)) == 110_784


def test_the_last_row_of_20_is_never_read_at_stride_2():
    axis = Axis(20, 3, stride=2)
    assert axis.clipped == 1
    assert axis.unread_input == 1
    assert max(cell for window in axis.windows() for cell in window) == 18


@given(
    st.integers(1, 40), st.integers(1, 7), st.integers(1, 5), st.integers(0, 4), st.integers(1, 3)
)
def test_the_formula_counts_the_windows_that_fit(size, kernel, stride, padding, dilation):
    padded = size + 2 * padding
    starts = [
        start for start in range(0, padded, stride) if start + dilation * (kernel - 1) < padded
    ]
    if not starts:
        with pytest.raises(ShapeError, match="does not fit"):
            Axis(size, kernel, stride, padding, dilation)
        return
    axis = Axis(size, kernel, stride, padding, dilation)
    assert [window.start for window in axis.windows()] == starts
    assert axis.clipped == padded - 1 - max(c for w in axis.windows() for c in w)


@given(st.integers(1, 40), st.integers(1, 7), st.integers(1, 5), st.integers(1, 3))
def test_same_padding_gives_size_over_stride_rounded_up(size, kernel, stride, dilation):
    axis = same_axis(size, kernel, stride, dilation)
    assert axis.output == -(-size // stride)
    assert axis.after - axis.padding in {0, 1}


def test_the_formula_is_shown_with_its_numbers():
    assert Axis(4, 3).formula() == "(4 + 2·0 − 3)/1 + 1 = 2"
    assert Axis(20, 3, stride=2).formula() == "⌊(20 + 2·0 − 3)/2⌋ + 1 = 9"
    assert Axis(5, 2, dilation=2).formula() == "(5 + 2·0 − 2·(2 − 1) − 1)/1 + 1 = 3"


@pytest.mark.parametrize("wrong", [{"stride": 0}, {"padding": -1}, {"kernel": 0}, {"size": 0}])
def test_values_out_of_range_are_named(wrong):
    with pytest.raises(ShapeError, match=next(iter(wrong))):
        Axis(**({"size": 4, "kernel": 3} | wrong))


def test_an_output_cell_that_is_not_there_is_refused():
    with pytest.raises(IndexError):
        Axis(4, 3).window(2)
