"""What each input channel adds to the output of a convolution: its partial map.

``partial[c, y, x] = Σ input[c, y·s + i·d, x·s + j·d] · kernel[o, c, i, j]`` over ``i``, ``j``; the
output is ``bias[o] + Σ partial[c]`` over ``c``. Source: the definition in ``conv2d``, with the sum
over the channels taken last.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from engine.traces.conv2d_case import Conv2dCase
from engine.traces.model import Group, Step, Values

_REST = "{count} other channels"


class ChannelSums:
    """The partial maps of one output channel.

    Args:
        case: The convolution.
        out_channel: Whose kernels are used, from 0.
    """

    def __init__(self, case: Conv2dCase, out_channel: int) -> None:
        self.case = case
        self.out_channel = out_channel

    @property
    def channels(self) -> range:
        """The input channels that this output channel reads."""
        return self.case.channels_of(self.out_channel)

    @cached_property
    def partials(self) -> Values:
        """The maps, shape ``(channels, H_out, W_out)``."""
        case = self.case
        shape = (case.rows.output, case.columns.output)
        found = np.empty((len(self.channels), *shape))
        for place, channel in enumerate(self.channels):
            products = self._windows(channel) * case.kernel[self.out_channel, place]
            found[place] = products.reshape(*shape, -1).sum(axis=-1)
        return found

    def _windows(self, channel: int) -> Values:
        """Every window on one channel, shape ``(H_out, W_out, K_h, K_w)``."""
        rows, columns, sheet = self.case.rows, self.case.columns, self.case.padded[channel]
        every = sliding_window_view(sheet, (rows.extent, columns.extent))
        found: Values = every[
            :: rows.stride, :: columns.stride, :: rows.dilation, :: columns.dilation
        ]
        return found

    @cached_property
    def peak(self) -> float:
        """The largest magnitude in all partial maps: a range that they share."""
        return float(np.abs(self.partials).max(initial=0.0))


def by_channel(step: Step, most: int) -> Step:
    """The step with the channels that add least put together, where there are more than ``most``.

    The others stay in their order; what is put together comes last.
    """
    update = step.updates[0]
    groups = update.groups
    if len(groups) <= most:
        return step
    weights = [abs(group.subtotal) for group in groups]
    kept = sorted(sorted(range(len(groups)), key=lambda n: -weights[n])[: most - 1])
    rest = [group for n, group in enumerate(groups) if n not in set(kept)]
    terms = tuple(term for group in rest for term in group.terms)
    together = Group(_REST.format(count=len(rest)), terms)
    shown = (*(groups[n] for n in kept), together)
    return replace(step, updates=(replace(update, groups=shown), *step.updates[1:]))
