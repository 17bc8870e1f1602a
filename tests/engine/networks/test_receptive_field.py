"""Receptive fields: known figures, and what really changes a unit when the input changes."""

import numpy as np
import pytest

from engine.networks.network import Sequential
from engine.networks.presets import PRESETS
from engine.networks.receptive_field import receptive_fields


def test_lenet5_reads_5_6_14_and_16_pixels_as_published():
    fields = receptive_fields(PRESETS["lenet5"].stack)
    found = [(f.axes[0].reach.size, f.axes[0].reach.jump) for f in fields[:6] if f.axes]
    assert found == [(5, 1), (5, 1), (6, 2), (14, 2), (14, 2), (16, 4)]
    assert fields[7].axes is None


def test_a_field_that_begins_in_the_padding_is_clipped():
    first = receptive_fields(PRESETS["lenet5"].stack)[0]
    assert first.field(0) == (range(-2, 3), range(-2, 3))
    assert first.clipped(0) == (range(3), range(3))
    assert first.clipped(28 * 28 - 1) == (range(25, 28), range(25, 28))


def test_flattened_units_keep_the_fields_of_their_maps():
    fields = receptive_fields(PRESETS["lenet5"].stack)
    unit = 3 * 25 + 2 * 5 + 4  # map 4, row 3, column 5
    assert fields[6].field(unit) == fields[5].field(unit) == (range(6, 22), range(14, 30))


@pytest.mark.parametrize("key", ["lenet5-1998", "all-convolutional", "three-3x3", "nin"])
def test_only_what_lies_in_the_field_changes_a_unit(key):
    stack = PRESETS[key].stack
    rng = np.random.default_rng(3)
    network = Sequential(stack, rng, np.float64)
    image = rng.random((1, 1, 28, 28))
    before = network.activations(image)
    for layer, fields in enumerate(receptive_fields(stack)):
        if fields.axes is None:
            continue
        unit = int(rng.integers(before[layer].size))
        clipped = fields.clipped(unit)
        assert clipped is not None
        rows, columns = clipped
        outside = rng.random((1, 1, 28, 28))
        outside[..., rows.start : rows.stop, columns.start : columns.stop] = image[
            ..., rows.start : rows.stop, columns.start : columns.stop
        ]
        after = network.activations(outside)[layer]
        assert after.ravel()[unit] == pytest.approx(before[layer].ravel()[unit], abs=1e-12)
