"""The im2col matrix: one row per window, and one dot product per output cell."""

import numpy as np

from engine.traces import Conv2dCase, Conv2dForward, four_by_four
from engine.traces.im2col import Im2col


def test_the_example_laid_out():
    im2col = Im2col(four_by_four())
    assert im2col.patches().tolist() == [
        [1, 2, 3, 5, 6, 7, 9, 10, 11],
        [2, 3, 4, 6, 7, 8, 10, 11, 12],
        [5, 6, 7, 9, 10, 11, 13, 14, 15],
        [6, 7, 8, 10, 11, 12, 14, 15, 16],
    ]
    assert im2col.weights(0).tolist() == [0, 0, 0, 0, 1, 0, 0, -1, 0]
    assert im2col.products(3, 1).sum() == 1


def test_every_entry_says_where_it_was_read_and_rows_make_the_output():
    rng = np.random.default_rng(1)
    case = Conv2dCase(
        rng.integers(-5, 6, (3, 7, 6)),
        rng.integers(-3, 4, (2, 3, 2, 3)),
        rng.integers(-3, 4, 2),
        stride=(2, 1),
        padding=(1, 2),
        dilation=(2, 1),
    )
    im2col, trace = Im2col(case), Conv2dForward(case)
    patches = im2col.patches()
    assert patches.shape == (im2col.rows, im2col.columns)
    for row, column in np.ndindex(patches.shape):
        cell = im2col.input_cell(row, column)
        assert patches[row, column] == case.padded[cell.index]
    for step in range(len(trace)):
        o, row = divmod(step, im2col.rows)
        assert im2col.row_of(step) == row
        after = trace[step].updates[0].after
        assert im2col.products(row, o).sum() + case.bias[o] == after
