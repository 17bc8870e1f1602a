"""Why a convolution gives the same number everywhere, where it does and there is a reason."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from engine.basics.numbers import show
from engine.traces import Conv2dForward
from engine.traces.model import Values

_ALL_ZERO = "Every window gives {value}: all weights of this kernel are 0, only the bias is left."
_EVEN = (
    "Every window gives {value}: the weights add up to 0, "
    "and the input grows by the same everywhere."
)


@lru_cache(maxsize=32)
def why_alike(trace: Conv2dForward, channel: int) -> str:
    """Why all outputs of a channel are alike; empty if they are not, or it just happens so.

    A kernel whose weights add up to 0 sees differences alone: where the input grows evenly along
    both axes, ``x[i, j] = a + b·i + c·j``, each window gives ``b·Σ i·w + c·Σ j·w + bias``.
    """
    outputs = trace.result[channel]
    if outputs.size < 2 or (outputs != outputs.flat[0]).any():
        return ""
    value, kernel = show(float(outputs.flat[0])).text, trace.case.kernel[channel]
    if not kernel.any():
        return _ALL_ZERO.format(value=value)
    grows_evenly = not np.any(trace.case.padding) and _grows_evenly(trace.case.input)
    if grows_evenly and not kernel.sum(axis=(1, 2)).any():
        return _EVEN.format(value=value)
    return ""


def _grows_evenly(maps: Values) -> bool:
    """Whether in every map each row is the one above plus a constant, and each column likewise."""
    return all(
        bool((step == step[:, :1, :1]).all())
        for step in (np.diff(maps, axis=1), np.diff(maps, axis=2))
        if step.size
    )
