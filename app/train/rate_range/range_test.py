"""The learning-rate range test: run in a thread of its own, shown in its dialog, put to use."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Slot

from app.jobs.background import Background
from app.jobs.considerate import considerate
from app.jobs.thread import Worker
from app.kit.stack.field_editors import DecimalBox
from app.train.part import TrainContext, TrainPart
from app.train.setup.training_choices import LEARNING_RATE
from app.train.training import TrainingJob, load_images
from engine.basics.errors import EngineError
from engine.data.augmentation import Augmentation
from engine.training.rate_range import STEPS, RangePoint, RangeVerdict, judge_range, range_test
from engine.training.setup import starting_network

if TYPE_CHECKING:
    from app.train.rate_range.dialog import RateRangeDialog

COLLECT_MS = 50
NO_FALL = (
    "The loss did not fall clearly with any of these rates, so none is suggested. See whether the "
    "network can learn at all: its starting weights, its activations, its depth."
)


class RangeWorker(Worker):
    """Loads the images of a run and tests learning rates for it, on a network made for that.

    ``loading`` (done, total) and ``points``, which only grows, may be read at any time.
    """

    def __init__(self, job: TrainingJob) -> None:
        super().__init__()
        self._job = job
        self.loading = (0, job.images)
        self.points: list[RangePoint] = []

    def work(self) -> None:
        """Run to the end, or until told to stop."""
        job, control = self._job, self.control
        with considerate():
            datasets = load_images(job, self._note_loading, control.is_stopped)
            if datasets is None:
                return
            network = starting_network(job.stack, job.config)
            augment = Augmentation(job.augmentation) if job.augmentation else None
            test = range_test(network, datasets[0], job.config, augment)
            with closing(cast("Generator[RangePoint]", test)) as points:
                while not control.is_stopped() and (point := next(points, None)) is not None:
                    self.points.append(point)

    def _note_loading(self, done: int, total: int) -> None:
        self.loading = (done, total)


class RangeTest(TrainPart):
    """Opens the dialog and lets one test at a time run for the settings as they are.

    Attributes:
        points: The batches so far.
        verdict: What they show; ``None`` as long as a test goes on, or if it came to nothing.
    """

    def __init__(
        self, context: TrainContext, make_job: Callable[[], TrainingJob], parent: QObject
    ) -> None:
        super().__init__(context, parent)
        self._make_job = make_job
        self.points: tuple[RangePoint, ...] = ()
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
            job = self._make_job()
        except EngineError as error:
            self.context.view.notice.show_notice("error", str(error))
            return False
        self.points, self.verdict = (), None
        dialog.show_points((), (), ())
        dialog.show_running(None, "")
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
        self.points = points = tuple(worker.points)
        if self.dialog is None:
            return
        self.dialog.show_points(
            [point.learning_rate for point in points],
            [point.loss for point in points],
            [point.average for point in points],
        )
        done, total = worker.loading
        loading = f"Preparing the images: {done:,} of {total:,}"
        share = len(points) / STEPS if points else None
        self.dialog.show_running(share, f"{len(points)} batches" if points else loading)

    @Slot(object)
    def _on_ended(self, worker: RangeWorker) -> None:
        self._show_progress(worker)
        text, marks = "", []
        if worker.error is not None:
            is_ours = isinstance(worker.error, EngineError)
            text = str(worker.error) if is_ours else "The test ended with an error."
        elif worker.control.is_stopped():
            text = "Cancelled."
        else:
            self.verdict = judge_range(self.points)
            text = _words(self.verdict)
            marks = [
                (self.verdict.steepest, "falls fastest"),
                (self.verdict.rising, "rises again"),
            ]
        if self.dialog is not None:
            self.dialog.show_verdict(
                text,
                self.verdict.suggested if self.verdict else None,
                [(rate, label) for rate, label in marks if rate is not None],
            )

    @Slot(float)
    def _use(self, rate: float) -> None:
        box = self.context.form.run.boxes[LEARNING_RATE]
        if isinstance(box, DecimalBox):
            box.setValue(rate)


def _words(verdict: RangeVerdict) -> str:
    if verdict.suggested is None or verdict.steepest is None:
        return NO_FALL
    text = f"The loss falls fastest at a learning rate of {verdict.steepest:.2g}"
    if verdict.rising is None:
        return f"{text}, and never rises again. Suggested: {verdict.suggested:g}."
    text += f", and rises again at {verdict.rising:.2g}."
    if verdict.steepest <= verdict.rising / 10:
        return f"{text} Suggested: {verdict.suggested:g}, where it falls fastest."
    return (
        f"{text} Suggested: {verdict.suggested:g}, a tenth of where it rises, since a whole run "
        "needs more room than one batch at each rate."
    )
