"""A second thread that does half of one thing at a time.

NumPy lets go of the interpreter inside products and element-wise loops, so two threads can compute
side by side. Two whole halves of a batch would get in each other's way, since each thread wants the
interpreter again every few microseconds; so the halves here are single, long operations, split by
rows of the output. What is computed does not depend on who computes it: results are the same, bit
for bit, as on one thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np

LEAST_MULTIPLY_ADDS = 25_000_000
"""A smaller product is not worth halving: waking the other thread takes too long."""

LEAST_SIDE_BY_SIDE = 12_000_000
"""Two products of this size each are worth doing side by side."""

LEAST_NUMBERS = 500_000
"""An operation on fewer numbers is not worth halving."""

Work = Callable[[], None]
RowWork = Callable[[slice], None]


class SecondThread:
    """Runs one piece of work next to the caller's own; to be closed at the end.

    Not for use from several threads at once.
    """

    def __init__(self) -> None:
        self._wake, self._done = threading.Lock(), threading.Lock()
        self._wake.acquire()
        self._done.acquire()
        self._work: Work | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(
            target=self._serve, name="cnnviz-second-thread", daemon=True
        )
        self._thread.start()

    def _serve(self) -> None:
        while True:
            self._wake.acquire()
            if self._work is None:
                return
            try:
                with np.errstate(all="ignore"):  # the setting does not cross threads by itself
                    self._work()
            except BaseException as error:  # noqa: BLE001 - raised in the caller's thread
                self._error = error
            self._done.release()

    def run_both(self, mine: Work, yours: Work) -> None:
        """Do ``yours`` on the second thread and ``mine`` here; returns when both are done."""
        self._work = yours
        self._wake.release()
        try:
            mine()
        finally:
            self._done.acquire()
        if self._error is not None:
            error, self._error = self._error, None
            raise error

    def close(self) -> None:
        """End the thread."""
        self._work = None
        self._wake.release()
        self._thread.join()


def at_once(second_thread: SecondThread | None, mine: Work, yours: Work) -> None:
    """Both pieces of work, side by side if there is a second thread."""
    if second_thread is None:
        mine()
        yours()
    else:
        second_thread.run_both(mine, yours)


def by_rows(second_thread: SecondThread | None, work: RowWork, rows: int) -> None:
    """``work`` on all ``rows``: at once, or the upper half here and the lower half there."""
    if second_thread is None or rows < 2:
        work(slice(0, rows))
        return
    middle = rows // 2
    second_thread.run_both(lambda: work(slice(0, middle)), lambda: work(slice(middle, rows)))
