"""One worker in one thread: started, watched and joined from the window's thread."""

from __future__ import annotations

import logging
from abc import abstractmethod
from typing import Final

from PySide6.QtCore import QCoreApplication, QObject, QThread, Signal, Slot

from app.jobs.control import RunControl

logger = logging.getLogger(__name__)

QUIT_TIMEOUT_MS = 5000

# A thread that did not end in time must outlive its owner: Qt aborts if it is destroyed running.
_RUNNING: Final[set[WorkerThread]] = set()


def is_any_running() -> bool:
    """Whether any worker runs, or waits in its thread."""
    return bool(_RUNNING)


def without_frames(error: BaseException) -> BaseException:
    """An error with its words alone: its frames hold the worker that holds the error."""
    left: list[BaseException | None] = [error]
    seen: set[int] = set()
    while left:
        one = left.pop()
        if one is not None and id(one) not in seen:
            seen.add(id(one))
            one.__traceback__ = None
            left += [one.__cause__, one.__context__]
    return error


class Worker(QObject):
    """A long job. It runs once, in its own thread, and reads ``control`` between its steps."""

    def __init__(self) -> None:
        super().__init__()
        self.control = RunControl()
        self.error: BaseException | None = None

    @abstractmethod
    def work(self) -> None:
        """Do the job, leaving the result in attributes; what it raises ends up in ``error``."""

    @Slot()
    def run(self) -> None:
        """Called in the worker's thread; ends that thread's event loop when the job is done."""
        try:
            self.work()
        except Exception as error:
            logger.info("A worker ended with an error.", exc_info=True)
            self.error = without_frames(error)
        finally:
            self.thread().quit()


class WorkerThread(QObject):
    """Owns a worker and its thread from ``start`` to the end of both.

    ``ended`` is emitted once, in the thread of this object, after the thread is no more: the
    worker's attributes can then be read without a lock.
    """

    ended = Signal()

    def __init__(self, worker: Worker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.worker = worker
        self._has_ended = False
        self._thread = QThread()
        self._thread.setObjectName(type(worker).__name__)
        worker.moveToThread(self._thread)
        self._thread.started.connect(worker.run)
        self._thread.finished.connect(self._conclude)

    def start(self) -> None:
        """Begin the work, at a lower priority than the window where the system can tell."""
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self._on_quit)
        _RUNNING.add(self)
        self._thread.start(QThread.Priority.LowPriority)

    def ask_to_stop(self) -> None:
        """Ask the worker to stop, because nobody waits for its result any more."""
        self.worker.control.stop(hurry=True)

    def join(self, timeout_ms: int) -> bool:
        """Ask the worker to stop and wait for it; ``ended`` is emitted before this returns.

        Returns:
            Whether it ended in time. If not, it is left to end on its own, unheard.
        """
        self.ask_to_stop()
        if not self._thread.wait(timeout_ms):
            logger.warning("%s did not stop within %d ms.", self._thread.objectName(), timeout_ms)
            self.setParent(None)
            self.blockSignals(True)
            return False
        self._conclude()
        return True

    @Slot()
    def _on_quit(self) -> None:
        """The last resort: a window that closes joins its threads before."""
        if not self._has_ended:
            self.join(QUIT_TIMEOUT_MS)

    @Slot()
    def _conclude(self) -> None:
        if self._has_ended:
            return
        self._has_ended = True
        self._thread.wait()
        _RUNNING.discard(self)
        self.ended.emit()
