"""When Python's cyclic garbage collector runs: between two events of the window, in its thread.

Left to itself it runs in whatever thread allocates, at any moment. In a training thread it then
destroys widgets of the window, and two locks can be taken in the wrong order: the window stands
still for good. In the middle of a paint event it destroys what is being painted.
"""

from __future__ import annotations

import ctypes
import gc
import sys
import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Slot
from PySide6.QtGui import QGuiApplication, QWindow

from app.jobs.thread import is_any_running

TICK_MS = 200
YOUNG = 2000
"""So many new objects are looked through."""
OFTEN = 8
"""After so many looks at the new ones, the middle-aged ones have their turn; then the old ones."""
MANY = 10_000
"""So many new objects at once are a workspace that was opened: they stay, and are set aside."""
OPENINGS = 8
"""More than these since the last rest are no workspaces: they are looked through after all."""
BUDGET_SECONDS = 0.004
"""What took longer is not looked through again until nobody waits."""
REST_SECONDS = 5.0
THOROUGH_SECONDS = 60.0

_TOUCHES = frozenset(
    (
        QEvent.Type.MouseMove,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.KeyPress,
        QEvent.Type.Wheel,
        QEvent.Type.TabletMove,
        QEvent.Type.TabletPress,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.Drop,
    )
)


def give_memory_back() -> bool:
    """Let the system have what is free inside the heap; return whether it was told.

    What a training frees lies between what stays: glibc alone would keep some tens of megabytes.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        return bool(ctypes.CDLL(None).malloc_trim(0))
    except (AttributeError, OSError):  # musl has no such call
        return False


class Collector(QObject):
    """Turns automatic collection off, and collects from a timer of the thread that made it.

    Several times a second it looks through what is new, by generation, if there is much of it. What
    has stayed for long is set aside (``gc.freeze``), so that no look takes as long as a frame. All
    of it is looked through once nobody has touched anything for some seconds and no job runs.

    Args:
        parent: Its owner.
        clock: Seconds that pass.
    """

    def __init__(
        self, parent: QObject | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent)
        self._was_automatic = gc.isenabled()
        gc.disable()
        self._clock = clock
        self._looks = self._openings = 0
        self._is_worn = True
        self._touched_at = self._thorough_at = clock()
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self.tick)

    @Slot()
    def start(self) -> None:
        """Begin to collect; what is there by now, such as all modules, is set aside."""
        gc.freeze()
        self._timer.start()

    def stop(self) -> None:
        """Leave it to Python again, as it was."""
        self._timer.stop()
        gc.unfreeze()
        if self._was_automatic:
            gc.enable()

    @Slot()
    def tick(self) -> None:
        """Collect what the counts, or the rest, ask for."""
        self._watch_for_a_touch()
        new = gc.get_count()[0]
        if self._may_be_thorough():
            self.collect_everything()
        elif new >= MANY:
            self._openings += 1
            if self._openings > OPENINGS:
                gc.collect()
            gc.freeze()
            self._is_worn = True
        elif new >= YOUNG:
            self._look()

    def collect_everything(self) -> None:
        """Look through all there is, for as long as it takes."""
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        give_memory_back()
        self._openings = 0
        self._is_worn = False
        self._thorough_at = self._clock()

    def _look(self) -> None:
        """Look through the new, the middle-aged or the old ones, each more seldom."""
        self._looks += 1
        generation = (self._looks % OFTEN == 0) + (self._looks % OFTEN**2 == 0)
        began = time.perf_counter()
        gc.collect(generation)
        if generation and time.perf_counter() - began > BUDGET_SECONDS:
            gc.freeze()
        self._is_worn = True

    def _may_be_thorough(self) -> bool:
        now = self._clock()
        is_due = self._is_worn and now - self._thorough_at >= THOROUGH_SECONDS
        is_left_alone = now - self._touched_at >= REST_SECONDS
        return is_due and is_left_alone and not is_any_running()

    # Whether anybody touches anything: one event is enough, so the filter goes with the first one.

    def _watch_for_a_touch(self) -> None:
        window = QGuiApplication.focusWindow()
        if window is not None:
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note that somebody touches a window; the event goes its way."""
        if event.type() in _TOUCHES and isinstance(watched, QWindow):
            self._touched_at = self._clock()
            self._is_worn = True
            watched.removeEventFilter(self)
        return False
