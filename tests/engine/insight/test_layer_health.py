"""Norms, steps, histograms and dead units, against loops and numbers worked out by hand."""

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.insight.layer_health import (
    BINS,
    dead_units,
    histogram,
    layer_health,
    norm,
    update_ratio,
)
from engine.layers import Conv2dSpec, DenseSpec, FlattenSpec, MaxPool2dSpec, ReLUSpec
from engine.networks.network import Sequential
from engine.networks.stack import Stack

FINITE = st.floats(-1e6, 1e6, width=32)


@pytest.fixture
def network() -> Sequential:
    layers = (
        Conv2dSpec(3, (3, 3)),
        MaxPool2dSpec(),
        ReLUSpec(),
        FlattenSpec(),
        DenseSpec(5),
        ReLUSpec(),
        DenseSpec(2),
    )
    return Sequential(Stack("Small", (1, 8, 8), layers), np.random.default_rng(4))


def test_the_norm_of_3_and_4_is_5():
    assert norm(np.array([[3.0], [-4.0]], np.float32)) == 5.0
    assert norm(np.full((2, 2), 1e30, np.float32)) == pytest.approx(2e30)


def test_the_update_ratio_is_the_step_over_the_weights_before_it():
    before, after = np.array([3.0, 4.0]), np.array([3.0, 4.005])
    assert update_ratio(before, after) == pytest.approx(0.001)
    assert update_ratio(np.zeros(2), np.zeros(2)) == 0
    assert update_ratio(np.zeros(2), np.ones(2)) == math.inf


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(FINITE, max_size=60), st.sampled_from([1, 2, 7, 41]))
def test_a_histogram_counts_each_number_in_the_bin_that_holds_it(numbers, bins):
    values = np.array(numbers, np.float32)
    found = histogram(values, bins)
    assert found.counts.sum() == values.size
    if values.size and (largest := float(np.abs(values).max())):
        assert found.limit == pytest.approx(largest)
        edges = np.linspace(-largest, largest, bins + 1)
        slack = 1e-6 * largest
        for place in range(bins):
            surely = np.count_nonzero(
                (values > edges[place] + slack) & (values < edges[place + 1] - slack)
            )
            perhaps = np.count_nonzero(
                (values >= edges[place] - slack) & (values <= edges[place + 1] + slack)
            )
            assert surely <= found.counts[place] <= perhaps


def test_zeros_lie_in_the_middle_and_what_is_not_finite_is_left_out():
    assert histogram(np.zeros(5)).counts[BINS // 2] == 5
    found = histogram(np.array([np.nan, np.inf, -1.0, 0.0, 1.0]), 3)
    assert found.limit == 1
    assert found.counts.tolist() == [1, 1, 1]


def test_every_layer_with_weights_is_measured(network):
    before = network.parameters.copy()
    for layer in network.layers:
        for name, gradient in layer.gradients.items():
            gradient[...] = 2.0 if name == "weight" else 9.0
    network.parameters *= np.float32(1.01)
    found = layer_health(network, before)
    assert [health.index for health in found] == [0, 4, 6]
    assert [health.title for health in found] == ["Convolution", "Dense", "Dense"]
    assert [health.count for health in found] == [27, 135, 10]
    for health in found:
        weight = network.layers[health.index].parameters["weight"]
        by_hand = math.sqrt(sum(float(value) ** 2 for value in weight.ravel()))
        assert health.weight_norm == pytest.approx(by_hand, rel=1e-6)
        assert health.gradient_norm == pytest.approx(2 * math.sqrt(weight.size))
        assert health.update_ratio == pytest.approx(0.01, rel=1e-3)
        assert health.weights.counts.sum() == weight.size
        assert health.dead is None


def test_without_the_weights_from_before_there_is_no_ratio(network):
    assert all(health.update_ratio is None for health in layer_health(network))


def test_a_map_that_is_0_for_every_image_is_dead(network):
    images = np.random.default_rng(0).random((45, 1, 8, 8), np.float32)
    convolution, dense = network.layers[0], network.layers[4]
    convolution.parameters["bias"][...] = [-100, 100, 100]
    dense.parameters["weight"][...] = 0.1
    dense.parameters["bias"][...] = [-1e6, 1, 1, -1e6, 1]
    dead = dead_units(network, images)
    assert dead == {2: (1, 3), 5: (2, 5)}
    found = layer_health(network, dead=dead)
    assert [(health.dead, health.units) for health in found] == [(1, 3), (2, 5), (None, 0)]
    assert found[0].dead_share == pytest.approx(1 / 3)


def test_a_unit_that_only_the_last_image_wakes_is_alive(network):
    network.layers[0].parameters["weight"][...] = 1
    network.layers[0].parameters["bias"][...] = -5
    images = np.zeros((41, 1, 8, 8), np.float32)
    assert dead_units(network, images)[2] == (3, 3)
    images[40] = 1
    assert dead_units(network, images)[2] == (0, 3)
