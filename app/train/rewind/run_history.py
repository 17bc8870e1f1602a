"""Going back through a run: its kept moments, one of which is shown, and how right each was."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from app.jobs.background import Background
from app.state.networks import NetworkHolder
from app.train.inside.chosen_image import ChosenImage
from app.train.inside.snapshots import HeldOut
from app.train.rewind.moments import AccuracyWorker, MomentKept, MomentObserver
from app.train.training_session import SessionState, TrainingSession
from engine.ink.resample import Picture
from engine.insight.snapshot import NetworkSnapshot, take_snapshot
from engine.networks.model_file import TrainingRecord
from engine.networks.network import Sequential
from engine.networks.stack import Stack
from engine.training.batch_step import as_floats
from engine.training.weight_history import Moment, WeightHistory, unpack

POLL_MS = 100
GIVE_UP_MS = 2000


class RunHistory(QObject):
    """The history of the present or last run, and the moment of it that is looked at.

    As long as nobody has gone back, the latest moment is the one.

    Signals:
        moments_changed: There is another moment, or the history is another one.
        moment_chosen: Another moment is looked at, or on another image.
        measured: More of ``accuracies`` is known.
        use_changed: Draw uses a moment, or the network from before again.
    """

    moments_changed = Signal()
    moment_chosen = Signal()
    measured = Signal()
    use_changed = Signal()

    def __init__(
        self, session: TrainingSession, networks: NetworkHolder, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._networks = session, networks
        self.history = WeightHistory()
        self.image = ChosenImage(self)
        self.drawing: Picture | None = None
        self.accuracies: dict[int, float] = {}
        self.steps = 0
        self._place = 0
        self._follows = True
        self._stack: Stack | None = None
        self._seed = 0
        self._network: Sequential | None = None
        self._is_watched = False
        self._measuring = Background[AccuracyWorker](self, POLL_MS)
        self._measuring.progressed.connect(self._add_found)
        self._measuring.ended.connect(self._on_measured)
        self._before: tuple[Sequential, TrainingRecord | None] | None = None
        self._used: Sequential | None = None
        session.observe_with(lambda _job: MomentObserver())
        session.observed.connect(self._take)
        self.image.changed.connect(self.moment_chosen)
        networks.network_changed.connect(self._on_network_changed)

    # What there is

    @property
    def moments(self) -> tuple[Moment, ...]:
        """All moments, steps rising."""
        return self.history.moments

    @property
    def place(self) -> int:
        """Which of them is looked at."""
        return self._place

    @property
    def moment(self) -> Moment | None:
        """The moment that is looked at."""
        moments = self.moments
        return moments[self._place] if moments else None

    @property
    def probe_size(self) -> int:
        """Held-out images that a moment is measured on."""
        held_out = self.image.held_out
        return 0 if held_out is None else len(held_out.labels)

    @property
    def title(self) -> str:
        """Which moment it is: ``step 55 of 4,220, epoch 1``."""
        moment = self.moment
        if moment is None:
            return ""
        if not moment.step:
            return f"before the first of {self.steps:,} steps"
        return f"step {moment.step:,} of {self.steps:,}, epoch {moment.epoch}"

    def look(self, image: Picture | None) -> NetworkSnapshot | None:
        """The network of that moment on an image ``(C, H, W)``; ``None`` if it takes no such."""
        network = self._restored()
        if network is None or image is None or image.shape != network.stack.input_shape:
            return None
        with np.errstate(all="ignore"):
            return take_snapshot(network, image)

    def _restored(self) -> Sequential | None:
        moment = self.moment
        if moment is None or self._stack is None:
            return None
        if self._network is None or self._network.stack != self._stack:
            self._network = Sequential(self._stack, np.random.default_rng(0))
        unpack(self._network, moment.values)
        return self._network

    # What can be asked of it

    def go_to(self, place: int) -> None:
        """Look at another moment; at the last one, whatever comes is followed."""
        if not self.moments:
            return
        last = len(self.moments) - 1
        self._place = min(max(place, 0), last)
        self._follows = self._place == last
        self.moment_chosen.emit()

    def watch(self, *, is_watched: bool) -> None:
        """Say whether anybody looks: only then are moments measured."""
        self._is_watched = is_watched
        if is_watched:
            self._measure()
        else:
            self._measuring.stop()

    def take_drawing(self, drawing: Picture | None) -> None:
        """Show what the moments make of this drawing, ``(28, 28)``."""
        self.drawing = drawing
        self.moment_chosen.emit()

    # Using a moment

    @property
    def is_finite(self) -> bool:
        """Whether the moment has weights that a network can work with."""
        moment = self.moment
        return moment is not None and bool(np.isfinite(moment.values).all())

    @property
    def can_put_back(self) -> bool:
        """Whether Draw uses a moment, and what it had before is known."""
        return self._before is not None

    def use_moment(self) -> None:
        """Let Draw use the network of this moment."""
        network = self._restored()
        if network is None or not self.is_finite:
            return
        before = self._before
        if before is None and self._networks.has_network:
            before = (self._networks.original, self._networks.record)
        self._give_to_draw(network, self._record(), before)

    def put_back(self) -> None:
        """Let Draw use the network from before again."""
        if self._before is not None:
            network, record = self._before
            self._give_to_draw(network, record, None)

    def _give_to_draw(
        self,
        network: Sequential,
        record: TrainingRecord | None,
        before: tuple[Sequential, TrainingRecord | None] | None,
    ) -> None:
        self._before = self._used = None
        self._networks.set_network(network, record)
        self._before = before
        self._used = self._networks.original
        self.use_changed.emit()

    @Slot()
    def _on_network_changed(self) -> None:
        """Another network came from elsewhere: there is nothing to put back any more."""
        if self._before is not None and self._networks.original is not self._used:
            self._before = self._used = None
            self.use_changed.emit()

    def _record(self) -> TrainingRecord:
        moment, held_out, job = self.moment, self.image.held_out, self._session.job
        assert moment is not None  # noqa: S101 - asked for by use_moment only
        accuracy = self.accuracies.get(moment.step)
        is_of_all = held_out is not None and held_out.total == len(held_out.labels)
        settings = {} if job is None else job.config.to_dict()
        return TrainingRecord(
            data=held_out.data_name if held_out is not None else "",
            images=held_out.training_images if held_out is not None else 0,
            epochs=moment.epoch,
            validation_accuracy=accuracy if is_of_all else None,
            seed=self._seed,
            date=datetime.now(tz=UTC).date().isoformat(),
            settings=settings
            | {
                "moment": self.title,
                "batches": moment.step,
                "probe_accuracy": accuracy,
                "probe_images": self.probe_size,
            },
            class_names=held_out.class_names if held_out is not None else (),
        )

    # What comes from the run

    @Slot(object)
    def _take(self, observation: object) -> None:
        if isinstance(observation, HeldOut):
            self.image.take_held_out(observation)
        elif isinstance(observation, MomentKept):
            self._keep(observation)

    def _keep(self, kept: MomentKept) -> None:
        job = self._session.job
        if kept.is_start and job is not None:
            if not self.history.goes_on_from(kept.moment):
                self._measuring.join(GIVE_UP_MS)  # what is still measured is of no use
                self.history.clear()
                self.accuracies = {}
            self._stack, self._seed = job.stack, job.config.seed
        self.steps = kept.steps
        before = self.moment
        moments = self.history.moments
        if not (kept.is_start and moments):
            self.history.add(self._with_epoch(kept.moment))
        self._find_place(before)
        self.moments_changed.emit()
        if self._follows:
            self.moment_chosen.emit()
        self._measure()

    @staticmethod
    def _with_epoch(moment: Moment) -> Moment:
        return replace(moment, epoch=max(moment.epoch, 1)) if moment.step else moment

    def _find_place(self, before: Moment | None) -> None:
        """Stay at the moment that is looked at, or near it if it had to go."""
        moments = self.moments
        if self._follows or before is None:
            self._place = len(moments) - 1
            return
        steps = [moment.step for moment in moments]
        self._place = int(np.abs(np.array(steps) - before.step).argmin())

    # Measuring

    @property
    def is_measuring(self) -> bool:
        """Whether moments are being measured."""
        return self._measuring.is_running

    def _measure(self) -> None:
        held_out = self.image.held_out
        if not self._is_watched or self.is_measuring or held_out is None:
            return
        missing = [moment for moment in self.moments if moment.step not in self.accuracies]
        chosen = self.moment
        missing.sort(key=lambda moment: moment is not chosen)
        if not missing or self._stack is None:
            return
        network = Sequential(self._stack, np.random.default_rng(0))
        images = as_floats(held_out.images, network.dtype)
        self._measuring.start(
            AccuracyWorker(network, images, held_out.labels, missing, self._is_training)
        )

    def _is_training(self) -> bool:
        """Whether batches are computed now; also asked by the worker, in its thread."""
        return self._session.state is SessionState.RUNNING

    @Slot(object)
    def _add_found(self, worker: AccuracyWorker) -> None:
        found = worker.take_found()
        if found:
            self.accuracies |= found
            self.measured.emit()

    @Slot(object)
    def _on_measured(self, worker: AccuracyWorker) -> None:
        self._add_found(worker)
        if worker.error is None and not worker.control.is_hurried():
            self._measure()
