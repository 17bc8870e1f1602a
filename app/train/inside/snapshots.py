"""Looking into a network while it learns, a few times a second, and only while somebody watches."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.train.observers import Observation, Observer
from engine.data.dataset import Dataset
from engine.insight.layer_health import LayerHealth, dead_units, layer_health
from engine.insight.snapshot import NetworkSnapshot, take_snapshot
from engine.layers.base import Array
from engine.training.batch_step import as_floats
from engine.training.trainer import BatchDone, Event, Trainer
from engine.training.weight_history import pack

SNAPSHOTS_PER_SECOND = 4
SNAPSHOT_SHARE = 0.02
"""Of the training's time, at most so much goes into looking; a slow network is looked at less."""

GLANCES_PER_SECOND = 1
GLANCE_SHARE = 0.005
"""While nobody watches, so that the update ratios have a past for whoever begins to."""

PROBES_PER_SECOND = 0.5
PROBE_SHARE = 0.02
DEAD_PROBE = 100
"""Held-out images on all of which a unit must be 0 to be called dead."""

MOST_HELD_OUT = 500
"""Held-out images that the window gets to choose from, and to measure moments on."""


@dataclass(frozen=True, eq=False)
class HeldOut(Observation):
    """The first of the run's held-out images: ``images`` (N, C, H, W), ``labels`` (N,).

    ``total`` says how many are held out in all, ``data_name`` and ``training_images`` what the
    network is trained on; ``class_names`` is empty where a class is called by its number.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    total: int
    data_name: str
    training_images: int
    class_names: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class LiveSnapshot(Observation):
    """The network after so many steps.

    Attributes:
        step: Steps since the start of the run.
        values: The packed network, a copy.
        health: Every layer with weights.
        look: Kernels, and what the network makes of the chosen image; ``None`` if none is chosen.
        image_key: Which image that was.
    """

    step: int
    values: Array
    health: tuple[LayerHealth, ...]
    look: NetworkSnapshot | None
    image_key: int


class Interest:
    """What the window wants to see, read by the worker between two batches."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_watched = False
        self._image: Array | None = None
        self._key = 0

    @property
    def is_watched(self) -> bool:
        """Whether anybody looks."""
        return self._is_watched

    def watch(self, *, is_watched: bool) -> None:
        """Say whether anybody looks."""
        self._is_watched = is_watched

    def choose(self, image: Array | None, key: int) -> None:
        """Ask for another image, ``(C, H, W)`` as floats, known by ``key``."""
        with self._lock:
            self._image, self._key = image, key

    def chosen(self) -> tuple[Array | None, int]:
        """The image and its key."""
        with self._lock:
            return self._image, self._key


class TimeShare:
    """Says when something is due again: so often at most, and for such a share of the time."""

    def __init__(self, per_second: float, share: float) -> None:
        self._interval, self._share = 1 / per_second, share
        self._next = 0.0

    def is_due(self) -> bool:
        """Whether it may be done now."""
        return time.perf_counter() >= self._next

    def spent(self, seconds: float) -> None:
        """Note that it was done, and how long it took."""
        self._next = time.perf_counter() + max(self._interval, seconds / self._share)


class SnapshotObserver(Observer):
    """Reports how the layers are doing, and what the network makes of the chosen image.

    The size of a step is known only from the weights before and after it: so when a look is due
    the weights are copied, and the look is taken one batch later.
    """

    def __init__(self, interest: Interest) -> None:
        self._interest = interest
        self._looks = TimeShare(SNAPSHOTS_PER_SECOND, SNAPSHOT_SHARE)
        self._glances = TimeShare(GLANCES_PER_SECOND, GLANCE_SHARE)
        self._probes = TimeShare(PROBES_PER_SECOND, PROBE_SHARE)
        self._dead: Mapping[int, tuple[int, int]] = {}
        self._probe: Array = np.zeros(0)
        self._before: Array | None = None
        self._before_step = -1
        self._step = 0
        self._reported = -1

    def began(self, trainer: Trainer) -> Iterable[Observation]:
        """Report held-out images, and the network before its first step."""
        held_out, training = trainer.validation, trainer.training
        images = np.array(held_out.images[:MOST_HELD_OUT])
        self._probe = as_floats(images[:DEAD_PROBE], trainer.network.dtype)
        yield HeldOut(
            images,
            np.array(held_out.labels[:MOST_HELD_OUT]),
            len(held_out),
            training.name if isinstance(training, Dataset) else "",
            len(training),
            training.own_names if isinstance(training, Dataset) else (),
        )
        self._step = trainer.position.step
        yield self._report(trainer, probes=True)
        self._remember(trainer)

    def took(self, event: Event, trainer: Trainer) -> Iterable[Observation]:
        """Look if it is time to: seldom, and only at the weights, while nobody watches."""
        if not isinstance(event, BatchDone):
            return
        self._step = event.step
        if self._before is not None:
            if self._before_step == event.step - 1:
                is_watched = self._interest.is_watched
                probes = is_watched and self._probes.is_due()
                yield self._report(trainer, probes=probes, looks=is_watched)
            self._before = None
        elif (self._looks if self._interest.is_watched else self._glances).is_due():
            self._remember(trainer)

    def paused(self, trainer: Trainer) -> Iterable[Observation]:
        """Report how it stands, and be ready to tell the size of a single step."""
        if self._reported != self._step:
            yield self._report(trainer, probes=True)
        self._remember(trainer)

    def ended(self, trainer: Trainer) -> Iterable[Observation]:
        """Report how it stands at the end."""
        yield self._report(trainer, probes=True)

    def _remember(self, trainer: Trainer) -> None:
        self._before, self._before_step = trainer.network.parameters.copy(), self._step

    def _report(self, trainer: Trainer, *, probes: bool, looks: bool = True) -> LiveSnapshot:
        with np.errstate(all="ignore"):  # a run that diverges is looked at like any other
            return self._look(trainer, probes=probes, looks=looks)

    def _look(self, trainer: Trainer, *, probes: bool, looks: bool) -> LiveSnapshot:
        network, began = trainer.network, time.perf_counter()
        if probes:
            self._dead = dead_units(network, self._probe)
            self._probes.spent(time.perf_counter() - began)
            began = time.perf_counter()
        has_moved = self._before is not None and self._before_step == self._step - 1
        health = layer_health(network, self._before if has_moved else None, self._dead)
        image, key = self._interest.chosen()
        fits = image is not None and image.shape == network.stack.input_shape
        look = take_snapshot(network, image) if looks and image is not None and fits else None
        self._reported = self._step
        for share in (self._looks, self._glances):
            share.spent(time.perf_counter() - began)
        return LiveSnapshot(self._step, pack(network), health, look, key)
