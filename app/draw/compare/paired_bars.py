"""The probabilities of two networks back to back: the digits between them, one to each side."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.draw.painted import Painted, paint_bar
from app.look.painting import painted
from app.look.percentages import percent
from app.look.theme import current_scale, current_theme, font, px

Probabilities = NDArray[np.floating]

_CLASSES = 10
_MIDDLE, _NUMBER = 26, 66
_LARGEST_ROW = 36
_NARROW, _NARROW_NUMBER = 320, 48
"""Where there is less width than this, the numbers leave some of theirs to the bars."""


class PairedBars(Painted):
    """Ten rows; the one in which the two differ most is marked if they differ at all."""

    usual: ClassVar[tuple[int, int]] = (420, 220)
    least: ClassVar[tuple[int, int]] = (210, 130)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Probabilities of the ten digits from both networks", parent)
        self._sides: tuple[Probabilities | None, Probabilities | None] = (None, None)
        self._disputed: int | None = None

    @property
    def texts(self) -> tuple[list[str], list[str]]:
        """The percentages on the left and on the right, from digit 0 to 9."""
        left, right = (
            [] if side is None else [percent(float(share)) for share in side]
            for side in self._sides
        )
        return left, right

    @property
    def disputed(self) -> int | None:
        """The digit whose row is marked."""
        return self._disputed

    def show_pair(
        self, left: Probabilities | None, right: Probabilities | None, disputed: int | None
    ) -> None:
        """Show ten probabilities each, or none, and mark the row of a digit."""
        self._sides = left, right
        self._disputed = disputed
        self.update()

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Draw the ten rows."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        row = min(self.height() / _CLASSES, px(_LARGEST_ROW))
        best = [None if side is None else int(side.argmax()) for side in self._sides]
        for digit in range(_CLASSES):
            box = QRectF(0, digit * row, self.width(), row)
            if digit == self._disputed:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(current_theme().selected))
                painter.drawRoundedRect(box, px(4), px(4))
            self._paint_digit(painter, box, digit, is_best=digit in best)
            for index, side in enumerate(self._sides):
                share = None if side is None else float(side[digit])
                self._paint_half(painter, box, share, index, is_best=digit == best[index])

    def _paint_digit(self, painter: QPainter, box: QRectF, digit: int, *, is_best: bool) -> None:
        theme = current_theme()
        painter.setFont(self._font(box, is_best=is_best))
        painter.setPen(QColor(theme.text if is_best else theme.text_muted))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(digit))

    def _paint_half(
        self, painter: QPainter, box: QRectF, share: float | None, index: int, *, is_best: bool
    ) -> None:
        """One bar, from the middle outwards, and its percentage at the edge."""
        theme = current_theme()
        long = (box.width() - px(_MIDDLE)) / 2 - self._number_width(box)
        thick = min(box.height() * 0.5, px(14))
        middle, top = box.center().x(), box.center().y() - thick / 2
        left = middle + px(_MIDDLE) / 2 if index else middle - px(_MIDDLE) / 2 - long
        track = QRectF(left, top, long, thick)
        paint_bar(painter, track, share, is_best=is_best, from_right=not index)
        if share is None:
            return
        painter.setFont(self._font(box, is_best=is_best))
        painter.setPen(QColor(theme.text if is_best else theme.text_muted))
        side = Qt.AlignmentFlag.AlignRight if index else Qt.AlignmentFlag.AlignLeft
        words = box.adjusted(px(2), 0, -px(2), 0)
        painter.drawText(words, side | Qt.AlignmentFlag.AlignVCenter, percent(share))

    @staticmethod
    def _number_width(box: QRectF) -> int:
        return px(_NUMBER if box.width() >= px(_NARROW) else _NARROW_NUMBER)

    @staticmethod
    def _font(box: QRectF, *, is_best: bool) -> QFont:
        largest = 14 if box.width() >= px(_NARROW) else 11
        size = min(largest, max(11, box.height() / current_scale() * 0.55))
        return font(size, QFont.Weight.DemiBold if is_best else QFont.Weight.Normal)
