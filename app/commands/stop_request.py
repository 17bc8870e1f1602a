"""Ctrl-C and what else asks a program to end: noted, so that what is under way can be finished."""

from __future__ import annotations

import signal
from types import FrameType, TracebackType
from typing import Any, Self

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


class StopRequest:
    """Within ``with``, the first signal is noted in ``signal``; a second one ends at once.

    Signals that are ignored, as under ``nohup``, stay so.

    Attributes:
        signal: The number of the signal that came; 0 before.
    """

    def __init__(self) -> None:
        self.signal = 0
        self._before: dict[int, Any] = {}

    @property
    def status(self) -> int:
        """The exit status of a program that this signal ended; 0 before it came."""
        return 128 + self.signal if self.signal else 0

    def __enter__(self) -> Self:
        for number in (getattr(signal, name) for name in _NAMES if hasattr(signal, name)):
            if signal.getsignal(number) != signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        if not self.signal:
            self.signal = number
        elif number == signal.SIGINT:
            raise KeyboardInterrupt
        else:
            raise SystemExit(128 + number)
