"""Offers the runs that a crash, or closing the window, has interrupted: one after the other."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from app.kit.notice_bar import NoticeAction, NoticeBar
from app.train.runs.rows import offer_text
from app.train.runs.run_store import Run, RunStore
from app.train.training_session import TrainingSession
from engine.basics.errors import EngineError


class RunOffers(QObject):
    """A notice of its own above the curves, while there is something to offer and time for it.

    Only what was there at the start is offered; it stays in the list of runs in any case.

    Signals:
        resume_wanted: The key of a run that is to go on.
        use_wanted: The key of a run whose weights Draw is to have.
    """

    resume_wanted = Signal(str)
    use_wanted = Signal(str)

    def __init__(self, session: TrainingSession, store: RunStore, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._store = session, store
        self._waiting: list[str] = []
        self._count = 0
        self._can_undo = False
        self.notice = NoticeBar()
        session.state_changed.connect(self._show)
        store.changed.connect(self._show)

    def offer(self) -> None:
        """Look what was interrupted, and ask about it."""
        self._waiting = [run.key for run in self._store.interrupted]
        self._count = len(self._waiting)
        self._show()

    @Slot()
    def _show(self) -> None:
        interrupted = {run.key: run for run in self._store.interrupted}
        self._waiting = [key for key in self._waiting if key in interrupted]
        if self._session.is_active or not self._waiting:
            if not (self._can_undo and not self._session.is_active):
                self.notice.hide()
            return
        self._ask(interrupted[self._waiting[0]])

    def _ask(self, run: Run) -> None:
        place = self._count - len(self._waiting) + 1
        resume = "Resume" if run.facts.batches else "Start it again"
        actions = [NoticeAction(resume, partial(self._answer, run.key, self.resume_wanted.emit))]
        if run.has_weights and run.facts.batches:
            use = partial(self._answer, run.key, self.use_wanted.emit)
            actions.append(NoticeAction("Use its weights", use))
        actions.append(NoticeAction("Later", partial(self._answer, run.key, None)))
        actions.append(NoticeAction("Discard", partial(self._discard, run.key)))
        if self._can_undo:
            actions.append(NoticeAction("Undo discard", self._undo))
        self.notice.show_notice("info", offer_text(run.facts, place, self._count), *actions)

    def _answer(self, key: str, do: object) -> None:
        self._waiting = [other for other in self._waiting if other != key]
        self._can_undo = False
        if callable(do):
            do(key)
        self._show()

    def _discard(self, key: str) -> None:
        run = self._store.run(key)
        name = run.facts.name if run is not None else "The run"
        self._can_undo = True
        try:
            self._store.delete((key,))
        except EngineError as error:
            self._can_undo = False
            self.notice.show_notice("error", str(error))
            return
        if not self._waiting:
            self.notice.show_notice(
                "info", f"{name} was discarded.", NoticeAction("Undo", self._undo)
            )

    def _undo(self) -> None:
        self._can_undo = False
        try:
            self._store.undo_delete()
        except EngineError as error:
            self.notice.show_notice("error", str(error))
            return
        self._waiting = [run.key for run in self._store.interrupted]
        self._count = max(self._count, len(self._waiting))
        self._show()
