"""What stands above the cards: tools for the chosen layers, and the columns' captions."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.build.card_delegate import COLUMN_GAP, visible_columns
from app.build.stack_header import quiet_button
from app.look.theme import current_theme, font, px

HEIGHT = 36


class ColumnHeader(QWidget):
    """Captions at the very places where the cards draw their columns.

    Left of them stand buttons for ``tools``, actions on the chosen cards.
    """

    def __init__(self, tools: Sequence[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._card_width = 0
        self._buttons = [quiet_button(action) for action in tools]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for button in self._buttons:
            row.addWidget(button)
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
            for button in self._buttons:
                button.setIconSize(QSize(px(18), px(18)))
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
