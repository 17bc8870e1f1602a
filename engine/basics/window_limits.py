"""How far each setting of a window can go, given the others: what sliders are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.basics.geometry import Axis

SETTINGS = ("size", "kernel", "stride", "padding", "dilation")
"""The names of what has limits: the fields of an ``Axis``."""


@dataclass(frozen=True)
class Limits:
    """The least and the most that a setting can be while the others stay."""

    least: int
    most: int

    def within(self, other: Limits) -> Limits:
        """What both allow."""
        return Limits(max(self.least, other.least), min(self.most, other.most))


def limits_of(axis: Axis, largest_size: int) -> Mapping[str, Limits]:
    """The limits of each setting of an axis, by its name.

    A larger kernel, or one with more dilation, would not fit, nor would it into a smaller input or
    one with less padding. A larger stride would leave one window; with more padding than
    ``extent − 1`` some windows would read nothing but padding. These two make sense of a setting:
    an ``Axis`` takes more.
    """
    padded, extent = axis.padded, axis.extent
    spread = (padded - 1) // (axis.kernel - 1) if axis.kernel > 1 else 1
    return {
        "size": Limits(max(1, extent - axis.padding - axis.after), largest_size),
        "kernel": Limits(1, (padded - 1) // axis.dilation + 1),
        "stride": Limits(1, max(1, padded - extent)),
        "padding": Limits(max(0, -(-(extent - axis.size) // 2)), extent - 1),
        "dilation": Limits(1, spread),
    }
