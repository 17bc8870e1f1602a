"""Sees to it that every run of the session is kept: from its start to what came of it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from app.state.networks import NetworkHolder
from app.train.observers import Observation, Observer
from app.train.runs.run_jobs import facts_of
from app.train.runs.run_keeper import DataKnown, Kept, NotKept, RunKeeper
from app.train.runs.run_store import Run, RunStore, brought_up
from app.train.training import TrainingJob
from app.train.training_session import TrainingSession
from engine.basics.errors import EngineError
from engine.networks.model_file import TrainingRecord
from engine.networks.network import Sequential
from engine.training.checkpoint import load_log
from engine.training.run_file import RunFacts, RunState
from engine.training.run_log import RunLog


class RunRecorder(QObject):
    """Watches ``session`` and tells ``store`` what it does.

    A run that is continued stays the same run; so does one that is resumed after a crash.

    Signals:
        troubled: A sentence on why the present run cannot be kept, said once.
    """

    troubled = Signal(str)

    def __init__(
        self,
        session: TrainingSession,
        networks: NetworkHolder,
        store: RunStore,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._networks, self._store = session, networks, store
        self._next: tuple[str, RunLog] | None = None
        self._key: str | None = None
        self._last: str | None = None
        self._drawn: tuple[Sequential, str] | None = None
        self.trouble = ""
        session.observe_with(self._keeper)
        session.observed.connect(self._take)
        session.ended.connect(self._conclude)
        networks.network_changed.connect(self._note_test)

    def go_on_with(self, run: Run, log: RunLog) -> None:
        """The next run of the session goes on with this one, which reported ``log`` so far."""
        self._next = (run.key, log)

    def is_drawn(self, run: Run) -> None:
        """Draw has the weights of this run from now on."""
        self._drawn = (self._networks.original, run.key)

    # What happens

    def _keeper(self, job: TrainingJob) -> Observer:
        """The observer of a run that begins."""
        self.trouble = ""
        wanted, self._next = self._next, None
        try:
            run, log = self._begin(job, wanted)
        except EngineError as error:
            self._key = self._last = None
            self._say(str(error))
            return Observer()
        self._key = self._last = run.key
        fingerprint = run.facts.data.fingerprint
        return RunKeeper(run.checkpoint, job.stack, job.config, log, fingerprint)

    def _begin(self, job: TrainingJob, wanted: tuple[str, RunLog] | None) -> tuple[Run, RunLog]:
        if wanted is not None:
            key, log = wanted
            return self._store.go_on(key, config=job.config), log
        last = self._store.run(self._last) if self._last else None
        if job.checkpoint is not None and last is not None and last.has_weights:
            log = load_log(last.checkpoint)
            return self._store.go_on(last.key, config=job.config), log
        return self._store.begin(facts_of(job)), RunLog()

    @Slot(object)
    def _take(self, observation: Observation) -> None:
        run = self._store.run(self._key) if self._key else None
        if run is None:
            return
        facts = run.facts
        if isinstance(observation, DataKnown):
            data = replace(
                facts.data,
                name=observation.name or facts.data.title,
                training_images=observation.training_images,
                fingerprint=observation.fingerprint,
                class_names=observation.class_names,
            )
            self._store.know(run.key, replace(facts, data=data))
        elif isinstance(observation, Kept):
            known = brought_up(facts, observation.position, observation.changes)
            self._store.know(run.key, known, is_written=False)
        elif isinstance(observation, NotKept):
            self._say(observation.message)

    def _say(self, reason: str) -> None:
        self.trouble = reason
        self.troubled.emit(
            f"Training goes on, but what it learns cannot be kept on disk. {reason} "
            "Make room, or save the network when it is done."
        )

    @Slot()
    def _conclude(self) -> None:
        key, self._key = self._key, None
        result = self._session.result
        if key is None:
            return
        is_over = result is not None and (result.kept is not None or result.divergence is not None)
        if result is None or result.ending is None or not is_over or self._session.is_closing:
            self._store.let_go()
            return
        trouble = result.divergence.message if result.divergence else result.at_chance
        self._store.conclude(RunState(result.ending.value), trouble=trouble)
        run = self._store.run(key)
        if result.is_in_use and run is not None:
            self.is_drawn(run)

    @Slot()
    def _note_test(self) -> None:
        """What was measured of the network in Draw belongs to its run too."""
        record = self._networks.record
        if self._drawn is None or record is None or record.test_accuracy is None:
            return
        network, key = self._drawn
        run = self._store.run(key)
        is_same = self._networks.has_network and self._networks.original is network
        if not is_same or run is None or not _has_weights_of(run.facts, record):
            return
        if run.facts.test_accuracy != record.test_accuracy:
            measured = replace(
                run.facts,
                test_accuracy=record.test_accuracy,
                test_data=record.test_data,
                test_epoch=record.best_epoch,
            )
            self._store.know(key, measured)


def _has_weights_of(facts: RunFacts, record: TrainingRecord) -> bool:
    """Whether a run still keeps the weights that a record is of: it may have gone on since."""
    is_same_moment = bool(facts.best_epoch) or record.settings.get("batches") == facts.batches
    return is_same_moment and record.best_epoch == facts.best_epoch
