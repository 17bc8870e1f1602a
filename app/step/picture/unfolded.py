"""What a convolution shows unfolded: sheets of input and kernel, partial maps, the result."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from app.look.colormaps import diverging
from app.step.grid.grid_content import GridContent, Mark, MarkStyle
from app.step.picture.contents import longest_text, operand_content, target_content
from app.step.picture.shown import Cover
from engine.basics.numbers import brief, show
from engine.traces import Conv2dForward, State, Step
from engine.traces.channels import ChannelSums


@dataclass(frozen=True)
class Unfolded:
    """One step of a convolution, as the rows show it."""

    trace: Conv2dForward
    step: Step
    state: State
    sums: ChannelSums
    cover: Cover

    @property
    def output_channel(self) -> int:
        """Whose kernels are used, from 0."""
        return self.sums.out_channel

    @property
    def at(self) -> tuple[int, int]:
        """Row and column of the output cell that the step fills."""
        target = self.step.updates[0].target
        return target.row, target.column

    def input(self, place: int) -> GridContent:
        """One channel of the input."""
        return operand_content(self.trace, "input", (self.sums.channels[place],))

    def kernel(self, place: int) -> GridContent:
        """The kernel of one channel, coloured by its own range."""
        content = _kernel_content(self.trace, self.output_channel, place)
        return _all_hidden(content) if self.cover.kernel else content

    def partial(self, place: int) -> GridContent:
        """What one channel adds to the output, as far as the run has come."""
        content = GridContent(
            self.sums.partials[place],
            diverging(),
            -self.peak,
            self.peak,
            filled=self.state.filled[self.output_channel],
            is_brief=True,
            widest=_longest_partial(self.sums),
        )
        cover = self.cover
        if cover.kernel or cover.result:
            return _all_hidden(content)
        if cover.products:
            hidden = np.zeros(content.values.shape, np.bool_)
            hidden[self.at] = True
            return replace(content, covered=hidden)
        return content

    def result(self) -> GridContent:
        """The output channel, as far as the run has come."""
        at, state, cover = self.output_channel, self.state, self.cover
        content = target_content(self.trace, state.values[at].tobytes(), state.filled[at].tobytes())
        if cover.result:
            return _all_hidden(content)
        if cover.asked is not None and cover.asked.page == (at,):
            hidden = np.zeros(content.values.shape, np.bool_)
            hidden[cover.asked.row, cover.asked.column] = True
            return replace(content, covered=hidden, cover_text="?")
        return content

    @property
    def peak(self) -> float:
        """The range that all partial maps share."""
        return self.sums.peak or 1.0

    def subtotal(self, place: int) -> float:
        """What one channel adds in this step."""
        return float(self.sums.partials[place][self.at])

    def subtotal_text(self, place: int) -> str:
        """The same as printed, with its sign; a question mark while it is hidden."""
        if self.cover.kernel or self.cover.products or self.cover.result:
            return "?"
        text = show(self.subtotal(place)).text
        return text if text.startswith("−") else f"+{text}"

    @property
    def bias_words(self) -> str:
        """The bias as printed, named."""
        bias = float(self.trace.case.bias[self.output_channel])
        return "bias ?" if self.cover.kernel else f"bias {show(bias).text}"

    def window(self, place: int) -> tuple[Mark, ...]:
        """The window on one channel."""
        channel = self.sums.channels[place]
        return tuple(
            Mark(window.rows, window.columns, "kernel")
            for window in self.step.windows
            if window.grid == "input" and window.page == (channel,)
        )

    def cell_mark(self) -> tuple[Mark, ...]:
        """The cell that is filled, on partial maps and result alike."""
        row, column = self.at
        rows, columns = range(row, row + 1), range(column, column + 1)
        return (Mark(rows, columns, "output", MarkStyle.TARGET),)


@lru_cache(maxsize=8)
def sums_of(trace: Conv2dForward, out_channel: int) -> ChannelSums:
    """The partial maps of one output channel, computed once."""
    return ChannelSums(trace.case, out_channel)


@lru_cache(maxsize=256)
def _kernel_content(trace: Conv2dForward, out_channel: int, place: int) -> GridContent:
    values = trace.case.kernel[out_channel, place]
    peak = float(np.abs(values).max(initial=0.0)) or 1.0
    widest = max((brief(float(value)) for value in values.flat), key=len)
    return GridContent(values, diverging(), -peak, peak, is_brief=True, widest=widest)


@lru_cache(maxsize=8)
def _longest_partial(sums: ChannelSums) -> str:
    return longest_text(sums.partials)


def _all_hidden(content: GridContent) -> GridContent:
    return replace(content, covered=np.ones(content.values.shape, np.bool_))
