"""Gradient checking: nudge one number both ways and see how the loss answers.

``dL/dx ≈ (L(x + ε) − L(x − ε)) / 2ε``, the central difference, whose error falls with ε².
Source: I. Goodfellow, Y. Bengio, A. Courville, "Deep Learning" (2016), section 11.5.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

EPSILON = 1e-4
"""Small enough for the formula, large enough for float64's sixteen digits."""

_TINY = 1e-12


@dataclass(frozen=True)
class GradientCheck:
    """What came of nudging one number.

    Attributes:
        value: The number itself.
        epsilon: By how much it was nudged.
        loss_above: The loss at ``value + epsilon``.
        loss_below: The loss at ``value − epsilon``.
        analytic: The gradient that backward computes.
    """

    value: float
    epsilon: float
    loss_above: float
    loss_below: float
    analytic: float

    @property
    def quotient(self) -> float:
        """The difference quotient."""
        return (self.loss_above - self.loss_below) / (2 * self.epsilon)

    @property
    def relative_error(self) -> float:
        """``|quotient − analytic| / max(|quotient|, |analytic|)``; 0 if both vanish."""
        size = max(abs(self.quotient), abs(self.analytic))
        return abs(self.quotient - self.analytic) / size if size > _TINY else 0.0

    @property
    def agrees(self) -> bool:
        """Whether both gradients are the same but for rounding."""
        return self.relative_error < 1e-5 or abs(self.quotient - self.analytic) < 1e-7


def check_gradient_at(
    loss: Callable[[NDArray[np.float64]], float],
    values: NDArray[np.float64],
    index: tuple[int, ...],
    analytic: float,
    epsilon: float = EPSILON,
) -> GradientCheck:
    """Nudge ``values[index]`` by ±``epsilon`` and compare with the ``analytic`` gradient.

    Args:
        loss: The loss as a function of all values; it must not change them.
        values: Of any shape, in float64.
        index: Which of them to nudge.
        analytic: What backward says of it.
        epsilon: How far to nudge.
    """
    nudged = np.array(values, np.float64)
    losses = []
    for sign in (1, -1):
        nudged[index] = values[index] + sign * epsilon
        losses.append(float(loss(nudged)))
    return GradientCheck(float(values[index]), epsilon, losses[0], losses[1], float(analytic))
