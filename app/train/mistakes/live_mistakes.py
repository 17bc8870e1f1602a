"""Where the network is wrong: found after each epoch while it learns, and shown in a window."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Slot

from app.jobs.background import Background
from app.jobs.considerate import give_way
from app.jobs.thread import Worker
from app.state.subjects import Said
from app.train.mistakes.mistakes_window import LIVE_NOTE, OTHER_NOTE, MistakesWindow
from app.train.observers import Observation, Observer
from app.train.part import TrainContext, TrainPart
from engine.insight.mistakes import Mistakes, find_mistakes
from engine.layers.base import Array
from engine.networks.network import Sequential
from engine.training.batch_step import Samples
from engine.training.trainer import EpochDone, Event, Trainer
from engine.training.weight_history import pack, unpack

ABOUT = (
    "Which held-out images the network mistakes for which class: after each epoch, and at the end"
)
NONE_YET = "There are no answers yet: they come with the first epoch."


@dataclass(frozen=True, eq=False)
class EpochWeights(Observation):
    """The packed network after ``epoch`` of ``epochs``, and the images held out of its training.

    The images are those of the run itself, which never changes them.
    """

    epoch: int
    epochs: int
    values: Array
    held_out: Samples


class EpochObserver(Observer):
    """Reports the weights of each epoch."""

    def took(self, event: Event, trainer: Trainer) -> Iterable[Observation]:
        """Copy the weights if an epoch is over."""
        if isinstance(event, EpochDone):
            yield EpochWeights(event.epoch, event.epochs, pack(trainer.network), trainer.validation)


class MistakesWorker(Worker):
    """Lets one epoch's network answer all held-out images, next to the run that goes on.

    Args:
        network: Its own, of the run's stack.
        weights: What to put into it, and what to ask it.
    """

    def __init__(self, network: Sequential, weights: EpochWeights) -> None:
        super().__init__()
        self.mistakes: Mistakes | None = None
        self.weights = weights
        self._network = network

    def work(self) -> None:
        """Answer them, unless nobody waits any more."""
        give_way()
        unpack(self._network, self.weights.values)
        with np.errstate(all="ignore"):
            self.mistakes = find_mistakes(
                self._network, self.weights.held_out, self.control.is_stopped
            )


class TrainMistakes(TrainPart):
    """*Where it is wrong* of Train: the newest answers, found only while somebody looks at them.

    Attributes:
        mistakes: The newest answers to the held-out images; ``None`` if there are none.
        window: Made when it is first asked for.
    """

    def __init__(self, context: TrainContext, parent: QObject | None = None) -> None:
        super().__init__(context, parent)
        self.mistakes: Mistakes | None = None
        self.window: MistakesWindow | None = None
        self._session, self._networks = context.session, context.networks
        self._title = ""
        self._said = Said(self._forget, self)
        self._newest: EpochWeights | None = None
        self._is_watched = False
        self._finding = Background[MistakesWorker](self)
        self._finding.ended.connect(self._on_found)
        context.view.show_wrong.clicked.connect(self.open)
        context.session.observe_with(lambda _job: EpochObserver())
        context.session.observed.connect(self._take)
        context.session.ended.connect(self._end)
        context.session.state_changed.connect(self._show)
        self._show()

    @Slot()
    def open(self) -> None:
        """Show the window, and keep it up with the run as long as it is open."""
        if self.window is None:
            self.window = MistakesWindow(self.context.view)
            self.window.image_chosen.connect(self.context.image_wanted)
            self.window.watched_changed.connect(self._watch)
        self.window.show()
        self.window.raise_()
        self._show()

    @Slot()
    def _show(self) -> None:
        """Show the newest answers; a window to which none can come any more is closed."""
        can_come = self.mistakes is not None or self._newest is not None
        self.context.view.show_wrong.setEnabled(can_come)
        self.context.view.show_wrong.setToolTip(ABOUT if can_come else NONE_YET)
        if self.window is None or not self.window.isVisible():
            return
        if can_come or self._session.is_active:
            self.window.show_mistakes(self.mistakes, self._title, self._note)
        else:
            self.window.close()

    @property
    def _note(self) -> str:
        """Whose answers Draw gives, where they are not those of the window; else empty."""
        if self._session.is_active:
            return LIVE_NOTE
        result = self._session.result
        return "" if result is not None and result.is_in_use else OTHER_NOTE

    # What the run reports

    def _forget(self) -> None:
        """Another run has begun, or the network is in Draw no more."""
        self.mistakes, self._newest, self._title = None, None, ""
        self._finding.stop()
        self._show()

    @Slot(object)
    def _take(self, observation: object) -> None:
        if isinstance(observation, EpochWeights):
            self._newest = observation
            self._said.of(self._session.run)
            self._find()
            self._show()

    @Slot()
    def _end(self) -> None:
        """The network that is kept was asked already."""
        found, job = self._session.mistakes, self._session.job
        self._newest = None
        self._finding.stop()
        if found is not None and job is not None:
            self.mistakes, self._title = found, f"{job.stack.name}, as it was kept"
            result, run, in_draw = self._session.result, self._session.run, self._networks.opened
            self._said.of(*((run, in_draw) if result and result.is_in_use else (run,)))
        self._show()

    # Finding them

    @Slot(bool)
    def _watch(self, is_watched: bool) -> None:
        self._is_watched = is_watched
        if is_watched:
            self._find()
        else:
            self._finding.stop()

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
            self._title = f"{name} after epoch {weights.epoch} of {weights.epochs}"
            self._show()
        if self._newest is not weights or (found is None and worker.error is None):
            self._find()
