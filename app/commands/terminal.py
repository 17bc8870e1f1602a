"""What commands write: lines, errors, and a progress bar that only a person at a terminal sees."""

from __future__ import annotations

import sys
import time
from typing import TextIO

REFRESH_SECONDS = 0.1
BAR_CELLS = 24


def say(text: str = "") -> None:
    """Write a line to standard output."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def complain(text: str) -> None:
    """Write a line to standard error."""
    sys.stderr.write(text + "\n")


class ProgressBar:
    """One line that is drawn over itself on standard error; silent if that is not a terminal."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._is_shown = self._stream.isatty()
        self._next = 0.0
        self._length = 0

    def update(self, done: int, total: int, text: str) -> None:
        """Show ``done`` of ``total`` and a few words, at most ten times a second."""
        now = time.monotonic()
        if not self._is_shown or (now < self._next and done < total):
            return
        self._next = now + REFRESH_SECONDS
        filled = BAR_CELLS * done // max(total, 1)
        line = f"{'█' * filled}{'·' * (BAR_CELLS - filled)} {text}"
        self._stream.write("\r" + line.ljust(self._length))
        self._stream.flush()
        self._length = len(line)

    def clear(self) -> None:
        """Wipe the line, so that the next text starts on a clean one."""
        if self._length:
            self._stream.write("\r" + " " * self._length + "\r")
            self._stream.flush()
            self._length = 0
