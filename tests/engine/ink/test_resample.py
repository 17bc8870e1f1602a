"""Area averaging against hand-computed means."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.ink.resample import area_weights, resample


def test_shrinking_by_a_whole_number_averages_blocks():
    picture = np.arange(16, dtype=np.float32).reshape(4, 4)
    assert resample(picture, 2, 2).tolist() == [[2.5, 4.5], [10.5, 12.5]]


def test_enlarging_by_a_whole_number_repeats_cells():
    picture = np.array([[1, 2], [3, 4]], np.float32)
    assert np.array_equal(resample(picture, 4, 6), picture.repeat(2, 0).repeat(3, 1))


def test_three_cells_into_two_share_the_middle_one():
    assert area_weights(3, 2) == pytest.approx(np.array([[2 / 3, 1 / 3, 0], [0, 1 / 3, 2 / 3]]))


@given(st.integers(1, 300), st.integers(1, 40))
def test_every_target_cell_is_a_mean(source, target):
    weights = area_weights(source, target)
    assert weights.min() >= 0
    assert weights.sum(1) == pytest.approx(np.ones(target), abs=1e-4)
    assert weights.sum(0) == pytest.approx(np.full(source, target / source), abs=1e-4)


def test_kept_weights_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        area_weights(5, 3)[0, 0] = 7
