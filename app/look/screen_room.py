"""How large a window may be, and where, so that its frame and all of it are on a screen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMargins, QRect, QSize
from PySide6.QtGui import QGuiApplication, QRegion, QScreen
from PySide6.QtWidgets import QWidget

USUAL_FRAME = QMargins(8, 40, 8, 8)
"""What desktops put around a window, before it is known: a title bar and thin borders."""
LEAST_SCREEN = QSize(512, 360)
"""At scale 1: on a smaller one the pages of Draw and Build would overlap or be cut."""
_PANEL = 48
"""The height of a desktop's own panel, where the desktop does not say: Wayland never does."""


def room_of(screen: QRect, available: QRect, frame: QMargins) -> QRect:
    """Where the inside of a window may be on a screen, of which ``available`` is free of panels."""
    room = available.marginsRemoved(frame)
    if available == screen:
        room.setHeight(room.height() - _PANEL)
    return room


def placed(wanted: QRect, rooms: Sequence[QRect]) -> QRect:
    """Where a window goes that was to be at ``wanted``: all of it in sight.

    It stays if it is in sight, be it on two screens. Otherwise it goes into the room that shows
    most of it, or into the first one; where that is smaller, the window becomes smaller.
    """
    hidden = QRegion(wanted)
    for room in rooms:
        hidden -= QRegion(room)
    if hidden.isEmpty() or not rooms:
        return wanted
    best = max(rooms, key=lambda room: _area(room & wanted))
    result = QRect(wanted.topLeft(), wanted.size().boundedTo(best.size()))
    result.moveRight(min(result.right(), best.right()))
    result.moveBottom(min(result.bottom(), best.bottom()))
    result.moveLeft(max(result.left(), best.left()))
    result.moveTop(max(result.top(), best.top()))
    return result


def rooms_for(window: QWidget) -> list[QRect]:
    """The rooms of all screens, that of the window's own first."""
    handle = window.windowHandle()
    frame = USUAL_FRAME if handle is None else handle.frameMargins()
    if frame.isNull():
        frame = USUAL_FRAME
    return [
        room_of(screen.geometry(), screen.availableGeometry(), frame) for screen in _screens(window)
    ]


def within_screen(window: QWidget, wanted: QSize) -> QSize:
    """A size that a window is to have, made smaller where its screen has no room for it."""
    return wanted.boundedTo(rooms_for(window)[0].size())


def holds(screen: QSize, scale: float) -> bool:
    """Whether a screen is large enough for every page at a scale."""
    return (
        screen.width() >= scale * LEAST_SCREEN.width()
        and screen.height() >= scale * LEAST_SCREEN.height()
    )


def bring_into_sight(window: QWidget) -> None:
    """Make a window that is larger than its screen smaller, and move it if a part is off it."""
    if not window.isMaximized() and not window.isFullScreen():
        here = window.geometry()
        there = placed(here, rooms_for(window))
        if there != here:
            window.setGeometry(there)


def _screens(window: QWidget) -> list[QScreen]:
    here = window.screen()
    return [here, *(screen for screen in QGuiApplication.screens() if screen is not here)]


def _area(rect: QRect) -> int:
    return rect.width() * rect.height() if rect.isValid() else 0
