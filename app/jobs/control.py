"""How the window asks a running worker to pause, go on, stop, or change a setting.

The worker's loop never returns to its event loop, so no queued slot would reach it. It reads this
object between two steps instead; everything here may be called from any thread.
"""

from __future__ import annotations

import threading
import time
from typing import Literal

Unit = Literal["batch", "epoch"]
"""What a run can be taken forward by."""


class RunControl:
    """Pause and stop requests, read by the worker between two steps."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._is_paused = False
        self._is_stopped = False
        self._is_hurried = False
        self._is_waiting = False
        self._has_ended = False
        self._pause_after: Unit | None = None
        self._wishes: dict[str, float] = {}

    def pause(self) -> None:
        """Let the worker wait at its next step."""
        with self._changed:
            self._is_paused, self._pause_after = True, None

    def advance(self, unit: Unit) -> None:
        """Let the worker go on to the end of its present or next ``unit``, and wait there."""
        with self._changed:
            self._is_paused, self._pause_after = False, unit
            self._changed.notify_all()

    def passed(self, unit: Unit) -> None:
        """Note, in the worker, that a ``unit`` has ended: pause if it was to go so far."""
        with self._changed:
            if self._pause_after == unit:
                self._is_paused, self._pause_after = True, None

    def resume(self) -> None:
        """Let a waiting worker go on."""
        with self._changed:
            self._is_paused, self._pause_after = False, None
            self._changed.notify_all()

    def stop(self, *, hurry: bool = False) -> None:
        """Let the worker end at its next step, also out of a pause. There is no way back.

        With ``hurry`` the result is of no interest any more, because the window closes.
        """
        with self._changed:
            self._is_stopped = True
            self._is_hurried = self._is_hurried or hurry
            self._changed.notify_all()

    def change(self, setting: str, value: float) -> None:
        """Wish for another value of a setting from the next step on; the last wish counts."""
        with self._changed:
            self._wishes.pop(setting, None)
            self._wishes[setting] = value

    def take_changes(self) -> dict[str, float]:
        """Return, in the worker, what was wished for since the last call, in order."""
        if not self._wishes:
            return {}
        with self._changed:
            wishes, self._wishes = self._wishes, {}
        return wishes

    def is_stopped(self) -> bool:
        """Whether the worker was asked to end."""
        return self._is_stopped

    def is_paused(self) -> bool:
        """Whether the worker is to wait, or waits already."""
        return self._is_paused

    def is_hurried(self) -> bool:
        """Whether nobody waits for the result."""
        return self._is_hurried

    def note_end(self) -> None:
        """Note, in the worker, that no step follows; what it found may still be looked at."""
        self._has_ended = True

    def has_ended(self) -> bool:
        """Whether no step follows."""
        return self._has_ended

    def is_waiting(self) -> bool:
        """Whether the worker has come to the pause that it was asked for."""
        return self._is_waiting

    def note_waiting(self) -> None:
        """Note, in the worker, that it has come to its pause; it may still look around there."""
        self._is_waiting = True

    def wait_while_paused(self) -> float:
        """Block while paused and not stopped; return the seconds spent waiting."""
        if not self._is_paused:
            self._is_waiting = False
            return 0.0
        began = time.perf_counter()
        with self._changed:
            self._is_waiting = True
            self._changed.wait_for(lambda: self._is_stopped or not self._is_paused)
            self._is_waiting = False
        return time.perf_counter() - began

    def wait_for_stop(self, seconds: float) -> bool:
        """Block so long at most; return whether the worker was asked to end."""
        with self._changed:
            return self._changed.wait_for(lambda: self._is_stopped, seconds)
