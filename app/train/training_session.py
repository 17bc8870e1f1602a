"""A training run as the window sees it: its state, its numbers so far, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import Enum

from PySide6.QtCore import QObject, Signal, Slot

from app.jobs.background import Background
from app.jobs.control import Unit
from app.kit.curves import TrainingCurves
from app.state.networks import NetworkHolder
from app.state.subjects import Subject
from app.train.observers import Observation, Observer
from app.train.pace import Pace, seconds_to_go
from app.train.training import (
    Outcome,
    Preparing,
    Started,
    Timed,
    TrainingJob,
    TrainingWorker,
)
from app.train.training_result import RunResult, clock, judge, record_of
from engine.insight.mistakes import Mistakes
from engine.insight.symptoms import Symptom
from engine.networks.model_file import TrainingRecord
from engine.networks.network import Sequential
from engine.networks.stack import Stack
from engine.training.trainer import BatchDone, Changed, EpochDone

COLLECT_MS = 50
"""How often what the worker measured is collected: up to 20 times a second."""


class SessionState(Enum):
    """What the session is doing."""

    IDLE = "idle"
    PREPARING = "preparing"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"


class TrainingSession(QObject):
    """Starts, pauses and ends one run at a time, and collects what it measures.

    Attributes:
        run: What is said of the present or last run is said of this subject.
        goes_on: Whether the present run is the last one, longer: what it showed is still its own.
        job: What the present or last run was started with.
        preparing: How far loading or generating the images has come.
        last_batch: The latest batch of the present or last run.
        curves: What it measured so far.
        symptoms: What goes wrong in it.
        result: How it ended; ``None`` as long as it has not.
        is_closing: Whether it was ended because the window closes.

    Signals:
        state_changed: ``state`` is another one.
        progressed: Batches or epochs were added to ``curves``, or loading came further.
        symptom_found: Something goes wrong: the last of ``symptoms``.
        observed: What an observer reported, one at a time.
        began: A run was asked for; ``job`` is what it is made of.
        ended: ``result`` tells how; the state is ``IDLE`` again.
    """

    symptom_found = Signal()
    observed = Signal(object)
    began = Signal()
    state_changed = Signal()
    progressed = Signal()
    ended = Signal()

    def __init__(self, networks: NetworkHolder, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._networks = networks
        self.run = Subject(self)
        self.goes_on = False
        self._state = SessionState.IDLE
        self._outcome: Outcome | None = None
        self._before: tuple[Sequential, TrainingRecord | None, bool] | None = None
        self.job: TrainingJob | None = None
        self.preparing = Preparing(0, 0)
        self._preparing_seconds = 0.0
        self.last_batch: BatchDone | None = None
        self._pace = Pace(1, 1, 1)
        self.curves = TrainingCurves(1)
        self.result: RunResult | None = None
        self.symptoms: tuple[Symptom, ...] = ()
        self.is_closing = False
        self._observer_makers: list[Callable[[TrainingJob], Observer]] = []
        self._preparations: list[Callable[[TrainingJob], TrainingJob]] = []
        self._training = Background[TrainingWorker](self, COLLECT_MS)
        self._training.progressed.connect(self._collect)
        self._training.ended.connect(self._on_ended)

    # What the session knows

    @property
    def state(self) -> SessionState:
        """What the session is doing."""
        return self._state

    @property
    def is_active(self) -> bool:
        """Whether a run is going on, paused included."""
        return self._state is not SessionState.IDLE

    @property
    def _worker(self) -> TrainingWorker | None:
        return self._training.worker

    @property
    def trains(self) -> bool:
        """Whether a batch may follow: no more once the last network is only being looked at."""
        return self._worker is not None and not self._worker.control.has_ended()

    @property
    def is_waiting(self) -> bool:
        """Whether the worker has come to the pause that it was asked for."""
        return self._worker is not None and self._worker.control.is_waiting()

    @property
    def stack(self) -> Stack | None:
        """What is being trained, whatever Build has made of its own copy since; else ``None``."""
        return self.job.stack if self.job and self.is_active else None

    @property
    def progress(self) -> float:
        """How much of the run is done, 0 to 1."""
        return self._pace.progress

    @property
    def images_per_second(self) -> float | None:
        """Training images a second over the last seconds, ``None`` as long as that is unknown."""
        return self._pace.images_per_second

    @property
    def seconds_left(self) -> float | None:
        """An estimate of the time to the end, ``None`` as long as there is none."""
        return self._pace.seconds_left

    @property
    def preparing_seconds_left(self) -> float | None:
        """An estimate of the time until the images are there; ``None`` in the first half second."""
        return seconds_to_go(self.preparing.done, self.preparing.total, self._preparing_seconds)

    @property
    def progress_text(self) -> str:
        """The state in a few words, for the header; empty when idle."""
        if self._state is SessionState.IDLE or self.job is None:
            return ""
        if self._state is SessionState.PREPARING:
            left = self.preparing_seconds_left
            words = f"Preparing {self.job.source.title}"
            return words if left is None else f"{words}, {clock(left)} left"
        if self._state is SessionState.STOPPING:
            return "Stopping"
        epoch = self.epoch_text
        if self._state is SessionState.PAUSED:
            return self.paused_text
        left = self.seconds_left
        return f"Training, {epoch}" + ("" if left is None else f", {clock(left)} left")

    @property
    def epoch_text(self) -> str:
        """Which epoch of how many the run is in."""
        epochs = self.job.config.epochs if self.job else 0
        return f"epoch {self.last_batch.epoch if self.last_batch else 1} of {epochs}"

    @property
    def paused_text(self) -> str:
        """Where the run waits, in the same words wherever that is said: in an epoch, or after."""
        batch, epochs = self.last_batch, self.curves.epochs
        is_over = batch is not None and bool(epochs) and epochs[-1].epoch == batch.epoch
        return f"Paused {'after' if is_over else 'in'} {self.epoch_text}"

    # What can be asked of it

    def observe_with(self, make: Callable[[TrainingJob], Observer]) -> None:
        """Give each run from now on an observer, made in the window's thread when it begins."""
        self._observer_makers.append(make)

    def prepare_with(self, prepare: Callable[[TrainingJob], TrainingJob]) -> None:
        """Let ``prepare`` add to each new run from now on.

        One that goes on, or that says what it starts from, is left as it was.
        """
        self._preparations.append(prepare)

    def prepared(self, job: TrainingJob) -> TrainingJob:
        """The job as a run of it would begin, with the weights that it would start from."""
        if job.checkpoint is None and job.start is None and not job.is_lesson:
            for prepare in self._preparations:
                job = prepare(job)
        return job

    def start(self, job: TrainingJob, until: Unit | None = None, *, goes_on: bool = False) -> None:
        """Begin a run, and pause after the first ``until``; there must be none going on."""
        if self.is_active:
            raise RuntimeError("A run is going on already.")
        self.is_closing, self.goes_on = False, goes_on
        job = self.prepared(job)
        self._before = None
        self.job, self._outcome, self.result, self.symptoms = job, None, None, ()
        self.preparing, self._preparing_seconds = Preparing(0, job.images), 0.0
        if job.checkpoint is None:
            self.last_batch = None
            self.curves = TrainingCurves(1)
            self._pace = Pace(1, 1, 1)
        self._state = SessionState.PREPARING  # so that nobody takes it for over
        self.run.move_on()
        self.began.emit()
        worker = TrainingWorker(job, [make(job) for make in self._observer_makers])
        if until is not None:
            worker.control.advance(until)
        self.state_changed.emit()
        self._training.start(worker)

    @property
    def mistakes(self) -> Mistakes | None:
        """What the network of the last run answers to the held-out images, once it has ended."""
        return self._outcome.mistakes if self._outcome else None

    @property
    def can_continue(self) -> bool:
        """Whether the last run has ended in a way from which it can go on."""
        outcome = self._outcome
        return not self.is_active and outcome is not None and outcome.checkpoint is not None

    def continue_for(self, epochs: int) -> None:
        """Let the last run go on for so many more epochs, from its latest weights.

        An epoch that was stopped in its middle is the first of them. The schedule is stretched
        over the whole of the longer run, and patience starts again.
        """
        job, outcome = self.job, self._outcome
        if job is None or outcome is None or outcome.checkpoint is None:
            raise RuntimeError("There is no run that could go on.")
        position = outcome.checkpoint.position
        done = position.epoch - 1
        checkpoint = replace(outcome.checkpoint, position=replace(position, patient_since=done))
        config = replace(job.config, epochs=done + epochs)
        self.start(replace(job, config=config, checkpoint=checkpoint), goes_on=True)

    def advance(self, unit: Unit) -> None:
        """Go on to the end of the present or next ``unit``, and pause there."""
        if self._worker is None or self._state not in {SessionState.RUNNING, SessionState.PAUSED}:
            return
        if self._state is SessionState.PAUSED:
            self._pace.forget_recent()
        self._worker.control.advance(unit)
        self._set_state(SessionState.RUNNING)

    def change(self, setting: str, value: float) -> None:
        """Change learning rate, momentum or batch size from the next batch on.

        Raises:
            ShapeError: if the setting cannot be changed in mid-run, or not to that value.
        """
        if self._worker is None or self.job is None:
            raise RuntimeError("There is no run whose settings could be changed.")
        self.job.config.changed(setting, value)
        self._worker.control.change(setting, value)

    @Slot()
    def pause(self) -> None:
        """Wait before the next batch."""
        if self._state is SessionState.RUNNING and self._worker is not None:
            self._worker.control.pause()
            self._set_state(SessionState.PAUSED)

    @Slot()
    def resume(self) -> None:
        """Go on after a pause."""
        if self._state is SessionState.PAUSED and self._worker is not None:
            self._worker.control.resume()
            self._pace.forget_recent()
            self._set_state(SessionState.RUNNING)

    @Slot()
    def toggle_pause(self) -> None:
        """Pause or go on, whichever applies."""
        if self._state is SessionState.PAUSED:
            self.resume()
        else:
            self.pause()

    @Slot()
    def stop(self) -> None:
        """End the run after the present batch, and keep what was learnt."""
        if self.is_active and self._worker is not None:
            self._worker.control.stop()
            self._set_state(SessionState.STOPPING)

    def stop_and_join(self, timeout_ms: int) -> bool:
        """End the run and wait until its thread is gone; say whether that took place in time."""
        if not self._training.is_running:
            return True
        self.is_closing = self.is_active
        self._set_state(SessionState.STOPPING)
        return self._training.join(timeout_ms)

    def use_kept(self) -> None:
        """Let Draw use what a run kept that it does not use, or no longer."""
        result = self.result
        if result is None or result.kept is None or result.is_in_use:
            return
        self._give_to_draw(result.kept)
        self.result = replace(result, is_in_use=True)

    @property
    def can_take_back(self) -> bool:
        """Whether there was a network that the one of the last run took the place of."""
        return self._before is not None

    def take_back(self) -> None:
        """Let Draw use the network from before the last run again."""
        before, self._before = self._before, None
        if before is None or self.result is None:
            return
        network, record, is_only_here = before
        self._networks.set_network(network, record, is_only_here=is_only_here)
        self.result = replace(self.result, is_in_use=False)

    # What happens underneath

    @Slot(object)
    def _collect(self, worker: TrainingWorker) -> None:
        """Empty the mailbox."""
        has_paused = worker.control.is_paused()  # asked first, so that all before it is taken
        items = worker.mailbox.take_all()
        for item in items:
            self._take(item)
        if has_paused and self._state is SessionState.RUNNING:
            self._set_state(SessionState.PAUSED)
        if items:
            self.progressed.emit()

    def _take(self, item: Timed) -> None:
        event = item.event
        if isinstance(event, (BatchDone, Changed, EpochDone)):
            self._take_measured(event, item.seconds)
        elif isinstance(event, Preparing):
            self.preparing, self._preparing_seconds = event, item.seconds
        elif isinstance(event, Observation):
            self.observed.emit(event)
        elif isinstance(event, Symptom):
            others = (symptom for symptom in self.symptoms if symptom.kind != event.kind)
            self.symptoms = (*others, event)
            self.symptom_found.emit()
        elif isinstance(event, Started) and self.job is not None:
            self._take_start(event, self.job)

    def _take_measured(self, event: BatchDone | Changed | EpochDone, seconds: float) -> None:
        if isinstance(event, BatchDone):
            self.last_batch = event
            self.curves.append_batch(event)
            self._pace.batch_done(event, seconds)
        elif isinstance(event, EpochDone):
            self.curves.append_epoch(event)
            self._pace.epoch_done(seconds)
        else:
            self.curves.append_change(event)
            self._pace.change(event)

    def _take_start(self, event: Started, job: TrainingJob) -> None:
        config, checkpoint = job.config, job.checkpoint
        done = checkpoint.position.epoch - 1 if checkpoint else 0
        self._pace = Pace(event.training_images, config.batch_size, config.epochs, done)
        if checkpoint is None:
            self.curves = TrainingCurves(self._pace.batches_per_epoch)
        for change in checkpoint.changes if checkpoint else ():
            self._pace.change(change)
        if self._state is SessionState.PREPARING:
            self._set_state(SessionState.RUNNING)

    @Slot(object)
    def _on_ended(self, worker: TrainingWorker) -> None:
        self._collect(worker)
        self._outcome = worker.outcome
        is_lesson = self.job is not None and self.job.is_lesson
        wanted = self.job.config.epochs if self.job else 0
        self.result = judge(
            worker.outcome,
            worker.error,
            wanted,
            is_lesson=is_lesson,
            is_draw_empty=not self._networks.has_network,
        )
        if self.result.is_in_use and self.result.kept is not None:
            self._give_to_draw(self.result.kept)
        self._set_state(SessionState.IDLE)
        self.ended.emit()

    def _give_to_draw(self, network: Sequential) -> None:
        holder = self._networks
        if self.job is not None and self._outcome is not None:
            if holder.has_network:
                self._before = (holder.original, holder.record, holder.is_only_here)
            holder.set_network(network, record_of(self.job, self._outcome))

    def _set_state(self, state: SessionState) -> None:
        if state is not self._state:
            self._state = state
            self.state_changed.emit()
