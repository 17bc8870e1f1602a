"""Changing a setting while a run goes on in its thread, and what the window learns of it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.state.networks import NetworkHolder
from app.train.training_session import TrainingSession
from engine.basics.errors import ShapeError
from engine.networks.network import Sequential
from engine.training.trainer import Trainer
from tests.app.small_data import BarsSource
from tests.app.train.driving import TIMEOUT
from tests.app.train.test_training_session import job, wait_for_batches


@pytest.fixture
def session() -> Iterator[TrainingSession]:
    session = TrainingSession(NetworkHolder())
    yield session
    assert session.stop_and_join(TIMEOUT)


def changed_run(qtbot: QtBot, session: TrainingSession) -> None:
    """A run that was paused after its first batch, changed there, and taken to its end."""
    session.start(job(), until="batch")
    qtbot.waitUntil(lambda: session.state.value == "paused", timeout=TIMEOUT)
    session.change("batch_size", 64)
    session.change("batch_size", 8)  # the last wish counts
    session.change("learning_rate", 0.01)
    with qtbot.waitSignal(session.ended, timeout=TIMEOUT):
        session.resume()


def test_a_change_takes_place_before_the_next_batch_and_is_on_the_curves(
    qtbot: QtBot, session: TrainingSession
) -> None:
    changed_run(qtbot, session)
    told = [(change.step, change.setting, change.after) for change in session.curves.changes]
    assert told == [(1, "batch_size", 8.0), (1, "learning_rate", 0.01)]
    positions = session.curves.loss.positions
    np.testing.assert_allclose(positions[:3], [16 / 200, 24 / 200, 32 / 200])
    assert len(positions) == 1 + 23 + 25
    assert positions[-1] == 2.0
    assert session.progress == 1.0


def test_the_window_gets_what_the_engine_gives_for_the_same_changes(
    qtbot: QtBot, session: TrainingSession
) -> None:
    changed_run(qtbot, session)
    config = job().config
    network = Sequential.from_stack(job().stack, np.random.default_rng(config.seed))
    images = BarsSource().load(240, config.seed, lambda *_: None, lambda: False)
    trainer = Trainer(network, *images.split(40, config.seed), config)
    trainer.plan(session.curves.changes)
    for _ in trainer.run():
        pass
    assert session.result is not None
    assert session.result.kept is not None
    for name, value in session.result.kept.state_dict().items():
        np.testing.assert_array_equal(trainer.best_state()[name], value)


def test_a_longer_run_goes_on_with_what_was_changed(qtbot: QtBot, session: TrainingSession) -> None:
    changed_run(qtbot, session)
    batches = session.curves.batches
    with qtbot.waitSignal(session.ended, timeout=TIMEOUT):
        session.continue_for(1)
    assert session.curves.batches - batches == 25
    assert len(session.curves.changes) == 2


def test_a_change_that_cannot_be_is_refused_where_it_is_asked_for(
    qtbot: QtBot, session: TrainingSession
) -> None:
    with pytest.raises(RuntimeError, match="no run"):
        session.change("batch_size", 8)
    session.start(job(epochs=500))
    wait_for_batches(qtbot, session)
    with pytest.raises(ShapeError, match="batch size must be from 1"):
        session.change("batch_size", 0)
