"""What stands above the cards: tools for the chosen layers, and the columns' captions."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.theme import current_theme, font, px
from app.widgets.card_delegate import COLUMN_GAP, visible_columns

HEIGHT = 36


class ColumnHeader(QWidget):
    """Captions at the very places where the cards draw their columns.

    ``tools`` is an empty row at the left, for buttons that act on the chosen cards.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._card_width = 0
        self.tools = QHBoxLayout()
        self.tools.setSpacing(0)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addLayout(self.tools)
        row.addStretch(1)
        self.setFixedHeight(px(HEIGHT))

    def set_card_width(self, width: int) -> None:
        """Follow the list when its width changes."""
        self._card_width = width
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme's sizes."""
        if event.type() in {QEvent.Type.StyleChange, QEvent.Type.FontChange}:
            self.setFixedHeight(px(HEIGHT))
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the captions."""
        painter = QPainter(self)
        painter.setFont(font(12))
        painter.setPen(QColor(current_theme().text_muted))
        alignment = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for column, left, right in visible_columns(self._card_width - 2):
            room = QRect(left + 1 - px(COLUMN_GAP), 0, right - left + px(COLUMN_GAP), self.height())
            painter.drawText(room, alignment, column.caption)
        painter.end()
