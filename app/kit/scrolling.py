"""Content that scrolls where there is no room for it, and looks as if it did not."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt, QTimer
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from app.look.theme import px


def scrolling(content: QWidget, *, sideways: bool = True) -> QScrollArea:
    """Return an area without frame or ground around ``content``; Tab passes it by."""
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidgetResizable(True)
    area.setWidget(content)
    if not sideways:
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    for ground in (content, area.viewport()):
        ground.setAutoFillBackground(False)
    return area


def bring_into_view(message: QWidget) -> None:
    """Scroll to what has just been said, as soon as it has its place; at once if it has."""
    QTimer.singleShot(0, message, lambda: _scroll_to(message))


def _scroll_to(message: QWidget) -> None:
    above = message.parentWidget()
    while above is not None and not isinstance(above, QScrollArea):
        above = above.parentWidget()
    content = None if above is None else above.widget()
    if above is None or content is None or not message.isVisible():
        return
    place = QRect(message.mapTo(content, QPoint()), message.size())
    for corner in (place.topLeft(), place.bottomLeft()):  # the end is what must not be cut
        above.ensureVisible(corner.x(), corner.y(), 0, px(4))
