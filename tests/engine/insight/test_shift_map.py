"""A digit at other places: the moved images, and the answers to them."""

import numpy as np
import pytest

from engine.basics.errors import ShapeError
from engine.insight.shift_map import shift_map, shifted
from engine.networks.calibration import Calibration
from engine.networks.network import Sequential
from engine.networks.presets import DIGITS, PRESETS


def test_moving_drops_what_leaves_and_lets_paper_in():
    image = np.array([[[1, 2, 3], [4, 5, 6]]])
    np.testing.assert_array_equal(shifted(image, 0, 0), image)
    np.testing.assert_array_equal(shifted(image, 1, 0), [[[0, 0, 0], [1, 2, 3]]])
    np.testing.assert_array_equal(shifted(image, 0, -1), [[[2, 3, 0], [5, 6, 0]]])
    np.testing.assert_array_equal(shifted(image, -1, 2), [[[0, 0, 4], [0, 0, 0]]])
    assert not shifted(image, 2, 0).any()
    assert not shifted(image, 0, -5).any()


def test_every_place_is_asked_as_if_alone():
    network = Sequential(PRESETS["simplecnn"].stack, np.random.default_rng(4), np.float64)
    image = np.zeros(DIGITS)
    image[0, 6:22, 9:19] = np.random.default_rng(1).random((16, 10))
    found = shift_map(network, image, Calibration(2.0))
    assert found.reach == 6
    assert found.answers.shape == found.confidences.shape == found.kept_ink.shape == (13, 13)
    for down, right in ((-6, -6), (0, 0), (3, -2), (6, 5)):
        moved = np.zeros(DIGITS)
        for row in range(28):
            for column in range(28):
                if 0 <= row - down < 28 and 0 <= column - right < 28:
                    moved[0, row, column] = image[0, row - down, column - right]
        place = down + 6, right + 6
        np.testing.assert_array_equal(found.images[place], moved)
        powers = np.exp(network.forward(moved[None])[0] / 2)
        np.testing.assert_allclose(found.probabilities[place], powers / powers.sum())
        assert found.answers[place] == powers.argmax()
        assert found.confidences[place] == pytest.approx(powers.max() / powers.sum())
        assert found.kept_ink[place] == pytest.approx(moved.sum() / image.sum())
    assert found.answer == found.answers[6, 6]
    assert found.same == sum(answer == found.answer for answer in found.answers.ravel())


def test_a_blank_image_and_another_reach():
    network = Sequential(PRESETS["dense"].stack, np.random.default_rng(0))
    found = shift_map(network, np.zeros(DIGITS, np.float32), Calibration(), 1)
    assert found.same == 9
    with pytest.raises(ShapeError, match="needs shape"):
        shift_map(network, np.zeros((28, 28), np.float32), Calibration())


def test_every_row_of_places_is_counted():
    network = Sequential(PRESETS["dense"].stack, np.random.default_rng(3))
    told: list[int] = []
    shift_map(network, np.zeros(DIGITS, np.float32), Calibration(), 1, told.append)
    assert told == [3, 6, 9]
