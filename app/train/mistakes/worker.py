"""Finding out where a network is wrong at the end of an epoch, beside the run that goes on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from app.jobs.considerate import give_way
from app.jobs.observers import Observation, Observer
from app.jobs.thread import Worker
from engine.insight.mistakes import Mistakes, find_mistakes
from engine.layers.base import Array
from engine.networks.network import Sequential
from engine.training.batch_step import Samples
from engine.training.trainer import EpochDone, Event, Trainer
from engine.training.weight_history import pack, unpack


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
    """Hands out the weights of each epoch."""

    def took(self, event: Event, trainer: Trainer) -> Iterable[Observation]:
        """Copy the weights if an epoch is over."""
        if isinstance(event, EpochDone):
            yield EpochWeights(event.epoch, event.epochs, pack(trainer.network), trainer.validation)


class MistakesWorker(Worker):
    """Lets one epoch's network answer all held-out images.

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
