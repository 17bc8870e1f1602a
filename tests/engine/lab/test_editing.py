"""Edits of the lab: the number behind every cell, blocks, sizes, text that people paste."""

from dataclasses import replace

import numpy as np
import pytest

from engine.basics.errors import DataError
from engine.basics.typed_numbers import AmbiguousNumberError
from engine.lab import OPERATIONS, Operation, Pass, example_state, trace_of
from engine.lab.checking import check_cell, gradient_of
from engine.lab.editing import (
    place_of,
    value_at,
    with_block,
    with_in_channels,
    with_known_kernel,
    with_out_channels,
    with_random_numbers,
    with_value,
)
from engine.lab.pasted import read_block
from engine.lab.state import ACTIVATIONS
from engine.layers.known_kernels import KERNELS


@pytest.mark.parametrize("operation", list(Operation))
def test_every_editable_cell_shows_the_number_behind_it(operation):
    state = example_state(operation)
    if operation in {Operation.CONV2D, Operation.CONV1D}:
        state = replace(state, padding=(1, 1), stride=(2, 2), input=state.input + 0.25)
    seen = set()
    for info in OPERATIONS[operation].passes:
        for way in range(len(info.ways)):
            trace = trace_of(replace(state, pass_=info.key, way=way))
            for grid in trace.grids.values():
                for index in np.ndindex(grid.values.shape):
                    place = place_of(state, grid, index)
                    if place is not None:
                        assert value_at(state, place) == grid.values[index]
                        seen.add(place)
    assert {name for name, _ in seen} >= {"input"}
    assert len({at for name, at in seen if name == "kernel"}) == state.kernel.size
    assert len({at for name, at in seen if name == "bias"}) == state.bias.size


def test_a_number_is_edited_and_the_old_state_stays():
    state = example_state()
    edited = with_value(state, ("kernel", (1, 0, 2, 2)), 5)
    assert edited.kernel[1, 0, 2, 2] == 5
    assert state.kernel[1, 0, 2, 2] == 0
    wider = with_value(replace(state, padding=(1, 1)), ("grad_output", (0, 3, 3)), 2)
    assert wider.grad_output.shape == (2, 4, 4)
    assert wider.grad_output[0, :2, :2].tolist() == [[-4, -4], [10, 11]]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e12])
def test_what_is_no_ordinary_number_is_refused(value):
    with pytest.raises(DataError, match="finite"):
        with_value(example_state(), ("input", (0, 0, 0)), value)


def test_a_block_goes_where_it_fits_and_larger_ones_make_the_grid_their_size():
    state = example_state()
    block = np.array([[7.0, 8.0], [9.0, 10.0]])
    assert (
        with_block(state, ("input", (0, 2, 2)), block).input[0, 2:, 2:].tolist() == block.tolist()
    )
    grown = with_block(state, ("input", (0, 0, 0)), np.arange(30.0).reshape(5, 6))
    assert grown.input.shape == (1, 5, 6)
    with pytest.raises(DataError, match="do not fit"):
        with_block(state, ("grad_output", (0, 1, 1)), block)
    with pytest.raises(DataError, match="largest grid is 12×12"):
        with_block(state, ("input", (0, 0, 0)), np.zeros((13, 2)))
    line = example_state("conv1d")
    assert with_block(line, ("input", (0, 0)), np.arange(8.0)[:, None]).input.shape == (1, 8)
    dense = example_state("dense")
    assert with_block(dense, ("input", (1,)), block[:1]).input.tolist() == [1, 7, 8, 4]


def test_channels_come_and_go():
    state = with_out_channels(with_in_channels(example_state(), 3), 4)
    assert (state.input.shape, state.kernel.shape, state.bias.shape) == (
        (3, 4, 4),
        (4, 3, 3, 3),
        (4,),
    )
    assert trace_of(state).result[:2].tolist() == [[[-4, -4], [-4, -4]], [[1, 1], [1, 1]]]
    assert trace_of(replace(state, pass_=Pass.GRAD_INPUT)).result.shape == (3, 4, 4)
    back = with_out_channels(with_in_channels(state, 1), 1)
    assert back.kernel.shape == (1, 1, 3, 3)


def test_a_known_kernel_goes_into_one_channel():
    state = with_known_kernel(example_state(), KERNELS["sobel_x"].weights, 1)
    assert state.kernel[1, 0].tolist() == [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
    assert state.kernel[0, 0].tolist() == [[0, 0, 0], [0, 1, 0], [0, -1, 0]]
    assert trace_of(state).result[1].tolist() == [[8, 8], [8, 8]]


@pytest.mark.parametrize("name", ["box", "gaussian"])
def test_blurs_keep_the_brightness(name):
    assert KERNELS[name].weights.sum() == pytest.approx(1)


@pytest.mark.parametrize("name", ["sobel_x", "sobel_y", "laplacian"])
def test_edge_kernels_see_nothing_on_an_even_surface(name):
    assert KERNELS[name].weights.sum() == 0


@pytest.mark.parametrize(
    "text",
    [
        "1\t2\n3\t4",
        "1\t2\r\n3\t4\r\n",
        "1, 2\n3, 4",
        "1;2\n3;4",
        "1 2\n3 4",
        "[[1, 2], [3, 4]]",
        "array([[1., 2.],\n       [3., 4.]])",
        "[[1 2]\n [3 4]]",
    ],
)
def test_blocks_are_read_from_spreadsheets_and_numpy(text):
    assert read_block(text).tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("0,5\t1\n2\t3,25", [[0.5, 1], [2, 3.25]]),
        ("0,5; 1\n2; 3,25", [[0.5, 1], [2, 3.25]]),
        ("0,5 1,5\n2 3", [[0.5, 1.5], [2, 3]]),
        ("0,5\n1,5\n3", [[0.5], [1.5], [3]]),
        ("[[0.5, 1]]", [[0.5, 1]]),
        ("[[1.125, 2]]", [[1.125, 2]]),
        ("1,2,3\n4,5,6", [[1, 2, 3], [4, 5, 6]]),
        ("0.5,1.5", [[0.5, 1.5]]),
        ("1,-2", [[1, -2]]),
        ("120 250 130\n110 200 255", [[120, 250, 130], [110, 200, 255]]),
    ],
)
def test_commas_and_spaces_are_read_where_only_one_reading_makes_sense(text, rows):
    assert read_block(text).tolist() == rows


def test_a_block_decides_as_a_whole_what_stands_before_decimals():
    assert read_block("1.125\t0.5").tolist() == [[1.125, 0.5]]
    assert read_block("1,125\t0,5").tolist() == [[1.125, 0.5]]
    assert read_block("1.125\t0,5").tolist() == [[1125, 0.5]]
    with pytest.raises(AmbiguousNumberError, match=r"1125 or 1\.125"):
        read_block("1.125\t2")


@pytest.mark.parametrize(
    "text", ["1,2\n3,4", "1,5, 2,5", "100 200 300", "100,200,300", "1,000", "1,000\n2,000"]
)
def test_a_block_that_can_be_meant_in_two_ways_is_refused_with_both(text):
    with pytest.raises(AmbiguousNumberError, match=r"can (be|mean) .* or "):
        read_block(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [("0,05", 0.05), ("1e-3", 0.001), ("1/3", 1 / 3), ("1 000", 1000), ("1,000,000", 1e6)],
)
def test_one_number_that_is_pasted_is_read_as_when_it_is_typed(text, number):
    assert read_block(text).tolist() == [[number]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1\t2\n3", "different lengths"),
        ("", "no numbers"),
        ("a b", "no number"),
        ("[[]]", "number"),
    ],
)
def test_blocks_that_cannot_be_used_are_refused_in_a_sentence(text, words):
    with pytest.raises(DataError, match=words):
        read_block(text)


@pytest.mark.parametrize("operation", list(Operation))
def test_backward_agrees_with_the_difference_quotient_everywhere(operation):
    state = with_random_numbers(example_state(operation), np.random.default_rng(3))
    if operation in {Operation.MAX_POOL, *ACTIVATIONS}:  # away from ties and kinks
        state = replace(state, input=state.input + np.arange(state.input.size).reshape(
            state.input.shape) * 0.01 + 0.005)  # fmt: skip
    for name in ("input", "kernel", "bias"):
        if getattr(state, name).size:
            assert gradient_of(state, name).shape == getattr(state, name).shape
        for index in np.ndindex(getattr(state, name).shape if getattr(state, name).size else (0,)):
            check = check_cell(state, name, index)
            assert check.agrees
            assert check.relative_error < 1e-4


def test_a_tie_of_the_maximum_is_a_kink():
    state = replace(example_state("max_pool"), input=np.ones((1, 4, 4)))
    check = check_cell(state, "input", (0, 0, 0))
    assert (check.analytic, check.agrees) == (1, False)
