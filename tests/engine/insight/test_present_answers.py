"""Present answers: against a hand-made table, and which images are asked."""

import numpy as np
import pytest

from engine.insight.present_answers import NO_ANSWER, PresentAnswers, ask, places_to_ask
from engine.layers.dense import DenseSpec
from engine.layers.flatten import FlattenSpec
from engine.networks.network import Sequential
from engine.networks.stack import Stack

NAN = float("nan")
STACK = Stack("Tiny", (1, 4, 4), (FlattenSpec(), DenseSpec(out_features=3)))


def answers(*rows, labels):
    return PresentAnswers(7, np.array(labels), np.array(rows))


def test_the_most_probable_class_is_the_answer_and_nan_is_none():
    found = answers([0.2, 0.7, 0.1], [0.6, 0.3, 0.1], [NAN, 0.5, 0.5], labels=[1, 2, 0])
    assert found.answers.tolist() == [1, 0, NO_ANSWER]
    assert found.shares.tolist() == [0.7, 0.6, 0.0]
    assert found.is_right.tolist() == [True, False, False]
    assert found.right == 1


def test_an_answer_has_turned_when_it_is_another_than_before():
    before = answers([0.9, 0.1], [0.9, 0.1], [NAN, NAN], labels=[0, 1, 1])
    after = answers([0.6, 0.4], [0.1, 0.9], [0.2, 0.8], labels=[0, 1, 1])
    assert after.turned_since(before).tolist() == [False, True, True]
    assert after.turned_since(None).tolist() == [False, False, False]


def test_a_network_is_asked_as_training_asks_it():
    network = Sequential(STACK, np.random.default_rng(0))
    images = np.random.default_rng(1).integers(0, 256, (5, 1, 4, 4), np.uint8)
    found = ask(network, images, np.arange(5) % 3, 12)
    weight, bias = (network.layers[1].parameters[name] for name in ("weight", "bias"))
    for image, row in zip(images, found.probabilities, strict=True):
        logits = [
            sum(w * p / 255 for w, p in zip(one, image.ravel(), strict=True)) for one in weight
        ]
        powers = np.exp(np.array(logits) + bias)
        assert row == pytest.approx(powers / powers.sum(), rel=1e-4)
    assert found.step == 12


def test_weights_that_are_no_numbers_answer_nothing():
    network = Sequential(STACK, np.random.default_rng(0))
    network.layers[1].parameters["weight"][:] = NAN
    found = ask(network, np.full((2, 1, 4, 4), 9, np.uint8), np.array([0, 1]), 3)
    assert found.answers.tolist() == [NO_ANSWER, NO_ANSWER]
    assert found.right == 0


def test_no_images_have_no_answers():
    network = Sequential(STACK, np.random.default_rng(0))
    found = ask(network, np.zeros((0, 1, 4, 4), np.uint8), np.zeros(0, np.int64), 3)
    assert (found.answers.size, found.shares.size, found.right) == (0, 0, 0)


def test_every_class_has_its_turn_and_those_of_a_class_are_together():
    labels = np.array([2, 2, 0, 2, 1, 0, 2])
    assert places_to_ask(labels, 4).tolist() == [2, 5, 4, 0]  # 0, 1, 2 and again 0
    assert places_to_ask(labels, 50).tolist() == [2, 5, 4, 0, 1, 3, 6]
    assert places_to_ask(labels, 3, only=2).tolist() == [0, 1, 3]
    assert places_to_ask(np.arange(1000), 50).tolist() == list(range(50))
    assert places_to_ask(np.zeros(3, np.int64), 50).tolist() == [0, 1, 2]
    assert places_to_ask(np.zeros(0, np.int64), 50).tolist() == []
