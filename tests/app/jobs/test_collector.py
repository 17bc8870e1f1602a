"""The collector of garbage: in the window's thread, between events, and never for long."""

import gc
import threading
import weakref

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.jobs.background import Background
from app.jobs.collector import (
    MANY,
    OFTEN,
    OPENINGS,
    REST_SECONDS,
    THOROUGH_SECONDS,
    YOUNG,
    Collector,
    give_memory_back,
)
from app.jobs.thread import Worker
from benchmarks.robustness.collector_stress import stress


class Circle(QObject):
    """Holds itself: only a collection can free it."""

    def __init__(self) -> None:
        super().__init__()
        self.itself = self


class Failing(Worker):
    """Raises what holds its frames, from what holds its frames."""

    def work(self):
        try:
            int("a disk")
        except ValueError as error:
            raise RuntimeError("No file") from error


class Waiting(Worker):
    """Works until it is asked to stop."""

    def work(self):
        self.control.wait_for_stop(60)


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def collector(qapp, clock):
    made = Collector(clock=clock)
    yield made
    made.stop()


def let_go_of_a_circle():
    return weakref.ref(Circle())


def be_busy(count):
    """Allocate at least so many objects that the collector knows of."""
    return [[] for _ in range(count + 500)]  # some come from a store that is not counted


@pytest.mark.parametrize("is_automatic", [True, False])
def test_python_collects_by_itself_neither_before_nor_after_only_if_it_did(qapp, is_automatic):
    (gc.enable if is_automatic else gc.disable)()
    collector = Collector()
    assert not gc.isenabled()
    collector.start()
    assert not gc.isenabled()
    collector.stop()
    assert gc.isenabled() is is_automatic


def test_a_circle_is_freed_by_its_timer_in_its_thread(collector, qtbot):
    threads = []
    collector.start()
    gone = weakref.ref(Circle(), lambda _: threads.append(threading.current_thread()))
    kept = be_busy(YOUNG)
    qtbot.waitUntil(lambda: gone() is None, timeout=5000)
    assert threads == [threading.main_thread()]
    del kept


def test_while_little_is_new_nothing_is_looked_through(collector):
    collector.start()
    gc.collect()
    gone = let_go_of_a_circle()
    collector.tick()
    assert gone() is not None


def test_a_circle_that_has_grown_older_is_freed_a_little_later(collector):
    collector.start()
    circle = Circle()
    kept = be_busy(YOUNG)
    collector.tick()
    gone = weakref.ref(circle)
    del circle
    ticks = 0
    while gone() is not None and ticks < OFTEN**2:
        kept += be_busy(YOUNG)
        collector.tick()
        ticks += 1
    assert gone() is None


def test_what_was_opened_at_once_is_set_aside_without_a_look(collector):
    """A look would take longer than a frame."""
    collector.start()
    gc.collect()
    before, gone = gc.get_freeze_count(), let_go_of_a_circle()
    kept = be_busy(MANY)
    collector.tick()
    assert gone() is not None
    assert gc.get_freeze_count() >= before + len(kept)


def test_what_is_opened_at_once_again_and_again_is_looked_through(collector):
    collector.start()
    kept: list[list] = []
    for _ in range(OPENINGS):
        kept += be_busy(MANY)
        collector.tick()
    gone = let_go_of_a_circle()
    kept += be_busy(MANY)
    collector.tick()
    assert gone() is None
    assert gc.get_freeze_count() >= len(kept)


def set_aside_and_let_go(collector):
    circle = Circle()
    collector.start()
    return weakref.ref(circle)


def test_what_was_set_aside_is_looked_through_when_nobody_touches_anything(collector, clock):
    gone = set_aside_and_let_go(collector)
    collector.tick()
    assert gone() is not None
    clock.now = THOROUGH_SECONDS
    collector.tick()
    assert gone() is None


def test_it_waits_as_long_as_somebody_touches_the_window(collector, clock, qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    gone = set_aside_and_let_go(collector)
    for _ in range(3):
        collector.tick()
        clock.now += THOROUGH_SECONDS
        QTest.keyClick(window.windowHandle(), Qt.Key.Key_A)
    collector.tick()
    assert gone() is not None
    clock.now += REST_SECONDS
    collector.tick()
    assert gone() is None


def test_it_waits_until_a_job_has_ended(collector, clock):
    background = Background[Waiting]()
    background.start(Waiting())
    gone = set_aside_and_let_go(collector)
    clock.now = THOROUGH_SECONDS
    collector.tick()
    assert gone() is not None
    assert background.join(5000)
    collector.tick()
    assert gone() is None


def test_an_idle_window_is_not_looked_through_again_and_again(collector, clock):
    collector.start()
    clock.now = THOROUGH_SECONDS
    collector.tick()
    gone = set_aside_and_let_go(collector)
    clock.now *= 3
    collector.tick()
    assert gone() is not None


def test_a_library_that_cannot_give_memory_back_is_left_as_it_is(monkeypatch):
    monkeypatch.setattr("ctypes.CDLL", lambda _: object())
    assert give_memory_back() is False


def test_an_error_of_a_worker_holds_no_worker(qapp, qtbot):
    """Else the two are a circle that only the collector frees."""
    background, errors = Background[Failing](), []
    background.ended.connect(lambda worker: errors.append(worker.error))
    worker = Failing()
    gone = weakref.ref(worker)
    background.start(worker)
    del worker
    qtbot.waitUntil(lambda: bool(errors) and gone() is None, timeout=5000)
    assert str(errors[0]) == "No file"
    assert "a disk" in str(errors[0].__cause__)


def test_no_thread_but_the_windows_collects_while_a_training_allocates(qapp):
    seen = stress(1.5)
    assert seen.collected_in["other"] == 0
    assert seen.collected_in["window"] > 0
    assert 0 < seen.freed <= seen.made
