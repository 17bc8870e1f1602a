"""What a run reported comes back from its arrays as it was, in a bounded number of rows."""

import numpy as np
import pytest

from engine.basics.errors import ModelFileError
from engine.training.events import BatchDone, EpochDone, Event, Validating
from engine.training.run_log import RunLog

EPOCH = EpochDone(1, 5, 0.31, 0.875, 0.25, 0.9, 12.5, is_best=True)


def batch(number: int, loss: float = 0.5) -> BatchDone:
    return BatchDone(number, 1, number, 8, loss, 0.25, 0.05, 4 * number, 32)


def test_batches_and_epochs_come_back_to_the_last_bit() -> None:
    log = RunLog()
    given = [batch(number, loss=1 / number) for number in range(1, 1500)]
    events: list[Event] = [*given, Validating(1, 10, 10), EPOCH]
    for event in events:
        log.take(event)
    read = RunLog.from_tensors(log.tensors())
    assert list(read.batches()) == given
    assert read.epochs == [EPOCH]
    assert isinstance(read.epochs[0].is_best, bool)
    assert isinstance(next(read.batches()).step, int)


def test_a_full_log_averages_pairs_and_goes_on_half_as_fine() -> None:
    log = RunLog(most=4)
    for number in range(1, 10):
        log.take(batch(number, loss=float(number)))
    rows = list(log.batches())
    assert log.every == 4
    assert [row.step for row in rows] == [4, 8]
    assert [row.loss for row in rows] == [2.5, 6.5]


def test_a_log_that_was_read_goes_on_growing() -> None:
    log = RunLog()
    log.take(batch(1))
    read = RunLog.from_tensors(log.tensors())
    for number in range(2, 3000):
        read.take(batch(number))
    assert [row.step for row in read.batches()] == list(range(1, 3000))


@pytest.mark.parametrize("spoil", ["missing", "narrow"])
def test_arrays_of_another_kind_are_refused(spoil: str) -> None:
    tensors = RunLog().tensors()
    if spoil == "missing":
        del tensors["epochs"]
    else:
        tensors["batches"] = np.zeros((3, 2))
    with pytest.raises(ModelFileError, match="curves of the run"):
        RunLog.from_tensors(tensors)
