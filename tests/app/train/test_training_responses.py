"""Pause, stop and close are answered after the batch that is being computed, whatever its speed."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.jobs.thread import WorkerThread
from app.state.networks import NetworkHolder
from app.train.observers import Observation, Observer
from app.train.training_session import SessionState, TrainingSession
from engine.training.trainer import BatchDone, Event, Trainer
from tests.app.train.driving import TIMEOUT
from tests.app.train.test_training_session import job

HELD_AT = 3


class Holder(Observer):
    """Holds the run after its third batch until it is let go, and counts the batches."""

    def __init__(self) -> None:
        self.is_held, self.may_go_on = threading.Event(), threading.Event()
        self.batches = 0

    def took(self, event: Event, trainer: Trainer) -> Iterable[Observation]:  # noqa: ARG002
        """Hold the worker's thread."""
        if isinstance(event, BatchDone):
            self.batches += 1
            if self.batches == HELD_AT:
                self.is_held.set()
                self.may_go_on.wait(TIMEOUT / 1000)
        return ()


@pytest.fixture
def holder() -> Holder:
    return Holder()


@pytest.fixture
def held(holder: Holder, qtbot: QtBot) -> Iterator[TrainingSession]:
    """A session whose run is in the middle of the third batch."""
    session = TrainingSession(NetworkHolder())
    session.observe_with(lambda _job: holder)
    session.start(job(epochs=500))
    qtbot.waitUntil(holder.is_held.is_set, timeout=TIMEOUT)
    qtbot.waitUntil(lambda: session.state is SessionState.RUNNING, timeout=TIMEOUT)
    yield session
    holder.may_go_on.set()
    assert session.stop_and_join(TIMEOUT)


def test_after_a_pause_no_batch_follows(
    qtbot: QtBot, holder: Holder, held: TrainingSession
) -> None:
    held.pause()
    holder.may_go_on.set()
    qtbot.waitUntil(lambda: held.is_waiting, timeout=TIMEOUT)
    assert holder.batches == HELD_AT


def test_after_a_stop_no_batch_follows(qtbot: QtBot, holder: Holder, held: TrainingSession) -> None:
    held.stop()
    with qtbot.waitSignal(held.ended, timeout=TIMEOUT):
        holder.may_go_on.set()
    assert holder.batches == HELD_AT
    assert not held.trains
    assert held.result is not None


def test_closing_waits_for_the_present_batch_only(holder: Holder, held: TrainingSession) -> None:
    thread = held.findChild(WorkerThread)
    assert isinstance(thread, WorkerThread)
    control = thread.worker.control

    def let_go() -> None:
        while not control.is_stopped():
            pass
        holder.may_go_on.set()

    helper = threading.Thread(target=let_go)
    helper.start()
    assert held.stop_and_join(TIMEOUT)
    helper.join()
    assert holder.batches == HELD_AT
    assert not held.is_active
