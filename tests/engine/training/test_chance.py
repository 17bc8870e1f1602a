"""Chance is judged by the images at hand: by the commonest class, and by how many they are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.training.chance import Chance

LABELS = st.lists(st.integers(0, 9), min_size=1, max_size=400)


def test_the_limit_is_the_commonest_class_and_two_standard_deviations() -> None:
    chance = Chance.of(np.repeat(np.arange(10), 100))
    assert chance.share == pytest.approx(0.1)
    assert chance.limit == pytest.approx(0.1 + 2 * 0.0094868, abs=1e-6)  # by hand: sqrt(.09/1000)
    assert chance.covers(0.118)
    assert not chance.covers(0.12)


def test_on_images_that_are_mostly_of_one_class_that_much_is_expected() -> None:
    chance = Chance.of(np.array([0] * 80 + [1] * 20))
    assert chance.covers(0.8)
    assert not chance.covers(0.9)


def test_no_accuracy_at_all_is_chance() -> None:
    assert Chance.of(np.arange(10)).covers(float("nan"))


@given(LABELS)
def test_always_answering_one_class_is_chance_and_all_right_never_is(labels: list[int]) -> None:
    array = np.array(labels)
    chance = Chance.of(array)
    for answer in set(labels):
        assert chance.covers(float((array == answer).mean())) == (len(set(labels)) > 1)
    assert not chance.covers(1.0)


def test_the_sentence_has_the_figures() -> None:
    sentence = Chance.of(np.array([0] * 30 + [1] * 10)).sentence(0.7)
    assert "70.0 % of the 40 held-out images" in sentence
    assert "75.0 %" in sentence
