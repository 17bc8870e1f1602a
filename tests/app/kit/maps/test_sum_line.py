"""The sum in words: what is printed can be checked, and comes to what is printed."""

import re

import numpy as np
import pytest

from app.kit.maps.sum_line import SumLine, sum_words
from engine.insight.finding_sources import sources_in, sources_of
from engine.insight.shown_layer import Unit
from engine.layers import AvgPool2dSpec, Conv2dSpec, DenseSpec, MaxPool2dSpec, SoftmaxSpec
from engine.networks.network import Sequential
from engine.networks.stack import Stack
from tests.engine.layers.samples import EVERY_CASE


def of(spec, image, index, parameters=()):
    network = Sequential(Stack("One", image.shape, (spec,)), dtype=np.float64)
    network.parameters[...] = parameters
    output = network.forward(image[np.newaxis])[0]
    return sources_of(network, (image, output), Unit(0, index))


def test_a_sum_of_whole_numbers_is_written_out():
    found = of(DenseSpec(1), np.array([3.0, -2, 5, 0]), (0,), [2, 4, -1, 7, 10])
    said = list(sum_words(found))
    assert (
        said[0] == "\N{MINUS SIGN}2·4 + 3·2 + 5·(\N{MINUS SIGN}1) + 0 from one other + bias 10 = 3"
    )
    assert said[-1] == "(\N{MINUS SIGN}7) from 4 products + bias 10 = 3"


def test_a_mean_a_maximum_and_a_share():
    image = np.array([[[1.0, 5], [2, 4]]])
    assert next(sum_words(of(AvgPool2dSpec(), image, (0, 0, 0)))) == "(5 + 4 + 2 + 1) / 4 = 3"
    assert next(sum_words(of(MaxPool2dSpec(), image, (0, 0, 0)))) == "max(1, 5, 2, 4) = 5"
    share = next(sum_words(of(SoftmaxSpec(), np.array([0.0, 0.0]), (1,))))
    assert share == "e^(0) / Σ e^x over 2 numbers \N{ALMOST EQUAL TO} 0.5"


def test_rounded_terms_that_do_not_add_up_are_said_to_be_about_equal():
    found = of(DenseSpec(1, bias=False), np.array([1 / 3, 1 / 3, 1 / 3]), (0,), [1, 1, 1])
    assert next(sum_words(found)).endswith(" \N{ALMOST EQUAL TO} 1")


def test_a_blank_window_is_said_to_be_one():
    found = of(Conv2dSpec(1, (2, 2)), np.zeros((1, 2, 2)), (0, 0, 0), [1, 2, 3, 4, 5])
    assert next(sum_words(found)) == "0 from 4 products that are all 0 + bias 5 = 5"


@pytest.mark.parametrize(("spec", "shape"), EVERY_CASE)
def test_every_kind_of_layer_is_put_into_words_that_fit(spec, shape, qtbot, look):
    network = Sequential(Stack("One", shape, (spec,)), np.random.default_rng(0))
    image = np.random.default_rng(1).standard_normal(shape).astype(np.float32)
    unit = Unit(0, tuple(0 for _ in spec.output_shape(shape)))
    found = sources_in(spec, network.layers[0], image, unit)
    line = SumLine()
    qtbot.addWidget(line)
    for width in (900, 460):
        line.resize(width, 24)
        line.show_sources(found, spec.title)
        assert line.fontMetrics().horizontalAdvance(line.text()) <= width
        assert re.search(r"\d", line.text())
