"""The remark next to where a step is: what is odd about it, or what is to be known."""

from __future__ import annotations

from app.step.geometry import unread_reason
from engine.lab import LabState, Operation, Pass
from engine.lab.alike import why_alike
from engine.traces import Conv2dForward, Step, Trace

_SMALL_CELLS = "Cells are small here: point at one to read its number."
_CROSS_CORRELATION = (
    "The kernel is not flipped: this is cross-correlation, which the field calls convolution."
)


def note_of(state: LabState, trace: Trace, step: Step, *, is_small: bool) -> str:
    """The most important remark on a step; empty if there is none.

    Args:
        state: What is looked at.
        trace: The pass.
        step: Its window that is shown.
        is_small: Whether cells are smaller than their digits need.
    """
    reason = unread_reason(state)
    if reason:
        return reason
    if is_small:
        return _SMALL_CELLS
    if isinstance(trace, Conv2dForward) and step.index > trace.in_channel(0, step.channel or 0):
        alike = why_alike(trace, step.channel or 0)
        if alike:
            return alike
    is_convolution = state.operation in {Operation.CONV2D, Operation.CONV1D}
    return _CROSS_CORRELATION if is_convolution and state.pass_ is Pass.FORWARD else ""
