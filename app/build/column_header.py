"""What stands above the cards: tools for the chosen layers, and the columns' captions."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from app.build.card_delegate import COLUMN_GAP, visible_columns
from app.build.stack_header import QuietButton
from app.look.icons import icon
from app.look.painting import painted
from app.look.restyled import Restyled
from app.look.theme import current_theme, font, px

HEIGHT = 36


class ColumnHeader(Restyled, QWidget):
    """Captions exactly where the cards draw their columns.

    Left of them stand buttons for ``tools``, actions on the chosen cards, and, where the palette
    has no room of its own, ``add``, which shows it in place of the form.
    """

    def __init__(self, tools: Sequence[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._card_width = 0
        self.add = QToolButton()
        self.add.setText("Add")
        self.add.setIcon(icon("add"))
        self.add.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.add.setToolTip("Layers and presets, in place of the chosen layer's form")
        self.add.setCheckable(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.add)
        for action in tools:
            row.addWidget(QuietButton(action))
        row.addStretch(1)
        self.follow_theme()

    def set_card_width(self, width: int) -> None:
        """Follow the list when its width changes."""
        self._card_width = width
        self.update()

    def _restyle(self) -> None:
        self.setFixedHeight(px(HEIGHT))

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Draw the captions."""
        painter.setFont(font(12))
        painter.setPen(QColor(current_theme().text_muted))
        alignment = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for column, left, right in visible_columns(self._card_width - 2):
            room = QRect(left + 1 - px(COLUMN_GAP), 0, right - left + px(COLUMN_GAP), self.height())
            painter.drawText(room, alignment, column.caption)
