"""Where the network is wrong: after each epoch while it learns, and at the end."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from app.jobs.background import Background
from app.train.mistakes.worker import EpochObserver, EpochWeights, MistakesWorker
from app.train.training import TrainingJob
from app.train.training_session import TrainingSession
from engine.insight.mistakes import Mistakes
from engine.networks.network import Sequential


class LiveMistakes(QObject):
    """The newest answers to the held-out images, found only while somebody wants them.

    Signals:
        changed: ``mistakes`` and ``title`` are newer, or there are none any more.
    """

    changed = Signal()

    def __init__(self, session: TrainingSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.mistakes: Mistakes | None = None
        self.title = ""
        self.is_of_last_network = False
        self._newest: EpochWeights | None = None
        self._is_watched = False
        self._finding = Background[MistakesWorker](self)
        self._finding.ended.connect(self._on_found)
        session.observe_with(self._make_observer)
        session.began.connect(self._begin)
        session.observed.connect(self._take)
        session.ended.connect(self._end)

    @staticmethod
    def _make_observer(_job: TrainingJob) -> EpochObserver:
        return EpochObserver()

    @property
    def is_available(self) -> bool:
        """Whether there is something to show, if perhaps only after a moment."""
        return self.mistakes is not None or self._newest is not None

    def watch(self, *, is_watched: bool) -> None:
        """Say whether anybody wants to know."""
        self._is_watched = is_watched
        if is_watched:
            self._find()
        else:
            self._finding.stop()

    @Slot()
    def _begin(self) -> None:
        self._newest = None
        self._finding.stop()
        job = self._session.job
        if job is None or job.checkpoint is None:
            self.mistakes, self.title = None, ""
            self.changed.emit()

    @Slot(object)
    def _take(self, observation: object) -> None:
        if isinstance(observation, EpochWeights):
            self._newest = observation
            self._find()
            self.changed.emit()

    @Slot()
    def _end(self) -> None:
        """The network that is kept was asked already."""
        found, job = self._session.mistakes, self._session.job
        self._newest = None
        self._finding.stop()
        if found is not None and job is not None:
            self.mistakes, self.title = found, f"{job.stack.name}, as it was kept"
            self.is_of_last_network = True
        self.changed.emit()

    def _find(self) -> None:
        job, newest = self._session.job, self._newest
        if not self._is_watched or self._finding.is_running or newest is None or job is None:
            return
        network = Sequential(job.stack, np.random.default_rng(0))
        self._finding.start(MistakesWorker(network, newest))

    @Slot(object)
    def _on_found(self, worker: MistakesWorker) -> None:
        found, weights = worker.mistakes, worker.weights
        if found is not None and self._newest is not None:
            name = "" if self._session.job is None else self._session.job.stack.name
            self.mistakes = found
            self.title = f"{name} after epoch {weights.epoch} of {weights.epochs}"
            self.is_of_last_network = False
            self.changed.emit()
        if self._newest is not weights or (found is None and worker.error is None):
            self._find()

    def stop_and_join(self, timeout_ms: int) -> bool:
        """Give up and wait for the thread; say whether it ended in time."""
        self._is_watched = False
        return self._finding.join(timeout_ms)
