"""Filter sizes: what one large kernel and several small ones cost, as the papers say."""

import itertools

import numpy as np
import pytest

from engine.training.filter_sizes import (
    Chain,
    bottleneck,
    chains,
    mixing_example,
    timed_passes,
)


def test_three_small_kernels_see_as_far_as_one_large_one():
    assert Chain((3, 3, 3), 1, 9).receptive_fields == (3, 5, 7)
    assert Chain((5, 3), 1, 9).receptive_fields == (5, 7)
    assert Chain((7,), 1, 9).receptive_fields == (7,)


def test_the_receptive_field_is_where_a_change_of_the_input_arrives():
    kernels = (3, 5)
    signal = np.zeros(21)
    signal[10] = 1.0
    for kernel, expected in zip(kernels, Chain(kernels, 1, 9).receptive_fields, strict=True):
        signal = np.convolve(signal, np.ones(kernel), "same")
        assert np.count_nonzero(signal) == expected


def test_parameters_at_64_channels():
    seven, mixed, threes = chains(0, 64, 32)
    assert (seven.report.parameters, threes.report.parameters) == (200_768, 110_784)
    assert mixed.report.parameters == 102_464 + 36_928
    assert [chain.non_linearities for chain in (seven, mixed, threes)] == [1, 2, 3]
    assert mixed.title == "5×5 + 3×3"


@pytest.mark.parametrize("channels", [1, 3, 64, 512])
def test_formulas_of_the_paper(channels):
    C = channels
    five, threes = chains(1, C, 8)
    assert five.report.parameters == 25 * C * C + C
    assert threes.report.parameters == 2 * (9 * C * C + C)
    assert threes.report.multiply_adds == 18 * C * C * 64


def test_a_bottleneck_at_resnets_sizes():
    plain, narrow = bottleneck(256, 64, 56)
    assert plain.parameters == 590_080
    assert narrow.parameters == 16_448 + 36_928 + 16_640
    assert plain.output_shape == narrow.output_shape == (256, 56, 56)


def test_mixing_channels_by_hand():
    mixing = mixing_example()
    assert mixing.output.tolist() == [[[-4, -2], [-2, -4]], [[5, 9], [10, 8]]]
    assert mixing.sentence(0, 0, 0) == "1·1 + 5·(−1) + 0·2 = −4"


def test_passes_are_timed_one_by_one():
    passes = timed_passes(Chain((3, 3), 2, 5), 2, np.random.default_rng(0))
    assert all(seconds > 0 for seconds in itertools.islice(passes, 3))
