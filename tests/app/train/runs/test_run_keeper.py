"""Checkpoints while a run goes on: how often, what they cost, and a disk that refuses."""

import errno
from collections.abc import Generator, Iterator
from pathlib import Path

import numpy as np
import pytest

import app.train.runs.run_keeper as keeping
from app.train.runs.run_keeper import DataKnown, Kept, NotKept, RunKeeper, fingerprint_of
from engine.basics.errors import DataError, ModelFileError
from engine.networks.network import Sequential
from engine.networks.presets import PRESETS
from engine.training.checkpoint import load_checkpoint, load_log
from engine.training.events import BatchDone, EpochDone, Event
from engine.training.run_log import RunLog
from engine.training.trainer import Finished, Trainer, TrainingConfig
from tests.app.small_data import bars

CONFIG = TrainingConfig(epochs=2, batch_size=40, seed=4)
STACK = PRESETS["simplecnn"].stack


class Clock:
    """Goes on by a second each time that it is read."""

    def __init__(self, step: float = 1.0) -> None:
        self.now, self.step = 0.0, step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def trainer() -> Trainer:
    network = Sequential.from_stack(STACK, np.random.default_rng(CONFIG.seed))
    return Trainer(network, bars(120, 1), bars(40, 2), CONFIG)


def events_of(run: Trainer) -> Generator[Event, None, None]:
    """What a run yields; to be closed before its end."""
    yield from run.run()


def keeper(path: Path, clock: Clock | None = None, **known: str) -> RunKeeper:
    return RunKeeper(path, STACK, CONFIG, RunLog(), clock=clock or Clock(0.0), **known)


def drive(run: Trainer, keeper: RunKeeper) -> Iterator[tuple[Event | None, object]]:
    """All events with all that the keeper says of them."""
    for said in keeper.began(run):
        yield None, said
    for event in run.run():
        found = list(keeper.took(event, run))
        keeper.finish_writing()
        for said in found:
            yield event, said
    for said in keeper.ended(run):
        yield None, said


def test_a_run_is_in_its_file_from_the_first_weights_to_the_end(tmp_path: Path) -> None:
    run, path = trainer(), tmp_path / "run.safetensors"
    keep = keeper(path)
    known = [said for said in keep.began(run) if isinstance(said, DataKnown)]
    assert known[0].training_images == 120
    assert load_checkpoint(path)[0].position.step == 0
    for event in run.run():
        list(keep.took(event, run))
    last = list(keep.ended(run))[-1]
    assert isinstance(last, Kept)
    assert (last.position.epoch, last.position.step) == (3, 6)
    checkpoint, _, config = load_checkpoint(path)
    assert config == CONFIG
    for name, value in run.network.state_dict().items():
        np.testing.assert_array_equal(checkpoint.weights[name], value)
    log = load_log(path)
    assert [batch.step for batch in log.batches()] == [1, 2, 3, 4, 5, 6]
    assert [epoch.epoch for epoch in log.epochs] == [1, 2]


def test_every_epoch_is_written_when_writing_costs_nothing(tmp_path: Path) -> None:
    run, path = trainer(), tmp_path / "run.safetensors"
    keep = keeper(path)
    list(keep.began(run))
    steps = []
    for event in run.run():
        list(keep.took(event, run))
        if isinstance(event, EpochDone):
            keep.finish_writing()
            steps.append(load_checkpoint(path)[0].position.step)
    assert steps == [3, 6]


def test_dear_writing_is_made_seldom(tmp_path: Path) -> None:
    run, path = trainer(), tmp_path / "run.safetensors"
    clock = Clock(1.0)
    keep = keeper(path, clock)
    list(keep.began(run))
    for event in run.run():
        list(keep.took(event, run))
        keep.finish_writing()
        if isinstance(event, EpochDone) and event.epoch == 1:
            assert load_checkpoint(path)[0].position.epoch == 2
            cost = keep.cost
            assert cost >= 1
    assert clock.now < 100 * cost  # so that the second epoch came too soon
    assert load_checkpoint(path)[0].position.epoch == 2
    list(keep.ended(run))
    assert load_checkpoint(path)[0].position.epoch == 3


def test_a_long_epoch_is_written_in_its_middle(tmp_path: Path) -> None:
    run, path = trainer(), tmp_path / "run.safetensors"
    clock = Clock(0.0)
    keep = keeper(path, clock)
    list(keep.began(run))
    events = events_of(run)
    for _ in range(2):
        event = next(events)
        assert isinstance(event, BatchDone)
        clock.now += 3
        list(keep.took(event, run))
    keep.finish_writing()
    assert load_checkpoint(path)[0].position.step == 2
    events.close()


def test_a_pause_is_written_down(tmp_path: Path) -> None:
    run, path = trainer(), tmp_path / "run.safetensors"
    keep = keeper(path)
    list(keep.began(run))
    events = events_of(run)
    list(keep.took(next(events), run))
    list(keep.paused(run))
    assert load_checkpoint(path)[0].position.step == 1
    events.close()


def test_a_full_disk_is_said_once_and_training_goes_on(tmp_path: Path, monkeypatch) -> None:
    def full(path: Path, _content: bytes) -> None:
        raise ModelFileError(f"{path} could not be written: No space left on device.") from OSError(
            errno.ENOSPC, "No space left on device"
        )

    run = trainer()
    monkeypatch.setattr(keeping, "write_whole", full)
    said = [said for _, said in drive(run, keeper(tmp_path / "run.safetensors"))]
    troubles = [item for item in said if isinstance(item, NotKept)]
    assert len(troubles) == 1
    assert "No space left" in troubles[0].message
    assert run.position.epoch == 3


def test_a_folder_that_vanished_is_said_once(tmp_path: Path) -> None:
    run = trainer()
    said = [said for _, said in drive(run, keeper(tmp_path / "gone" / "run.safetensors"))]
    assert sum(isinstance(item, NotKept) for item in said) == 1


def test_other_images_are_refused_before_the_first_batch(tmp_path: Path) -> None:
    run = trainer()
    right = fingerprint_of(run.training, run.validation)
    assert right != fingerprint_of(run.validation, run.training)
    list(keeper(tmp_path / "a", fingerprint=right).began(run))
    with pytest.raises(DataError, match="not those that the run began with"):
        list(keeper(tmp_path / "b", fingerprint="00000000").began(run))


def test_weights_that_are_not_finite_do_not_replace_good_ones(tmp_path: Path) -> None:
    run, path = trainer(), tmp_path / "run.safetensors"
    keep = keeper(path)
    list(keep.began(run))
    run.network.parameters[0] = np.nan
    list(keep.ended(run))
    assert load_checkpoint(path)[0].position.step == 0


def test_a_resumed_run_ends_like_one_that_was_never_stopped(tmp_path: Path) -> None:
    through = trainer()
    assert isinstance(list(through.run())[-1], Finished)
    first, path = trainer(), tmp_path / "run.safetensors"
    keep = keeper(path)
    list(keep.began(first))
    events = events_of(first)
    for _ in range(2):
        list(keep.took(next(events), first))
    list(keep.ended(first))
    events.close()
    second = trainer()
    second.restore(load_checkpoint(path)[0])
    go_on = RunKeeper(path, STACK, CONFIG, load_log(path), clock=Clock(0.0))
    for _ in drive(second, go_on):
        pass
    for name, value in through.network.state_dict().items():
        np.testing.assert_array_equal(second.network.state_dict()[name], value)
    assert [batch.step for batch in load_log(path).batches()] == [1, 2, 3, 4, 5, 6]
