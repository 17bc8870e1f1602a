"""What each input channel adds to a convolution's output, against plain loops."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.traces import Conv2dCase, Conv2dForward
from engine.traces.channels import ChannelSums, by_channel


def loops(case, o):
    """The partial maps from the definition, number by number."""
    rows, columns = case.rows, case.columns
    maps = []
    for place, channel in enumerate(case.channels_of(o)):
        found = np.zeros((rows.output, columns.output))
        for y in range(rows.output):
            for x in range(columns.output):
                for i in range(case.kernel.shape[2]):
                    for j in range(case.kernel.shape[3]):
                        r = y * case.stride[0] + i * case.dilation[0] - case.padding[0][0]
                        c = x * case.stride[1] + j * case.dilation[1] - case.padding[1][0]
                        if 0 <= r < case.input.shape[1] and 0 <= c < case.input.shape[2]:
                            found[y, x] += case.input[channel, r, c] * case.kernel[o, place, i, j]
        maps.append(found)
    return np.array(maps)


@st.composite
def cases(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    groups, per_group = draw(st.integers(1, 2)), draw(st.integers(1, 3))
    pairs = st.tuples(st.integers(1, 2), st.integers(1, 2))
    return Conv2dCase(
        rng.normal(size=(groups * per_group, *draw(st.tuples(*[st.integers(4, 7)] * 2)))),
        rng.normal(size=(2 * groups, per_group, *draw(pairs))),
        rng.normal(size=2 * groups),
        stride=draw(pairs),
        padding=draw(pairs),
        dilation=draw(pairs),
        groups=groups,
    )


@settings(deadline=None)
@given(cases())
def test_partial_maps_are_those_of_the_definition_and_add_up_to_the_output(case):
    trace = Conv2dForward(case)
    for o in range(case.out_channels):
        sums = ChannelSums(case, o)
        assert sums.partials == pytest.approx(loops(case, o))
        total = np.full(sums.partials.shape[1:], case.bias[o])
        for partial in sums.partials:
            total += partial
        assert total == pytest.approx(trace.result[o])
        assert sums.peak == np.abs(sums.partials).max()


@given(cases())
def test_a_cell_of_a_partial_map_is_the_subtotal_of_its_step(case):
    trace, sums = Conv2dForward(case), ChannelSums(case, 1)
    step = trace[trace.in_channel(0, 1)]
    subtotals = [group.subtotal for group in step.updates[0].groups]
    assert subtotals == pytest.approx(sums.partials[:, 0, 0].tolist())


def test_of_many_channels_those_that_add_least_are_put_together():
    values = [1.0, -9.0, 2.0, 8.0, 3.0]
    case = Conv2dCase(np.reshape(values, (5, 1, 1)), np.ones((1, 5, 1, 1)))
    step = Conv2dForward(case)[0]
    groups = by_channel(step, 3).updates[0].groups
    assert [(group.label, group.subtotal) for group in groups] == [
        ("input channel 2", -9),
        ("input channel 4", 8),
        ("3 other channels", 6),
    ]
    assert by_channel(step, 5) is step
