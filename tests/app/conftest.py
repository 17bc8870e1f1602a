"""What tests of the window stand on: a Qt warning, thread or window left behind is a failure."""

import gc
import itertools
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QLocale,
    QMessageLogContext,
    QObject,
    QThread,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QCursor, QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from app.jobs.thread import WorkerThread
from app.look.theme import ThemeController
from app.shell.main_window import MainWindow
from app.state.settings import Settings
from tests.app.typed_texts import LOCALES

_IGNORED = ("This plugin does not support",)  # offscreen has no window manager to ask
_GRACE_MILLISECONDS = 5000
_THOROUGH_EVERY = 40
_test_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def _qt_objects_go_in_the_main_thread(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Collect between tests only; fail one in which another thread collects or frees Qt's objects.

    Whenever a worker starts, all objects of Qt that there are by then are watched.
    """
    elsewhere: list[str] = []
    watched: list[weakref.ref[QObject]] = []
    start = WorkerThread.start

    def note_collection(phase: str, _: dict[str, int]) -> None:
        if phase == "start" and threading.current_thread() is not threading.main_thread():
            elsewhere.append("a collection")

    def note_death(_: object) -> None:
        if threading.current_thread() is not threading.main_thread():
            elsewhere.append("the end of an object")

    def watching_start(thread: WorkerThread) -> None:
        found = [each for each in gc.get_objects() if isinstance(each, QObject)]
        watched.extend(weakref.ref(each, note_death) for each in found)
        start(thread)

    monkeypatch.setattr(WorkerThread, "start", watching_start)
    gc.disable()
    gc.callbacks.append(note_collection)
    yield
    gc.callbacks.remove(note_collection)
    if next(_test_numbers) % _THOROUGH_EVERY == 0:
        gc.unfreeze()
    gc.collect()
    gc.freeze()  # what stays is looked through again every so many tests only
    gc.enable()
    assert not elsewhere, f"in another thread: {', '.join(elsewhere)}"


@pytest.fixture(autouse=True)
def _no_qt_warning() -> Iterator[None]:
    """Fail a test during which Qt printed a warning or worse."""
    messages: list[str] = []

    def note(kind: QtMsgType, _: QMessageLogContext, text: str) -> None:
        is_serious = kind not in {QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg}
        if is_serious and not text.startswith(_IGNORED):
            messages.append(text)

    previous = qInstallMessageHandler(note)
    yield
    qInstallMessageHandler(previous)
    assert not messages, "Qt warned: " + " | ".join(messages)


@pytest.fixture(autouse=True)
def _no_qthread_is_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test that ends while a QThread which it started still runs."""
    started: list[QThread] = []
    start = QThread.start

    def noting_start(thread: QThread, *args: object) -> None:
        started.append(thread)
        start(thread, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(QThread, "start", noting_start)
    yield
    left = [thread for thread in started if isValid(thread) and thread.isRunning()]
    for thread in left:
        thread.requestInterruption()
        thread.quit()
    stuck = [thread for thread in left if not thread.wait(_GRACE_MILLISECONDS)]
    assert not left, f"QThreads still running after the test: {left}, of which stuck: {stuck}"


@pytest.fixture(autouse=True)
def _priority_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep a worker that a test runs in its own thread from slowing all tests after it down."""
    monkeypatch.setattr("app.jobs.considerate.WORKER_NICENESS", 0)


@pytest.fixture(autouse=True)
def _no_window_is_left() -> Iterator[None]:
    """Fail a test that leaves a window on the screen."""
    yield
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        return
    left = [window for window in application.topLevelWidgets() if window.isVisible()]
    for window in left:
        window.hide()
        window.deleteLater()
    assert not left, f"windows still open after the test: {left}"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings in a file of this test's own."""
    return Settings(tmp_path / "settings.ini")


@pytest.fixture
def no_mnist(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine without MNIST, neither named nor fetched before; where it would be kept."""
    monkeypatch.delenv("CNNVIZ_DATA", raising=False)
    monkeypatch.setattr("engine.data.mnist.cache_directory", lambda: tmp_path / "cache")
    return tmp_path / "cache"


@pytest.fixture
def look(qapp: QApplication) -> Iterator[ThemeController]:
    """The application in its own fonts and colours, light at scale 1 before and after."""
    controller = ThemeController(qapp, "light")
    yield controller
    # else closed windows live on until some event loop runs, and each new look restyles them all
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    controller.set_mode("light")
    controller.set_scale(1.0)
    controller.deleteLater()


@pytest.fixture
def window(qtbot: QtBot, settings: Settings, look: ThemeController) -> Iterator[MainWindow]:
    """The main window, shown, with the bundled network."""
    made = MainWindow(settings, look)
    made.resize(1280, 800)
    made.show()
    qtbot.waitExposed(made)
    made.start_up()
    qtbot.waitUntil(lambda: made.networks.has_network)
    yield made
    made.workspaces.document.undo_stack.setClean()  # closing asks about an edited stack
    made.close()
    made.deleteLater()


@pytest.fixture(autouse=True)
def _pointer_lies_elsewhere() -> Iterator[None]:
    """Take the pointer away: a move to where it lies already would be no event for the next."""
    yield
    if QGuiApplication.instance() is not None:
        QCursor.setPos(0, 0)


@pytest.fixture(params=LOCALES)
def locale(request: pytest.FixtureRequest) -> Iterator[str]:
    """Each locale in turn as the one that the system has."""
    before = QLocale()
    QLocale.setDefault(QLocale(request.param))
    yield request.param
    QLocale.setDefault(before)
