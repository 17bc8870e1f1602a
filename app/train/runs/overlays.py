"""Lays kept runs over the curves of Train."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from app.kit.curves import TrainingCurves
from app.train.runs.run_jobs import curves_of
from app.train.runs.run_store import Run, RunStore
from engine.basics.errors import EngineError
from engine.training.checkpoint import load_log

if TYPE_CHECKING:
    from app.train.training_view import TrainingView


class RunOverlays(QObject):
    """Which runs lie over the curves, each at a place that decides how it looks.

    Signals:
        changed: ``places`` are others.
    """

    changed = Signal()

    def __init__(self, view: TrainingView, store: RunStore, parent: QObject) -> None:
        super().__init__(parent)
        self._view, self._store = view, store
        self._curves: dict[str, TrainingCurves] = {}
        self.places: dict[str, int] = {}

    @Slot(str, bool)
    def set_overlaid(self, key: str, is_overlaid: bool) -> None:
        """Lay a run over the curves, or take it off."""
        run = self._store.run(key)
        if not is_overlaid or run is None:
            self.take_off(key)
            return
        if key not in self.places and self._read(run):
            taken = set(self.places.values())
            self.places[key] = next(place for place in range(len(taken) + 1) if place not in taken)
            self.show()
            self.changed.emit()

    def take_off(self, key: str) -> None:
        """Take a run off; it may change before it is laid over the curves again."""
        self._curves.pop(key, None)
        if self.places.pop(key, None) is not None:
            self.show()
            self.changed.emit()

    def show(self) -> None:
        """Draw them, once there are plots."""
        if not self._view.plots:
            return
        from app.train.plots.overlaid_curves import Overlay  # noqa: PLC0415 - imports pyqtgraph

        runs = [run for key in self.places if (run := self._store.run(key)) is not None]
        names = {run.key: run.facts.name for run in runs}
        curves = {key: self._curves[key] for key in names}
        loss, accuracy = self._view.plots
        loss.show_overlays(
            [Overlay(names[key], self.places[key], curves[key].loss) for key in names]
        )
        accuracy.show_overlays(
            [Overlay(names[key], self.places[key], curves[key].accuracy) for key in names]
        )

    def _read(self, run: Run) -> bool:
        """Have the curves of a run; say so in the notice if they cannot be read."""
        try:
            self._curves[run.key] = curves_of(run.facts, load_log(run.checkpoint))
        except EngineError as error:
            self._view.notice.show_notice("error", str(error))
            return False
        return True
