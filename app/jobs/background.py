"""One job at a time in the background, for whoever wants its result."""

from __future__ import annotations

from typing import Generic, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.jobs.thread import Worker, WorkerThread

WorkerT = TypeVar("WorkerT", bound=Worker)


class Background(QObject, Generic[WorkerT]):
    """Starts workers, each in a thread of its own and never two at once.

    Args:
        parent: Who wants the results.
        watch_ms: How often ``progressed`` is to be emitted while a worker runs; 0 for never.

    Signals:
        progressed: It is time to look how far the worker is, which comes along.
        ended: The worker, after its thread is no more: its attributes hold the result. By then the
            next one may be started.
    """

    progressed = Signal(object)
    ended = Signal(object)

    def __init__(self, parent: QObject | None = None, watch_ms: int = 0) -> None:
        super().__init__(parent)
        self._worker: WorkerT | None = None
        self._thread: WorkerThread | None = None
        self._watch = QTimer(self, interval=watch_ms)
        self._watch.timeout.connect(self._tell)
        self._is_closed = False

    @property
    def worker(self) -> WorkerT | None:
        """The worker that runs; ``None`` if none does."""
        return self._worker

    @property
    def is_running(self) -> bool:
        """Whether a worker runs."""
        return self._thread is not None

    def start(self, worker: WorkerT) -> None:
        """Let a worker do its job; it must not be asked for while another one runs.

        After ``close`` nothing is started any more.
        """
        if self._is_closed:
            return
        self._worker = worker
        self._thread = WorkerThread(worker, self)
        self._thread.ended.connect(self._on_ended)
        if self._watch.interval():
            self._watch.start()
        self._thread.start()

    @Slot()
    def stop(self) -> None:
        """Ask the worker to stop; ``ended`` tells when it has."""
        if self._worker is not None:
            self._worker.control.stop()

    def join(self, timeout_ms: int) -> bool:
        """Ask the worker to stop and wait for its thread; say whether it ended in time."""
        return self._thread is None or self._thread.join(timeout_ms)

    def close(self, timeout_ms: int) -> bool:
        """The same, for good: what would follow on it does not begin."""
        self._is_closed = True
        return self.join(timeout_ms)

    @Slot()
    def _tell(self) -> None:
        self.progressed.emit(self._worker)

    @Slot()
    def _on_ended(self) -> None:
        worker, thread = self._worker, self._thread
        if worker is None or thread is None:
            return
        self._watch.stop()
        self._worker = self._thread = None
        thread.deleteLater()
        self.ended.emit(worker)
