"""The lab's state: kept in files as JSON, and refused in a sentence when it is damaged."""

import json
from dataclasses import replace

import numpy as np
import pytest

from engine.basics.errors import DataError
from engine.lab import LabState, Operation, Pass, example_state, trace_of


@pytest.mark.parametrize("operation", list(Operation))
def test_every_example_survives_a_file(operation):
    state = replace(example_state(operation), step=1, pass_=Pass.GRAD_INPUT)
    again = LabState.from_dict(json.loads(json.dumps(state.to_dict())))
    assert again == state
    assert again != replace(state, step=0)


def test_the_example_is_the_course_s():
    state = example_state()
    assert state.input.tolist() == [[[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12], [13, 14, 15, 16]]]
    assert trace_of(state).result.tolist() == [[[-4, -4], [-4, -4]], [[1, 1], [1, 1]]]


def test_a_larger_output_meets_a_gradient_filled_up_with_zeros():
    state = replace(example_state(), padding=(1, 1), pass_=Pass.GRAD_INPUT)
    assert trace_of(state).result[0].tolist() == [
        [-5, 4, -7, 0],
        [13, 27, -11, 0],
        [-10, -11, 0, 0],
        [0, 0, 0, 0],
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": "something"}, "no state of the sliding-window lab"),
        ({"version": 2}, "newer cnnviz"),
        ({"version": "1"}, "whole number"),
        ({"operation": "conv3d"}, "must be one of conv2d"),
        ({"pass": "sideways"}, "must be one of forward"),
        ({"input": [[1, 2], [3]]}, "all of the same length"),
        ({"input": [[1, 2], [3, 4]]}, "must have 3 axes"),
        ({"input": [[[float("nan")]]]}, "not finite"),
        ({"input": [[[1e300]]]}, "too large"),
        ({"kernel": None}, "kernel"),
        ({"stride": [0, 1]}, "stride must be a whole number of 1"),
        ({"stride": 1}, "two whole numbers"),
        ({"padding": [True, 0]}, "padding must be"),
        ({"step": -1}, "step must be"),
        ({"input": np.zeros((3, 300, 300)).tolist()}, "more than"),
    ],
)
def test_a_damaged_state_is_refused_in_a_sentence(change, words):
    data = example_state().to_dict() | change
    with pytest.raises(DataError, match=words):
        LabState.from_dict(data)


@pytest.mark.parametrize("data", [None, [], "text", {}])
def test_what_is_no_state_is_refused(data):
    with pytest.raises(DataError, match="no state"):
        LabState.from_dict(data)


def test_its_numbers_cannot_be_changed_in_place():
    state = example_state()
    with pytest.raises(ValueError, match="read-only"):
        state.input[0, 0, 0] = 5
