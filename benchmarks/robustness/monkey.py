"""Random actions all over the window: what is raised, warned of, leaked, or ends the process?

    python -m benchmarks.robustness.monkey [--actions 2000] [--seed 1] [--every 500] [--trace]

The real window, in a process of its own with folders of its own and no way to the network: clicks,
double clicks, keys, text, wheel, drops of files and text, strokes, other sizes, themes and
workspaces; dialogs and menus that wait for an answer get one. Printed are the actions by kind, the
failures by kind (what was raised, also in workers; warnings of Qt), and now and then the memory,
the threads, and what Python and Qt hold.
"""

from __future__ import annotations

import argparse
import faulthandler
import gc
import logging
import os
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any
from unittest.mock import patch

import numpy as np
import shiboken6
from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QMimeData,
    QObject,
    QPoint,
    QPointF,
    Qt,
    QTimer,
    QtMsgType,
    QUrl,
    qInstallMessageHandler,
)
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QDrag,
    QDragEnterEvent,
    QDropEvent,
    QImage,
    QKeyEvent,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QDialog,
    QFileDialog,
    QInputDialog,
    QLayout,
    QLayoutItem,
    QLineEdit,
    QMenu,
    QMessageBox,
    QSpacerItem,
    QWidget,
    QWidgetItem,
)

from app.jobs.collector import Collector
from app.look.theme import ThemeController
from app.shell.application import make_application
from app.shell.main_window import MainWindow
from app.shell.workspaces import KEYS
from app.state.settings import Settings
from benchmarks.robustness.kill import prepare
from engine.basics.errors import EngineError

ANSWER_MS = 15
PATIENCE = 12
"""So many times is a dialog acted on before it is closed."""
TEXTS = (
    "0",
    "1",
    "7",
    "-1",
    "0.05",
    "0,5",
    "1/20",
    "5e-2",
    "1,000",
    "nan",
    "abc",
    "<b>x",
    "",
    "９",
)
KEYS_PRESSED = tuple(
    getattr(Qt.Key, f"Key_{name}")
    for name in (
        *"0123456789ABCDEFGHIJKLMNOPRSTUVXYZ",
        *("Space", "Return", "Escape", "Tab", "Backtab", "Delete", "Backspace", "Home", "End"),
        *("Left", "Right", "Up", "Down", "PageUp", "PageDown", "F1", "F2", "F5", "F11", "Question"),
    )
)
MODIFIERS = (
    *(Qt.KeyboardModifier.NoModifier,) * 4,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
)


@dataclass(frozen=True)
class Held:
    """What there was after so many actions."""

    actions: int
    megabytes: float
    threads: int
    python_objects: int
    qt_objects: int


@dataclass
class Findings:
    """Actions and failures by kind, and what was held on the way."""

    actions: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    held: list[Held] = field(default_factory=list)


class UnclosableWindow(MainWindow):
    """The window, which a random click does not end."""

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stay."""
        event.ignore()


class Monkey:
    """Acts at random on whatever can be seen."""

    def __init__(self, window: MainWindow, rng: np.random.Generator, files: list[Path]) -> None:
        self.window, self.rng, self.files = window, rng, files
        self._modal: tuple[int, int] = (0, 0)
        self._is_answering = False
        self._answers = QTimer(window, interval=ANSWER_MS)
        self._answers.timeout.connect(self._answer)
        self._answers.start()

    def act(self) -> str:
        """Do one thing; return its kind."""
        kinds: tuple[tuple[Callable[[], object], int], ...] = (
            (self.click, 44),
            (self.key, 22),
            (self.text, 12),
            (self.open_workspace, 6),
            (self.drop, 5),
            (self.wheel, 5),
            (self.stroke, 4),
            (self.look, 2),
        )
        weights = np.array([weight for _, weight in kinds], float)
        act = kinds[self.rng.choice(len(kinds), p=weights / weights.sum())][0]
        act()
        QCoreApplication.processEvents()
        return getattr(act, "__name__", "act")

    # What it does

    def click(self) -> None:
        widget = self._any_widget()
        button = (
            Qt.MouseButton.RightButton if self.rng.random() < 0.1 else Qt.MouseButton.LeftButton
        )
        place = self._any_place(widget)
        if self.rng.random() < 0.1:
            QTest.mouseDClick(widget, button, pos=place)
        else:
            QTest.mouseClick(widget, button, pos=place)

    def key(self) -> None:
        widget = QApplication.focusWidget() or self._any_widget()
        key = KEYS_PRESSED[self.rng.integers(len(KEYS_PRESSED))]
        QTest.keyClick(widget, key, MODIFIERS[self.rng.integers(len(MODIFIERS))])

    def text(self) -> None:
        fields = self._visible((QLineEdit, QAbstractSpinBox))
        if fields:
            one = fields[self.rng.integers(len(fields))]
            one.setFocus()
            one.selectAll()  # type: ignore[attr-defined]
            for letter in TEXTS[self.rng.integers(len(TEXTS))]:  # QTest knows Latin letters only
                for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                    event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter)
                    QCoreApplication.sendEvent(one, event)
            if self.rng.random() < 0.7:
                QTest.keyClick(one, Qt.Key.Key_Return)

    def open_workspace(self) -> None:
        if QApplication.activeModalWidget() is None:
            self.window.open_workspace(KEYS[self.rng.integers(len(KEYS))])

    def drop(self) -> None:
        widget, data = self._any_widget(), self._any_data()
        place = QPointF(self._any_place(widget))
        copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
        nothing = Qt.KeyboardModifier.NoModifier
        entering = QDragEnterEvent(place.toPoint(), copy, data, left, nothing)
        QCoreApplication.sendEvent(widget, entering)
        if entering.isAccepted():
            QCoreApplication.sendEvent(widget, QDropEvent(place, copy, data, left, nothing))

    def wheel(self) -> None:
        widget = self._any_widget()
        place = QPointF(self._any_place(widget))
        turn = QPoint(0, int(self.rng.choice((-360, -120, 120, 360))))
        modifiers = MODIFIERS[self.rng.integers(len(MODIFIERS))]
        QCoreApplication.sendEvent(
            widget,
            QWheelEvent(
                place,
                QPointF(widget.mapToGlobal(place.toPoint())),
                QPoint(),
                turn,
                Qt.MouseButton.NoButton,
                modifiers,
                Qt.ScrollPhase.NoScrollPhase,
                False,
            ),
        )

    def stroke(self) -> None:
        if QApplication.activeModalWidget() is not None:
            return
        self.window.open_workspace(KEYS[0])
        canvas = self.window.workspaces.draw.canvas
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=self._any_place(canvas))
        for _ in range(int(self.rng.integers(1, 8))):
            QTest.mouseMove(canvas, self._any_place(canvas))
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=self._any_place(canvas))

    def look(self) -> None:
        what = int(self.rng.integers(4))
        if what == 0:
            self.window.look.set_mode("dark" if self.rng.random() < 0.5 else "light")
        elif what == 1:
            self.window.look.set_scale(float(self.rng.choice((0.8, 1.0, 1.25, 1.5))))
        else:
            width, height = self.rng.integers((800, 520), (1600, 1000))
            self.window.resize(int(width), int(height))

    # What it does it with

    def _visible(self, kinds: tuple[type[QWidget], ...] = (QWidget,)) -> list[QWidget]:
        """What can be seen and used of those kinds, in what takes the input now."""
        top = QApplication.activePopupWidget() or QApplication.activeModalWidget() or self.window
        tops = [top]
        if top is self.window:
            tops += [w for w in QApplication.topLevelWidgets() if w.isVisible() and w is not top]
        found = [child for one in tops for child in (one, *one.findChildren(QWidget))]
        return [
            each
            for each in found
            if isinstance(each, kinds)
            and each.isVisible()
            and each.isEnabled()
            and each.width() > 2
        ]

    def _any_widget(self) -> QWidget:
        widgets = self._visible()
        return widgets[self.rng.integers(len(widgets))] if widgets else self.window

    def _any_place(self, widget: QWidget) -> QPoint:
        if self.rng.random() < 0.5:
            return widget.rect().center()
        width, height = max(widget.width(), 1), max(widget.height(), 1)
        return QPoint(int(self.rng.integers(width)), int(self.rng.integers(height)))

    def _any_data(self) -> QMimeData:
        data, what = QMimeData(), int(self.rng.integers(4))
        if what == 0:
            image = QImage(20, 20, QImage.Format.Format_RGB32)
            image.fill(QColor("white"))
            data.setImageData(image)
        elif what == 1:
            data.setText(TEXTS[self.rng.integers(len(TEXTS))])
        else:
            file = self.files[self.rng.integers(len(self.files))]
            data.setUrls([QUrl.fromLocalFile(str(file))])
        return data

    # What waits for an answer in an event loop of its own gets one

    def _answer(self) -> None:
        top = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        if top is None or self._is_answering:
            return
        count = self._modal[1] + 1 if self._modal[0] == id(top) else 1
        self._modal = (id(top), count)
        self._is_answering = True  # else what one answer opens would be answered within it
        try:
            if count > PATIENCE:
                self._modal = (0, 0)
                top.reject() if isinstance(top, QDialog) else top.close()
            elif isinstance(top, QMenu) and (
                actions := [a for a in top.actions() if a.isEnabled()]
            ):
                QTimer.singleShot(
                    0, self._answers, actions[self.rng.integers(len(actions))].trigger
                )
                top.close()
            elif self.rng.random() < 0.7:
                QTimer.singleShot(0, self._answers, self.click)
            else:
                QTimer.singleShot(0, self._answers, self.key)
        finally:
            self._is_answering = False


# Watching


@contextmanager
def recorded(findings: Findings) -> Iterator[None]:
    """Note what nothing catches, what workers raise unexpectedly, and what Qt warns of."""

    def note(kind: str, error: BaseException) -> None:
        frames = traceback.extract_tb(error.__traceback__)
        place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
        findings.failures[f"{kind}: {type(error).__name__}: {str(error)[:90]} ({place})"] += 1
        logging.getLogger(__name__).info("A failure.", exc_info=error)

    def hook(_: type[BaseException], error: BaseException, __: TracebackType | None) -> None:
        note("raised", error)
        sys.last_value = sys.last_traceback = None

    class Workers(logging.Handler):
        """Takes what workers log."""

        def emit(self, record: logging.LogRecord) -> None:
            error = record.exc_info[1] if record.exc_info else None
            is_expected = isinstance(error, (EngineError, OSError, MemoryError))
            if error is not None and not is_expected and "Cancelled" not in type(error).__name__:
                note("raised in a worker", error)

    def warned(kind: QtMsgType, _: object, text: str) -> None:
        is_serious = kind not in {QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg}
        if is_serious and "This plugin does not support" not in text:
            findings.failures[f"Qt: {text[:110]}"] += 1

    logger, handler, before = logging.getLogger("app.jobs.thread"), Workers(), sys.excepthook
    level = logger.level
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    sys.excepthook = hook
    previous = qInstallMessageHandler(warned)
    try:
        yield
    finally:
        qInstallMessageHandler(previous)
        sys.excepthook = before
        logger.removeHandler(handler)
        logger.setLevel(level)


@contextmanager
def no_dialogs_of_the_system(files: list[Path], rng: np.random.Generator) -> Iterator[None]:
    """Dialogs for files give one of ``files``, a new name, or nothing; nothing is dragged out.

    Questions that Qt asks for us get any answer. Qt makes and deletes their boxes unseen by PySide:
    what Python has seen of one would stand for whatever lies at the same address later.
    """

    def some_file(*_: object, **__: object) -> tuple[str, str]:
        return (str(files[rng.integers(len(files))]) if rng.random() < 0.7 else ""), ""

    def new_file(_: object, __: str, suggestion: str = "", *___: object) -> tuple[str, str]:
        name = Path(suggestion).name or "new"
        return (str(files[0].parent / name) if rng.random() < 0.7 else ""), ""

    def some_folder(*_: object, **__: object) -> str:
        return str(files[0].parent) if rng.random() < 0.7 else ""

    def no_drag(*_: object) -> Qt.DropAction:
        return Qt.DropAction.IgnoreAction

    def any_answer(*given: Any, **_: object) -> QMessageBox.StandardButton:
        offered = [one for one in QMessageBox.StandardButton if one & given[3] and one.value]
        return offered[rng.integers(len(offered))]

    def any_text(*_: object, **__: object) -> tuple[str, bool]:
        return TEXTS[rng.integers(len(TEXTS))], bool(rng.random() < 0.7)

    with (
        patch.object(QMessageBox, "question", any_answer),
        patch.object(QInputDialog, "getText", any_text),
        patch.object(QFileDialog, "getOpenFileName", some_file),
        patch.object(QFileDialog, "getSaveFileName", new_file),
        patch.object(QFileDialog, "getExistingDirectory", some_folder),
        patch.object(QDrag, "exec", no_drag),
        patch.dict(os.environ, dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")),
    ):
        yield


def some_files(folder: Path) -> list[Path]:
    """Files to open and to drop: a picture, and some that are none of ours."""
    folder.mkdir(parents=True, exist_ok=True)
    image = QImage(30, 20, QImage.Format.Format_Grayscale8)
    image.fill(200)
    image.save(str(folder / "picture.png"))
    for name, text in (
        ("stack.cnnviz", "{}"),
        ("network.safetensors", "nothing"),
        ("lecture.cnnviz-lecture", "[]"),
        ("words.txt", "words"),
        ("drawings.json", '{"strokes": []}'),
        ("table.csv", "1,2\n3,4\n"),
    ):
        (folder / name).write_text(text, encoding="utf-8")
    return sorted(folder.iterdir())


def held(window: QWidget, actions: int) -> Held:
    """What there is now, after everything that may go has gone."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return Held(
        actions,
        megabytes_now(),
        threading.active_count(),
        len(gc.get_objects()) + gc.get_freeze_count(),
        len(window.findChildren(QObject)),
    )


def remembered_layout_items() -> list[QLayoutItem]:
    """Items of layouts that PySide keeps an object for: they outlive what they stand for.

    See ``app/look/nesting.py``. Only what the collector has not set aside is looked through. Of
    items that Python made it is told when they go, and layouts of our own hold theirs themselves.
    """
    return [
        one
        for one in gc.get_objects()
        if type(one) in {QWidgetItem, QSpacerItem}
        and shiboken6.isValid(one)
        and not shiboken6.createdByPython(one)
        and any(isinstance(holder, QLayout) for holder in gc.get_referrers(one))
    ]


def megabytes_now() -> float:
    """Memory that this process has in use, where the system tells."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def play(
    actions: int,
    seed: int,
    folder: Path,
    every: int = 500,
    tell: Callable[[Held], object] = lambda _: None,
) -> Findings:
    """Act so often on a window with folders of its own; say what came of it."""
    findings, rng = Findings(), np.random.default_rng(seed)
    application = make_application()
    collector = Collector()
    prepare(folder)
    files = some_files(folder / "files")
    with recorded(findings), no_dialogs_of_the_system(files, rng):
        look = ThemeController(application, "light")
        window = UnclosableWindow(Settings(folder / "settings.ini"), look)
        window.resize(1280, 800)
        window.show()
        window.start_up()
        collector.start()
        monkey = Monkey(window, rng, files)
        for number in range(1, actions + 1):
            findings.actions[monkey.act()] += 1
            if number % every == 0 or number == actions:
                collector.collect_everything()
                gc.unfreeze()
                if remembered := remembered_layout_items():
                    findings.failures["a layout's item is remembered"] += len(remembered)
                findings.held.append(held(window, number))
                tell(findings.held[-1])
        window.closing.end_everything()
        window.workspaces.drop_autosave()
        for each in QApplication.topLevelWidgets():
            each.hide()
        window.deleteLater()  # the others are its own, or pyqtgraph's, whose plots still need them
        look.set_mode("light")
        look.set_scale(1.0)
        look.deleteLater()
        del window, monkey
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    collector.stop()
    return findings


class Growth:
    """Follows allocations of Python and NumPy, and says which lines hold more than at first."""

    def __init__(self) -> None:
        tracemalloc.start(12)
        self._first: tracemalloc.Snapshot | None = None

    def tell(self, one: Held) -> None:
        tell(one)
        now = tracemalloc.take_snapshot()
        if self._first is None:
            self._first = now
            return
        for difference in now.compare_to(self._first, "traceback")[:6]:
            if difference.size_diff > 2**19:
                lines = " < ".join(
                    f"{Path(frame.filename).name}:{frame.lineno}"
                    for frame in reversed(difference.traceback)
                )
                print(f"    {difference.size_diff / 2**20:+.1f} MB {lines}", flush=True)


def report(findings: Findings) -> None:
    """Print actions and failures by kind."""
    kinds = ", ".join(f"{name} {count:,}" for name, count in findings.actions.most_common())
    print(f"{findings.actions.total():,} actions: {kinds}")
    print(f"{findings.failures.total():,} failures of {len(findings.failures)} kinds")
    for what, count in findings.failures.most_common():
        print(f"  {count:5,} × {what}")


def tell(one: Held) -> None:
    print(
        f"  after {one.actions:6,}: {one.megabytes:6.0f} MB, {one.threads} threads, "
        f"{one.python_objects:,} Python objects, {one.qt_objects:,} Qt objects",
        flush=True,
    )


def main() -> int:
    """Act in a child process, and say what came of it; 1 if anything failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--actions", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=500)
    parser.add_argument("--trace", action="store_true", help="say what holds the memory; slow")
    parser.add_argument("--child", type=Path, metavar="FOLDER")
    arguments = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if arguments.child is not None:
        faulthandler.enable()
        teller = Growth().tell if arguments.trace else tell
        findings = play(arguments.actions, arguments.seed, arguments.child, arguments.every, teller)
        report(findings)
        return 1 if findings.failures else 0
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.robustness.monkey", "--child", folder]
        for name in ("actions", "seed", "every"):
            command += [f"--{name}", str(getattr(arguments, name))]
        command += ["--trace"] * arguments.trace
        environment: dict[str, Any] = {**os.environ, "HOME": folder, "XDG_CACHE_HOME": folder}
        environment.pop("CNNVIZ_DATA", None)
        code = subprocess.run(command, env=environment, check=False).returncode
    ending = f"ended by signal {-code}" if code < 0 else f"exit status {code}"
    print(f"{ending} after {time.monotonic() - began:.0f} s")
    return 0 if code == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
