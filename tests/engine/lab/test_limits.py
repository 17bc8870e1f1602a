"""The limits of the lab's sliders: everything within them can be stepped through."""

from dataclasses import replace

import numpy as np
import pytest

from engine.basics.errors import ShapeError
from engine.lab import Operation, example_state, trace_of
from engine.lab.editing import resized_kernel
from engine.lab.limits import limits_in

WINDOWED = [Operation.CONV2D, Operation.CONV1D, Operation.MAX_POOL, Operation.AVG_POOL]
SHAPES = [{}, {"padding": (1, 1)}, {"stride": (2, 2)}]


def with_value(state, name, axis, value):
    if name == "kernel":
        return resized_kernel(state, axis, value)
    pair = list(getattr(state, name))
    pair[axis] = value
    return replace(state, **{name: tuple(pair)})


def works(state):
    try:
        trace_of(state)
    except ShapeError:
        return False
    return True


@pytest.mark.parametrize("operation", WINDOWED)
@pytest.mark.parametrize("changes", SHAPES)
def test_within_its_limits_each_setting_is_possible_and_a_larger_kernel_is_not(operation, changes):
    state = replace(example_state(operation), **changes)
    found = limits_in(state)
    assert set(found) >= {"stride", "padding"}
    for name, pair in found.items():
        for axis, limits in enumerate(pair):
            if operation is Operation.CONV1D and axis == 0:
                assert limits.least <= 1 <= max(1, limits.most)
                continue
            for value in range(limits.least, limits.most + 1):
                assert works(with_value(state, name, axis, value)), (name, axis, value)
            if name in {"kernel", "window"}:
                assert not works(with_value(state, name, axis, limits.most + 1))


def test_where_no_window_fits_or_there_are_none_there_are_no_limits():
    state = example_state()
    assert limits_in(replace(state, input=np.ones((1, 2, 2)))) == {}
    assert limits_in(example_state(Operation.DENSE)) == {}
