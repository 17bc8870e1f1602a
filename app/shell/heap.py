"""One heap for all threads, so that a window which trains for hours does not grow."""

from __future__ import annotations

import ctypes
import sys

_M_ARENA_MAX = -8
"""The setting's number in glibc's ``malloc.h``."""


def share_one_heap() -> bool:
    """Let threads share the first one's heap; return whether the system knew how.

    glibc gives each thread a heap of its own, and what one of them frees is not used by the others:
    with a training thread and its observers that came to 20 MB. To be called before threads are
    started. Other systems, and other C libraries, are left as they are.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        return bool(ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1))
    except (AttributeError, OSError):  # musl has no such setting
        return False
