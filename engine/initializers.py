"""How weights start: He, Xavier, LeCun, or a plain normal distribution with a given sigma.

Sources: K. He et al., "Delving Deep into Rectifiers" (2015); X. Glorot, Y. Bengio, "Understanding
the difficulty of training deep feedforward neural networks" (2010); Y. LeCun et al., "Efficient
BackProp" (1998).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import DTypeLike

from engine.errors import ShapeError
from engine.layers.base import Array

INITIALIZERS = ("he", "xavier", "lecun", "normal")


def standard_deviation(name: str, fan_in: int, fan_out: int, sigma: float = 0.01) -> float:
    """Standard deviation of the starting weights.

    ``he``: √(2/fan_in); ``xavier``: √(2/(fan_in + fan_out)); ``lecun``: √(1/fan_in);
    ``normal``: ``sigma``.

    Raises:
        ShapeError: if the name is unknown.
    """
    match name:
        case "he":
            return math.sqrt(2 / fan_in)
        case "xavier":
            return math.sqrt(2 / (fan_in + fan_out))
        case "lecun":
            return math.sqrt(1 / fan_in)
        case "normal":
            return sigma
    raise ShapeError(f"The initialisation must be one of {', '.join(INITIALIZERS)}; got {name!r}.")


def initial_weight(
    shape: tuple[int, ...],
    rng: np.random.Generator,
    dtype: DTypeLike,
    *,
    name: str = "he",
    sigma: float = 0.01,
) -> Array:
    """Normally distributed weights of ``(out, in, …)``; further axes are the kernel's."""
    window = math.prod(shape[2:])
    deviation = standard_deviation(name, shape[1] * window, shape[0] * window, sigma)
    return (rng.standard_normal(shape) * deviation).astype(dtype)
