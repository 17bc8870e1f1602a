"""When a process is ended, and what came of it: the same for the window and the command line."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

PATIENCE_SECONDS = 10.0
"""So long is waited for something to be written, to end the process in the middle of it."""


@dataclass(frozen=True)
class Moment:
    """What ends a process: a signal, so long after it began, perhaps while it writes a file."""

    seconds: float
    number: signal.Signals = signal.SIGKILL
    is_writing: bool = False

    def words(self) -> str:
        """What is done, in a word or three."""
        return f"{self.number.name}{', writing' * self.is_writing}"

    def end(self, process: subprocess.Popen[str], folder: Path) -> None:
        """Wait for the moment, and send the signal."""
        time.sleep(self.seconds)
        latest = time.monotonic() + PATIENCE_SECONDS
        while self.is_writing and process.poll() is None and time.monotonic() < latest:
            if any(folder.rglob(".cnnviz-*.part")):
                break
        process.send_signal(self.number)


@dataclass(frozen=True)
class Result:
    """What came of one moment."""

    moment: Moment
    where: str
    is_offered: bool
    is_equal: bool


def kills_at_random(
    count: int,
    length: float,
    rng: np.random.Generator,
    signals: tuple[signal.Signals, ...],
    kill_once: Callable[[Moment], Result | None],
) -> bool:
    """Kill so many runs by each signal, every other one while it writes; say what came of each.

    A kill that came after the end of its run is drawn again. Returns whether all is well.
    """
    print(f"  {'killed by':18}{'after':>10}  {'last written':24}{'offered':>9}{'end equal':>11}")
    results: list[Result] = []
    for number in signals:
        found: list[Result] = []
        while len(found) < count:
            moment = Moment(float(rng.uniform(0, length)), number, len(found) % 2 == 1)
            result = kill_once(moment)
            if result is None:
                continue
            found.append(result)
            offered, equal = (
                "yes" if good else "NO" for good in (result.is_offered, result.is_equal)
            )
            print(
                f"  {moment.words():18}{moment.seconds:8.2f} s  {result.where:24}"
                f"{offered:>9}{equal:>11}",
                flush=True,
            )
        results += found
    good = sum(result.is_offered and result.is_equal for result in results)
    print(
        f"{good} of {len(results)} offered, resumed, and equal to the undisturbed run", flush=True
    )
    return good == len(results)
