"""A few own drawings: split honestly, mixed with others, learnt without forgetting."""

from dataclasses import replace

import numpy as np
import pytest

from engine.basics.errors import DataError
from engine.data.dataset import Dataset
from engine.networks.network import Sequential
from engine.networks.presets import PRESETS
from engine.training.fine_tuning import fine_tune, halve, measure, mixed
from engine.training.trainer import Finished, TrainingConfig


def bars(count, seed, shift=0):
    """Class k is a bright bar at height 2k + 3, or ``shift`` below: another hand."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 10
    images = rng.integers(0, 30, (count, 1, 28, 28), dtype=np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[0, 2 * label + 3 + shift, 4:24] = 230
    return Dataset(images, labels.astype(np.int64), "Bars", "Bars.")


def test_half_of_each_digit_is_left_out_and_none_is_in_both():
    own = bars(25, 0)
    halves = halve(own)
    assert np.bincount(halves.training.labels, minlength=10).tolist() == [2] * 5 + [1] * 5
    assert np.bincount(halves.left_out.labels, minlength=10).tolist() == [1] * 10
    seen = {image.tobytes() for image in halves.training.images}
    assert not seen & {image.tobytes() for image in halves.left_out.images}
    assert np.array_equal(halve(own).left_out.images, halves.left_out.images)


def joined(*parts):
    return replace(
        parts[0],
        images=np.concatenate([part.images for part in parts]),
        labels=np.concatenate([part.labels for part in parts]),
    )


@pytest.mark.parametrize("seed", range(8))
def test_copies_of_a_drawing_are_on_one_side_whatever_digit_they_are_called(seed):
    own = bars(30, 0)
    renamed = replace(own.take(10), labels=(own.take(10).labels + 1) % 10)
    halves = halve(joined(own, own, renamed), seed)
    seen = {image.tobytes() for image in halves.training.images}
    assert not seen & {image.tobytes() for image in halves.left_out.images}
    assert len(halves.training) + len(halves.left_out) == 70
    assert 20 <= len(halves.left_out) <= 40


def test_copies_alone_leave_nothing_to_measure_on():
    once = bars(3, 0)
    with pytest.raises(DataError, match=r"There are 9, of which 3 can be told apart\.$"):
        halve(joined(once, once, once))


@pytest.mark.parametrize("count", [1, 3, 9])
def test_too_few_drawings_to_measure_on_are_refused(count):
    with pytest.raises(
        DataError, match=rf"at least 4 different drawings.*There (is|are) {count}\.$"
    ):
        halve(bars(count, 0))


def test_own_drawings_are_a_quarter_of_what_is_trained_on():
    both = mixed(bars(300, 0), bars(10, 1))
    assert len(both) == 300 + 10 * 10
    assert len(mixed(bars(3000, 0), bars(2, 1))) == 3000 + 2 * 100


def test_another_hand_is_learnt_and_the_first_not_forgotten():
    rng = np.random.default_rng(0)
    network = Sequential.from_stack(PRESETS["simplecnn"].stack, rng)
    config = TrainingConfig(epochs=2, batch_size=20, learning_rate=0.05)
    usual = bars(400, 1)
    list(fine_tune(network, usual.take(20), usual, config))
    halves, test = halve(bars(40, 2, shift=1)), bars(100, 3)
    before = measure(network, halves, test)
    weights = network.parameters.copy()
    events = list(fine_tune(network, halves.training, usual, TrainingConfig(3, 20, 0.02)))
    after = measure(network, halves, test)
    assert isinstance(events[-1], Finished)
    assert not np.array_equal(network.parameters, weights)
    assert after.left_out >= before.left_out
    assert after.left_out >= 0.9
    assert after.others >= 0.9
