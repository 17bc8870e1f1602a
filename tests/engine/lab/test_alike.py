"""Whether, and why, all outputs of a kernel are alike."""

from dataclasses import replace

import numpy as np

from engine.lab import example_state, trace_of
from engine.lab.alike import why_alike


def why(channel=0, **changes):
    return why_alike(trace_of(replace(example_state(), **changes)), channel)


def test_the_example_gives_the_same_everywhere_since_it_grows_evenly():
    assert why(0).startswith("Every window gives −4: the weights add up to 0")
    assert why(1).startswith("Every window gives 1: the weights add up to 0")


def test_a_kernel_of_zeros_leaves_the_bias():
    words = why(kernel=np.zeros((2, 1, 3, 3)), bias=np.array([7.0, 0.0]))
    assert words.startswith("Every window gives 7: all weights")


def test_nothing_is_said_where_outputs_differ_or_the_reason_is_another():
    assert why(padding=(1, 1)) == ""
    assert why(kernel=np.ones((2, 1, 3, 3))) == ""
    assert why(input=np.arange(16.0).reshape(1, 4, 4) ** 2) == ""
    assert why(input=np.ones((1, 4, 4)), kernel=np.ones((2, 1, 3, 3))) == ""
