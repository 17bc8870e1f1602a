"""Content that scrolls where there is no room for it: it fades out where it goes on."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QAbstractScrollArea, QFrame, QScrollArea, QWidget

from app.look.painting import painted
from app.look.theme import current_theme, px

_EIGHTHS_OF_A_DEGREE = 120
"""By which a usual wheel turns from notch to notch; a touch pad turns by less at a time."""

_FADE = 16
_EDGES = (Qt.Edge.TopEdge, Qt.Edge.BottomEdge, Qt.Edge.LeftEdge, Qt.Edge.RightEdge)


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
    EdgeFades(area)
    return area


class EdgeFades(QObject):
    """Lets what a scroll area shows fade out over 16 pixels where it goes on: no line looks cut.

    It serves lists and tables as well, and lives as long as its area.
    """

    def __init__(self, area: QAbstractScrollArea) -> None:
        super().__init__(area)
        self._area = area
        self._fades = tuple(_Fade(area, edge) for edge in _EDGES)
        for bar in (area.verticalScrollBar(), area.horizontalScrollBar()):
            for fade in self._fades:
                bar.valueChanged.connect(fade.update)
                bar.rangeChanged.connect(fade.update)
        area.viewport().installEventFilter(self)
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the edges of the viewport."""
        if event.type() in {QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show}:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        room, side = self._area.viewport().geometry(), px(_FADE)
        places = (
            QRect(room.left(), room.top(), room.width(), side),
            QRect(room.left(), room.bottom() + 1 - side, room.width(), side),
            QRect(room.left(), room.top(), side, room.height()),
            QRect(room.right() + 1 - side, room.top(), side, room.height()),
        )
        for fade, place in zip(self._fades, places, strict=True):
            fade.setGeometry(place)


class _Fade(QWidget):
    """The ground at one edge, that thins out toward the middle, where the content goes on.

    It is never hidden: an area lays itself out again whenever a child of its own comes or goes,
    which may be while it decides about its scroll bars, without end.
    """

    def __init__(self, area: QAbstractScrollArea, edge: Qt.Edge) -> None:
        super().__init__(area)
        self._area, self._edge = area, edge
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    @property
    def goes_on(self) -> bool:
        """Whether there is more beyond this edge."""
        is_upright = self._edge in {Qt.Edge.TopEdge, Qt.Edge.BottomEdge}
        area = self._area
        bar = area.verticalScrollBar() if is_upright else area.horizontalScrollBar()
        if self._edge in {Qt.Edge.TopEdge, Qt.Edge.LeftEdge}:
            return bar.value() > bar.minimum()
        return bar.value() < bar.maximum()

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Paint the ground, from full at the edge to nothing."""
        if not self.goes_on:
            return
        solid = QColor(_ground_of(self.parentWidget()))
        clear = QColor(solid)
        clear.setAlpha(0)
        box = self.rect()
        starts_first = self._edge in {Qt.Edge.TopEdge, Qt.Edge.LeftEdge}
        is_upright = self._edge in {Qt.Edge.TopEdge, Qt.Edge.BottomEdge}
        end = box.bottomLeft() if is_upright else box.topRight()
        gradient = QLinearGradient(box.topLeft(), end)
        gradient.setColorAt(0, solid if starts_first else clear)
        gradient.setColorAt(1, clear if starts_first else solid)
        painter.fillRect(box, gradient)


def _ground_of(area: QWidget | None) -> str:
    """The colour behind an area: that of lists and cards, or the window's."""
    theme = current_theme()
    around = area
    while around is not None:
        if isinstance(around, QAbstractItemView) or around.property("role") == "card":
            return theme.surface
        around = None if around.isWindow() else around.parentWidget()
    return theme.window


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
        above.ensureVisible(corner.x(), corner.y(), 0, px(_FADE))


class WheelRows:
    """Counts whole rows; what a turn leaves over counts with the next one."""

    def __init__(self) -> None:
        self._left_over = 0

    def turned_by(self, event: QWheelEvent) -> int:
        """How many rows further down to show, negative upwards; the event is taken."""
        self._left_over -= event.angleDelta().y()
        rows = int(self._left_over / _EIGHTHS_OF_A_DEGREE)
        self._left_over -= rows * _EIGHTHS_OF_A_DEGREE
        event.accept()
        return rows
