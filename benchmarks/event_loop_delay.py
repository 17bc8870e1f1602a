"""How late the window's event loop is while LeNet-5 trains with its curves in view.

The whole window is open on Train; a timer of one millisecond notes when it is called. Between two
calls the loop was busy or waited for the interpreter: an event that arrived then had to wait. Two
readings are given, per call (how late was the timer) and per moment (how long an event that comes
at a random moment waits). The mark is 16 ms at the 99th percentile of both. A third one says how
much of that was work of the window's own thread, whatever else the machine does.

Run with ``python benchmarks/event_loop_delay.py [--data DIR] [--batch 64] [--seconds 20]``;
QT_QPA_PLATFORM=offscreen works without a display. Other work on the machine counts against it, so
the load is printed too.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer, Slot

from app.application import make_application
from app.main_window import MainWindow
from app.panels.train import TrainPanel
from app.settings import Settings
from app.theme import ThemeController

MARK_MS = 16.0
WARM_UP_MS = 2000


class DelayProbe(QObject):
    """Notes when a timer of one millisecond is called: by the clock, and by this thread's work."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[float] = []
        self.work: list[float] = []
        self._timer = QTimer(self, interval=1, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._note)

    def start(self) -> None:
        """Begin."""
        self._timer.start()

    def stop(self) -> None:
        """End."""
        self._timer.stop()

    @Slot()
    def _note(self) -> None:
        self.calls.append(time.perf_counter())
        self.work.append(time.thread_time())


class PaintCounter(QObject):
    """Counts how often a widget is painted."""

    def __init__(self, widget: QObject) -> None:
        super().__init__()
        self.paints = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look out for paint events."""
        self.paints += event.type() == QEvent.Type.Paint
        return super().eventFilter(watched, event)


def waiting_percentile(gaps: NDArray[np.float64], percent: float) -> float:
    """The delay that an event at a random moment exceeds in ``100 − percent`` % of cases.

    Within a gap of length d the wait is evenly spread over 0 to d, so the share of moments that
    wait longer than t is Σ max(d − t, 0) / Σ d; found by bisection.
    """
    low, high = 0.0, float(gaps.max())
    for _ in range(60):
        middle = (low + high) / 2
        share = np.maximum(gaps - middle, 0).sum() / gaps.sum()
        low, high = (middle, high) if share > 1 - percent / 100 else (low, middle)
    return high


def wait(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def report(probe: DelayProbe) -> bool:
    """Print the percentiles; say whether the mark is met."""
    gaps = np.diff(np.array(probe.calls)) * 1000
    work = np.diff(np.array(probe.work)) * 1000
    late = np.maximum(gaps - 1, 0)
    percents = (50, 90, 95, 99, 99.9, 100)
    rows = {
        "late, per call": [float(np.percentile(late, percent)) for percent in percents],
        "wait, per moment": [waiting_percentile(gaps, percent) for percent in percents],
        "own work, per call": [float(np.percentile(work, percent)) for percent in percents],
    }
    print(" " * 22 + "".join(f"{percent:>9g} %" for percent in percents))
    for label, values in rows.items():
        print(f"  {label:20}" + "".join(f"{value:8.2f} ms" for value in values))
    print(f"  the window's thread works {100 * work.sum() / gaps.sum():.0f} % of the time")
    return max(rows["late, per call"][3], rows["wait, per moment"][3]) <= MARK_MS


def train_and_probe(panel: TrainPanel, seconds: float) -> tuple[DelayProbe, float, float]:
    """The probe's readings, batches a second, paints of the loss plot a second."""
    panel.start()
    while panel.session.curves.batches == 0:
        if not panel.session.is_active:
            sys.exit(f"Training did not start: {panel.view.notice.text}")
        wait(50)
    wait(WARM_UP_MS)
    counter = PaintCounter(panel.view.plots[0].canvas)
    probe = DelayProbe()
    before, began = panel.session.curves.batches, time.perf_counter()
    probe.start()
    wait(round(1000 * seconds))
    probe.stop()
    took = time.perf_counter() - began
    batches = panel.session.curves.batches - before
    if not panel.session.is_active:
        sys.exit("Training ended before the measurement: ask for fewer seconds.")
    return probe, batches / took, counter.paints / took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, help="folder with MNIST; generated digits without it")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=20.0)
    arguments = parser.parse_args()
    application = make_application()
    look = ThemeController(application, "light")
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder) / "settings.ini")
        window = MainWindow(settings, look, None, arguments.data)
        window.resize(1920, 1080)
        window.show()
        window.start_up()
        window.open_workspace("train")
        panel = window.workspaces.train
        if arguments.data is None:
            panel.form.picker.combo.setCurrentIndex(panel.form.picker.combo.count() - 1)
        panel.form.run.boxes["batch_size"].setValue(arguments.batch)
        panel.form.run.boxes["epochs"].setValue(1000)
        load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
        probe, batches, paints = train_and_probe(panel, arguments.seconds)
        name = panel.document.stack.name
        print(f"{name}, batch {arguments.batch}, 1920×1080, {len(probe.calls):,} calls")
        is_met = report(probe)
        print(f"  {batches:.0f} batches/s, {batches * arguments.batch:,.0f} images/s")
        print(f"  {paints:.0f} repaints of a plot a second; load before: {load:.1f}")
        print(f"  mark {MARK_MS:g} ms at 99 %: {'met' if is_met else 'missed'}")
        panel.stop_and_join(10_000)
        window.hide()
    sys.stdout.flush()


if __name__ == "__main__":
    main()
