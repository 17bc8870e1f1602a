"""Where the sliding-window lab stands: which window, playing or not. No widgets.

The timer lives here. It aims at absolute times, so that playing does not drift, and does exactly
one step each time, so that none is dropped.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from app.step.lab import LabModel
from engine.lab import OPERATIONS, Pass
from engine.traces import Step, Trace

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Steps per second to choose from."""


class Stepper(QObject):
    """Steps through the trace of a lab.

    Args:
        model: What is stepped through.
        clock: Seconds that only grow; replaced in tests.
        parent: Qt owner.
    """

    trace_changed = Signal()
    """Other numbers, geometry, pass or way: grids, length and position may all be new."""
    position_changed = Signal(int)
    channel_changed = Signal(int)
    playing_changed = Signal(bool)
    speed_changed = Signal(float)

    def __init__(
        self,
        model: LabModel | None = None,
        clock: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.model = model if model is not None else LabModel(parent=self)
        self._clock = clock
        self._last_gradient = Pass.GRAD_INPUT
        self._seen = (self.position, self.channel, self.in_channel)
        self._step: tuple[Trace, int, Step] | None = None
        self._speed = 1.0
        self._is_playing = self._is_held = False
        self._due = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._advance)
        self.model.trace_changed.connect(self._show_trace)
        self.model.moved.connect(self._show_move)

    # --- what is shown ---------------------------------------------------------------------------

    @property
    def trace(self) -> Trace:
        """All windows of the present pass."""
        return self.model.trace

    @property
    def step(self) -> Step:
        """The window that is shown."""
        trace, position = self.trace, min(self.position, self.count - 1)
        if self._step is None or self._step[0] is not trace or self._step[1] != position:
            self._step = (trace, position, trace[position])
        return self._step[2]

    @property
    def position(self) -> int:
        """Index of the window that is shown, from 0."""
        return self.model.state.step

    @property
    def count(self) -> int:
        """Number of windows."""
        return len(self.model.trace)

    @property
    def pass_(self) -> Pass:
        """The pass."""
        return self.model.state.pass_

    @property
    def channel(self) -> int:
        """The output channel in focus, from 0."""
        return self.model.state.channel

    @property
    def in_channel(self) -> int:
        """The input channel in focus, from 0."""
        return self.model.state.in_channel

    @property
    def is_playing(self) -> bool:
        """Whether steps follow by themselves."""
        return self._is_playing

    @property
    def speed(self) -> float:
        """Steps per second when playing."""
        return self._speed

    # --- choosing --------------------------------------------------------------------------------

    @Slot()
    def toggle_gradients(self) -> None:
        """From the forward pass to the gradient that was shown last, and back."""
        keys = OPERATIONS[self.model.state.operation].pass_keys
        if self.pass_ is Pass.FORWARD:
            wanted = self._last_gradient if self._last_gradient in keys else Pass.GRAD_INPUT
        else:
            wanted = Pass.FORWARD
        self.model.choose_pass(wanted)

    @Slot(int)
    def set_channel(self, channel: int) -> None:
        """Focus another output channel, at the same window; one that is not there is ignored."""
        if 0 <= channel < self.trace.output_channels and channel != self.channel:
            self.model.move(replace(self.model.state, channel=channel))

    @Slot(int)
    def set_in_channel(self, channel: int) -> None:
        """Focus another input channel; one that is not there is ignored."""
        if channel != self.in_channel and channel >= 0:
            self.model.move(replace(self.model.state, in_channel=channel))

    # --- moving ----------------------------------------------------------------------------------

    @Slot(int)
    def go_to(self, position: int) -> None:
        """Show window ``position``, or the first or last if it lies beyond."""
        position = max(0, min(position, self.count - 1))
        if position == self.position:
            return
        channel = self.trace.channel_of(position)
        if channel is None:
            channel = self.channel
        self.model.move(replace(self.model.state, step=position, channel=channel))

    @Slot()
    def next(self) -> None:
        """One window on."""
        self.go_to(self.position + 1)

    @Slot()
    def previous(self) -> None:
        """One window back."""
        self.go_to(self.position - 1)

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
        if self._is_playing or self.model.problem:
            return
        if self.position == self.count - 1:
            self.first()
        self._is_playing, self._is_held = True, False
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

    @Slot()
    def hold(self) -> None:
        """Stand still while something else is looked at; playing goes on after ``release``."""
        self._is_held = True
        self._timer.stop()

    @Slot()
    def release(self) -> None:
        """Go on after ``hold``, as it was before."""
        if self._is_held:
            self._is_held = False
            if self._is_playing:
                self._due = self._clock()
                self._schedule()

    @Slot(float)
    def set_speed(self, speed: float) -> None:
        """Play at another speed, in steps per second; out of range, the nearest that is allowed."""
        speed = max(SPEEDS[0], min(speed, SPEEDS[-1]))
        if speed == self._speed:
            return
        self._speed = speed
        if self._is_playing and not self._is_held:
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
        if not self._is_playing or self._is_held:
            return
        self.next()
        if self.position == self.count - 1:
            self.pause()
        elif self._is_playing:
            self._schedule()

    @Slot()
    def _show_trace(self) -> None:
        if self.pass_ not in {Pass.FORWARD, Pass.LOSS}:
            self._last_gradient = self.pass_
        if self.model.problem:
            self.pause()
        self._seen = (self.position, self.channel, self.in_channel)
        self.trace_changed.emit()

    @Slot()
    def _show_move(self) -> None:
        old, self._seen = self._seen, (self.position, self.channel, self.in_channel)
        if old[0] != self._seen[0]:
            self.position_changed.emit(self.position)
        if old[1:] != self._seen[1:]:
            self.channel_changed.emit(self.channel)
