"""Asking a network that learns about the images on the wall, only while somebody looks at them."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.train.inside.snapshots import MOST_HELD_OUT, TimeShare
from app.train.observers import Observation, Observer
from engine.data.dataset import Labels
from engine.insight.present_answers import PresentAnswers, ask, places_to_ask
from engine.training.trainer import BatchDone, Event, Trainer

TILES = 50
"""Images on the wall."""

ROUNDS_PER_SECOND = 3
ROUND_SHARE = 0.02
"""Of the training's time, at most so much goes into asking; a slow network is asked less often."""


@dataclass(frozen=True, eq=False)
class WallAnswers(Observation):
    """The answers of the moment to the images of class ``only``, or to those of every class."""

    only: int | None
    answers: PresentAnswers


class WallInterest:
    """What the window wants to see, read by the worker between two batches.

    Attributes:
        is_watched: Whether anybody looks.
        only: The class whose images are wanted, ``None`` for some of each.
    """

    def __init__(self) -> None:
        self.is_watched = False
        self.only: int | None = None


class WallObserver(Observer):
    """Asks a few times a second while somebody looks, and whenever the run waits or ends."""

    def __init__(self, interest: WallInterest) -> None:
        self._interest = interest
        self._rounds = TimeShare(ROUNDS_PER_SECOND, ROUND_SHARE)
        self._only: int | None = None
        self._images: NDArray[np.uint8] | None = None
        self._labels: Labels = np.zeros(0, np.int64)
        self._step = 0

    def began(self, trainer: Trainer) -> Iterable[WallAnswers]:
        """Ask before the first step."""
        self._step = trainer.position.step
        yield self._ask(trainer)

    def took(self, event: Event, trainer: Trainer) -> Iterable[WallAnswers]:
        """Ask if it is time to, or at once if other images are wanted."""
        if not isinstance(event, BatchDone):
            return
        self._step = event.step
        is_other = self._interest.only != self._only
        if self._interest.is_watched and (is_other or self._rounds.is_due()):
            yield self._ask(trainer)

    def paused(self, trainer: Trainer) -> Iterable[WallAnswers]:
        """Ask the network as it stands."""
        yield self._ask(trainer)

    def ended(self, trainer: Trainer) -> Iterable[WallAnswers]:
        """Ask the network as it stands at the end."""
        yield self._ask(trainer)

    def _ask(self, trainer: Trainer) -> WallAnswers:
        began, only = time.perf_counter(), self._interest.only
        if self._images is None or only != self._only:
            held_out = trainer.validation
            places = places_to_ask(held_out.labels[:MOST_HELD_OUT], TILES, only)
            self._images, self._labels = held_out.images[places], held_out.labels[places]
            self._only = only
        answers = ask(trainer.network, self._images, self._labels, self._step)
        self._rounds.spent(time.perf_counter() - began)
        return WallAnswers(only, answers)
