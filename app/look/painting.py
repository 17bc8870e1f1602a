"""A painter that is closed whatever happens while it paints.

One that stays open ends the process: Qt shows what was painted while the painter still points into
it. A painter that nothing closes lives as long as the frames of what was raised. So every painter
is opened by ``with``, here or where it paints on something else than its widget.
"""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

W = TypeVar("W", bound=QWidget)


def painted(
    draw: Callable[[W, QPaintEvent, QPainter], None],
) -> Callable[[W, QPaintEvent], None]:
    """Make a ``paintEvent`` of a method that is given a painter on its widget, too."""

    @wraps(draw)
    def paint_event(widget: W, event: QPaintEvent) -> None:
        with QPainter(widget) as painter:
            draw(widget, event, painter)

    return paint_event
