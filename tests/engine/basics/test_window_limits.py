"""Each limit is the last value that works, found by trying: one more does not."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.basics.errors import ShapeError
from engine.basics.geometry import Axis
from engine.basics.window_limits import SETTINGS, Limits, limits_of

LARGEST = 64


def axes():
    """Axes on which a window fits."""

    @st.composite
    def draw_axis(draw):
        values = {
            "size": draw(st.integers(1, 40)),
            "kernel": draw(st.integers(1, 9)),
            "stride": draw(st.integers(1, 5)),
            "padding": draw(st.integers(0, 6)),
            "dilation": draw(st.integers(1, 4)),
        }
        try:
            return Axis(**values)
        except ShapeError:
            assume(False)

    return draw_axis()


def works(axis, name, value):
    """Whether an axis can have this value."""
    try:
        replace(axis, **{name: value})
    except ShapeError:
        return False
    return True


@given(axes())
def test_what_is_within_the_limits_works_and_one_kernel_cell_more_does_not(axis):
    limits = limits_of(axis, LARGEST)
    assert set(limits) == set(SETTINGS)
    for name, limit in limits.items():
        assert works(axis, name, limit.least)
        assert works(axis, name, max(limit.least, limit.most))
    assert not works(axis, "kernel", limits["kernel"].most + 1)
    if axis.kernel > 1:
        assert not works(axis, "dilation", limits["dilation"].most + 1)
    for name in ("size", "padding"):
        assert not works(axis, name, limits[name].least - 1)


@given(axes())
def test_the_largest_stride_is_the_last_with_two_windows(axis):
    most = limits_of(axis, LARGEST)["stride"].most
    assert replace(axis, stride=most + 1).output == 1
    if axis.padded > axis.extent:
        assert replace(axis, stride=most).output >= 2


@given(axes())
def test_with_the_largest_padding_every_window_can_still_read_an_input_cell(axis):
    most = limits_of(axis, LARGEST)["padding"].most
    first = replace(axis, padding=most).window(0)
    assert first[-1] == most  # the first cell of the input itself
    assert replace(axis, padding=most + 1).window(0)[-1] < most + 1


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("size", Limits(3, LARGEST)),
        ("kernel", Limits(1, 30)),
        ("stride", Limits(1, 25)),
        ("padding", Limits(0, 4)),
        ("dilation", Limits(1, 7)),
    ],
)
def test_five_on_twenty_eight_with_one_of_padding(name, limit):
    assert limits_of(Axis(28, 5, 1, 1), LARGEST)[name] == limit


def test_what_two_axes_allow_is_what_both_do():
    assert Limits(1, 7).within(Limits(2, 9)) == Limits(2, 7)
