"""A run from start to end in its thread: states, curves, what Draw gets, what goes wrong."""

import math
import re
import sys
import threading
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.state.networks import NetworkHolder
from app.train.pace import seconds_to_go
from app.train.training import Ending, TrainingJob
from app.train.training_result import clock
from app.train.training_session import SessionState, TrainingSession
from engine.basics.errors import DataError
from engine.networks.presets import PRESETS
from engine.training.trainer import TrainingConfig
from tests.app.small_data import BarsSource, EndlessSource
from tests.app.train.driving import TIMEOUT, wait_until_held


def job(**config) -> TrainingJob:
    settings = {"epochs": 2, "batch_size": 16, "learning_rate": 0.05, "seed": 3} | config
    stack = PRESETS["simplecnn"].stack
    return TrainingJob(stack, BarsSource(), 240, 40, TrainingConfig(**settings))


@pytest.fixture
def networks() -> NetworkHolder:
    return NetworkHolder()


@pytest.fixture
def session(networks: NetworkHolder):
    session = TrainingSession(networks)
    yield session
    assert session.stop_and_join(TIMEOUT)


def wait_for_batches(qtbot: QtBot, session: TrainingSession, count: int = 1) -> None:
    qtbot.waitUntil(lambda: session.curves.batches >= count, timeout=TIMEOUT)


def state_of(session: TrainingSession) -> SessionState:
    return session.state


def test_a_run_goes_through_its_states(qtbot: QtBot, session: TrainingSession) -> None:
    states = []
    session.state_changed.connect(lambda: states.append(session.state))
    with qtbot.waitSignal(session.ended, timeout=TIMEOUT):
        session.start(job())
    assert states == [SessionState.PREPARING, SessionState.RUNNING, SessionState.IDLE]


def test_curves_hold_every_batch_and_epoch(qtbot: QtBot, session: TrainingSession) -> None:
    with qtbot.waitSignal(session.ended, timeout=TIMEOUT):
        session.start(job())
    loss = session.curves.loss
    assert len(loss.per_batch) == 2 * math.ceil(200 / 16)
    assert loss.positions[-1] == 2.0
    assert loss.validation_positions.tolist() == [1.0, 2.0]
    assert np.isfinite(loss.smoothed).all()
    assert session.progress == 1.0
    assert session.curves.accuracy.validation[-1] > 0.9


def test_draw_gets_the_finished_network_with_its_record(
    qtbot: QtBot, session: TrainingSession, networks: NetworkHolder
) -> None:
    with qtbot.waitSignals([session.ended, networks.network_changed], timeout=TIMEOUT):
        session.start(job())
    assert session.result is not None
    assert session.result.ending is Ending.FINISHED
    record = networks.record
    assert record is not None
    assert (record.data, record.images, record.epochs, record.seed) == ("Bars", 200, 2, 3)
    assert record.test_accuracy is None
    best = max(epoch.validation_accuracy for epoch in session.curves.epochs)
    assert record.validation_accuracy == best
    assert record.settings["validation_images"] == 40


def test_the_same_seed_gives_the_same_weights(
    qtbot: QtBot, session: TrainingSession, networks: NetworkHolder
) -> None:
    weights = []
    for _ in range(2):
        with qtbot.waitSignal(session.ended, timeout=TIMEOUT):
            session.start(job())
        weights.append(networks.network.state_dict())
    assert all(np.array_equal(weights[0][name], weights[1][name]) for name in weights[0])


def test_pause_holds_the_run_and_resume_goes_on(qtbot: QtBot, session: TrainingSession) -> None:
    session.start(job(epochs=500))
    wait_for_batches(qtbot, session)
    session.pause()
    assert state_of(session) is SessionState.PAUSED
    wait_until_held(qtbot, session)
    held = session.curves.batches
    for _ in range(3):  # three turns of collecting, with nothing to collect
        wait_until_held(qtbot, session)
    assert session.curves.batches == held
    session.resume()
    wait_for_batches(qtbot, session, held + 5)
    assert state_of(session) is SessionState.RUNNING


@pytest.mark.parametrize("pauses_first", [False, True])
def test_stop_keeps_what_was_learnt(
    qtbot: QtBot, session: TrainingSession, networks: NetworkHolder, *, pauses_first: bool
) -> None:
    session.start(job(epochs=500))
    wait_for_batches(qtbot, session, 20)
    if pauses_first:
        session.pause()
    with qtbot.waitSignal(session.ended, timeout=TIMEOUT):
        session.stop()
    assert session.result is not None
    assert session.result.ending is Ending.STOPPED
    assert networks.has_network
    assert np.isfinite(networks.network.parameters).all()
    assert networks.record is not None
    assert networks.record.validation_accuracy is not None


def test_stop_while_images_are_prepared(
    qtbot: QtBot, session: TrainingSession, networks: NetworkHolder
) -> None:
    session.start(replace(job(), source=EndlessSource()))
    qtbot.waitUntil(lambda: session.preparing.done == 1, timeout=TIMEOUT)
    with qtbot.waitSignal(session.ended, timeout=TIMEOUT):
        session.stop()
    assert not networks.has_network
    assert session.result is not None
    assert "before anything was learnt" in session.result.message


def test_join_ends_a_paused_run(qtbot: QtBot, session: TrainingSession) -> None:
    session.start(job(epochs=500))
    wait_for_batches(qtbot, session)
    session.pause()
    assert session.stop_and_join(TIMEOUT)
    assert state_of(session) is SessionState.IDLE
    assert session.stop_and_join(0)


def test_divergence_is_told_and_leaves_draw_alone(
    qtbot: QtBot, session: TrainingSession, networks: NetworkHolder
) -> None:
    with qtbot.waitSignal(session.ended, timeout=TIMEOUT):
        session.start(job(learning_rate=1e12))
    result = session.result
    assert result is not None
    assert result.ending is Ending.DIVERGED
    assert result.divergence is not None
    assert str(result.divergence.batch) in result.message
    assert result.kept is not None
    assert np.isfinite(result.kept.parameters).all()
    assert networks.record is None
    session.use_kept()
    assert networks.has_network
    assert np.isfinite(networks.network.parameters).all()


def test_an_error_of_the_data_is_the_message(qtbot: QtBot, session: TrainingSession) -> None:
    class Broken(BarsSource):
        def load(self, *_args):
            raise DataError("The file ends too early.")

    with qtbot.waitSignal(session.ended, timeout=TIMEOUT):
        session.start(replace(job(), source=Broken()))
    assert session.result is not None
    assert session.result.message == "The file ends too early."


def test_only_one_run_at_a_time(qtbot: QtBot, session: TrainingSession) -> None:
    session.start(job(epochs=500))
    with pytest.raises(RuntimeError, match="going on already"):
        session.start(job())


def test_the_interpreter_is_as_before_afterwards(qtbot: QtBot, session: TrainingSession) -> None:
    before = sys.getswitchinterval()
    session.start(job(epochs=500))
    wait_for_batches(qtbot, session)
    assert sys.getswitchinterval() < before
    assert session.stop_and_join(TIMEOUT)
    assert sys.getswitchinterval() == before
    assert not [thread for thread in threading.enumerate() if "cnnviz" in thread.name]


def test_the_header_is_told_how_far_it_is(qtbot: QtBot, session: TrainingSession) -> None:
    assert session.progress_text == ""
    session.start(job(epochs=500))
    assert session.progress_text == "Preparing Bars"
    assert session.stack == PRESETS["simplecnn"].stack
    wait_for_batches(qtbot, session)
    assert re.match(r"Training, epoch \d+ of 500", session.progress_text)
    session.pause()
    assert session.progress_text.startswith("Paused ")
    assert session.stop_and_join(TIMEOUT)
    assert session.progress_text == ""


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0:00"), (7, "0:07"), (750, "12:30"), (3725, "1:02:05")]
)
def test_clock(seconds: float, text: str) -> None:
    assert clock(seconds) == text


def test_a_network_larger_than_memory_is_refused_before_images_are_made(
    qtbot: QtBot, session: TrainingSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.basics.memory.free_memory", lambda: 1000)
    with qtbot.waitSignal(session.ended, timeout=TIMEOUT):
        session.start(replace(job(), source=EndlessSource()))
    assert session.result is not None
    assert "is too large to be trained here: 62,810 parameters" in session.result.message
    assert session.state is SessionState.IDLE


@pytest.mark.parametrize(
    ("done", "total", "seconds", "left"),
    [(0, 100, 9.0, None), (10, 100, 0.2, None), (25, 100, 5.0, 15.0), (100, 100, 5.0, 0.0)],
)
def test_the_rest_is_taken_to_go_on_at_the_pace_so_far(done, total, seconds, left):
    assert seconds_to_go(done, total, seconds) == left


class CountingSource(EndlessSource):
    """Says again and again that a tenth of its images are there."""

    def load(self, images, seed, report, is_cancelled):
        while not is_cancelled():
            report(images // 10, images)
        return super().load(images, seed, report, is_cancelled)


def test_while_images_are_prepared_it_says_how_long_that_takes(qtbot, session):
    session.start(replace(job(), source=CountingSource()))
    assert session.preparing_seconds_left is None
    qtbot.waitUntil(lambda: session.preparing_seconds_left is not None, timeout=TIMEOUT)
    assert re.fullmatch(r"Preparing Bars, \d+:\d\d left", session.progress_text)
    with qtbot.waitSignal(session.ended, timeout=TIMEOUT):
        session.stop()
