"""Data sets: what they accept, and their parts."""

import numpy as np
import pytest

from engine.basics.errors import DataError
from engine.data.dataset import Dataset


def numbered(count=10):
    """Images whose grey level is their position and whose label is the same."""
    labels = np.arange(count, dtype=np.int64)
    images = np.broadcast_to(labels[:, None, None, None], (count, 1, 2, 2)).astype(np.uint8)
    return Dataset(images, labels, "Numbers", "Each image says its own place.", classes=count)


def levels(dataset):
    return dataset.images[:, 0, 0, 0].tolist()


def test_take_keeps_the_first_images_with_their_labels():
    part = numbered().take(3)
    assert levels(part) == part.labels.tolist() == [0, 1, 2]
    assert (part.name, part.classes) == ("Numbers", 10)


def test_spread_takes_images_from_all_over_and_never_more_than_there_are():
    part = numbered().spread(4)
    assert part.labels.tolist() == numbered().labels[[0, 2, 5, 7]].tolist()
    assert np.array_equal(part.images, numbered().images[[0, 2, 5, 7]])
    assert len(numbered().spread(99)) == 10


def test_take_more_than_there_are_gives_all():
    assert len(numbered().take(99)) == 10


def test_take_with_a_seed_draws_at_random_and_again_the_same():
    part = numbered().take(6, seed=4)
    assert levels(part) == part.labels.tolist()
    assert levels(part) != list(range(6))
    assert len(set(levels(part))) == 6
    assert levels(numbered().take(6, seed=4)) == levels(part)


def test_split_holds_out_every_image_once():
    training, validation = numbered().split(3, seed=0)
    assert (len(training), len(validation)) == (7, 3)
    assert sorted(levels(training) + levels(validation)) == list(range(10))
    assert levels(validation) == validation.labels.tolist()
    assert levels(numbered().split(3, seed=0)[1]) == levels(validation)


@pytest.mark.parametrize("count", [0, 10, -1])
def test_split_needs_images_for_both(count):
    with pytest.raises(DataError, match="Between 1 and 9 of the 10 images"):
        numbered().split(count, seed=0)


def test_a_negative_number_of_images_is_refused():
    with pytest.raises(DataError, match="not be negative; it is -2"):
        numbered().take(-2)


@pytest.mark.parametrize(
    ("images", "labels", "sentence"),
    [
        (np.zeros((2, 4, 4), np.uint8), np.zeros(2, np.int64), r"shape \(N, C, H, W\)"),
        (np.zeros((2, 1, 4, 4), np.float32), np.zeros(2, np.int64), "uint8.*float32"),
        (np.zeros((2, 1, 4, 4), np.uint8), np.zeros(2, np.uint8), "int64.*uint8"),
        (np.zeros((2, 1, 4, 4), np.uint8), np.zeros((2, 1), np.int64), r"shape \(N,\)"),
        (np.zeros((2, 1, 4, 4), np.uint8), np.zeros(3, np.int64), "2 images and 3 labels"),
        (np.zeros((2, 1, 4, 4), np.uint8), np.array([1, 10]), "0 to 9; they run from 1 to 10"),
        (np.zeros((2, 1, 4, 4), np.uint8), np.array([-1, 1]), "they run from -1 to 1"),
    ],
)
def test_arrays_that_do_not_belong_together_are_refused(images, labels, sentence):
    with pytest.raises(DataError, match=sentence):
        Dataset(images, labels, "x", "y")
