"""How an optimiser changes one weight, with all numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from engine.basics.numbers import APPROXIMATELY, show
from engine.training.config import TrainingConfig
from engine.training.optimizers import EPSILON

SIGNIFICANT = 4


@dataclass(frozen=True)
class Equation:
    """The lines of a calculation, in order, and the weight that it ends in."""

    lines: tuple[str, ...]
    after: float


def update_equation(
    config: TrainingConfig,
    learning_rate: float,
    weight: float,
    gradient: float,
    state: Mapping[str, float],
) -> Equation:
    """How one weight gets its new value.

    The formulas are those of ``engine.training.optimizers``, with their sources.

    Args:
        config: Names the optimiser and holds its knobs.
        learning_rate: Of this step, η.
        weight: Before the step, w.
        gradient: Of the batch's mean loss with respect to it, g.
        state: The optimiser's own numbers for this weight from before the step, by the names of
            ``Optimizer.state``.
    """
    lines: list[str] = []
    decay = config.weight_decay
    if decay and config.optimizer == "adamw":
        shrunk = weight * (1 - learning_rate * decay)
        lines.append(f"w ← (1 − {_n(learning_rate)}·{_n(decay)})·{_in(weight)} {_is(shrunk)}")
        weight = shrunk
    elif decay:
        pulled = gradient + decay * weight
        lines.append(f"g ← {_n(gradient)} + {_n(decay)}·{_in(weight)} {_is(pulled)}")
        gradient = pulled
    if config.optimizer in {"sgd", "nesterov"}:
        last, after = _sgd(config, learning_rate, weight, gradient, state)
    elif config.optimizer == "rmsprop":
        last, after = _rmsprop(config, learning_rate, weight, gradient, state)
    else:
        last, after = _adam(config, learning_rate, weight, gradient, state)
    return Equation((*lines, *last), after)


Lines = tuple[list[str], float]


def _sgd(
    config: TrainingConfig, rate: float, w: float, g: float, state: Mapping[str, float]
) -> Lines:
    if not config.momentum:
        after = w - rate * g
        return [f"w ← {_n(w)} − {_n(rate)}·{_in(g)} {_is(after)}"], after
    m, v = config.momentum, state["velocity"]
    new = m * v + g
    lines = [f"v ← {_n(m)}·{_in(v)} + {_in(g)} {_is(new)}"]
    if config.optimizer == "nesterov":
        after = w - rate * (g + m * new)
        step = f"({_n(g)} + {_n(m)}·{_in(new)})"
    else:
        after = w - rate * new
        step = _in(new)
    return [*lines, f"w ← {_n(w)} − {_n(rate)}·{step} {_is(after)}"], after


def _rmsprop(
    config: TrainingConfig, rate: float, w: float, g: float, state: Mapping[str, float]
) -> Lines:
    a, s = config.rms_decay, state["squares"]
    new = a * s + (1 - a) * g * g
    after = w - rate * g / (np.sqrt(new) + EPSILON)
    return [
        f"s ← {_n(a)}·{_n(s)} + {_n(1 - a)}·{_in(g)}² {_is(new)}",
        f"w ← {_n(w)} − {_n(rate)}·{_in(g)} / √{_n(new)} {_is(after)}",
    ], float(after)


def _adam(
    config: TrainingConfig, rate: float, w: float, g: float, state: Mapping[str, float]
) -> Lines:
    b1, b2, t = config.beta1, config.beta2, int(state["steps"]) + 1
    mean = b1 * state["mean"] + (1 - b1) * g
    squares = b2 * state["squares"] + (1 - b2) * g * g
    fair_mean, fair_squares = mean / (1 - b1**t), squares / (1 - b2**t)
    after = w - rate * fair_mean / (np.sqrt(fair_squares) + EPSILON)
    return [
        f"m ← {_n(b1)}·{_in(state['mean'])} + {_n(1 - b1)}·{_in(g)} {_is(mean)}",
        f"s ← {_n(b2)}·{_n(state['squares'])} + {_n(1 - b2)}·{_in(g)}² {_is(squares)}",
        f"m / (1 − {_n(b1)}^{t}) {_is(fair_mean)},  s / (1 − {_n(b2)}^{t}) {_is(fair_squares)}",
        f"w ← {_n(w)} − {_n(rate)}·{_in(fair_mean)} / √{_n(fair_squares)} {_is(after)}",
    ], float(after)


def _n(value: float) -> str:
    return show(float(value), SIGNIFICANT).text


def _is(value: float) -> str:
    """``= 2.5``, or ``≈`` where it is rounded."""
    shown = show(float(value), SIGNIFICANT)
    is_exact = bool(np.isfinite(value)) and shown.value == Fraction(float(value))
    return f"{'=' if is_exact else APPROXIMATELY} {shown.text}"


def _in(value: float) -> str:
    """A number inside a product: negative ones in brackets."""
    return f"({_n(value)})" if value < 0 else _n(value)


def state_at(state: Mapping[str, NDArray[np.floating]], place: int) -> dict[str, float]:
    """The optimiser's numbers for the weight at a place of the flat parameter vector."""
    return {
        name: float(values) if values.ndim == 0 else float(values[place])
        for name, values in state.items()
    }
