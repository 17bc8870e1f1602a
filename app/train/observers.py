"""Looking at a run from inside its thread, between two events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from engine.training.trainer import Event, Trainer


@dataclass(frozen=True)
class Observation:
    """Base of what an observer reports to the window.

    Arrays in it are copies: the run goes on while the window reads them.
    """


class Observer:
    """Base of observers: each method may report something, and is called in the worker's thread.

    What takes long slows the run down, so an observer looks seldom, and only while somebody is
    interested in it. It may change nothing of the trainer.

    Attributes:
        outlives_window: Whether what it does at the end matters although the window closes.
    """

    outlives_window: ClassVar[bool] = False

    def began(self, trainer: Trainer) -> Iterable[Observation]:  # noqa: ARG002 - for subclasses
        """The images are there; nothing is trained yet, or what a checkpoint holds."""
        return ()

    def took(self, event: Event, trainer: Trainer) -> Iterable[Observation]:  # noqa: ARG002
        """A batch, an epoch or a part of the validation is done."""
        return ()

    def paused(self, trainer: Trainer) -> Iterable[Observation]:  # noqa: ARG002
        """The run is about to wait."""
        return ()

    def ended(self, trainer: Trainer) -> Iterable[Observation]:  # noqa: ARG002
        """No batch follows."""
        return ()
