"""What goes wrong in a training run, recognised from its events and from the network itself.

Each ``Symptom`` is told once, with the numbers that show it. What to try is one piece of advice for
all that was seen up to then, from ``engine.training.advice``.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

import numpy as np

from engine.insight.layer_health import dead_units
from engine.layers.base import Array
from engine.networks.network import Sequential
from engine.training.advice import RateUsed, advise
from engine.training.chance import Chance
from engine.training.events import BatchDone, Changed, EpochDone, Event

RECENT_BATCHES = 100
SETTLED_STEPS = 200
"""Batches after which a network that learns at all has begun to."""

SETTLED_EPOCHS = 3
DEAD_SHARE = 0.9
OVERFITTING_EPOCHS = 3


@dataclass(frozen=True)
class Symptom:
    """Something that goes wrong: ``evidence`` says what is seen.

    ``advice`` is what to try about it and all that was told before it.
    """

    kind: str
    evidence: str
    advice: str = ""

    @property
    def text(self) -> str:
        """Both in a few sentences."""
        return f"{self.evidence} {self.advice}"


def in_words(symptoms: Sequence[Symptom]) -> tuple[str, ...]:
    """What is seen, in the order in which it was told, and then what to try about all of it."""
    if not symptoms:
        return ()
    lines = (*(symptom.evidence for symptom in symptoms), symptoms[-1].advice)
    return tuple(line for line in lines if line)


class SymptomWatch:
    """Follows one run. Of each kind of symptom, the first is given, and what it is at the end."""

    def __init__(self, classes: int, optimizer: str) -> None:
        self._chance = 1 / classes
        self._classes = classes
        self._optimizer = optimizer
        self._rate_used = RateUsed()
        self._losses: deque[float] = deque(maxlen=RECENT_BATCHES)
        self._step = 0
        self._epochs: list[EpochDone] = []
        self._told: set[str] = set()

    def take(self, event: Event) -> Symptom | None:
        """Look at what an event says."""
        if isinstance(event, BatchDone):
            self._step = event.step
            self._rate_used.note(event.learning_rate)
            self._losses.append(event.loss)
            return self._once(self._unstable() if event.step % RECENT_BATCHES == 0 else None)
        if isinstance(event, EpochDone):
            self._epochs.append(event)
            return self._once(self._no_learning(event) or self._overfitting(event))
        if isinstance(event, Changed) and event.setting == "learning_rate":
            self._rate_used.forget_with_the_next()
        return None

    def at_the_end(self, accuracy: float | None, chance: Chance) -> Iterator[Symptom]:
        """What the run came to: overfitting with the figures of the end, and no more than chance.

        Args:
            accuracy: Of what was kept, on the held-out images; ``None`` if nobody measured it.
            chance: That of the held-out images.
        """
        last = self._overfitting(self._epochs[-1]) if "overfitting" in self._told else None
        if last is not None:
            yield self._with_advice(last)
        if accuracy is not None and chance.covers(accuracy):
            kind = "chance" if self._has_settled else "early"
            self._told.add(kind)
            yield self._with_advice(Symptom(kind, chance.sentence(accuracy)))

    def look_inside(self, network: Sequential, images: Array) -> Symptom | None:
        """Look for layers that have died, and for an output that is always the same.

        Shape:
            ``images`` is ``(N, C, H, W)``, as floats from 0 to 1; N of a few hundred is enough.
        """
        with np.errstate(all="ignore"):  # of a run that is about to diverge
            return self._once(
                _alike_outputs(network)
                or _dead_layer(network, images)
                or _constant_output(network, images)
            )

    def _once(self, symptom: Symptom | None) -> Symptom | None:
        if symptom is None or symptom.kind in self._told:
            return None
        self._told.add(symptom.kind)
        return self._with_advice(symptom)

    def _with_advice(self, symptom: Symptom) -> Symptom:
        advice = advise(self._told, self._rate_used.value, self._optimizer)
        return replace(symptom, advice=advice.text)

    @property
    def _has_settled(self) -> bool:
        """Whether a network that learns at all would have begun to."""
        return self._step >= SETTLED_STEPS or len(self._epochs) >= SETTLED_EPOCHS

    @property
    def _guessing(self) -> float:
        """The loss of giving every class the same probability: ``ln(classes)``."""
        return math.log(self._classes)

    def _unstable(self) -> Symptom | None:
        loss = fmean(self._losses)
        if loss < 3 * self._guessing:
            return None
        return Symptom(
            "unstable",
            f"The loss is {loss:.1f} over the last {len(self._losses)} batches; guessing among "
            f"{self._classes} classes would cost {self._guessing:.2f}.",
        )

    def _no_learning(self, event: EpochDone) -> Symptom | None:
        if self._told & {"dead", "constant", "alike"}:  # says why it does not learn
            return None
        is_guessing = (
            0.98 * self._guessing < event.training_loss < 3 * self._guessing
            and max(event.training_accuracy, event.validation_accuracy) < 1.5 * self._chance
        )
        if not (self._has_settled and is_guessing):
            return None
        return Symptom(
            "no learning",
            f"The network is not learning: after {self._step:,} batches the loss is "
            f"{event.training_loss:.3f}, and guessing among {self._classes} classes costs "
            f"ln {self._classes} = {self._guessing:.3f}. Of the held-out images "
            f"{100 * event.validation_accuracy:.0f} % are right.",
        )

    def _overfitting(self, event: EpochDone) -> Symptom | None:
        best = min(self._epochs, key=lambda epoch: epoch.validation_loss)
        has_risen = event.validation_loss > 1.1 * best.validation_loss
        has_fallen = event.training_loss < 0.9 * best.training_loss
        if event.epoch - best.epoch < OVERFITTING_EPOCHS or not (has_risen and has_fallen):
            return None
        return Symptom(
            "overfitting",
            f"Overfitting: since epoch {best.epoch} the validation loss has risen from "
            f"{best.validation_loss:.3f} to {event.validation_loss:.3f}, while the training loss "
            f"fell from {best.training_loss:.3f} to {event.training_loss:.3f}. The network learns "
            "its training images by heart.",
        )


def _alike_outputs(network: Sequential) -> Symptom | None:
    """The first layer with weights whose outputs all have the same ones."""
    for index, (spec, layer) in enumerate(zip(network.stack.layers, network.layers, strict=True)):
        weight = layer.parameters.get("weight")
        if weight is None or weight.ndim < 2 or len(weight) < 2 or np.ptp(weight, axis=0).any():
            continue
        value = "all 0" if not weight.any() else "the same"
        outputs = "kernels" if weight.ndim > 2 else "outputs"
        return Symptom(
            "alike",
            f"The weights of layer {index + 1}, {spec.title}, are {value} for each of its "
            f"{len(weight)} {outputs}. What starts alike gets the same gradient and stays alike: "
            f"the layer has no more to say than one of them, and weights of 0 pass no gradient on.",
        )
    return None


def _dead_layer(network: Sequential, images: Array) -> Symptom | None:
    for index, (dead, units) in dead_units(network, images).items():
        if dead >= DEAD_SHARE * units:
            return Symptom(
                "dead",
                f"Layer {index + 1}, ReLU, is dead: {100 * dead / units:.0f} % of its channels are "
                f"0 for every one of {len(images)} held-out images, so no gradient passes through "
                "them.",
            )
    return None


def _constant_output(network: Sequential, images: Array) -> Symptom | None:
    logits = network.activations(images)[-1]
    spread = float(np.ptp(logits, axis=0).max())
    if not spread <= 1e-5 * max(1.0, float(np.abs(logits).max())):  # NaN is not the same answer
        return None
    return Symptom(
        "constant",
        f"The network gives the same answer to all of {len(images)} held-out images: its outputs "
        f"differ by {spread:.1g} at most.",
    )
