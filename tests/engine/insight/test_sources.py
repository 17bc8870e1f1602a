"""Where a number comes from: told by what changes it, by loops, and by hand, for every layer."""

from itertools import product

import numpy as np
import pytest

from engine import loops
from engine.insight.finding_sources import sources_in, sources_of, traced
from engine.insight.layer_outputs import outputs_on
from engine.insight.shown_layer import Unit
from engine.insight.sources import Way
from engine.layers import (
    BatchNorm2dSpec,
    Conv2dSpec,
    DenseSpec,
    DropoutSpec,
    FlattenSpec,
    MaxPool2dSpec,
    ReLUSpec,
    SoftmaxSpec,
)
from engine.layers.spec import LayerSpec
from engine.networks.muted import Muted
from engine.networks.network import Sequential
from engine.networks.presets import PRESETS
from engine.networks.stack import Stack
from tests.engine.layers.samples import EVERY_CASE, EVERY_KIND

every_case = pytest.mark.parametrize(("spec", "shape"), EVERY_CASE)
LINEAR = {Way.SUM, Way.MEAN}


def one_layer(spec, shape):
    """A network of that layer alone with random parameters, an image, and some of its units."""
    network = Sequential(Stack("One", shape, (spec,)), np.random.default_rng(0), np.float64)
    rng = np.random.default_rng(1)
    network.parameters[...] = rng.standard_normal(network.parameters.shape)
    for layer in network.layers:
        if "running_mean" in layer.state:
            layer.state["running_mean"][...] = rng.standard_normal(len(layer.state["running_mean"]))
            layer.state["running_var"][...] = 2.5
    image = rng.standard_normal(shape)
    output = spec.output_shape(shape)
    corners = [tuple(0 for _ in output), tuple(size - 1 for size in output)]
    middle = tuple(size // 2 for size in output)
    return network, image, [Unit(0, index) for index in (*corners, middle)]


@pytest.mark.parametrize("kind", EVERY_KIND, ids=lambda kind: kind.kind)
def test_every_kind_of_layer_has_an_entry(kind):
    assert sources_in.dispatch(kind) is not sources_in.dispatch(LayerSpec)


@every_case
def test_contributions_and_bias_add_up_to_the_number_that_the_layer_gives(spec, shape):
    network, image, units = one_layer(spec, shape)
    output = network.forward(image[np.newaxis])[0]
    for unit in units:
        found = sources_of(network, (image, output), unit)
        assert found.total == pytest.approx(output[unit.index], abs=1e-12)
        assert found.count == len(found.indices) == len(found.values) == len(found.products)
        assert [image[tuple(index)] for index in found.indices] == found.values.tolist()
        added = found.bias or 0.0
        for source in found.strongest(found.count):
            assert source.weight is None or source.product == source.value * source.weight
            added += source.product
        if found.way is not Way.SHARE:
            assert added == pytest.approx(found.total, abs=1e-12)


@every_case
def test_what_changes_a_number_are_its_sources_by_as_much_as_their_weights(spec, shape):
    network, image, units = one_layer(spec, shape)
    output = network.forward(image[np.newaxis])[0].copy()
    step = 1e-6
    cells = list(product(*map(range, shape)))
    moved = np.repeat(image[np.newaxis], len(cells), axis=0)
    for number, cell in enumerate(cells):
        moved[(number, *cell)] += step
    slopes = (network.forward(moved) - output) / step
    for unit in units:
        found = sources_of(network, (image, output), unit)
        slope = slopes[(slice(None), *unit.index)]
        weights = dict.fromkeys(cells, 0.0)
        for place, index in enumerate(found.indices.tolist()):
            weights[tuple(index)] = 1.0 if found.weights is None else float(found.weights[place])
        if found.way in LINEAR | {Way.COPY}:
            np.testing.assert_allclose(slope, list(weights.values()), atol=1e-7)
        else:
            changed = {cells[place] for place in np.flatnonzero(np.abs(slope) > 1e-9)}
            assert changed <= set(map(tuple, found.indices.tolist()))
        if found.way is Way.LARGEST:
            assert changed == {found.strongest(1)[0].index}


def test_a_convolution_is_the_sum_that_loops_over_its_window_give():
    spec = Conv2dSpec(4, (3, 2), (2, 1), (1, 1), dilation=(1, 2), groups=2)
    network, image, _ = one_layer(spec, (4, 7, 6))
    weight, bias = network.layers[0].parameters["weight"], network.layers[0].parameters["bias"]
    padded = np.pad(image, ((0, 0), (1, 1), (1, 1)))
    for out, row, column in ((0, 0, 0), (1, 3, 5), (3, 2, 0)):
        added = bias[out]
        for channel in range(2):
            for a in range(3):
                for b in range(2):
                    cell = padded[2 * (out // 2) + channel, 2 * row + a, column + 2 * b]
                    added += weight[out, channel, a, b] * cell
        found = sources_of(network, (image, np.zeros((4, 4, 6))), Unit(0, (out, row, column)))
        assert found.total == pytest.approx(added, abs=1e-12)
        assert found.bias == bias[out]


def test_the_strongest_sources_of_the_4x4_example():
    # window 1 2 3 / 5 6 7 / 9 10 11 under 0 0 0 / 0 1 0 / 0 −1 0: 6·1 and 10·(−1) remain
    network = Sequential(Stack("One", (1, 4, 4), (Conv2dSpec(1, (3, 3)),)), dtype=np.float64)
    network.parameters[...] = [0, 0, 0, 0, 1, 0, 0, -1, 0, 0]
    image = np.arange(1.0, 17).reshape(1, 4, 4)
    found = sources_of(network, (image, np.zeros((1, 2, 2))), Unit(0, (0, 0, 0)))
    assert [(one.index, one.value, one.weight, one.product) for one in found.strongest(2)] == [
        ((0, 2, 1), 10.0, -1.0, -10.0),
        ((0, 1, 1), 6.0, 1.0, 6.0),
    ]
    assert (found.rest(2), found.total) == (0, -4)


def test_a_dense_number_is_the_sum_that_a_loop_gives():
    network, image, _ = one_layer(DenseSpec(3), (12,))
    weight, bias = network.layers[0].parameters["weight"], network.layers[0].parameters["bias"]
    wanted = loops.dense(image[np.newaxis], weight, bias)[0]
    for out in range(3):
        found = sources_of(network, (image, wanted), Unit(0, (out,)))
        assert found.total == pytest.approx(float(wanted[out]), abs=1e-12)


def test_the_first_of_equal_numbers_wins():
    network, _, _ = one_layer(MaxPool2dSpec(), (1, 4, 4))
    image = np.array([[[1, 5, 0, 0], [5, 2, 0, 7], [0, 0, 1, 1], [0, 0, 1, 1]]], float)
    found = sources_of(network, (image, np.zeros((1, 2, 2))), Unit(0, (0, 0, 0)))
    assert found.indices.tolist() == [[0, 0, 0], [0, 0, 1], [0, 1, 0], [0, 1, 1]]
    assert found.products.tolist() == [0, 5, 0, 0]
    assert found.strongest(1)[0].index == (0, 0, 1)
    assert found.total == 5


@pytest.mark.parametrize("values", [[-3, -1, -2, -4], [-3, 0, -2, -4], [1, np.nan, 1, 2]])
def test_the_winner_is_the_strongest_whatever_its_value(values):
    network, _, _ = one_layer(MaxPool2dSpec(), (1, 2, 2))
    image = np.array(values, float).reshape(1, 2, 2)
    found = sources_of(network, (image, np.zeros((1, 1, 1))), Unit(0, (0, 0, 0)))
    assert found.strongest(1)[0].value == pytest.approx(found.total, nan_ok=True)
    assert found.strongest(1)[0].index == (0, 0, 1)


def test_the_strongest_come_first_and_the_rest_is_what_the_others_add():
    network = Sequential(Stack("One", (4,), (DenseSpec(1),)), dtype=np.float64)
    network.parameters[...] = [1, -3, 0.5, 2, 10]
    found = sources_of(network, (np.array([2.0, 1, 4, -4]), np.zeros(1)), Unit(0, (0,)))
    assert [one.product for one in found.strongest(2)] == [-8, -3]
    assert found.strongest(1)[0].index == (3,)
    assert found.strongest(1)[0].weight == 2
    assert (found.rest(2), found.bias, found.total) == (4, 10, 3)


def test_a_share_of_a_softmax_has_all_logits_for_sources():
    network = Sequential(Stack("One", (3,), (SoftmaxSpec(),)), dtype=np.float64)
    logits = np.log([1.0, 2, 5])
    found = sources_of(network, (logits, np.zeros(3)), Unit(0, (1,)))
    np.testing.assert_allclose(found.products, [0.125, 0.25, 0.625])
    assert found.total == pytest.approx(0.25)
    assert found.own.index == (1,)


def test_a_muted_map_comes_from_nothing():
    network, image, _ = one_layer(Conv2dSpec(2, (3, 3)), (4, 7, 6))
    network.layers[0] = Muted(network.layers[0], (1,))
    outputs = network.forward(image[np.newaxis])
    silent = sources_of(network, (image, outputs[0]), Unit(0, (1, 0, 0)))
    assert (silent.way, silent.count, silent.total) == (Way.SILENT, 0, 0)
    heard = sources_of(network, (image, outputs[0]), Unit(0, (0, 0, 0)))
    assert heard.total == pytest.approx(outputs[0, 0, 0, 0])


@pytest.mark.parametrize("spec", [DropoutSpec(0.5), BatchNorm2dSpec()])
def test_in_training_the_number_is_the_one_of_the_step(spec):
    network, image, _ = one_layer(spec, (4, 7, 6))
    outputs = network.forward(np.stack([image, -image]), training=True)
    for index in ((0, 0, 0), (3, 6, 5), (1, 2, 3)):
        found = sources_of(network, (image, outputs[0]), Unit(0, index), in_training=True)
        assert found.total == outputs[0][index]
        assert found.strongest(1)[0].index == index


@pytest.mark.parametrize("preset", PRESETS)
def test_every_layer_of_a_network_gives_what_was_put_out(preset):
    network = Sequential(PRESETS[preset].stack, np.random.default_rng(0))
    image = np.random.default_rng(1).random(network.stack.input_shape).astype(np.float32)
    values = (image, *outputs_on(network, image))
    for layer, output in enumerate(values[1:]):
        unit = Unit(layer, tuple(size // 2 for size in output.shape))
        found = sources_of(network, values, unit)
        assert found.total == pytest.approx(float(output[unit.index]), abs=1e-5)


def test_numbers_that_are_none_have_sources_as_well():
    stack = Stack("Two", (1, 4, 4), (Conv2dSpec(1, (3, 3)), ReLUSpec(), FlattenSpec()))
    network = Sequential(stack, np.random.default_rng(0))
    image = np.full((1, 4, 4), np.nan, np.float32)
    found = sources_of(network, (image, image, image), Unit(0, (0, 0, 0)))
    assert np.isnan(found.total)
    assert len(found.strongest(10)) == 9


def test_sources_are_followed_to_a_layer_that_is_shown():
    specs = (Conv2dSpec(2, (3, 3)), ReLUSpec(), MaxPool2dSpec(), Conv2dSpec(1, (2, 2)), ReLUSpec())
    network = Sequential(Stack("Small", (1, 10, 10), specs), np.random.default_rng(0), np.float64)
    image = np.random.default_rng(1).random((1, 10, 10))
    values = (image, *outputs_on(network, image))
    found = traced(network, values, Unit(4, (0, 1, 2)), (1, 4), 24)
    assert found.sum.unit == Unit(3, (0, 1, 2))
    assert found.total == max(values[4][0, 1, 2], 0)
    assert found.layer == 1
    assert len(found.seen) == 8
    weight = network.layers[3].parameters["weight"][0]
    pooled = {}
    for channel, a, b in product(range(2), range(2), range(2)):
        row, column = 2 * (1 + a), 2 * (2 + b)
        window = values[2][channel, row : row + 2, column : column + 2]
        down, across = divmod(int(window.argmax()), 2)
        pooled[channel, row + down, column + across] = window.max() * weight[channel, a, b]
    assert {one.index: one.product for one in found.seen} == pytest.approx(pooled)
    first = traced(network, values, Unit(1, (1, 2, 3)), (1, 4), 3)
    assert (first.layer, first.sum.unit) == (-1, Unit(0, (1, 2, 3)))
    assert [one.index for one in first.seen] == [one.index for one in first.sum.strongest(3)]
