"""A slider through the moments of a run, on the curve of how right each of them was."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.kit.keys_and_pointer import FollowsPointer
from app.look.painting import painted
from app.look.percentages import percent
from app.look.theme import current_theme, font, px

_AXIS, _LEFT, _RIGHT, _TOP = 18, 44, 14, 10
_HANDLE = 7


class MomentTrack(FollowsPointer, QWidget):
    """Steps run to the right on a logarithmic scale, accuracy upwards; both can be pointed at.

    Signals:
        place_wanted: Another moment was asked for, by its place in the list.
        play_wanted: P was pressed: play on, or stop.
    """

    place_wanted = Signal(int)
    play_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: tuple[int, ...] = ()
        self._accuracies: Mapping[int, float] = {}
        self._place = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Moments of the run")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("Drag through the run; ← → one moment, PageUp PageDown ten, Home, End")

    @property
    def place(self) -> int:
        """Where the mark stands."""
        return self._place

    def show_moments(
        self, steps: Sequence[int], accuracies: Mapping[int, float], place: int
    ) -> None:
        """Show moments at ``steps``, those accuracies (0 to 1) that are known, and the mark."""
        self._steps, self._accuracies, self._place = tuple(steps), accuracies, place
        if self._steps:
            known = accuracies.get(self._steps[place])
            words = f"step {self._steps[place]:,}, {place + 1} of {len(self._steps)}"
            self.setAccessibleDescription(words + (f", {percent(known)}" if known else ""))
        self.update()

    def position_of(self, place: int) -> QPointF:
        """Where the point of a moment is; on the axis as long as it is not measured."""
        area = self._area()
        known = self._accuracies.get(self._steps[place])
        y = area.bottom() if known is None else area.bottom() - known * area.height()
        return QPointF(self._x_of(self._steps[place]), y)

    def sizeHint(self) -> QSize:
        """A curve that can be read."""
        return QSize(px(400), px(110))

    def minimumSizeHint(self) -> QSize:
        """The smallest such curve."""
        return QSize(px(240), px(84))

    # Pointing and keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go one moment on or back, the page keys ten, Home and End to the ends."""
        last = len(self._steps) - 1
        places = {
            Qt.Key.Key_Left: self._place - 1,
            Qt.Key.Key_Right: self._place + 1,
            Qt.Key.Key_PageUp: self._place - 10,
            Qt.Key.Key_PageDown: self._place + 10,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_P and not event.modifiers():
            self.play_wanted.emit()
        elif key in places and self._steps:
            self.place_wanted.emit(min(max(places[key], 0), last))
        else:
            super().keyPressEvent(event)

    def _go_to(self, x: float) -> None:
        if self._steps:
            distances = [abs(self._x_of(step) - x) for step in self._steps]
            self.place_wanted.emit(distances.index(min(distances)))

    # Painting

    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(px(_LEFT), px(_TOP), -px(_RIGHT), -px(_AXIS))

    def _x_of(self, step: int) -> float:
        """Steps lie evenly by ``log(1 + step)``, so that step 0 has a place as well."""
        area, last = self._area(), max(self._steps[-1], 1)
        return area.left() + area.width() * math.log1p(step) / math.log1p(last)

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Draw axes, curve, points and the mark."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_axes(painter)
        if not self._steps:
            return
        theme = current_theme()
        places = [i for i, step in enumerate(self._steps) if step in self._accuracies]
        points = [self.position_of(place) for place in places]
        colour = QColor(theme.curve_validation)
        painter.setPen(QPen(colour, px(1.5)))
        painter.drawPolyline(QPolygonF(points))
        painter.setPen(Qt.PenStyle.NoPen)
        for place in range(len(self._steps)):
            is_known = self._steps[place] in self._accuracies
            painter.setBrush(colour if is_known else QColor(theme.text_disabled))
            painter.drawEllipse(self.position_of(place), px(2), px(2))
        self._paint_mark(painter)

    def _paint_axes(self, painter: QPainter) -> None:
        theme, area = current_theme(), self._area()
        painter.setFont(font(11))
        align = Qt.AlignmentFlag
        for share in (0.0, 0.5, 1.0):
            y = area.bottom() - share * area.height()
            painter.setPen(QPen(QColor(theme.grid), 1))
            painter.drawLine(QLineF(area.left(), y, area.right(), y))
            painter.setPen(QColor(theme.text_muted))
            words = QRectF(0, y - px(8), area.left() - px(6), px(16))
            painter.drawText(words, align.AlignRight | align.AlignVCenter, f"{100 * share:.0f} %")
        if not self._steps:
            return
        top = area.bottom() + px(2)
        free = -1.0
        ticks = [0, *(10**power for power in range(8)), self._steps[-1]]
        for step in (self._steps[-1], *ticks):
            if step > self._steps[-1]:
                continue
            text = f"step {step:,}" if step == self._steps[-1] and step else f"{step:,}"
            width = painter.fontMetrics().horizontalAdvance(text) + px(4)
            left = min(self._x_of(step) - width / 2, self.width() - width)
            if step == self._steps[-1]:
                last = left
            elif left < free or left + width > last:
                continue
            else:
                free = left + width + px(6)
            painter.drawText(QRectF(left, top, width, px(_AXIS)), align.AlignCenter, text)

    def _paint_mark(self, painter: QPainter) -> None:
        theme, area = current_theme(), self._area()
        at = self.position_of(self._place)
        painter.setPen(QPen(QColor(theme.accent), px(1.5)))
        painter.drawLine(QLineF(at.x(), area.top(), at.x(), area.bottom()))
        painter.setBrush(QColor(theme.accent))
        painter.setPen(QPen(QColor(theme.surface), px(2)))
        painter.drawEllipse(at, px(_HANDLE), px(_HANDLE))
        known = self._accuracies.get(self._steps[self._place])
        if known is not None:
            painter.setFont(font(12, QFont.Weight.DemiBold))
            painter.setPen(QColor(theme.text))
            text = percent(known)
            width = painter.fontMetrics().horizontalAdvance(text) + px(4)
            is_right = at.x() + px(12) + width < self.width()
            left = at.x() + px(12) if is_right else at.x() - px(12) - width
            y = min(max(at.y() - px(9), area.top() - px(8)), area.bottom() - px(18))
            box = QRectF(left, y, width, px(18))
            ground = QColor(theme.window)
            ground.setAlphaF(0.8)
            painter.fillRect(box, ground)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.accent), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    def changeEvent(self, event: QEvent) -> None:
        """Follow theme and scale."""
        if event.type() in {QEvent.Type.StyleChange, QEvent.Type.PaletteChange}:
            self.updateGeometry()
            self.update()
        super().changeEvent(event)
