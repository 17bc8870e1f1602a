"""The probabilities of ten digits from two networks, as pairs of upright bars."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.draw.painted import Painted
from app.look.painting import painted
from app.look.theme import current_theme, font, px

Probabilities = NDArray[np.floating]
_WORDS = 15


class TwinBars(Painted):
    """The first network's bars in the accent colour, the second's in grey, named above them."""

    usual: ClassVar[tuple[int, int]] = (200, 100)
    least: ClassVar[tuple[int, int]] = (120, 52)

    def __init__(self, name: str, names: tuple[str, str], parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._names = names
        self._both: tuple[Probabilities, Probabilities] | None = None

    @property
    def probabilities(self) -> tuple[Probabilities, Probabilities] | None:
        """What is shown, of the first and of the second network."""
        return self._both

    def show_probabilities(self, first: Probabilities, second: Probabilities) -> None:
        """Show the bars of both. Shape: (10,) each."""
        self._both = first, second
        self.update()

    def clear(self) -> None:
        """Show no bars."""
        self._both = None
        self.update()

    def minimumSizeHint(self) -> QSize:
        """Room for the names as well."""
        metrics = QFontMetrics(font(11))
        names = sum(metrics.horizontalAdvance(name) for name in self._names)
        least = super().minimumSizeHint()
        return QSize(max(least.width(), names + px(8 + 4 + 12 + 8 + 4) + 2), least.height())

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Draw the bars over their digits."""
        theme = current_theme()
        painter.setFont(font(11))
        count = 10 if self._both is None else len(self._both[0])
        each, foot = min(self.width() / count, px(28)), self.height() - px(_WORDS)
        high = foot - px(_WORDS)
        self._paint_legend(painter)
        bar = max(2.0, each * 0.32)
        for digit in range(count):
            left = digit * each
            painter.fillRect(
                QRectF(left + each * 0.1, foot - 1, each * 0.8, 1), QColor(theme.border)
            )
            painter.setPen(QColor(theme.text_muted))
            box = QRectF(left, foot, each, px(_WORDS))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(digit))
            if self._both is None:
                continue
            middle = left + each / 2
            for shares, x, colour in (
                (self._both[0], middle - bar - 0.5, theme.accent),
                (self._both[1], middle + 0.5, theme.text_muted),
            ):
                tall = float(shares[digit]) * high
                painter.fillRect(QRectF(x, foot - tall, bar, tall), QColor(colour))

    def _paint_legend(self, painter: QPainter) -> None:
        """Say whose bars have which colour."""
        theme, left, side = current_theme(), 0.0, px(8)
        for words, colour in zip(self._names, (theme.accent, theme.text_muted), strict=True):
            painter.fillRect(QRectF(left, px(3), side, side), QColor(colour))
            left += side + px(4)
            width = painter.fontMetrics().horizontalAdvance(words)
            painter.setPen(QColor(theme.text_muted))
            box = QRectF(left, 0, width + 1, px(_WORDS - 1))
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words)
            left += width + px(12)
