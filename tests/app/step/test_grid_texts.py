"""Grids as text: what a student pastes elsewhere is what the lab shows."""

import csv
import io

import numpy as np

from app.step.grid_texts import FORMATS, NamedGrid, as_csv, as_latex, as_numpy, grids_of
from engine.traces import Conv2dForward, GradInputScatter, four_by_four


def test_numpy_text_makes_the_arrays_and_unfilled_cells_are_nan():
    trace = Conv2dForward(four_by_four(padding=1))
    names: dict[str, np.ndarray] = {}
    exec(as_numpy(grids_of(trace, trace.state_after(2))), names)  # noqa: S102 - our own text
    assert names["input"].tolist() == [
        [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12], [13, 14, 15, 16]]
    ]
    assert names["kernel"].shape == (2, 1, 3, 3)
    assert names["output"].shape == (2, 4, 4)
    assert names["output"][0, 0, :3].tolist() == [-4, -4, -4]
    assert np.isnan(names["output"]).sum() == 29


def test_the_padding_of_a_target_is_left_out():
    trace = GradInputScatter(four_by_four(padding=1))
    target = grids_of(trace, trace.state_after(len(trace) - 1))[-1]
    assert target.name == "grad_input"
    assert target.values.tolist() == [
        [[-5, 4, -7, 0], [13, 27, -11, 0], [-10, -11, 0, 0], [0, 0, 0, 0]]
    ]


def test_latex_is_one_matrix_per_sheet():
    trace = Conv2dForward(four_by_four())
    text = as_latex(grids_of(trace, trace.state_after(4)))
    assert text.count(r"\begin{bmatrix}") == text.count(r"\end{bmatrix}") == 1 + 2 + 1 + 2
    assert "\\mathrm{kernel}_{2} =\n\\begin{bmatrix}\n  0 & 0 & 0 \\\\\n  0 & -1 & 1 \\\\" in text
    assert (
        "\\mathrm{output}_{2} =\n\\begin{bmatrix}\n  1 & \\cdot \\\\\n  \\cdot & \\cdot\n" in text
    )


def test_csv_is_read_back_by_a_csv_reader():
    trace = Conv2dForward(four_by_four())
    rows = list(csv.reader(io.StringIO(as_csv(grids_of(trace, trace.state_after(7))))))
    at = rows.index(["output 1"])
    assert rows[at + 1 : at + 3] == [["-4", "-4"], ["-4", "-4"]]


def test_every_number_is_written_in_full():
    value = 0.1234567890123
    grid = NamedGrid("grad_output", np.full((1, 1), value), np.ones((1, 1), np.bool_))
    for write in FORMATS.values():
        assert "0.1234567890123" in write((grid,))
    assert r"\mathrm{grad\_output}" in as_latex((grid,))
