"""A learning-rate range test as its dialog sees it: the points so far, and what they show."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.workers.rate_range import RangeWorker
from app.workers.thread import WorkerThread
from app.workers.training import TrainingJob
from engine.errors import EngineError
from engine.rate_range import STEPS, RangePoint, RangeVerdict, judge_range

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
        self._worker: RangeWorker | None = None
        self._thread: WorkerThread | None = None
        self.points: tuple[RangePoint, ...] = ()
        self.verdict: RangeVerdict | None = None
        self.message = ""
        self._timer = QTimer(self, interval=COLLECT_MS)
        self._timer.timeout.connect(self._collect)

    @property
    def is_running(self) -> bool:
        """Whether a test goes on."""
        return self._worker is not None

    @property
    def progress(self) -> float | None:
        """How much is done, 0 to 1; ``None`` while images are prepared."""
        if self._worker is None:
            return 1.0
        return len(self.points) / STEPS if self.points else None

    @property
    def progress_text(self) -> str:
        """The same in words."""
        if self._worker is None or self.points:
            return f"{len(self.points)} batches"
        done, total = self._worker.loading
        return f"Preparing the images: {done:,} of {total:,}"

    def start(self, job: TrainingJob) -> None:
        """Test rates for a run; there must be no test going on."""
        if self.is_running:
            raise RuntimeError("A learning-rate range test is going on already.")
        self.points, self.verdict, self.message = (), None, ""
        self._worker = RangeWorker(job)
        self._thread = WorkerThread(self._worker, self)
        self._thread.ended.connect(self._on_ended)
        self._timer.start()
        self._thread.start()

    def cancel(self) -> None:
        """End the test; what there is of it is not judged."""
        if self._worker is not None:
            self._worker.control.stop()

    def stop_and_join(self, timeout_ms: int) -> bool:
        """End the test and wait until its thread is gone; say whether that took place in time."""
        return self._thread is None or self._thread.join(timeout_ms)

    @Slot()
    def _collect(self) -> None:
        if self._worker is not None:
            self.points = tuple(self._worker.points)
            self.progressed.emit()

    @Slot()
    def _on_ended(self) -> None:
        self._timer.stop()
        worker, thread = self._worker, self._thread
        if worker is None or thread is None:
            return
        self._collect()
        self._worker = self._thread = None
        thread.deleteLater()
        if worker.error is not None:
            is_ours = isinstance(worker.error, EngineError)
            self.message = str(worker.error) if is_ours else "The test ended with an error."
        elif worker.control.is_stopped():
            self.message = "Cancelled."
        else:
            self.verdict = judge_range(self.points)
        self.ended.emit()
