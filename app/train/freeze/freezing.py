"""Holding the next training step still: taken from the run when it pauses, computed apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.jobs.observers import Observation, Observer
from app.jobs.thread import Worker
from engine.insight.frozen_step import FrozenImage, FrozenStep, NextStep, ParameterUpdate, freeze
from engine.training.trainer import Trainer


@dataclass(frozen=True, eq=False)
class Frozen(Observation):
    """The run waits; ``step`` is what it would do next, ``None`` if it has come to its end."""

    step: NextStep | None


class FreezingObserver(Observer):
    """Hands out the next step whenever the run is about to wait."""

    def paused(self, trainer: Trainer) -> Iterable[Observation]:
        """Copy what the next step depends on: the batch, the weights, the optimiser."""
        yield Frozen(freeze(trainer))


class FrozenStepWorker(Worker):
    """Computes a step on a copy, which takes as long as a step takes.

    When it has ended, ``image`` and ``updates`` are there.
    """

    def __init__(self, frozen: FrozenStep, index: int) -> None:
        super().__init__()
        self.frozen = frozen
        self.index = index
        self.loss = 0.0
        self.image: FrozenImage | None = None
        self.updates: tuple[ParameterUpdate, ...] = ()

    def work(self) -> None:
        """Compute the whole batch's loss and updates, then the chosen image."""
        self.loss = self.frozen.loss
        self.updates = self.frozen.updates
        self.image = self.frozen.image(self.index)
