"""A colour map with its minimum, its zero and its maximum written below."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.look.colormaps import Table
from app.look.painting import painted
from app.look.restyled import Repainted
from app.look.theme import current_theme, font, px
from engine.basics.numbers import show


@dataclass(frozen=True, eq=False)
class ColourRange:
    """Which colours stand for which values, from ``low`` to ``high``."""

    cmap: Table
    low: float
    high: float


class ColourBar(Repainted, QWidget):
    """Shows one ``ColourRange``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._range: ColourRange | None = None
        self._zoom = 1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def labels(self) -> tuple[str, ...]:
        """What is written below: minimum, zero if it lies between, maximum."""
        if self._range is None:
            return ()
        low, high = self._range.low, self._range.high
        values = (low, 0.0, high) if low < 0 < high else (low, high)
        return tuple(show(value).text for value in values)

    def set_range(self, colours: ColourRange) -> None:
        """Show other colours or other ends."""
        old = self._range
        if (
            old is None
            or (old.low, old.high) != (colours.low, colours.high)
            or (old.cmap is not colours.cmap)
        ):
            self._range = colours
            self.setAccessibleName(f"colours from {' over '.join(self.labels)}")
            self.update()

    def set_zoom(self, zoom: float) -> None:
        """Enlarge bar and labels, next to larger cells."""
        if zoom != self._zoom:
            self._zoom = zoom
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """The bar and a line of small type."""
        return QSize(px(120), px(26 * self._zoom))

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Paint the colours and the labels."""
        if self._range is None:
            return
        theme, colours = current_theme(), self._range
        margin = px(4)
        bar = QRectF(margin, 0, self.width() - 2 * margin, px(8 * self._zoom))
        strip = np.ascontiguousarray(colours.cmap[np.newaxis])
        image = QImage(strip.data, 256, 1, 1024, QImage.Format.Format_RGBA8888)
        painter.drawImage(bar, image)
        painter.setPen(QPen(QColor(theme.border), 1))
        painter.drawRect(bar.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.setFont(font(11 * self._zoom))
        painter.setPen(QColor(theme.text_muted))
        room = QRectF(margin, px(10 * self._zoom), bar.width(), self.height() - px(10 * self._zoom))
        low, high = self.labels[0], self.labels[-1]
        align = Qt.AlignmentFlag
        painter.drawText(room, align.AlignLeft | align.AlignTop, low)
        painter.drawText(room, align.AlignRight | align.AlignTop, high)
        if len(self.labels) == 3:
            zero = margin + bar.width() * -colours.low / (colours.high - colours.low)
            width = QFontMetricsF(font(11 * self._zoom)).horizontalAdvance("0")
            painter.drawText(
                QRectF(zero - width, px(10 * self._zoom), 2 * width, room.height()),
                align.AlignHCenter | align.AlignTop,
                "0",
            )
            painter.setPen(QPen(QColor(theme.text_muted), 1))
            painter.drawLine(round(zero), 0, round(zero), px(9 * self._zoom))
