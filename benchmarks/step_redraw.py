"""How long a step of the sliding-window lab takes, from the key to the painted window.

Run by hand: ``QT_QPA_PLATFORM=offscreen python -m benchmarks.step_redraw [WIDTH HEIGHT]``.
"""

from __future__ import annotations

import statistics
import sys
import time

import numpy as np
from PySide6.QtWidgets import QApplication

from app.panels.step import StepPanel
from app.theme import ThemeController
from engine.lab import OPERATIONS, LabState, Operation, Pass

MOST_STEPS = 120


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
    width, height = (int(text) for text in sys.argv[1:3]) if len(sys.argv) > 2 else (1844, 984)
    application = QApplication([])
    look = ThemeController(application, "light")
    panel = StepPanel()
    panel.resize(width, height)
    panel.show()
    panel.model.set_state(largest())
    print(f"{width}×{height}, {look.mode}, 12×12, 3 to 4 channels: milliseconds per step")
    for info in OPERATIONS[Operation.CONV2D].passes:
        panel.model.choose_pass(info.key)
        for number, way in enumerate(info.ways):
            panel.model.choose_way(number)
            _report(application, panel, f"{info.title:15} {way.title:17}")
    panel.model.choose_pass(Pass.FORWARD)
    panel.toggle_picture()
    _report(application, panel, f"{'im2col':33}")
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


if __name__ == "__main__":
    main()
