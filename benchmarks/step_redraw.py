"""How long a step of the sliding-window lab takes, from the key to the painted window.

Run by hand: ``QT_QPA_PLATFORM=offscreen python -m benchmarks.step_redraw [WIDTH HEIGHT]``; with
``--play`` it plays every pass for five seconds at the highest speed, and counts the steps painted.
"""

from __future__ import annotations

import argparse
import statistics
import time

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication

from app.look.theme import ThemeController
from app.step.panel import StepPanel
from app.step.stepper import SPEEDS
from engine.lab import OPERATIONS, LabState, Operation, Pass

MOST_STEPS = 120
SECONDS = 5


def largest() -> LabState:
    """The largest grids that can be typed in: 12×12, 3 input and 4 output channels, padded."""
    rng = np.random.default_rng(0)
    return LabState(
        input=rng.integers(0, 10, (3, 12, 12)).astype(float),
        kernel=rng.integers(-2, 3, (4, 3, 3, 3)).astype(float),
        bias=rng.integers(-3, 4, 4).astype(float),
        grad_output=rng.integers(-4, 5, (4, 12, 12)).astype(float),
        padding=(1, 1),
    )


def main() -> None:
    """Step through every pass of the largest grids; print median and worst per step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("width", type=int, nargs="?", default=1844)
    parser.add_argument("height", type=int, nargs="?", default=984)
    parser.add_argument("--play", action="store_true")
    wanted = parser.parse_args()
    width, height = wanted.width, wanted.height
    report = _report_playing if wanted.play else _report
    application = QApplication([])
    look = ThemeController(application, "light")
    panel = StepPanel()
    panel.resize(width, height)
    panel.show()
    panel.model.set_state(largest())
    what = f"playing at {SPEEDS[-1]:g} steps/s" if wanted.play else "milliseconds per step"
    print(f"{width}×{height}, {look.mode}, 12×12, 3 to 4 channels: {what}")
    for info in OPERATIONS[Operation.CONV2D].passes:
        panel.model.choose_pass(info.key)
        for number, way in enumerate(info.ways):
            panel.model.choose_way(number)
            report(application, panel, f"{info.title:15} {way.title:17}")
    panel.model.choose_pass(Pass.FORWARD)
    panel.toggle_im2col()
    report(application, panel, f"{'im2col':33}")
    panel.close()


def _report(application: QApplication, panel: StepPanel, name: str) -> None:
    """Step on from the middle, as playing does."""
    panel.stepper.go_to(panel.stepper.count // 3)
    application.processEvents()
    times, busy = [], []
    for _ in range(min(MOST_STEPS, panel.stepper.count // 2)):
        start, started = time.perf_counter(), time.process_time()
        panel.stepper.next()
        application.processEvents()
        times.append(1000 * (time.perf_counter() - start))
        busy.append(1000 * (time.process_time() - started))
    median, worst = statistics.median(times), max(times)
    print(
        f"{name} median {median:5.2f}  worst {worst:5.2f}  processor {statistics.median(busy):5.2f}"
    )


class _Painted(QObject):
    """Notes which steps the scrubber has painted."""

    def __init__(self, panel: StepPanel) -> None:
        super().__init__(panel)
        self.steps: list[int] = []
        self._scrubber = panel.transport.scrubber
        self._scrubber.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._scrubber and event.type() == QEvent.Type.Paint:
            self.steps.append(self._scrubber.position)
        return False


def _report_playing(application: QApplication, panel: StepPanel, name: str) -> None:
    """Let it play from the first step, and count what was painted."""
    stepper = panel.stepper
    stepper.first()
    application.processEvents()
    painted = _Painted(panel)
    stepper.set_speed(SPEEDS[-1])
    loop = QEventLoop()
    # Half a step later than the last one that is due, so that it has the time that it needs.
    QTimer.singleShot(round(1000 * (SECONDS + 0.5 / SPEEDS[-1])), loop.quit)
    stepper.play()
    loop.exec()
    stepper.pause()
    due = range(1, min(round(SECONDS * SPEEDS[-1]), stepper.count - 1) + 1)
    shown = sum(step in set(painted.steps) for step in due)
    print(f"{name} {shown} of {len(due)} steps painted in {SECONDS} s")
    painted.deleteLater()


if __name__ == "__main__":
    main()
