"""Finding a learning rate: the button in More settings, its dialog, and what is set by it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from app.kit.notice_bar import NoticeBar
from app.kit.stack.field_editors import DecimalBox
from app.train.setup.rate_range import RateRange
from app.train.setup.training_choices import LEARNING_RATE
from app.train.setup.training_form import TrainingForm
from app.train.training import TrainingJob
from engine.basics.errors import EngineError
from engine.training.rate_range import RangeVerdict

if TYPE_CHECKING:
    from app.train.setup.rate_range_dialog import RateRangeDialog

NO_FALL = (
    "The loss did not fall clearly with any of these rates, so none is suggested. See whether the "
    "network can learn at all: its starting weights, its activations, its depth."
)


class TrainRange(QObject):
    """Opens the dialog and lets the test run for the settings as they are."""

    def __init__(
        self,
        form: TrainingForm,
        notice: NoticeBar,
        make_job: Callable[[], TrainingJob],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._window, self._form, self._notice = parent, form, notice
        self._make_job = make_job
        self.test = RateRange(self)
        self.dialog: RateRangeDialog | None = None
        form.more.find_rate.clicked.connect(self.open)
        self.test.progressed.connect(self._show_progress)
        self.test.ended.connect(self._show_end)

    @Slot()
    def open(self) -> None:
        """Open the dialog and begin."""
        if self.dialog is None:
            from app.train.setup.rate_range_dialog import RateRangeDialog  # noqa: PLC0415 - pyqtgraph

            self.dialog = RateRangeDialog(self._window)
            self.dialog.run_wanted.connect(self._run_or_cancel)
            self.dialog.rate_chosen.connect(self._use)
            self.dialog.finished.connect(self.test.cancel)
        if self._begin():
            self.dialog.open()

    def stop_and_join(self, timeout_ms: int) -> bool:
        """End the test; say whether it ended in time."""
        if self.dialog is not None:
            self.dialog.hide()
        return self.test.stop_and_join(timeout_ms)

    def _begin(self) -> bool:
        if self.test.is_running or self.dialog is None:
            return False
        try:
            job = self._make_job()
        except EngineError as error:
            self._notice.show_notice("error", str(error))
            return False
        self.dialog.show_points((), (), ())
        self.dialog.show_running(None, "")
        self.test.start(job)
        return True

    @Slot()
    def _run_or_cancel(self) -> None:
        if self.test.is_running:
            self.test.cancel()
        else:
            self._begin()

    @Slot()
    def _show_progress(self) -> None:
        if self.dialog is not None:
            points = self.test.points
            self.dialog.show_points(
                [point.learning_rate for point in points],
                [point.loss for point in points],
                [point.average for point in points],
            )
            self.dialog.show_running(self.test.progress, self.test.progress_text)

    @Slot()
    def _show_end(self) -> None:
        if self.dialog is None:
            return
        verdict = self.test.verdict
        if verdict is None:
            self.dialog.show_verdict(self.test.message, None, ())
            return
        marks = [(verdict.steepest, "falls fastest"), (verdict.rising, "rises again")]
        self.dialog.show_verdict(
            _words(verdict),
            verdict.suggested,
            [(rate, label) for rate, label in marks if rate is not None],
        )

    @Slot(float)
    def _use(self, rate: float) -> None:
        box = self._form.run.boxes[LEARNING_RATE]
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
