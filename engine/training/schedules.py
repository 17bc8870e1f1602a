"""How the learning rate changes over a run: a factor from 0 to 1 for every step."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from engine.basics.errors import ShapeError
from engine.basics.records import quoted

SCHEDULES = ("constant", "step", "cosine")


def learning_rate_factor(
    name: str, step: float, steps: int, *, warm_up: int = 0, drop_every: float = 1 / 3
) -> float:
    """The factor for ``step`` (counted from 0) of ``steps``; it may lie between two of them.

    ``constant``: 1. ``step``: a tenth after every ``drop_every`` of the run. ``cosine``:
    ``(1 + cos(π·progress))/2``, from 1 to 0 (I. Loshchilov, F. Hutter, "SGDR", 2017). During the
    first ``warm_up`` steps the factor rises in a straight line, whatever the schedule.

    Raises:
        ShapeError: if the name is unknown.
    """
    if step < warm_up:
        return (step + 1) / warm_up
    progress = (step - warm_up) / max(1, steps - warm_up)
    match name:
        case "constant":
            return 1.0
        case "step":
            return 0.1 ** math.floor(progress / drop_every + 1e-9)
        case "cosine":
            return (1 + math.cos(math.pi * min(progress, 1.0))) / 2
    raise ShapeError(f"The schedule must be one of {', '.join(SCHEDULES)}; got {quoted(name)!r}.")


def learning_rate_curve(
    name: str, peak: float, steps: int, *, warm_up: int = 0, points: int = 200
) -> NDArray[np.float64]:
    """The learning rate over a run at evenly spaced steps, the first and the last among them.

    Shape:
        ``(min(points, steps),)``.

    Raises:
        ShapeError: if the name is unknown.
    """
    chosen = np.linspace(0, max(steps, 1) - 1, min(points, max(steps, 1))).round()
    factors = [learning_rate_factor(name, int(step), steps, warm_up=warm_up) for step in chosen]
    return peak * np.array(factors)
