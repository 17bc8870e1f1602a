"""How soon pause, stop and close are answered while a network trains in the window.

Each is asked for at random moments of a run with everything in view. *Pause* is answered when no
batch follows, *stop* when it trains no more, *close* when the window is off the screen. The mark is
100 ms, for the slowest of all times. Printed without a mark: after a stop the network is tried on
the held-out images, until its result is shown; after a close the batch that is being computed comes
to its end and the run is written down, until all threads are gone. Threads that are left count.

Run with ``python -m benchmarks.training_responses [--data DIR] [--times 10]``; no display is needed
(QT_QPA_PLATFORM=offscreen). Other work on the machine counts against it, so the load is printed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QObject

from app.shell.main_window import MainWindow
from app.train.panel import TrainPanel
from benchmarks.training_window import start_run, stop_run, wait, wait_until, window_on_train

MARK_MS = 100.0
NETWORKS = ("lenet5", "four-3x3")
BATCHES = (1, 64, 256)
IMAGES = 12_000


def milliseconds_since(began: float) -> float:
    return 1000 * (time.perf_counter() - began)


def pause_once(panel: TrainPanel) -> float:
    """Until the worker waits. It is watched without the event loop, which has no part in it."""
    began = time.perf_counter()
    panel.session.pause()
    while not panel.session.is_waiting:
        time.sleep(0.0005)
    took = milliseconds_since(began)
    panel.session.resume()
    return took


def stop_once(panel: TrainPanel) -> tuple[float, float]:
    """Until no batch follows, and until the run is over and its result is shown."""
    began = time.perf_counter()
    panel.session.stop()
    while panel.session.trains:
        time.sleep(0.0005)
    answered = milliseconds_since(began)
    wait_until(lambda: not panel.session.is_active)
    return answered, milliseconds_since(began)


class HideWatch(QObject):
    """Notes when a window goes off the screen."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self.moment = 0.0
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look out for the moment."""
        if event.type() == QEvent.Type.Hide:
            self.moment = time.perf_counter()
        return super().eventFilter(watched, event)


def close_once(window: MainWindow) -> tuple[float, float]:
    """Until the window is off the screen, and until all threads are gone."""
    watch = HideWatch(window)
    began = time.perf_counter()
    if not window.closing.end_everything():
        sys.exit("The run did not end in ten seconds.")
    ended = milliseconds_since(began)
    window.removeEventFilter(watch)
    window.show()
    wait(100)
    return 1000 * (watch.moment - began), ended


def threads() -> Counter[str]:
    """The threads that there are, by name: all of the process where the system lists them."""
    tasks = Path("/proc/self/task")
    if tasks.is_dir():
        return Counter((task / "comm").read_text().strip() for task in tasks.iterdir())
    return Counter(thread.name for thread in threading.enumerate())


def report(name: str, times: list[float]) -> bool:
    """Print median and slowest; say whether the mark is met."""
    slowest = max(times)
    print(f"  {name:14} median {statistics.median(times):7.1f} ms, slowest {slowest:7.1f} ms")
    return slowest <= MARK_MS


def measure(window: MainWindow, network: str, batch: int, times: int) -> list[bool]:
    """All three for one network and batch size."""
    panel = window.workspaces.train
    rng = np.random.default_rng(0)
    print(f"{network}, batch {batch}")
    start_run(panel, network, batch, IMAGES)
    pauses = []
    for _ in range(times):
        wait(int(rng.integers(50, 300)))
        pauses.append(pause_once(panel))
    stop_run(panel)
    stops, closes = [], []
    for _ in range(max(times // 2, 3)):
        start_run(panel, network, batch, IMAGES)
        wait(int(rng.integers(50, 300)))
        stops.append(stop_once(panel))
        start_run(panel, network, batch, IMAGES)
        wait(int(rng.integers(50, 300)))
        closes.append(close_once(window))
    are_met = [
        report("pause", pauses),
        report("stop", [answered for answered, _ in stops]),
        report("close", [hidden for hidden, _ in closes]),
    ]
    report("(stop: result)", [shown for _, shown in stops])
    report("(close: ended)", [ended for _, ended in closes])
    sys.stdout.flush()
    return are_met


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, help="folder with MNIST; generated digits without it")
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--network", choices=NETWORKS)
    parser.add_argument("--batch", type=int)
    options = parser.parse_args()
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(f"load before: {load:.1f}; mark {MARK_MS:g} ms")
    are_met: list[bool] = []
    with window_on_train(options.data) as window:
        start_run(window.workspaces.train, "lenet5", 64, IMAGES)
        close_once(window)  # what is made once and kept, such as BLAS's own threads, is there now
        before = threads()
        for network in (options.network,) if options.network else NETWORKS:
            for batch in (options.batch,) if options.batch else BATCHES:
                are_met += measure(window, network, batch, options.times)
        left = threads() - before
    print(f"threads left: {', '.join(left.elements()) or 'none'}")
    print(f"mark: {'met' if all(are_met) else 'missed'}")


if __name__ == "__main__":
    main()
