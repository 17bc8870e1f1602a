"""The gradient check of one cell of the lab.

The loss is what the gradient that arrives stands for: ``L = Σ grad_output · output``, whose
derivative by the output is ``grad_output``. Softmax has its own loss, the cross-entropy.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.insight.gradcheck import EPSILON, GradientCheck, check_gradient_at
from engine.lab.operations import fitted, trace_of
from engine.lab.state import LabState, Operation, Pass
from engine.traces.model import Values

_PASS_OF = {"input": Pass.GRAD_INPUT, "kernel": Pass.GRAD_KERNEL, "bias": Pass.GRAD_BIAS}
LOSS_WORDS = "L = Σ grad_output · output"
CROSS_ENTROPY_WORDS = "L = −ln p of the true class"


def loss_of(state: LabState) -> float:
    """The loss that the lab's gradients are gradients of."""
    if state.operation is Operation.SOFTMAX:
        return float(trace_of(replace(state, pass_=Pass.LOSS)).result.sum())
    output = trace_of(replace(state, pass_=Pass.FORWARD)).result
    gradient = state.grad_output
    if state.operation is Operation.CONV1D:
        gradient = gradient[:, np.newaxis]
    return float((output * fitted(gradient, output.shape)).sum())


def gradient_of(state: LabState, name: str) -> Values:
    """What backward computes for ``"input"``, ``"kernel"`` or ``"bias"``, in that array's shape."""
    result = trace_of(replace(state, pass_=_PASS_OF[name], way=0)).result
    values: Values = getattr(state, name)
    return result.reshape(values.shape)


def check_cell(
    state: LabState, name: str, index: tuple[int, ...], epsilon: float = EPSILON
) -> GradientCheck:
    """Nudge one number of ``state``; ``name`` is ``"input"``, ``"kernel"`` or ``"bias"``."""
    values: Values = getattr(state, name)
    return check_gradient_at(
        lambda nudged: loss_of(replace(state, **{name: nudged})),  # type: ignore[arg-type]
        values,
        index,
        float(gradient_of(state, name)[index]),
        epsilon,
    )
