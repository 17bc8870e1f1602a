"""Where the sliding-window lab stands: which pass, which window, playing or not. No widgets.

The timer lives here. It aims at absolute times, so that playing does not drift, and does exactly
one step each time, so that none is dropped.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from engine.traces import (
    Conv2dCase,
    Conv2dForward,
    GradBias,
    GradInputCorrelation,
    GradInputScatter,
    GradKernelAccumulation,
    GradKernelCorrelation,
    Step,
    Trace,
    four_by_four,
)

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Steps per second to choose from."""


class Operation(StrEnum):
    """The pass that is stepped through."""

    FORWARD = "forward"
    GRAD_INPUT = "grad of input"
    GRAD_KERNEL = "grad of kernel"
    GRAD_BIAS = "grad of bias"


@dataclass(frozen=True)
class Way:
    """One way to compute a pass; all ways of a pass end on the same numbers."""

    title: str
    about: str
    trace: Callable[[Conv2dCase], Trace]


WAYS: dict[Operation, tuple[Way, ...]] = {
    Operation.FORWARD: (
        Way("forward", "Each step fills one output cell from its window.", Conv2dForward),
    ),
    Operation.GRAD_INPUT: (
        Way(
            "hand back",
            "Scatter-add: each output cell hands its gradient back to the cells of its window.",
            GradInputScatter,
        ),
        Way(
            "gather",
            "Full correlation: each input cell gathers through the kernel rotated by 180°.",
            GradInputCorrelation,
        ),
    ),
    Operation.GRAD_KERNEL: (
        Way(
            "window by window",
            "Each window is added, times the gradient of the output cell that it made.",
            GradKernelAccumulation,
        ),
        Way(
            "weight by weight",
            "The input is correlated with grad_output: each step fills one weight's gradient.",
            GradKernelCorrelation,
        ),
    ),
    Operation.GRAD_BIAS: (
        Way("sum", "The bias was added to every output cell: it gathers them all.", GradBias),
    ),
}


class Stepper(QObject):
    """Steps through the passes of one convolution.

    Args:
        case_for: Gives the arrays for a padding.
        clock: Seconds that only grow; replaced in tests.
        parent: Qt owner.
    """

    trace_changed = Signal()
    """Another pass, way or padding: grids, length and position are all new."""
    position_changed = Signal(int)
    channel_changed = Signal(int)
    playing_changed = Signal(bool)
    speed_changed = Signal(float)

    def __init__(
        self,
        case_for: Callable[[int], Conv2dCase] = four_by_four,
        clock: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._case_for = case_for
        self._clock = clock
        self._operation = Operation.FORWARD
        self._ways = dict.fromkeys(Operation, 0)
        self._last_gradient = Operation.GRAD_INPUT
        self._padding = 0
        self._channel = 0
        self._in_channel = 0
        self._position = 0
        self._speed = 1.0
        self._is_playing = False
        self._due = 0.0
        self._case = case_for(0)
        self._trace: Trace = Conv2dForward(self._case)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._advance)

    # --- what is shown ---------------------------------------------------------------------------

    @property
    def case(self) -> Conv2dCase:
        """The arrays and geometry."""
        return self._case

    @property
    def trace(self) -> Trace:
        """All windows of the present pass."""
        return self._trace

    @property
    def step(self) -> Step:
        """The window that is shown."""
        return self._trace[self._position]

    @property
    def position(self) -> int:
        """Index of the window that is shown, from 0."""
        return self._position

    @property
    def count(self) -> int:
        """Number of windows."""
        return len(self._trace)

    @property
    def operation(self) -> Operation:
        """The pass."""
        return self._operation

    @property
    def ways(self) -> tuple[Way, ...]:
        """The ways to compute the pass."""
        return WAYS[self._operation]

    @property
    def way(self) -> int:
        """Which of ``ways`` is shown."""
        return self._ways[self._operation]

    @property
    def padding(self) -> int:
        """Cells of padding on each side."""
        return self._padding

    @property
    def channel(self) -> int:
        """The output channel in focus, from 0."""
        return self._channel

    @property
    def in_channel(self) -> int:
        """The input channel in focus, from 0."""
        return self._in_channel

    @property
    def is_playing(self) -> bool:
        """Whether steps follow by themselves."""
        return self._is_playing

    @property
    def speed(self) -> float:
        """Steps per second when playing."""
        return self._speed

    # --- choosing --------------------------------------------------------------------------------

    @Slot(str)
    def set_operation(self, operation: Operation | str) -> None:
        """Show another pass, from its first window in the same output channel."""
        wanted = Operation(operation)
        if wanted is self._operation:
            return
        self._operation = wanted
        if wanted is not Operation.FORWARD:
            self._last_gradient = wanted
        self._rebuild()

    @Slot()
    def toggle_gradients(self) -> None:
        """From the forward pass to the gradient that was shown last, and back."""
        is_forward = self._operation is Operation.FORWARD
        self.set_operation(self._last_gradient if is_forward else Operation.FORWARD)

    @Slot(int)
    def set_way(self, way: int) -> None:
        """Compute the pass in another of its ``ways``; an unknown one is ignored."""
        if way != self.way and 0 <= way < len(self.ways):
            self._ways[self._operation] = way
            self._rebuild()

    @Slot(int)
    def set_padding(self, padding: int) -> None:
        """Pad the input with this many cells on each side."""
        if padding != self._padding and padding >= 0:
            self._padding = padding
            self._case = self._case_for(padding)
            self._rebuild()

    @Slot(int)
    def set_channel(self, channel: int) -> None:
        """Focus another output channel, at the same window; one that is not there is ignored."""
        if not 0 <= channel < self._trace.output_channels or channel == self._channel:
            return
        self._channel = channel
        if self._trace.channel_of(self._position) is not None:
            self.go_to(self._trace.in_channel(self._position, channel))
        self.channel_changed.emit(channel)

    @Slot(int)
    def set_in_channel(self, channel: int) -> None:
        """Focus another input channel; one that is not there is ignored."""
        if 0 <= channel < self._case.input.shape[0] and channel != self._in_channel:
            self._in_channel = channel
            self.channel_changed.emit(self._channel)

    # --- moving ----------------------------------------------------------------------------------

    @Slot(int)
    def go_to(self, position: int) -> None:
        """Show window ``position``, or the first or last if it lies beyond."""
        position = max(0, min(position, self.count - 1))
        if position == self._position:
            return
        self._position = position
        channel = self._trace.channel_of(position)
        has_new_channel = channel is not None and channel != self._channel
        if channel is not None:
            self._channel = channel
        self.position_changed.emit(position)
        if has_new_channel:
            self.channel_changed.emit(self._channel)

    @Slot()
    def next(self) -> None:
        """One window on."""
        self.go_to(self._position + 1)

    @Slot()
    def previous(self) -> None:
        """One window back."""
        self.go_to(self._position - 1)

    @Slot()
    def first(self) -> None:
        """The first window."""
        self.go_to(0)

    @Slot()
    def last(self) -> None:
        """The last window."""
        self.go_to(self.count - 1)

    # --- playing ---------------------------------------------------------------------------------

    @Slot()
    def toggle_play(self) -> None:
        """Play, or pause."""
        if self._is_playing:
            self.pause()
        else:
            self.play()

    @Slot()
    def play(self) -> None:
        """Let the steps follow by themselves; at the end, start again from the first."""
        if self._is_playing:
            return
        if self._position == self.count - 1:
            self.first()
        self._is_playing = True
        self._due = self._clock()
        self._schedule()
        self.playing_changed.emit(True)

    @Slot()
    def pause(self) -> None:
        """Stay on this window."""
        if self._is_playing:
            self._is_playing = False
            self._timer.stop()
            self.playing_changed.emit(False)

    @Slot(float)
    def set_speed(self, speed: float) -> None:
        """Play at another speed, in steps per second; out of range, the nearest that is allowed."""
        speed = max(SPEEDS[0], min(speed, SPEEDS[-1]))
        if speed == self._speed:
            return
        self._speed = speed
        if self._is_playing:
            self._due = self._clock()
            self._schedule()
        self.speed_changed.emit(speed)

    def _schedule(self) -> None:
        now, interval = self._clock(), 1.0 / self._speed
        self._due += interval
        if self._due < now - interval:
            self._due = now  # after a long stall, go on from here instead of racing to catch up
        self._timer.start(max(0, round((self._due - now) * 1000)))

    @Slot()
    def _advance(self) -> None:
        if not self._is_playing:
            return
        self.next()
        if self._position == self.count - 1:
            self.pause()
        elif self._is_playing:
            self._schedule()

    def _rebuild(self) -> None:
        self._trace = self.ways[self.way].trace(self._case)
        self._channel = min(self._channel, self._trace.output_channels - 1)
        self._position = 0
        if self._trace.channel_of(0) is not None:
            self._position = self._trace.in_channel(0, self._channel)
        self.trace_changed.emit()
