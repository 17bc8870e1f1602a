"""The numbers behind the curves, the pace of a run, and how both are told."""

from dataclasses import replace

import numpy as np
import pytest

from app.viewmodels.curves import GrowingArray, SmoothedArray, TrainingCurves
from app.viewmodels.pace import Pace
from engine.training import BatchDone, EpochDone


def batch(step: int, batches: int, loss: float = 1.0) -> BatchDone:
    epoch, number = divmod(step - 1, batches)
    return BatchDone(step, epoch + 1, number + 1, batches, loss, 0.5, 0.1)


def test_a_growing_array_keeps_all_values_and_earlier_views():
    array = GrowingArray()
    for value in range(1000):
        array.append(value)
    early = array.values
    for value in range(1000, 5000):
        array.append(value)
    assert np.array_equal(array.values, np.arange(5000.0))
    assert np.array_equal(early, np.arange(1000.0))


def test_the_average_of_equal_values_is_that_value_from_the_start():
    array = SmoothedArray(span=20)
    for _ in range(50):
        array.append(2.5)
    assert array.values == pytest.approx(np.full(50, 2.5))


def test_the_average_weighs_recent_values_more():
    array = SmoothedArray(span=2)  # each value counts half as much as the next one
    for value in (8.0, 0.0, 0.0):
        array.append(value)
    assert array.values == pytest.approx([8.0, 8 / 3, 8 / 7])


def test_positions_are_in_epochs():
    curves = TrainingCurves(4)
    for step in range(1, 7):
        curves.append_batch(batch(step, 4))
    curves.append_epoch(EpochDone(1, 2, 1.0, 0.5, 0.8, 0.7, 3.0, is_best=True))
    assert curves.loss.positions.tolist() == [0.25, 0.5, 0.75, 1.0, 1.25, 1.5]
    assert curves.loss.validation_positions.tolist() == [1.0]
    assert curves.loss.validation.tolist() == [0.8]
    assert curves.accuracy.validation.tolist() == [0.7]
    assert curves.batches == 6


def test_pace_reckons_with_the_last_smaller_batch_and_validation():
    pace = Pace(training_images=250, batch_size=100, epochs=2)
    assert pace.batches_per_epoch == 3
    assert pace.seconds_left is None
    for images, seconds in ((100, 1), (200, 2), (250, 2.5)):  # 100 images a second
        done = replace(batch(1 + images // 100, 3), images=images, of_images=250)
        pace.batch_done(done, seconds)
    assert pace.progress == 0.5
    assert pace.images_per_second == pytest.approx(100)
    pace.epoch_done(seconds=3.5)  # one second of validation
    assert pace.images_per_second == pytest.approx(100)
    assert pace.seconds_left == pytest.approx(2.5 + 1.0)


def test_pace_says_nothing_before_it_knows():
    pace = Pace(training_images=1000, batch_size=10, epochs=1)
    pace.batch_done(batch(1, 100), 0.01)
    pace.batch_done(batch(2, 100), 0.02)
    assert pace.images_per_second is None
    assert pace.seconds_left is None
