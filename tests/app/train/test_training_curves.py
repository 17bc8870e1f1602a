"""The numbers behind the curves, the pace of a run, and how both are told."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from app.kit.curves import GrowingArray, SmoothedArray, TrainingCurves
from app.train.export import curves_table
from app.train.pace import Pace
from engine.training.trainer import BatchDone, EpochDone


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
        array.take(2.5)
        array.append_average()
    assert array.values == pytest.approx(np.full(50, 2.5))


def test_the_average_weighs_recent_values_more():
    array = SmoothedArray(span=2)  # each value counts half as much as the next one
    for value in (8.0, 0.0, 0.0):
        array.take(value)
        array.append_average()
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


def test_a_long_run_has_points_for_several_batches_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.kit.curves.MOST_POINTS", 8)
    curves = TrainingCurves(10)
    for step in range(1, 11):
        curves.append_batch(batch(step, 10, loss=float(step)))
        if step == 7:
            early = curves.loss
    assert (curves.batches, curves.points) == (10, 5)
    loss = curves.loss
    assert loss.batches_per_point == 2
    assert loss.per_batch.tolist() == [1.5, 3.5, 5.5, 7.5, 9.5]
    assert loss.positions.tolist() == [0.2, 0.4, 0.6, 0.8, 1.0]
    assert early.per_batch.tolist() == [1, 2, 3, 4, 5, 6, 7]
    whole = TrainingCurves(10)
    monkeypatch.setattr("app.kit.curves.MOST_POINTS", 1000)
    for step in range(1, 11):
        whole.append_batch(batch(step, 10, loss=float(step)))
    np.testing.assert_allclose(loss.smoothed, whole.loss.smoothed[1::2])


def test_however_long_the_run_curves_stay_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.kit.curves.MOST_POINTS", 64)
    curves = TrainingCurves(100)
    for step in range(1, 5001):
        curves.append_batch(batch(step, 100, loss=2.0))
        if step % 100 == 0:
            curves.append_epoch(EpochDone(step // 100, 50, 1.0, 0.5, 0.8, 0.7, 3.0, is_best=False))
    assert 32 <= curves.points < 64
    assert set(curves.loss.per_batch.tolist()) == {2.0}
    assert curves.loss.batches_per_point == 128
    rows = list(csv.DictReader(io.StringIO(curves_table(curves))))
    assert len(rows) == curves.points
    assert rows[-1]["validation_loss"] == "0.8"


def test_many_small_batches_do_not_fill_the_pace() -> None:
    pace = Pace(training_images=1_000_000, batch_size=1, epochs=1)
    for step in range(1, 20_001):
        done = replace(batch(step, 1_000_000), images=step, of_images=1_000_000)
        pace.batch_done(done, step / 5000)
    assert pace.images_per_second == pytest.approx(5000)
    assert pace.remembered < 500
