"""What *Inside*, *Wall* and *Rewind* cost while a network trains, and how late the window is.

One run in the whole window; the pages are opened in turns (Curves, Inside, Curves, Wall, …), a
few seconds each, so that whatever else the machine does falls on all of them alike. Of each page
the images a second are given, as a share of those with the plain table of epochs beside it, and the
99th percentile of how late a timer of one millisecond is. The marks: at most 10 % fewer images,
16 ms.

Run with ``python -m benchmarks.live_views_cost [--data DIR] [--stack three-3x3] [--batch 64]``;
QT_QPA_PLATFORM=offscreen works without a display.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from app.look.theme import ThemeController
from app.shell.application import make_application
from app.shell.main_window import MainWindow
from app.state.settings import Settings
from app.train.panel import TrainPanel
from benchmarks.event_loop_delay import DelayProbe, wait, waiting_percentile
from engine.networks.presets import PRESETS

TURNS = ("Curves", "Inside", "Curves", "Wall", "Curves", "Rewind")
SETTLE_MS = 400
WARM_UP_MS = 3000
MOST_LOST = 0.10
MARK_MS = 16.0


@dataclass
class Reading:
    """What was measured with one page open, turn by turn."""

    speeds: list[float] = field(default_factory=list)
    gaps: list[np.ndarray] = field(default_factory=list)


def images_done(panel: TrainPanel) -> int:
    """Training images so far, but for what the last batch of an epoch lacks."""
    job = panel.session.job
    return 0 if job is None else panel.session.curves.batches * job.config.batch_size


def measure_turn(panel: TrainPanel, page: int, seconds: float, reading: Reading) -> None:
    panel.view.pages.show_page(page)
    wait(SETTLE_MS)
    probe = DelayProbe()
    images, began = images_done(panel), time.perf_counter()
    probe.start()
    wait(round(1000 * seconds))
    probe.stop()
    took = time.perf_counter() - began
    if not panel.session.is_active:
        sys.exit("Training ended before the measurement: ask for fewer rounds.")
    reading.speeds.append((images_done(panel) - images) / took)
    reading.gaps.append(np.diff(np.array(probe.calls)) * 1000)


def report(readings: dict[str, Reading]) -> bool:
    """Print a line for each page; say whether the marks are met."""
    plain = float(np.median(readings["Curves"].speeds))
    is_met = True
    print(f"  {'page':8}{'images/s':>10}{'of Curves':>11}{'late 99 %':>12}{'wait 99 %':>12}")
    for page, reading in readings.items():
        speed = float(np.median(reading.speeds))
        gaps = np.concatenate(reading.gaps)
        late = float(np.percentile(np.maximum(gaps - 1, 0), 99))
        waits = waiting_percentile(gaps, 99)
        share = speed / plain
        print(f"  {page:8}{speed:10,.0f}{100 * share:9.1f} %{late:9.2f} ms{waits:9.2f} ms")
        is_met &= share >= 1 - MOST_LOST and max(late, waits) <= MARK_MS
    return is_met


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, help="folder with MNIST; generated digits without it")
    parser.add_argument("--stack", default="lenet5", choices=sorted(PRESETS))
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=6, help="how often each page has its turn")
    parser.add_argument("--seconds", type=float, default=4.0, help="of each turn")
    arguments = parser.parse_args()
    application = make_application()
    look = ThemeController(application, "light")
    with tempfile.TemporaryDirectory() as folder:
        window = MainWindow(Settings(Path(folder) / "settings.ini"), look, None, arguments.data)
        window.resize(1920, 1080)
        window.show()
        window.start_up()
        window.workspaces.document.replace_stack(PRESETS[arguments.stack].stack, "Measure")
        window.open_workspace("train")
        panel = window.workspaces.train
        if arguments.data is None:
            panel.sources.choose_source("generated")
        panel.form.run.boxes["batch_size"].setValue(arguments.batch)
        panel.form.run.boxes["epochs"].setValue(1000)
        load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
        panel.start()
        while panel.session.curves.batches == 0:
            if not panel.session.is_active:
                sys.exit(f"Training did not start: {panel.view.notice.text}")
            wait(50)
        wait(WARM_UP_MS)
        titles = panel.view.pages.choice.options
        readings = {page: Reading() for page in dict.fromkeys(TURNS)}
        for _ in range(arguments.rounds):
            for page in TURNS:
                measure_turn(panel, titles.index(page), arguments.seconds, readings[page])
        name = panel.document.stack.name
        print(f"{name}, batch {arguments.batch}, 1920×1080; load before: {load:.1f}")
        is_met = report(readings)
        print(f"  marks {100 * MOST_LOST:g} % and {MARK_MS:g} ms: {'met' if is_met else 'missed'}")
        panel.stop_and_join(10_000)
        window.hide()
    sys.stdout.flush()


if __name__ == "__main__":
    main()
