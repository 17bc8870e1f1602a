"""Jobs in the background: one at a time, its worker handed over when its thread is no more."""

import pytest

from app.jobs.background import Background
from app.jobs.thread import Worker


class Waiting(Worker):
    """Works until it is asked to stop."""

    def __init__(self):
        super().__init__()
        self.has_stopped = False

    def work(self):
        self.has_stopped = self.control.wait_for_stop(60)


class Adding(Worker):
    """Adds two numbers."""

    def __init__(self, first, second):
        super().__init__()
        self.terms, self.result = (first, second), None

    def work(self):
        self.result = sum(self.terms)


@pytest.fixture
def background(qapp):
    background = Background[Worker]()
    yield background
    assert background.join(5000)


def test_a_worker_is_handed_over_with_its_result(background, qtbot):
    with qtbot.waitSignal(background.ended, timeout=5000) as ended:
        background.start(Adding(2, 3))
        assert background.is_running
    assert ended.args[0].result == 5
    assert not background.is_running
    assert background.worker is None


def test_the_next_worker_may_start_when_one_has_ended(background, qtbot):
    results = []

    def go_on(worker):
        results.append(worker.result)
        if len(results) < 3:
            background.start(Adding(worker.result, 1))

    background.ended.connect(go_on)
    background.start(Adding(0, 1))
    qtbot.waitUntil(lambda: len(results) == 3, timeout=5000)
    assert results == [1, 2, 3]


def test_an_error_is_handed_over_too(background, qtbot):
    with qtbot.waitSignal(background.ended, timeout=5000) as ended:
        background.start(Adding(2, "three"))
    assert isinstance(ended.args[0].error, TypeError)


def test_a_worker_that_is_asked_to_stop_is_handed_over(background, qtbot):
    background.start(Waiting())
    with qtbot.waitSignal(background.ended, timeout=5000) as ended:
        background.stop()
    assert ended.args[0].has_stopped


def test_progress_is_told_while_a_worker_runs(qapp, qtbot):
    background = Background[Worker](watch_ms=1)
    with qtbot.waitSignal(background.progressed, timeout=5000):
        background.start(Waiting())
    assert background.join(5000)
    assert not background.is_running


def test_joining_without_a_worker_is_done_at_once(background):
    assert background.join(0)
    background.stop()
    assert not background.is_running


def test_what_is_closed_starts_nothing_more(qapp):
    background = Background[Worker]()
    background.start(Waiting())
    background.ended.connect(lambda _: background.start(Adding(1, 2)))
    assert background.close(5000)
    assert not background.is_running
