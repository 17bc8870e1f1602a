"""What is taken for what, in which order, on answers written down by hand."""

import numpy as np
import pytest

from engine.insight.mistakes import Mistakes, find_mistakes
from engine.layers import DenseSpec, FlattenSpec
from engine.networks.network import Sequential
from engine.networks.stack import Stack
from tests.engine.datasets import squares

LABELS = np.array([0, 0, 0, 1, 1, 2])
PROBABILITIES = np.array(
    [
        [0.8, 0.1, 0.1],
        [0.5, 0.4, 0.1],
        [0.1, 0.7, 0.2],
        [0.6, 0.3, 0.1],
        [0.9, 0.1, 0.0],
        [0.0, 0.0, 1.0],
    ]
)


@pytest.fixture
def mistakes() -> Mistakes:
    return Mistakes(np.zeros((6, 1, 2, 2), np.uint8), LABELS, PROBABILITIES)


def test_rows_are_labels_and_columns_answers(mistakes):
    assert mistakes.matrix.tolist() == [[2, 1, 0], [2, 0, 0], [0, 0, 1]]
    assert mistakes.wrong == 3


def test_the_surest_of_the_wrong_answers_comes_first(mistakes):
    assert mistakes.cell(1, 0) == [4, 3]
    assert mistakes.margins[4] == pytest.approx(0.8)


def test_the_least_certain_of_the_right_answers_comes_first(mistakes):
    assert mistakes.cell(0, 0) == [1, 0]
    assert mistakes.cell(2, 0) == []


def test_the_worst_are_those_with_the_least_probable_label(mistakes):
    assert mistakes.wrong_ones == [2, 3, 4]
    assert mistakes.worst_first(mistakes.wrong_ones) == [2, 4, 3]
    assert mistakes.worst_first([]) == []


def test_the_least_certain_have_the_smallest_margin(mistakes):
    assert mistakes.margins == pytest.approx([0.7, 0.1, 0.5, 0.3, 0.8, 1.0])
    assert mistakes.least_certain_first(range(6)) == [1, 3, 2, 0, 4, 5]


def test_a_network_answers_every_image():
    stack = Stack("Tiny", (1, 8, 8), (FlattenSpec(), DenseSpec(out_features=3)))
    network = Sequential(stack, np.random.default_rng(0))
    data = squares(1203)
    found = find_mistakes(network, data)
    assert found is not None
    assert found.matrix.sum() == 1203
    assert found.probabilities.sum(axis=1) == pytest.approx(1, abs=1e-5)
    single = network.predict_proba(data.images[1202:].astype(np.float32) / 255)
    assert found.probabilities[1202:] == pytest.approx(single, abs=1e-5)


def test_it_gives_up_when_nobody_waits():
    stack = Stack("Tiny", (1, 8, 8), (FlattenSpec(), DenseSpec(out_features=3)))
    answers = iter([False, False, True])
    network = Sequential(stack, np.random.default_rng(0))
    assert find_mistakes(network, squares(1203), lambda: next(answers)) is None
