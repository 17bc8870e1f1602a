"""How much memory a long run takes: 100,000 batches of one image in the window.

The resident memory of the process is read after the first 1,000 batches and then every 10,000, with
the window on Train and everything in view. The weights that *Rewind* keeps have a budget of their
own, which the window states; they are printed beside it. The mark is 20 MB more at the end, these
weights left out.

Run with ``python -m benchmarks.training_memory [--data DIR] [--network small] [--batches 100000]``;
no display is needed (QT_QPA_PLATFORM=offscreen). Linux only: it reads ``/proc/self/statm``.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import time
from pathlib import Path

from app.train.panel import TrainPanel
from app.train.rewind.page import TrainRewind
from benchmarks.training_window import start_run, stop_run, wait_until, window_on_train

MARK_MB = 20.0
SETTLED = 1_000
EVERY = 10_000
IMAGES = 1_000
"""So few that the first 1,000 batches hold the end of an epoch, whose buffers are kept."""
NETWORKS = ("small", "lenet5")


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def steps_done(panel: TrainPanel) -> int:
    batch = panel.session.last_batch
    return 0 if batch is None else batch.step


def kept_mb(panel: TrainPanel) -> float:
    """What *Rewind* keeps of the run."""
    rewind = next(part for part in panel.parts if isinstance(part, TrainRewind))
    return rewind.model.history.bytes / 1e6


def measure(panel: TrainPanel, network: str, batches: int) -> bool:
    """Print the memory as it goes; say whether the mark is met."""
    start_run(panel, network, 1, IMAGES)
    wait_until(lambda: steps_done(panel) >= SETTLED, 3600)
    gc.collect()
    first, kept, began = resident_mb(), kept_mb(panel), time.perf_counter()
    print(f"{network}, batch 1: {first:.1f} MB after {SETTLED:,} batches")
    for target in [*range(EVERY, batches, EVERY), batches]:
        wait_until(lambda target=target: steps_done(panel) >= target, 3600)  # type: ignore[misc]
        grown, moments = resident_mb() - first, kept_mb(panel) - kept
        points = panel.session.curves.points
        print(
            f"  {target:8,} batches: {grown:+6.1f} MB, of which moments for Rewind "
            f"{moments:+.1f} MB; {points:,} points in each curve"
        )
        sys.stdout.flush()
    gc.collect()
    grown, moments = resident_mb() - first, kept_mb(panel) - kept
    seconds = time.perf_counter() - began
    is_met = grown - moments <= MARK_MB
    print(
        f"  in the end {grown:+.1f} MB in {seconds:.0f} s, without the moments "
        f"{grown - moments:+.1f} MB; mark {MARK_MB:g} MB: ",
        end="",
    )
    print("met" if is_met else "missed")
    stop_run(panel)
    return is_met


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, help="folder with MNIST; generated digits without it")
    parser.add_argument("--network", choices=NETWORKS)
    parser.add_argument("--batches", type=int, default=100_000)
    options = parser.parse_args()
    with window_on_train(options.data) as window:
        for network in (options.network,) if options.network else NETWORKS:
            measure(window.workspaces.train, network, options.batches)


if __name__ == "__main__":
    main()
