"""Timing chains of convolutions on this machine, in a thread of its own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.jobs.considerate import considerate
from app.jobs.thread import Worker
from engine.training.filter_sizes import Chain, timed_passes

PASSES = 5


class FilterTimingWorker(Worker):
    """Takes the shortest of a few forward and backward passes of every chain.

    ``done`` (passes) may be read at any time; ``seconds``, one per chain and per image, once it has
    ended. It is shorter than ``chains`` if the worker was stopped before.
    """

    def __init__(self, chains: Sequence[Chain], images: int, passes: int = PASSES) -> None:
        super().__init__()
        self.chains = tuple(chains)
        self.seconds: list[float] = []
        self.done = 0
        self._images = images
        self._passes = passes

    @property
    def total(self) -> int:
        """Passes in all."""
        return self._passes * len(self.chains)

    def work(self) -> None:
        """Time one chain after another."""
        with considerate():
            for chain in self.chains:
                shortest = float("inf")
                passes = timed_passes(chain, self._images, np.random.default_rng(0))
                for _ in range(self._passes):
                    if self.control.is_stopped():
                        return
                    shortest = min(shortest, next(passes))
                    self.done += 1
                self.seconds.append(shortest / self._images)
