"""What to try when a run goes wrong: decided here alone, from everything seen and the rate used.

Sentences of different symptoms stand next to one another on screen. So a symptom says what is
seen, and what to do about all of them together is one piece of advice, which names one direction
for the learning rate or none.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

USUAL_RATES = {"sgd": 0.05, "nesterov": 0.05, "rmsprop": 0.001, "adam": 0.001, "adamw": 0.001}
"""The learning rate to begin with, for each optimiser."""

OVERSHOT = frozenset({"diverged", "unstable"})
"""Steps were too long, whatever the rate."""

SILENT = frozenset({"dead", "constant"})
"""Steps may have been too long, unless the rate was lower than usual."""

IDLE = frozenset({"no learning", "chance", "early"})
"""Nothing was learnt: ``early`` if there was hardly time for it."""

KINDS = (*sorted(OVERSHOT), *sorted(SILENT), *sorted(IDLE), "alike", "overfitting")

_NEAR = 3.0
"""Times the usual rate, or a part of it: as far as that, it may be another thing."""

_SMALLER = "Try a smaller learning rate, such as {rate:g}."
_START_SMALLER = "Start again with a smaller learning rate, such as {rate:g}."
_LARGER = "Try a larger learning rate, such as {rate:g}."
_NO_STEPS = (
    "No step has changed the weights, so it is not the learning rate: try another initialisation, "
    "or images whose values lie from 0 to 1."
)
_LONGER = "Train for longer before you judge it."
_LOOK = (
    "Let “Find a learning rate” in Train look for one, or try fewer layers between input and "
    "output."
)
_OF_KIND = {
    "alike": "Start with random weights: He suits ReLU, Glorot tanh and sigmoid.",
    "dead": "Batch normalisation before the layer that died helps too.",
    "constant": "Another seed gives other starting weights, which may do better.",
    "overfitting": (
        "Try more images, changed training images, more weight decay, dropout, or stop early."
    ),
}


@dataclass(frozen=True)
class Advice:
    """Sentences on what to try; ``rate`` is the learning rate among them, if there is one."""

    text: str
    rate: float | None = None


class RateUsed:
    """The highest learning rate of the steps that were made with the present settings.

    It is what a run has gone wrong with. The setting itself may never have been reached, during a
    warm-up, or long be past.
    """

    def __init__(self) -> None:
        self.value = 0.0
        self._is_other = False

    def note(self, rate: float) -> None:
        """A step was made with this rate."""
        self.value = rate if self._is_other else max(self.value, rate)
        self._is_other = False

    def forget_with_the_next(self) -> None:
        """The setting was changed: what the steps before came to is seen with the next one only."""
        self._is_other = True


def advise(kinds: Collection[str], rate: float, optimizer: str) -> Advice:
    """Say what to try.

    Args:
        kinds: What is seen, of ``KINDS``.
        rate: The highest learning rate that was really used; 0 if no step was made.
        optimizer: One of ``OPTIMIZERS``; what is a usual rate depends on it.
    """
    found = frozenset(kinds)
    if "overfitting" in found:  # it has learnt since
        found -= IDLE
    better = _better_rate(found, rate, USUAL_RATES[optimizer])
    sentences = [_OF_KIND[kind] for kind in KINDS if kind in found and kind in _OF_KIND]
    if better is not None:
        template = _LARGER if better > rate else _START_SMALLER if found & SILENT else _SMALLER
        sentences.insert(0, template.format(rate=better))
    elif found & OVERSHOT:
        sentences.insert(0, _NO_STEPS)
    elif found & IDLE and not sentences:
        sentences.append(_LONGER if "early" in found else _LOOK)
    return Advice(" ".join(sentences), better)


def _better_rate(found: frozenset[str], rate: float, usual: float) -> float | None:
    """Which rate to try; ``None`` if it is not the rate, or nobody can tell."""
    smaller = min(rate / 10, usual)
    if found & OVERSHOT:
        return smaller if rate > 0 else None
    if "alike" in found:
        return None
    if found & SILENT:
        return smaller if rate >= usual / _NEAR else None
    if found & IDLE and not usual / _NEAR <= rate <= usual * _NEAR:
        return usual
    return None
