"""Finding a learning rate: run in a thread of its own, shown in its dialog, put to use."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from app.jobs.background import Background
from app.jobs.considerate import considerate
from app.jobs.thread import Worker
from app.train.part import TrainContext, TrainPart
from app.train.rate_range.words import marks_of, verdict_text
from app.train.setup.training_choices import LEARNING_RATE
from app.train.training import TrainingJob, first_network, load_images
from engine.basics.errors import EngineError
from engine.data.augmentation import Augmentation
from engine.training.rate_range import (
    MOST_REHEARSALS,
    STEPS,
    RangeEvent,
    RangePoint,
    RangeVerdict,
    Rehearsal,
    RehearsalBatch,
    find_rate,
    judge_range,
)

if TYPE_CHECKING:
    from app.train.rate_range.dialog import RateRangeDialog

COLLECT_MS = 50
SWEEP_SHARE = 0.2
"""How much of the progress bar the sweep takes; the rehearsals share the rest."""


class RangeWorker(Worker):
    """Loads the images of a run and tests learning rates for it, on networks made for that.

    ``loading`` (done, total), ``batch``, and ``points`` and ``rehearsals``, which only grow, may be
    read at any time; ``verdict`` once it has ended, ``None`` if it was stopped.
    """

    def __init__(self, job: TrainingJob) -> None:
        super().__init__()
        self._job = job
        self.loading = (0, job.images)
        self.points: list[RangePoint] = []
        self.rehearsals: list[Rehearsal] = []
        self.batch: RehearsalBatch | None = None
        self.verdict: RangeVerdict | None = None

    def work(self) -> None:
        """Run to the end, or until told to stop."""
        job, control = self._job, self.control
        with considerate():
            datasets = load_images(job, self._note_loading, control.is_stopped)
            if datasets is None:
                return
            training, validation = datasets
            augment = Augmentation(job.augmentation) if job.augmentation else None
            test = find_rate(partial(first_network, job), training, validation, job.config, augment)
            with closing(test) as events:
                for event in events:
                    self._take(event)
                    if control.is_stopped():
                        return
            self.verdict = judge_range(self.points, self.rehearsals)

    def _take(self, event: RangeEvent) -> None:
        match event:
            case RangePoint():
                self.points.append(event)
            case RehearsalBatch():
                self.batch = event
            case Rehearsal():
                self.rehearsals.append(event)

    def _note_loading(self, done: int, total: int) -> None:
        self.loading = (done, total)


class RangeTest(TrainPart):
    """Opens the dialog and lets one test at a time run for the settings as they are.

    Attributes:
        points: The batches of the sweep so far.
        rehearsals: The rates tried so far.
        verdict: What they show; ``None`` as long as a test goes on, or if it came to nothing.
    """

    def __init__(
        self, context: TrainContext, make_job: Callable[[], TrainingJob], parent: QObject
    ) -> None:
        super().__init__(context, parent)
        self._make_job = make_job
        self.points: tuple[RangePoint, ...] = ()
        self.rehearsals: tuple[Rehearsal, ...] = ()
        self.verdict: RangeVerdict | None = None
        self.dialog: RateRangeDialog | None = None
        self._testing = Background[RangeWorker](self, COLLECT_MS)
        self._testing.progressed.connect(self._show_progress)
        self._testing.ended.connect(self._on_ended)
        context.form.more.find_rate.clicked.connect(self.open)

    @property
    def is_running(self) -> bool:
        """Whether a test goes on."""
        return self._testing.is_running

    @Slot()
    def open(self) -> None:
        """Open the dialog and begin."""
        if self.dialog is None:
            from app.train.rate_range.dialog import RateRangeDialog  # noqa: PLC0415 - pyqtgraph

            self.dialog = RateRangeDialog(self.context.view.window())
            self.dialog.run_wanted.connect(self._run_or_cancel)
            self.dialog.rate_chosen.connect(self._use)
            self.dialog.finished.connect(self._testing.stop)
        if self._begin(self.dialog):
            self.dialog.open()

    def close(self) -> None:
        """Take the dialog off the screen."""
        if self.dialog is not None:
            self.dialog.hide()

    def _begin(self, dialog: RateRangeDialog) -> bool:
        if self.is_running:
            return False
        try:
            job = self.context.session.prepared(self._make_job())
        except EngineError as error:
            self.context.view.notice.show_notice("error", str(error))
            return False
        self.points, self.rehearsals, self.verdict = (), (), None
        dialog.show_points((), (), ())
        dialog.show_tried((), ())
        dialog.show_running(None, "Getting ready…", "")
        self._testing.start(RangeWorker(job))
        return True

    @Slot()
    def _run_or_cancel(self) -> None:
        if self.is_running:
            self._testing.stop()
        elif self.dialog is not None:
            self._begin(self.dialog)

    @Slot(object)
    def _show_progress(self, worker: RangeWorker) -> None:
        self.points, self.rehearsals = tuple(worker.points), tuple(worker.rehearsals)
        if self.dialog is None:
            return
        self.dialog.show_points(
            [point.learning_rate for point in self.points],
            [point.loss for point in self.points],
            [point.average for point in self.points],
        )
        ended = [tried for tried in self.rehearsals if tried.loss is not None]
        self.dialog.show_tried(
            [tried.learning_rate for tried in ended], [tried.loss or 0.0 for tried in ended]
        )
        self.dialog.show_running(*_progress(worker))

    @Slot(object)
    def _on_ended(self, worker: RangeWorker) -> None:
        self._show_progress(worker)
        self.verdict = worker.verdict
        if worker.error is not None:
            is_ours = isinstance(worker.error, EngineError)
            text = str(worker.error) if is_ours else "The test ended with an error."
        elif self.verdict is None:
            text = "Cancelled."
        else:
            text = verdict_text(self.verdict, self.rehearsals)
        if self.dialog is not None:
            suggested = self.verdict.suggested if self.verdict else None
            self.dialog.show_verdict(text, suggested, marks_of(self.verdict))

    @Slot(float)
    def _use(self, rate: float) -> None:
        self.context.form.run.boxes[LEARNING_RATE].setValue(rate)


def _progress(worker: RangeWorker) -> tuple[float | None, str, str]:
    """How much is done, what goes on, and figures."""
    batch, tried = worker.batch, len(worker.rehearsals)
    if batch is not None:
        part = batch.batch / batch.batches if batch.batch < batch.batches else 0.0
        share = SWEEP_SHARE + (1 - SWEEP_SHARE) * (tried + part) / MOST_REHEARSALS
        doing = f"A short training with a learning rate of {batch.learning_rate:g}…"
        return share, doing, f"batch {batch.batch} of {batch.batches}"
    if worker.points:
        count = len(worker.points)
        return SWEEP_SHARE * count / STEPS, "The learning rate rises…", f"{count} batches"
    done, total = worker.loading
    return None, "Getting ready…", f"Preparing the images: {done:,} of {total:,}"
