"""How weights start: He, Xavier (Glorot), LeCun, with a given sigma, or all at 0.

Sources: K. He et al., "Delving Deep into Rectifiers" (2015); X. Glorot, Y. Bengio, "Understanding
the difficulty of training deep feedforward neural networks" (2010); Y. LeCun et al., "Efficient
BackProp" (1998).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import DTypeLike

from engine.basics.errors import ShapeError
from engine.basics.records import quoted
from engine.layers.base import Array

INITIALIZERS = ("he", "he-uniform", "xavier", "xavier-uniform", "lecun", "normal", "zeros")
_UNIFORM = "-uniform"


def standard_deviation(name: str, fan_in: int, fan_out: int, sigma: float = 0.01) -> float:
    """Standard deviation of the starting weights.

    ``he``: √(2/fan_in); ``xavier``: √(2/(fan_in + fan_out)); ``lecun``: √(1/fan_in);
    ``normal``: ``sigma``; ``zeros``: 0. A uniform distribution has that of its namesake.

    Raises:
        ShapeError: if the name is unknown.
    """
    if name not in INITIALIZERS:
        raise ShapeError(
            f"The initialisation must be one of {', '.join(INITIALIZERS)}; got {quoted(name)!r}."
        )
    match name.removesuffix(_UNIFORM):
        case "he":
            return math.sqrt(2 / fan_in)
        case "xavier":
            return math.sqrt(2 / (fan_in + fan_out))
        case "lecun":
            return math.sqrt(1 / fan_in)
        case "normal":
            return sigma
        case "zeros":
            return 0.0
    raise AssertionError(name)


def initial_weight(
    shape: tuple[int, ...],
    rng: np.random.Generator,
    dtype: DTypeLike,
    *,
    name: str = "he",
    sigma: float = 0.01,
) -> Array:
    """Random weights of ``(out, in, …)``; further axes are the kernel's.

    Normally distributed, or evenly from ``−√3·deviation`` to ``√3·deviation``: a uniform
    distribution over ±a has the standard deviation ``a/√3``.
    """
    window = math.prod(shape[2:])
    deviation = standard_deviation(name, shape[1] * window, shape[0] * window, sigma)
    if name.endswith(_UNIFORM):
        reach = math.sqrt(3) * deviation
        return rng.uniform(-reach, reach, shape).astype(dtype)
    return (rng.standard_normal(shape) * deviation).astype(dtype)
