"""Where an operation opens: at the step with most to see."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.lab.operations import trace_of
from engine.lab.state import LabState, Operation, Pass
from engine.traces import Conv2dForward

_TERM_BY_TERM = 1
"""The way in which softmax builds up."""
_MOST_OUTPUTS = 200_000


def opened(state: LabState) -> LabState:
    """The state at the step that shows most.

    Softmax opens at its answer, with the whole denominator; its gradient at the true class. A
    convolution forward opens at the kernel whose outputs differ most, and there at the window with
    the largest change to the one before it; where all are alike, at the first.
    """
    if state.operation is Operation.SOFTMAX:
        return _opened_softmax(state)
    is_convolution = state.operation in {Operation.CONV2D, Operation.CONV1D}
    if is_convolution and state.pass_ is Pass.FORWARD:
        return _liveliest(state)
    return replace(state, way=0, step=0)


def _opened_softmax(state: LabState) -> LabState:
    if state.pass_ is Pass.FORWARD:
        step = len(state.input) + int(np.argmax(state.input))
        return replace(state, way=_TERM_BY_TERM, step=step)
    return replace(state, way=0, step=state.label if state.pass_ is Pass.GRAD_INPUT else 0)


def _liveliest(state: LabState) -> LabState:
    trace = trace_of(state)
    if not isinstance(trace, Conv2dForward) or len(trace) > _MOST_OUTPUTS:
        return replace(state, way=0, step=0)
    outputs = trace.result.reshape(trace.output_channels, -1)
    spread = outputs.max(axis=1) - outputs.min(axis=1)
    channel = int(spread.argmax())
    changes = np.abs(np.diff(outputs[channel], prepend=outputs[channel, :1]))
    step = trace.in_channel(int(changes.argmax()), channel)
    return replace(state, way=0, step=step, channel=channel)
