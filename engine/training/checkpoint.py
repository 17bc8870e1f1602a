"""How far a training run has come, and all that it needs to go on from there."""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.layers.base import Array
from engine.training.events import Changed


@dataclass
class Position:
    """How far a run has come: ``batch`` batches, ``image`` images of ``epoch`` (from 1) are done.

    Images are what counts: the batch size may change within an epoch. ``step`` batches were made
    since the start of the run. ``loss`` and ``correct`` are the sums over the epoch so far;
    ``seconds`` the time that the run and the epoch have taken. Patience counts from the end of
    epoch ``patient_since``, or from the best epoch if that came later.
    """

    epoch: int = 1
    batch: int = 0
    image: int = 0
    step: int = 0
    loss: float = 0.0
    correct: int = 0
    epoch_seconds: float = 0.0
    seconds: float = 0.0
    best_epoch: int = 0
    best_accuracy: float = -1.0
    best_loss: float = math.inf
    patient_since: int = 0


@dataclass(frozen=True)
class Checkpoint:
    """All that a run needs to go on as if it had never stopped.

    ``changes`` are the settings that were changed since the run began, in order. Random numbers
    need not be kept: each step draws from a generator of its own, made from the seed and the
    number of the step.
    """

    weights: dict[str, Array]
    best_weights: dict[str, Array]
    optimizer: dict[str, Array]
    position: Position
    changes: tuple[Changed, ...] = ()
