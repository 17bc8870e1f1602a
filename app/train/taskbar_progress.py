"""How far a run is, told to those who do not look at Train: the window's title, the taskbar."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QObject, Slot
from PySide6.QtWidgets import QApplication

from app.train.desktop import DoneNotice, TaskbarProgress
from app.train.part import TrainContext, TrainPart
from app.train.training_session import SessionState, TrainingSession

LONG_RUN_MS = 30_000
"""A run at whose end somebody may be looking at something else."""


class TrainTaskbar(TrainPart):
    """Keeps title and taskbar up to date in a run, and gives notice of the end of a long one."""

    def __init__(self, context: TrainContext, parent: QObject | None = None) -> None:
        super().__init__(context, parent)
        self._title = ""
        self._taskbar = TaskbarProgress()
        self.notice = DoneNotice(self)
        self._since_start = QElapsedTimer()
        context.session.began.connect(self._since_start.start)
        context.session.state_changed.connect(self._tell)
        context.session.progressed.connect(self._tell)
        context.session.ended.connect(self._on_ended)

    @Slot()
    def _tell(self) -> None:
        session, window = self.context.session, self.context.view.window()
        self._taskbar.show(session.progress if session.is_active else None)
        words = title_words(session)
        if words and not self._title:
            self._title = window.windowTitle()
        if self._title:
            window.setWindowTitle(f"{words} – {self._title}" if words else self._title)
        if not words:
            self._title = ""

    @Slot()
    def _on_ended(self) -> None:
        self._tell()
        result, job = self.context.session.result, self.context.session.job
        if result is None or job is None or self._since_start.elapsed() < LONG_RUN_MS:
            return
        if QApplication.activeWindow() is None:
            self.notice.show(f"{job.stack.name}: the run is over", result.message)


def title_words(session: TrainingSession) -> str:
    """How far the run is, and of what, for the title of the window; empty if there is none."""
    job = session.job
    if not session.is_active or job is None:
        return ""
    if session.state is SessionState.PREPARING:
        return f"Preparing · {job.stack.name}"
    state = "Paused at " if session.state is SessionState.PAUSED else ""
    return f"{state}{100 * session.progress:.0f} % · {job.stack.name}"
