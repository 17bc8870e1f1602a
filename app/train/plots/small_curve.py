"""A small curve without axes: how one number changes from the start to the end of something."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.look.painting import painted
from app.look.restyled import Repainted
from app.look.theme import current_theme, font, px


class SmallCurve(Repainted, QWidget):
    """Draws values from 0 to their largest, which is printed, over a named range."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: NDArray[np.float64] = np.zeros(0)
        self._start = self._end = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def values(self) -> NDArray[np.float64]:
        """What is drawn, from left to right."""
        return self._values

    def show_values(self, values: NDArray[np.float64], start: str, end: str, name: str) -> None:
        """Draw ``values``, with words below both ends; ``name`` is for those who cannot see it."""
        self._values, self._start, self._end = values, start, end
        self.setAccessibleName(name)
        self.update()

    def sizeHint(self) -> QSize:
        """A strip as high as three lines of text."""
        return QSize(px(200), px(76))

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Draw the ground, the curve and the words."""
        if not len(self._values):
            return
        theme = current_theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(11))
        line = painter.fontMetrics().height()
        area = QRectF(self.rect()).adjusted(px(2), line + px(4), -px(2), -line - px(3))
        painter.setPen(QColor(theme.text_muted))
        words = QRectF(self.rect())
        top = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft
        painter.drawText(words, int(top), f"{self._values.max():g}")
        low = Qt.AlignmentFlag.AlignBottom
        painter.drawText(words, int(low | Qt.AlignmentFlag.AlignLeft), self._start)
        painter.drawText(words, int(low | Qt.AlignmentFlag.AlignRight), self._end)
        painter.setPen(QPen(QColor(theme.border), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.setPen(QPen(QColor(theme.accent), px(2)))
        painter.drawPolyline(self._line(area))

    def _line(self, area: QRectF) -> QPolygonF:
        highest = float(self._values.max()) or 1.0
        last = max(len(self._values) - 1, 1)
        points = [
            QPointF(
                area.left() + area.width() * index / last,
                area.bottom() - area.height() * float(value) / highest,
            )
            for index, value in enumerate(self._values)
        ]
        return QPolygonF(
            points if len(points) > 1 else [*points, QPointF(area.right(), area.top())]
        )
