"""Chains of convolutions timed on this machine: in a thread of its own, which can be given up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from app.jobs.background import Background
from app.jobs.considerate import considerate
from app.jobs.thread import Worker
from engine.training.filter_sizes import Chain, timed_passes

IMAGES = 4
PASSES = 5
REFRESH_MS = 100
JOIN_MS = 10_000


class FilterTimingWorker(Worker):
    """Takes the shortest of a few forward and backward passes of every chain.

    ``done`` (passes) may be read at any time; ``seconds``, one per chain and per image, once it has
    ended. It is shorter than ``chains`` if the worker was stopped before.
    """

    def __init__(self, chains: Sequence[Chain]) -> None:
        super().__init__()
        self.chains = tuple(chains)
        self.seconds: list[float] = []
        self.done = 0

    def work(self) -> None:
        """Time one chain after another."""
        with considerate():
            for chain in self.chains:
                shortest = float("inf")
                passes = timed_passes(chain, IMAGES, np.random.default_rng(0))
                for _ in range(PASSES):
                    if self.control.is_stopped():
                        return
                    shortest = min(shortest, next(passes))
                    self.done += 1
                self.seconds.append(shortest / IMAGES)


class FilterTiming(QObject):
    """Times chains, and remembers what it measured.

    Signals:
        changed: It started or ended; ``seconds_of`` may know more.
        progressed: It is further, perhaps: ``progress_text`` knows.
    """

    changed = Signal()
    progressed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._known: dict[Chain, float] = {}
        self._timing = Background[FilterTimingWorker](self, REFRESH_MS)
        self._timing.progressed.connect(self.progressed)
        self._timing.ended.connect(self._on_ended)
        self.problem = ""

    @property
    def is_running(self) -> bool:
        """Whether a measurement is going on."""
        return self._timing.is_running

    @property
    def progress_text(self) -> str:
        """How far it is."""
        worker = self._timing.worker
        if worker is None:
            return ""
        return f"Measuring: pass {worker.done + 1} of {PASSES * len(worker.chains)}"

    def seconds_of(self, chain: Chain) -> float | None:
        """Seconds for one image, forward and backward; ``None`` if not measured."""
        return self._known.get(chain)

    def start(self, chains: Sequence[Chain]) -> None:
        """Time these chains, unless it is busy."""
        if self.is_running:
            return
        self.problem = ""
        self._timing.start(FilterTimingWorker(chains))
        self.changed.emit()

    def stop(self) -> None:
        """Give up after the present pass."""
        self._timing.stop()

    def stop_and_join(self, timeout_ms: int = JOIN_MS) -> bool:
        """Give up and wait for the thread; say whether it ended in time."""
        return self._timing.join(timeout_ms)

    @Slot(object)
    def _on_ended(self, worker: FilterTimingWorker) -> None:
        self._known.update(zip(worker.chains, worker.seconds, strict=False))
        if isinstance(worker.error, MemoryError):
            self.problem = "Not enough memory for maps of this size: choose fewer channels."
        elif worker.error is not None:
            self.problem = f"It could not be measured: {worker.error}"
        self.changed.emit()
