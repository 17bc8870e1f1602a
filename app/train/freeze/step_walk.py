"""Walking one image through one training step: forward, loss, backward, update."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from app.jobs.background import Background
from app.jobs.thread import Worker
from app.train.observers import Observation, Observer
from app.train.training_session import SessionState, TrainingSession
from engine.basics.errors import ShapeError
from engine.basics.numbers import show
from engine.insight.finding_sources import sources_of
from engine.insight.frozen_step import FrozenImage, FrozenStep, NextStep, ParameterUpdate, freeze
from engine.insight.layer_outputs import layers_of
from engine.insight.shown_layer import ShownLayer, Unit
from engine.insight.sources import Sources
from engine.lab import LabState
from engine.lab.gradient_windows import state_of_gradient
from engine.lab.layers import trace_layer
from engine.networks.stack import Stack
from engine.training.trainer import Trainer


@dataclass(frozen=True, eq=False)
class Frozen(Observation):
    """The run waits; ``step`` is what it would do next, ``None`` if it has come to its end."""

    step: NextStep | None


class FreezingObserver(Observer):
    """Reports the next step whenever the run is about to wait."""

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


class StageKind(Enum):
    """What a stage of the step is about."""

    IMAGE = "image"
    FORWARD = "forward"
    LOSS = "loss"
    BACKWARD = "backward"
    UPDATE = "update"


@dataclass(frozen=True)
class Stage:
    """One stage; ``layer`` counts from 0, and is −1 where no layer is at work."""

    kind: StageKind
    layer: int = -1


FIRST_COMPUTED = 1
"""The stage at which the walk opens: the first layer's outputs, just after the image itself."""


def stages_of(stack: Stack, updates: tuple[ParameterUpdate, ...]) -> tuple[Stage, ...]:
    """All stages of a step, in their order.

    The gradient with respect to the image itself is of no use to training: the walk backward ends
    at the second layer.
    """
    count = len(stack.layers)
    changed = dict.fromkeys(update.layer for update in updates)
    return (
        Stage(StageKind.IMAGE),
        *(Stage(StageKind.FORWARD, layer) for layer in range(count)),
        Stage(StageKind.LOSS),
        *(Stage(StageKind.BACKWARD, layer) for layer in range(count - 1, 0, -1)),
        *(Stage(StageKind.UPDATE, layer) for layer in changed),
    )


class FrozenWalk(QObject):
    """Holds the step that a paused run would take next, and where in it one is.

    Signals:
        changed: Another step, image or stage, or it is computed now.
    """

    changed = Signal()

    def __init__(self, session: TrainingSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._frozen: FrozenStep | None = None
        self._computing = Background[FrozenStepWorker](self)
        self._computing.ended.connect(self._on_computed)
        self._is_watched = False
        self.loss = 0.0
        self.image: FrozenImage | None = None
        self.updates: tuple[ParameterUpdate, ...] = ()
        self.stages: tuple[Stage, ...] = ()
        self.place = FIRST_COMPUTED
        self.index = 0
        self._looks: tuple[ShownLayer, ...] = ()
        session.observe_with(lambda _: FreezingObserver())
        session.observed.connect(self._take)
        session.state_changed.connect(self._follow_session)

    # What is known

    @property
    def frozen(self) -> FrozenStep | None:
        """The step; ``None`` while no run is paused."""
        return self._frozen

    @property
    def is_ready(self) -> bool:
        """Whether there are numbers to show."""
        return self._frozen is not None and self.image is not None

    @property
    def stage(self) -> Stage:
        """Where one is."""
        return self.stages[self.place] if self.stages else Stage(StageKind.IMAGE)

    @property
    def updates_here(self) -> tuple[ParameterUpdate, ...]:
        """What happens to the weights of the present layer."""
        return tuple(one for one in self.updates if one.layer == self.stage.layer)

    @property
    def forward_looks(self) -> tuple[ShownLayer, ...]:
        """The layers' outputs, as far as the walk has come."""
        if self.image is None:
            return ()
        reached = self._reached(StageKind.FORWARD)
        return tuple(
            replace(look, values=self.image.values[layer + 1] if layer in reached else None)
            for layer, look in enumerate(self._looks)
        )

    @property
    def backward_looks(self) -> tuple[ShownLayer, ...]:
        """The gradients of the batch's mean loss with respect to these outputs, likewise."""
        if self.image is None:
            return ()
        reached = {layer - 1 for layer in self._reached(StageKind.BACKWARD)}
        if StageKind.LOSS in {stage.kind for stage in self.stages[: self.place + 1]}:
            reached.add(len(self._looks) - 1)
        return tuple(
            replace(
                look,
                values=self.image.gradients[layer + 1] if layer in reached else None,
                is_signed=True,
                is_gradient=True,
            )
            for layer, look in enumerate(self._looks)
        )

    def _reached(self, kind: StageKind) -> set[int]:
        return {stage.layer for stage in self.stages[: self.place + 1] if stage.kind is kind}

    # What can be asked of it

    def watch(self, *, is_watched: bool) -> None:
        """Compute only while somebody looks."""
        self._is_watched = is_watched
        self._compute()

    @Slot(int)
    def go_to(self, place: int) -> None:
        """Go to a stage."""
        place = max(0, min(place, len(self.stages) - 1))
        if place != self.place:
            self.place = place
            self.changed.emit()

    def turn_to(self, kind: StageKind) -> None:
        """Go to the stage of that kind whose layer is the present one, or the nearest to it."""
        last = len(self._looks) - 1
        layer = last if self.stage.kind is StageKind.LOSS else max(self.stage.layer, 0)
        there = [place for place, stage in enumerate(self.stages) if stage.kind is kind]
        if there and self.stage.kind is not kind:
            self.go_to(min(there, key=lambda place: abs(self.stages[place].layer - layer)))

    @Slot(int)
    def browse(self, by: int) -> None:
        """Choose another image of the batch."""
        if self._frozen is not None and not self._computing.is_running:
            self.index = (self.index + by) % self._frozen.batch_size
            self.image = None
            self._compute()

    def sources_of(self, unit: Unit) -> Sources | None:
        """Where a number of the way forward comes from; ``None`` if it is not there yet."""
        if self._frozen is None or self.image is None:
            return None
        if unit.layer not in self._reached(StageKind.FORWARD):
            return None
        return sources_of(self._frozen.network, self.image.values, unit, in_training=True)

    def window_of(self, unit: Unit, *, backward: bool) -> tuple[LabState | None, str]:
        """The lab's state that shows how a number came about; without one, why there is none."""
        frozen, image = self._frozen, self.image
        if frozen is None or image is None:
            return None, "Pause a run first."
        try:
            if backward:
                return state_of_gradient(frozen.network, image.values, image.gradients, unit)
            state = self._state_of(frozen, image, unit.layer)
        except ShapeError as error:
            words = self._in_and_out(image, unit, backward=backward)
            return None, words or f"{self._looks[unit.layer].title}: {error}."
        channel = unit.index[0] if len(unit.index) == 3 else 0
        return replace(state, step=self._looks[unit.layer].flat(unit), channel=channel), ""

    def _in_and_out(self, image: FrozenImage, unit: Unit, *, backward: bool) -> str:
        """What becomes of a number in a layer that has no windows; empty if it cannot be said.

        The layers that Step does not show take number by number, such as dropout, or channel by
        channel, such as batch normalisation: what comes in and what goes out has the same place.
        """
        layer = unit.layer + 1 if backward else unit.layer
        values = image.gradients if backward else image.values
        if layer >= len(self._looks) or values[layer].shape != values[layer + 1].shape:
            return ""
        before, after = (
            show(float(values[place][unit.index])).text for place in (layer, layer + 1)
        )
        title = self._looks[layer].title
        if backward:
            return f"{title} has no window. The gradient {after} after it becomes {before} here."
        return f"{title} has no window. The number {before} in this place becomes {after}."

    @staticmethod
    def _state_of(frozen: FrozenStep, image: FrozenImage, layer: int) -> LabState:
        parameters = frozen.network.layers[layer].parameters
        return trace_layer(
            frozen.step.stack.layers[layer],
            {name: value.astype(np.float64) for name, value in parameters.items()},
            image.values[layer].astype(np.float64),
            image.gradients[layer + 1].astype(np.float64),
        )

    # What happens underneath

    @Slot(object)
    def _take(self, observation: object) -> None:
        if not isinstance(observation, Frozen):
            return
        step = observation.step
        self._frozen = None if step is None else FrozenStep(step)
        self.image, self.updates, self.stages = None, (), ()
        if self._frozen is not None:
            self._looks = layers_of(self._frozen.network)
            self.index = min(self.index, self._frozen.batch_size - 1)
        self._compute()
        self.changed.emit()

    @Slot()
    def _follow_session(self) -> None:
        """A run that goes on leaves the step behind."""
        if self._session.state is not SessionState.PAUSED and self._frozen is not None:
            self._frozen, self.image, self.updates, self.stages = None, None, (), ()
            self.changed.emit()

    def _compute(self) -> None:
        is_needed = self._is_watched and self._frozen is not None and self.image is None
        if not is_needed or self._computing.is_running or self._frozen is None:
            return
        self._computing.start(FrozenStepWorker(self._frozen, self.index))

    @Slot(object)
    def _on_computed(self, worker: FrozenStepWorker) -> None:
        if worker.frozen is not self._frozen:  # the run went on meanwhile
            self._compute()
            return
        self.loss, self.image, self.updates = worker.loss, worker.image, worker.updates
        self.stages = stages_of(worker.frozen.step.stack, worker.updates)
        self.place = min(self.place, len(self.stages) - 1)
        self.changed.emit()
