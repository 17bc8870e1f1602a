"""How a thread that calculates lets the window come first."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

SWITCH_INTERVAL_SECONDS = 2e-4
WORKER_NICENESS = 10


@contextmanager
def considerate() -> Iterator[None]:
    """Let the window come first while the calling thread calculates.

    Python hands the interpreter over after 0.2 ms rather than 5; BLAS keeps to one thread (the
    trainer splits batches itself); and, where the system knows it, the thread and those it starts
    run at a lower priority. The first two concern the whole process and are put back.
    """
    from threadpoolctl import threadpool_limits  # noqa: PLC0415 - not at start-up

    with ExitStack() as stack:
        stack.callback(sys.setswitchinterval, sys.getswitchinterval())
        sys.setswitchinterval(SWITCH_INTERVAL_SECONDS)
        stack.enter_context(threadpool_limits(limits=1, user_api="blas"))
        give_way()
        yield


def give_way() -> None:
    """Lower the calling thread's priority on Linux, where threads have one of their own."""
    if sys.platform == "linux":
        thread = threading.get_native_id()
        lower = min(os.getpriority(os.PRIO_PROCESS, thread) + WORKER_NICENESS, 19)
        os.setpriority(os.PRIO_PROCESS, thread, lower)
