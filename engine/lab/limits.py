"""How far each setting of the lab's geometry can go while the others stay."""

from __future__ import annotations

from collections.abc import Mapping

from engine.basics.errors import ShapeError
from engine.basics.geometry import Axis
from engine.basics.window_limits import Limits, limits_of
from engine.lab.operations import OPERATIONS, axes
from engine.lab.state import LARGEST_SIDE, LabState, Operation

_NAMES = ("kernel", "window", "stride", "padding", "dilation")


def limits_in(state: LabState) -> Mapping[str, tuple[Limits, ...]]:
    """The limits of kernel or window, stride, padding and dilation: along height, along width.

    Of a 1-D convolution the height has its one value. Where no window fits there are none.
    """
    try:
        pair = axes(state)
    except ShapeError:
        return {}
    is_pooling = state.operation in {Operation.MAX_POOL, Operation.AVG_POOL}
    found = [_limits(axis, is_pooling=is_pooling) for axis in pair]
    settings = OPERATIONS[state.operation].settings
    return {name: tuple(one[name] for one in found) for name in _NAMES if name in settings}


def _limits(axis: Axis, *, is_pooling: bool) -> dict[str, Limits]:
    limits = dict(limits_of(axis, LARGEST_SIDE))
    if is_pooling:  # whose padding is at most half of the window
        limits["padding"] = limits["padding"].within(Limits(0, axis.kernel // 2))
        limits["kernel"] = limits["kernel"].within(Limits(max(1, 2 * axis.padding), axis.padded))
    limits["window"] = limits["kernel"]
    return limits
