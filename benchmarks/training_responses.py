"""How soon pause, stop and close are answered while a network trains in the window.

Each is asked for at random moments of a run with everything in view. *Pause* is answered when the
worker waits, *stop* when it trains no more, *close* when the window may go: the thread has ended by
then, and threads that are left are counted. The mark is 100 ms, for the slowest of all times. After
a stop the network is still tried on the held-out images; how long until that is shown is printed
too, without a mark.

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
from pathlib import Path

import numpy as np

from app.panels.train import TrainPanel
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


def close_once(panel: TrainPanel) -> float:
    """Until all threads of the workspace are gone, as closing the window asks for it."""
    began = time.perf_counter()
    if not panel.stop_and_join(10_000):
        sys.exit("The run did not end in ten seconds.")
    return milliseconds_since(began)


def report(name: str, times: list[float]) -> bool:
    """Print median and slowest; say whether the mark is met."""
    slowest = max(times)
    print(f"  {name:14} median {statistics.median(times):7.1f} ms, slowest {slowest:7.1f} ms")
    return slowest <= MARK_MS


def measure(panel: TrainPanel, network: str, batch: int, times: int) -> list[bool]:
    """All three for one network and batch size."""
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
        closes.append(close_once(panel))
    are_met = [
        report("pause", pauses),
        report("stop", [answered for answered, _ in stops]),
        report("close", closes),
    ]
    report("(stop: result)", [shown for _, shown in stops])
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
        panel = window.workspaces.train
        before = threading.active_count()
        for network in (options.network,) if options.network else NETWORKS:
            for batch in (options.batch,) if options.batch else BATCHES:
                are_met += measure(panel, network, batch, options.times)
        left = threading.active_count() - before
    print(f"threads left: {max(left, 0)}")
    print(f"mark: {'met' if all(are_met) else 'missed'}")


if __name__ == "__main__":
    main()
