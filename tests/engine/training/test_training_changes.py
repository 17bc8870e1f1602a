"""Settings that change while a run goes on: from the next batch, told, repeatable, resumable."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.basics.errors import ShapeError
from engine.networks.network import Sequential
from engine.training.checkpoint import checkpoint_bytes, load_checkpoint
from engine.training.optimizers import SGD
from engine.training.trainer import BatchDone, Changed, Event, Finished, Trainer, TrainingConfig
from tests.engine.datasets import squares
from tests.engine.training.test_trainer import DROPPING

CONFIG = TrainingConfig(epochs=3, batch_size=32, learning_rate=0.02, warm_up_epochs=0.4)
CHANGES = {2: ("batch_size", 7), 5: ("learning_rate", 0.05), 9: ("momentum", 0.5)}
"""After so many batches of a run over 96 images: what is changed."""


def trainer(config: TrainingConfig = CONFIG) -> Trainer:
    network = Sequential(DROPPING, np.random.default_rng(config.seed))
    return Trainer(network, squares(96), squares(40, seed=1), config)


def changing(run: Trainer) -> Iterator[Event]:
    """The events of a run whose settings are changed on the way."""
    for event in run.run():
        yield event
        if isinstance(event, BatchDone) and event.step in CHANGES:
            run.change(*CHANGES[event.step])


def assert_same_end(one: Trainer, other: Trainer) -> None:
    for state in (Trainer.snapshot, Trainer.best_state):
        mine, others = state(one), state(other)
        for name, value in mine.items():
            np.testing.assert_array_equal(others[name], value)


def batches_of(events: list[Event]) -> list[BatchDone]:
    return [event for event in events if isinstance(event, BatchDone)]


def test_each_change_is_told_before_the_first_batch_that_it_concerns() -> None:
    events = list(changing(trainer()))
    changes = [event for event in events if isinstance(event, Changed)]
    assert changes == [
        Changed(2, 64 / 96, "batch_size", 32, 7),
        Changed(5, 85 / 96, "learning_rate", 0.02, 0.05),
        Changed(9, 1 + 14 / 96, "momentum", 0.9, 0.5),
    ]
    after = [events[events.index(change) + 1] for change in changes]
    assert [batch.step for batch in batches_of(after)] == [3, 6, 10]


def test_after_a_change_of_the_batch_size_each_image_is_still_seen_once_an_epoch() -> None:
    batches = batches_of(list(changing(trainer())))
    first = [batch for batch in batches if batch.epoch == 1]
    assert [batch.images for batch in first] == [32, 64, 71, 78, 85, 92, 96]
    assert [batch.batches for batch in first] == [3, 3, 7, 7, 7, 7, 7]
    second = [batch for batch in batches if batch.epoch == 2]
    assert [batch.images for batch in second] == [*range(7, 96, 7), 96]
    assert [batch.position for batch in batches if batch.images == 96] == [1.0, 2.0, 3.0]


def test_a_new_learning_rate_is_the_new_height_of_the_schedule() -> None:
    plain, changed = trainer(), trainer()
    rates = [batch.learning_rate for batch in batches_of(list(plain.run()))]
    seen = []
    for event in changed.run():
        if isinstance(event, BatchDone):
            seen.append(event.learning_rate)
            if event.step == 4:
                changed.change("learning_rate", 0.2)
    assert seen[:4] == rates[:4]
    np.testing.assert_allclose(seen[4:], 10 * np.array(rates[4:]))


def test_another_batch_size_leaves_the_schedule_where_it_is() -> None:
    run = trainer(TrainingConfig(epochs=2, batch_size=48, learning_rate=1e-3))
    rates = []
    for event in run.run():
        if isinstance(event, BatchDone):
            rates.append(event.learning_rate)
            if event.step == 2:
                run.change("batch_size", 24)
    # half-way along the cosine, then by eighths of the run
    expected = [1, (1 + np.cos(np.pi / 4)) / 2, *((1 + np.cos(np.pi * n / 8)) / 2 for n in (4, 5))]
    np.testing.assert_allclose(rates[:4], 1e-3 * np.array(expected))
    assert len(rates) == 6


def test_a_run_with_recorded_changes_is_repeated_bit_for_bit() -> None:
    first, again = trainer(), trainer()
    expected = list(changing(first))
    again.plan(first.changes)
    seen = list(again.run())
    assert again.changes == first.changes
    assert [batch.loss for batch in batches_of(seen)] == [b.loss for b in batches_of(expected)]
    assert_same_end(first, again)


def go_on_at_once(checkpoint_of: Trainer, _folder: Path) -> Trainer:
    resumed = trainer()
    resumed.restore(checkpoint_of.checkpoint())
    return resumed


def go_on_from_a_file(stopped: Trainer, folder: Path) -> Trainer:
    path = folder / "run.checkpoint"
    path.write_bytes(checkpoint_bytes(stopped.checkpoint(), stopped.network.stack, CONFIG, {}))
    checkpoint, _, config = load_checkpoint(path)
    resumed = trainer(config)
    resumed.restore(checkpoint)
    return resumed


@pytest.mark.parametrize("go_on", [go_on_at_once, go_on_from_a_file])
@pytest.mark.parametrize("stop_after", [1, 3, 4, 8, 10, 14, 25])
def test_a_run_resumed_among_its_changes_equals_the_uninterrupted_one(
    go_on: Callable[[Trainer, Path], Trainer], stop_after: int, tmp_path: Path
) -> None:
    through, stopped = trainer(), trainer()
    expected = list(changing(through))
    events = changing(stopped)
    for _ in range(stop_after):
        last = next(events)
    if isinstance(last, BatchDone) and last.step in CHANGES:
        stopped.change(*CHANGES[last.step])
    resumed = go_on(stopped, tmp_path)
    seen = list(changing(resumed))
    assert isinstance(seen[-1], Finished)
    assert seen[-1].best_epoch == next(e.best_epoch for e in expected if isinstance(e, Finished))
    assert resumed.changes == through.changes
    assert_same_end(through, resumed)


def test_asking_for_what_is_set_already_changes_nothing() -> None:
    run = trainer()
    run.change("batch_size", 32.0)
    run.change("learning_rate", 0.02)
    assert run.changes == ()


def test_without_momentum_nothing_is_kept_of_earlier_steps() -> None:
    run = trainer()
    events = run.run()
    next(events)
    assert isinstance(run.optimizer, SGD)
    assert np.abs(run.optimizer.state()["velocity"]).max() > 0
    run.change("momentum", 0)
    assert np.abs(run.optimizer.state()["velocity"]).max() == 0
    assert isinstance(events, Generator)
    events.close()


@pytest.mark.parametrize(
    ("optimizer", "setting", "value", "words"),
    [
        ("adam", "momentum", 0.5, "With adam, learning_rate and batch_size can be changed"),
        ("sgd", "epochs", 9, "Stop the run to change anything else"),
        ("sgd", "batch_size", 0, "batch size must be from 1"),
        ("sgd", "batch_size", 2.5, "must be a whole number"),
        ("sgd", "learning_rate", float("nan"), "learning rate must be from 0"),
    ],
)
def test_what_cannot_be_changed_is_refused(
    optimizer: str, setting: str, value: float, words: str
) -> None:
    run = trainer(TrainingConfig(optimizer=optimizer))
    with pytest.raises(ShapeError, match=words):
        run.change(setting, value)
    assert run.changes == ()


def test_the_number_of_steps_follows_the_batch_size() -> None:
    run = trainer()
    assert run.steps == 9
    list(changing(run))
    assert run.steps == run.position.step == 7 + 14 + 14
