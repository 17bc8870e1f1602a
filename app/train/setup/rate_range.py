"""A learning-rate range test as its dialog sees it: the points so far, and what they show."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from app.jobs.background import Background
from app.train.setup.rate_range_worker import RangeWorker
from app.train.training import TrainingJob
from engine.basics.errors import EngineError
from engine.training.rate_range import STEPS, RangePoint, RangeVerdict, judge_range

COLLECT_MS = 50


class RateRange(QObject):
    """Starts and cancels one test at a time.

    Signals:
        progressed: There are more points, or more images.
        ended: The test is over: ``verdict`` is set, or ``message`` says why it is not.
    """

    progressed = Signal()
    ended = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._testing = Background[RangeWorker](self, COLLECT_MS)
        self._testing.progressed.connect(self._collect)
        self._testing.ended.connect(self._on_ended)
        self.points: tuple[RangePoint, ...] = ()
        self.verdict: RangeVerdict | None = None
        self.message = ""

    @property
    def is_running(self) -> bool:
        """Whether a test goes on."""
        return self._testing.is_running

    @property
    def progress(self) -> float | None:
        """How much is done, 0 to 1; ``None`` while images are prepared."""
        if not self.is_running:
            return 1.0
        return len(self.points) / STEPS if self.points else None

    @property
    def progress_text(self) -> str:
        """The same in words."""
        worker = self._testing.worker
        if worker is None or self.points:
            return f"{len(self.points)} batches"
        done, total = worker.loading
        return f"Preparing the images: {done:,} of {total:,}"

    def start(self, job: TrainingJob) -> None:
        """Test rates for a run; there must be no test going on."""
        if self.is_running:
            raise RuntimeError("A learning-rate range test is going on already.")
        self.points, self.verdict, self.message = (), None, ""
        self._testing.start(RangeWorker(job))

    def cancel(self) -> None:
        """End the test; what there is of it is not judged."""
        self._testing.stop()

    def stop_and_join(self, timeout_ms: int) -> bool:
        """End the test and wait until its thread is gone; say whether that took place in time."""
        return self._testing.join(timeout_ms)

    @Slot()
    def _collect(self) -> None:
        if self._testing.worker is not None:
            self._take(self._testing.worker)

    def _take(self, worker: RangeWorker) -> None:
        self.points = tuple(worker.points)
        self.progressed.emit()

    @Slot(object)
    def _on_ended(self, worker: RangeWorker) -> None:
        self._take(worker)
        if worker.error is not None:
            is_ours = isinstance(worker.error, EngineError)
            self.message = str(worker.error) if is_ours else "The test ended with an error."
        elif worker.control.is_stopped():
            self.message = "Cancelled."
        else:
            self.verdict = judge_range(self.points)
        self.ended.emit()
