"""What commands write: lines, errors, and a progress bar that only a person at a terminal sees.

Whoever reads the output may leave at any moment, as ``head`` does: a command then ends, and says
nothing. Where the output cannot be written for another reason, it says that in a sentence.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO

REFRESH_SECONDS = 0.1
BAR_CELLS = 24

CLOSED_PIPE = 141
"""The exit status of a program that a closed pipe ends: 128 and the number of its signal."""


class OutputError(OSError):
    """Standard output cannot be written, though somebody reads it: a full device, say."""


def say(text: str = "") -> None:
    """Write a line to standard output.

    Raises:
        BrokenPipeError: if nobody reads it any more.
        OutputError: if it cannot be written; its message is a sentence.
    """
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _output_error(error) from error


def ending_well(work: Callable[[], int]) -> int:
    """The exit status of ``work``, all of whose output is written, or nobody is told in vain."""
    try:
        try:
            return work()
        finally:
            _flush()
    except BrokenPipeError:
        mute()
        return CLOSED_PIPE
    except OutputError as error:
        mute()
        complain(f"cnnviz: {error}")
        return 1


def mute() -> None:
    """Send what is still to be written to standard output nowhere: it cannot be written."""
    with suppress(OSError):  # a stream without a file has nothing to be sent
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _flush() -> None:
    """Write what waits in memory, while errors can still be answered."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _output_error(error) from error


def _output_error(error: OSError) -> OutputError:
    reason = error.strerror or str(error)
    return OutputError(f"Standard output could not be written: {reason}.")


def complain(text: str) -> None:
    """Write a line to standard error, if anybody is there to read it."""
    with suppress(OSError):
        sys.stderr.write(text + "\n")
        sys.stderr.flush()


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
