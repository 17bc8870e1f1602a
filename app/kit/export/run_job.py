"""A run is painted frame by frame by the window, and written by another thread."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from app.jobs.thread import Worker, WorkerThread
from app.kit.export.run_files import Frame, shared_palette, write_gif, write_numbered
from app.look.pictures import pixels_of

_FRAMES_WAITING = 4
_SAMPLES = 12
_PATIENCE_SECONDS = 0.05
_WAIT_FOR_THREAD_MS = 10
_JOIN_MS = 10_000


class RunFormat(Enum):
    """What a run is written as."""

    GIF = "GIF"
    PICTURES = "numbered PNGs"


class _CancelledError(Exception):
    """The user does not want the run any more."""


class _Writer(Worker):
    """Takes frames from a queue and writes them; stops between two of them when asked to."""

    def __init__(
        self, form: RunFormat, path: Path, count: int, delay_ms: int, samples: Sequence[Frame]
    ) -> None:
        super().__init__()
        self.frames: queue.Queue[Frame] = queue.Queue(_FRAMES_WAITING)
        self._form, self._path, self._count = form, path, count
        self._delay_ms, self._samples = delay_ms, samples

    def work(self) -> None:
        """Write the file or the folder."""
        if self._form is RunFormat.PICTURES:
            write_numbered(self._path, self._arriving(), self._count)
            return
        palette = shared_palette(self._samples)
        write_gif(self._path, self._arriving(), self._count, self._delay_ms, palette)

    def _arriving(self) -> Iterator[Frame]:
        for _ in range(self._count):
            yield self._next()

    def _next(self) -> Frame:
        while not self.control.is_stopped():
            try:
                return self.frames.get(timeout=_PATIENCE_SECONDS)
            except queue.Empty:
                continue
        raise _CancelledError


class RunExport(QObject):
    """One run on its way to a file.

    Args:
        paint: Gives the picture of a step, from 0; called in the window's thread.
        count: How many steps there are.
        form: What to write.
        path: The file, or the folder for numbered pictures.
        delay_ms: How long a GIF shows each step.

    Signals:
        progressed: Steps painted, steps in all.
        ended: Once, when nothing runs any more: whether it was written. If not, ``problem`` says
            why; it is empty if the run was cancelled.
    """

    progressed = Signal(int, int)
    ended = Signal(bool)

    def __init__(
        self,
        paint: Callable[[int], QImage],
        count: int,
        form: RunFormat,
        path: Path,
        delay_ms: int,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._paint, self._count = paint, count
        self.path = path
        self._done = 0
        self.problem = ""
        samples = []
        if form is RunFormat.GIF:
            chosen = {round(i * (count - 1) / (_SAMPLES - 1)) for i in range(_SAMPLES)}
            samples = [self._frame(step) for step in sorted(chosen)]
        self._writer = _Writer(form, path, count, delay_ms, samples)
        self._thread = WorkerThread(self._writer, self)
        self._thread.ended.connect(self._conclude)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._paint_next)

    def start(self) -> None:
        """Begin."""
        self._thread.start()
        self._timer.start(0)

    def cancel(self) -> None:
        """Stop; ``ended`` follows soon, and nothing is left of the file."""
        self._timer.stop()
        self._writer.control.stop()

    def join(self) -> bool:
        """Stop and wait for the thread, because the window closes."""
        self._timer.stop()
        return self._thread.join(_JOIN_MS)

    def _frame(self, step: int) -> Frame:
        return pixels_of(self._paint(step))[:, :, :3].copy()

    def _paint_next(self) -> None:
        if self._writer.frames.full():
            self._timer.setInterval(_WAIT_FOR_THREAD_MS)
            return
        self._timer.setInterval(0)
        self._writer.frames.put_nowait(self._frame(self._done))
        self._done += 1
        if self._done == self._count:
            self._timer.stop()
        self.progressed.emit(self._done, self._count)

    def _conclude(self) -> None:
        self._timer.stop()
        error = self._writer.error
        if isinstance(error, OSError):
            self.problem = f"{self.path.name} cannot be written: {error.strerror}."
        elif error is not None and not isinstance(error, _CancelledError):
            self.problem = f"{self.path.name} cannot be written: {error}"
        self.ended.emit(error is None)
