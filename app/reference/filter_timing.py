"""Measured times of chains of convolutions: asked for, awaited, or given up."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, Slot

from app.jobs.background import Background
from app.reference.filter_timing_worker import FilterTimingWorker
from engine.training.filter_sizes import Chain

IMAGES = 4
JOIN_MS = 10_000


class FilterTiming(QObject):
    """Times chains, and remembers what it measured.

    Signals:
        changed: It started or ended; ``seconds_of`` may know more.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._known: dict[Chain, float] = {}
        self._timing = Background[FilterTimingWorker](self)
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
        return "" if worker is None else f"Measuring: pass {worker.done + 1} of {worker.total}"

    def seconds_of(self, chain: Chain) -> float | None:
        """Seconds for one image, forward and backward; ``None`` if not measured."""
        return self._known.get(chain)

    def start(self, chains: Sequence[Chain]) -> None:
        """Time these chains, unless it is busy."""
        if self.is_running:
            return
        self.problem = ""
        self._timing.start(FilterTimingWorker(chains, IMAGES))
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
