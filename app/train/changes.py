"""Settings that are changed while a run goes on: passed on to it, and marked on the curves."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, SignalInstance, Slot

from app.kit.curves import PlotMark
from app.train.part import TrainContext, TrainPart
from app.train.setup.run_facts import facts_of
from app.train.training_session import SessionState
from engine.training.config import CHANGEABLE
from engine.training.trainer import Changed

SETTLING_MS = 350
"""A value that is still being turned up or down is not passed on yet."""

_LABELS = {"learning_rate": "rate", "momentum": "momentum", "batch_size": "batch"}
_NAMES = {"learning_rate": "learning rate", "momentum": "momentum", "batch_size": "batch size"}


class TrainChanges(TrainPart):
    """Leaves the fields open that may be changed, and lets the run know of what is set in them.

    ``number_set`` tells the name of a setting, and the number that the user gave it.
    """

    def __init__(self, context: TrainContext, number_set: SignalInstance, parent: QObject) -> None:
        super().__init__(context, parent)
        self._session = context.session
        self._wanted: dict[str, float] = {}
        self._timer = QTimer(self, interval=SETTLING_MS, singleShot=True)
        self._timer.timeout.connect(self._pass_on)
        number_set.connect(self._note)
        context.session.state_changed.connect(self.lock)
        context.session.began.connect(self._forget)

    @Slot()
    def lock(self) -> None:
        """Lock what belongs to the run that goes on, but for what may be changed in it."""
        job = self._session.job if self._session.is_active else None
        if job is None:
            self.context.form.lock(None)
        else:
            self.context.form.lock(job.config.changeable, facts_of(job))

    def show_marks(self) -> None:
        """Mark on the curves where something was changed."""
        marks = change_marks(self._session.curves.changes)
        for plot in self.context.view.plots:
            plot.show_marks(marks)

    @Slot(str, float)
    def _note(self, name: str, value: float) -> None:
        if self._session.is_active and name in CHANGEABLE:
            self._wanted[name] = value
            if self._session.state is SessionState.PAUSED:
                self._pass_on()  # the next step, which may come at once, is to be taken with it
            else:
                self._timer.start()

    @Slot()
    def _pass_on(self) -> None:
        if self._session.is_active:
            for name, value in self._wanted.items():
                self._session.change(name, value)
        self._forget()

    @Slot()
    def _forget(self) -> None:
        self._wanted.clear()
        self._timer.stop()


def change_marks(changes: Sequence[Changed]) -> tuple[PlotMark, ...]:
    """A mark for each setting that was changed in mid-run."""
    return tuple(
        PlotMark(
            change.position,
            f"{_LABELS[change.setting]} {change.after:g}",
            f"{_NAMES[change.setting]} {change.before:g} → {change.after:g} "
            f"from batch {change.step + 1:,}",
        )
        for change in changes
    )
