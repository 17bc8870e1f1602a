"""What can be seen inside a network while it learns: the latest look, and how it came to it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from app.train.inside.chosen_image import ChosenImage
from app.train.inside.snapshots import HeldOut, Interest, LiveSnapshot, SnapshotObserver
from app.train.training import TrainingJob
from app.train.training_session import TrainingSession
from engine.insight.layer_health import LayerHealth
from engine.insight.snapshot import NetworkSnapshot, take_snapshot
from engine.networks.network import Sequential
from engine.training.weight_history import unpack

REMEMBERED = 240
"""Update ratios that are drawn of each layer."""


@dataclass(frozen=True)
class LayerRow:
    """One layer as it is now, and its last update ratios, oldest first."""

    health: LayerHealth
    ratios: tuple[float, ...]

    @property
    def ratio(self) -> float | None:
        """The latest update ratio that was measured."""
        return self.ratios[-1] if self.ratios else None


class TrainingInside(QObject):
    """The latest ``LiveSnapshot``, and the network on the chosen image.

    ``ratio_step`` is the step that the latest update ratios are of: they are measured on some.

    Signals:
        changed: ``rows`` and ``look`` are newer, or of another image.
    """

    changed = Signal()

    def __init__(self, session: TrainingSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.image = ChosenImage(self)
        self.interest = Interest()
        self.latest: LiveSnapshot | None = None
        self.ratio_step: int | None = None
        self._look: NetworkSnapshot | None = None
        self._network: Sequential | None = None
        self._ratios: dict[int, deque[float]] = {}
        session.observe_with(self._make_observer)
        session.began.connect(self._begin)
        session.observed.connect(self._take)
        self.image.changed.connect(self._choose)

    def _make_observer(self, _job: TrainingJob) -> SnapshotObserver:
        return SnapshotObserver(self.interest)

    @property
    def rows(self) -> tuple[LayerRow, ...]:
        """Every layer with weights."""
        if self.latest is None:
            return ()
        return tuple(
            LayerRow(health, tuple(self._ratios.get(health.index, ())))
            for health in self.latest.health
        )

    @property
    def look(self) -> NetworkSnapshot | None:
        """The latest network on the chosen image, computed here if the worker has not done it."""
        if self.latest is None or self._look is not None:
            return self._look
        image, job = self.image.image, self._session.job
        if image is None or job is None or image.shape != job.stack.input_shape:
            return None
        if self._network is None or self._network.stack != job.stack:
            self._network = Sequential(job.stack, np.random.default_rng(0))
        unpack(self._network, self.latest.values)
        with np.errstate(all="ignore"):
            self._look = take_snapshot(self._network, image)
        return self._look

    def watch(self, *, is_watched: bool) -> None:
        """Say whether anybody looks: only then is the run looked into while it goes on."""
        self.interest.watch(is_watched=is_watched)

    @Slot()
    def _begin(self) -> None:
        job = self._session.job
        if job is None or job.checkpoint is None:
            self.latest = self._look = None
            self._ratios.clear()
            self.ratio_step = None
            self.changed.emit()

    @Slot(object)
    def _take(self, observation: object) -> None:
        if isinstance(observation, HeldOut):
            self.image.take_held_out(observation)
        elif isinstance(observation, LiveSnapshot):
            self.latest = observation
            is_of_choice = observation.image_key == self.image.key
            self._look = observation.look if is_of_choice else None
            for health in observation.health:
                if health.update_ratio is not None:
                    ratios = self._ratios.setdefault(health.index, deque(maxlen=REMEMBERED))
                    ratios.append(health.update_ratio)
                    self.ratio_step = observation.step
            self.changed.emit()

    @Slot()
    def _choose(self) -> None:
        self.interest.choose(self.image.image, self.image.key)
        self._look = None
        self.changed.emit()
