"""Widgets in circles are dropped while a training allocates: does the window stand still or crash?

    python -m benchmarks.robustness.collector_stress [--seconds 60] [--left-to-python]

In a process of its own a small network trains in its thread, and the window's thread makes widgets
and menus, binds each into a circle that only the garbage collector can free, and lets go of them.
``--left-to-python`` leaves the collector on, as it was once: within a minute or so both threads
wait for each other, or the process is gone. The parent reads a heartbeat and says which it was.
"""

from __future__ import annotations

import argparse
import faulthandler
import gc
import os
import queue
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

STILL_SECONDS = 15
WIDGETS_AT_ONCE = 12


@dataclass
class Seen:
    """What a stress saw: circles made and freed, and the threads that collected, by name."""

    made: int = 0
    freed: int = 0
    collected_in: Counter[str] = field(default_factory=Counter)


def stress(seconds: float, *, left_to_python: bool = False) -> Seen:
    """Drop widgets in circles, in the calling thread, for so long, while another one trains."""
    import weakref  # noqa: PLC0415 - the parent needs none of these

    from PySide6.QtCore import QEventLoop, QTimer  # noqa: PLC0415
    from PySide6.QtWidgets import QLabel, QMenu, QPushButton, QWidget  # noqa: PLC0415

    from app.jobs.background import Background  # noqa: PLC0415
    from app.jobs.collector import Collector  # noqa: PLC0415

    seen = Seen()
    collector = None if left_to_python else Collector()
    if collector is not None:
        collector.start()
    background = Background[Any]()
    worker = _training_worker()
    background.start(worker)
    loop, timer = QEventLoop(), QTimer()
    ends_at = time.monotonic() + seconds

    def note_freed(_: object) -> None:
        seen.freed += 1

    refs: dict[int, Any] = {}

    def drop() -> None:
        for _ in range(WIDGETS_AT_ONCE):
            widget, menu = QWidget(), QMenu()
            button = QPushButton("One", widget)
            menu.addAction("Two", widget.update)
            button.setMenu(menu)
            label = QLabel("Three", widget)
            widget.circle = (widget, button, menu, label)  # type: ignore[attr-defined]
            refs[seen.made % 100_000] = weakref.ref(widget, note_freed)
            seen.made += 1
        sys.stdout.write(".\n")
        sys.stdout.flush()
        if time.monotonic() > ends_at:
            loop.quit()

    def note_thread(phase: str, _: dict[str, int]) -> None:
        if phase == "start":
            is_main = threading.current_thread() is threading.main_thread()
            seen.collected_in["window" if is_main else "other"] += 1

    gc.callbacks.append(note_thread)
    timer.timeout.connect(drop)
    timer.start(2)
    loop.exec()
    timer.stop()
    background.close(10_000)
    if worker.error is not None:
        raise worker.error
    gc.callbacks.remove(note_thread)
    if collector is not None:
        collector.stop()
    gc.collect()
    return seen


def _training_worker() -> Any:
    """A worker that trains LeNet-5 on noise, and describes its stack after each batch."""
    from app.jobs.thread import Worker  # noqa: PLC0415
    from engine.data.dataset import Dataset  # noqa: PLC0415
    from engine.networks.network import Sequential  # noqa: PLC0415
    from engine.networks.presets import PRESETS  # noqa: PLC0415
    from engine.networks.stack import describe  # noqa: PLC0415
    from engine.training.trainer import Trainer, TrainingConfig  # noqa: PLC0415

    class Training(Worker):
        """Trains until it is stopped."""

        def work(self) -> None:
            rng = np.random.default_rng(1)
            stack = PRESETS["lenet5"].stack
            images = rng.integers(0, 256, (256, 1, 28, 28), np.uint8)
            data = Dataset(images, rng.integers(0, 10, 256), "noise", "Noise.")
            config = TrainingConfig(epochs=1000, batch_size=8)
            trainer = Trainer(Sequential(stack, rng), data, data, config)
            for _ in trainer.run():
                kept = [describe(stack) for _ in range(20)]
                if self.control.is_stopped():
                    break
                del kept

    return Training()


def watch(seconds: float, *, left_to_python: bool) -> str:
    """Run the stress in a process of its own; say in a word what became of it."""
    command = [sys.executable, "-m", "benchmarks.robustness.collector_stress"]
    command += ["--child", "--seconds", f"{seconds:g}"]
    command += ["--left-to-python"] * left_to_python
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    lines: queue.Queue[str] = queue.Queue()

    def read() -> None:
        for line in child.stdout or ():
            lines.put(line)
        lines.put("")

    threading.Thread(target=read, daemon=True).start()
    last = ""
    while True:
        try:
            line = lines.get(timeout=STILL_SECONDS)
        except queue.Empty:
            child.kill()
            child.wait()
            return f"stood still for {STILL_SECONDS} s"
        if not line:
            break
        last = line.strip()
    code = child.wait()
    return last if code == 0 else f"ended with {code}"


def main() -> int:
    """Stress, and say what became of it; 1 if it did not come to its end."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--left-to-python", action="store_true")
    parser.add_argument("--child", action="store_true")
    arguments = parser.parse_args()
    if arguments.child:
        from app.shell.application import make_application  # noqa: PLC0415

        faulthandler.enable()
        application = make_application()
        seen = stress(arguments.seconds, left_to_python=arguments.left_to_python)
        print(
            f"{seen.made:,} circles made, {seen.freed:,} freed; "
            f"collections in the window's thread {seen.collected_in['window']:,}, "
            f"elsewhere {seen.collected_in['other']:,}"
        )
        del application
        return 0
    began = time.monotonic()
    outcome = watch(arguments.seconds, left_to_python=arguments.left_to_python)
    print(f"after {time.monotonic() - began:.0f} s: {outcome}")
    return 0 if "circles" in outcome else 1


if __name__ == "__main__":
    sys.exit(main())
