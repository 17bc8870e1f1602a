"""The number that was read, as large as there is room for; each digit can be chosen."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.draw.number.number_reading import NumberReading
from app.draw.painted import Painted
from app.kit.keys_and_pointer import ShowsFocus
from app.look.painting import painted
from app.look.theme import current_scale, current_theme, font, px

_LARGEST, _SMALLEST = 120, 20
_LARGEST_NAME, _SMALLEST_NAME = 40, 11
_ROOM_BELOW = 44


class NumberAnswer(ShowsFocus, Painted):
    """Shows a number: doubtful digits pale and not bold, the chosen one underlined.

    Names stand in rows.

    Signals:
        digit_chosen: Another digit was clicked, or gone to by the arrow keys.
    """

    digit_chosen = Signal(int)

    usual: ClassVar[tuple[int, int]] = (190, 180)
    least: ClassVar[tuple[int, int]] = (150, 110)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Number", parent)
        self._number = NumberReading()
        self._chosen = 0
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("Click a digit to see its way through the network")

    @property
    def text(self) -> str:
        """The number shown."""
        return self._number.text

    @property
    def words(self) -> str:
        """What stands under the number."""
        return self._number.words

    def show_number(self, number: NumberReading, chosen: int) -> None:
        """Show a number, how far it can be believed, and which digit is looked into."""
        if (number, chosen) == (self._number, self._chosen):
            return
        self._number, self._chosen = number, chosen
        self.setAccessibleDescription(f"{self.text} {self.words}".strip())
        self.update()

    def box_of(self, index: int) -> QRectF:
        """Where a digit stands."""
        size = self._size()
        if self._number.has_names:
            high = px(size * 1.35)
            top = max(0.0, (self.height() - px(_ROOM_BELOW) - high * len(self._number.digits)) / 2)
            return QRectF(0, top + index * high, self.width(), high)
        wide = self._advance(size)
        left = (self.width() - wide * len(self._number.digits)) / 2
        top = max(0.0, (self.height() - px(_ROOM_BELOW) - px(size)) / 2)
        return QRectF(left + index * wide, top, wide, px(size * 1.05))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the digit under the pointer."""
        for index in range(len(self._number.digits)):
            if self.box_of(index).contains(event.position()):
                self.digit_chosen.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right go from digit to digit."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if step and 0 <= self._chosen + step < len(self._number.digits):
            self.digit_chosen.emit(self._chosen + step)
        else:
            super().keyPressEvent(event)

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Draw the digits, and words below them."""
        theme = current_theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        centre = Qt.AlignmentFlag.AlignCenter
        digits = self._number.digits
        for index, digit in enumerate(digits):
            box = self.box_of(index)
            weight = QFont.Weight.Normal if digit.doubt else QFont.Weight.DemiBold
            painter.setFont(font(self._size(), weight))
            painter.setPen(QColor(theme.text_muted if digit.doubt else theme.text))
            painter.drawText(box, centre, digit.text)
            if index == self._chosen:
                painter.setPen(QPen(QColor(theme.accent), px(3)))
                start, end = box.bottomLeft(), box.bottomRight()
                inset = QPointF(box.width() * (0.3 if self._number.has_names else 0.12), 0)
                painter.drawLine(start + inset, end - inset)
        if not digits:
            painter.setPen(QColor(theme.border))
            size = px(_LARGEST * 0.8)
            top = max(0.0, (self.height() - px(_ROOM_BELOW) - size) / 2)
            painter.setFont(font(_LARGEST * 0.7, QFont.Weight.DemiBold))
            painter.drawText(QRectF(0, top, self.width(), size), centre, "?")
        is_doubtful = any(digit.doubt for digit in digits)
        painter.setFont(font(13))
        painter.setPen(QColor(theme.warning if is_doubtful else theme.text_muted))
        top = (
            self.box_of(len(self._number.digits) - 1).bottom()
            if self._number.digits
            else top + size
        )
        below = QRectF(0, top + px(6), self.width(), px(24))
        painter.drawText(below, centre, self.words)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.accent), px(1.5)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), px(6), px(6))

    def _size(self) -> float:
        """The size of the digits, at scale 1, so that all fit."""
        high = (self.height() - px(_ROOM_BELOW)) / current_scale()
        digits = max(1, len(self._number.digits))
        if self._number.has_names:
            bold = QFontMetricsF(font(100, QFont.Weight.DemiBold))
            longest = max(bold.horizontalAdvance(digit.text) for digit in self._number.digits)
            wide = (self.width() - px(8)) / max(1.0, longest) * 100
            return max(_SMALLEST_NAME, min(_LARGEST_NAME, high / digits / 1.35, wide))
        wide = self.width() / digits / max(0.1, self._advance(100)) * 100
        return max(_SMALLEST, min(_LARGEST, high * 0.95, wide))

    @staticmethod
    def _advance(size: float) -> float:
        return QFontMetricsF(font(size, QFont.Weight.DemiBold)).horizontalAdvance("0") * 1.06
