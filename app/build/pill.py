"""A word or two on a tinted ground: the state of something, readable from the last row."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.look.painting import painted
from app.look.restyled import Repainted
from app.look.theme import current_theme, font, px


class Pill(Repainted, QWidget):
    """Shows ``text`` in a colour role of the theme: ``"success"``, ``"warning"``, ``"error"``.

    Where room is short it says only what stands before the colon.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._role = "text_muted"
        self._is_short = False
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    @property
    def text(self) -> str:
        """What it says."""
        return self._text

    def set_short(self, *, is_short: bool) -> None:
        """Say only what stands before the colon, or all."""
        if is_short != self._is_short:
            self._is_short = is_short
            self.updateGeometry()
            self.update()

    def show_state(self, text: str, role: str, explanation: str = "") -> None:
        """Say ``text``; hidden while it is empty."""
        self._text, self._role = text, role
        self.setAccessibleName(text)
        self.setToolTip(explanation or text)
        self.setVisible(bool(text))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as the words need."""
        return self._size_of(self._words)

    @property
    def full_width(self) -> int:
        """How wide it would be with all its words."""
        return self._size_of(self._text).width()

    @property
    def _words(self) -> str:
        return self._text.partition(":")[0] if self._is_short else self._text

    def _size_of(self, words: str) -> QSize:
        metrics = QFontMetrics(self._font())
        return QSize(metrics.horizontalAdvance(words) + px(20), metrics.height() + px(8))

    def minimumSizeHint(self) -> QSize:
        """Those before the colon are never cut."""
        return self._size_of(self._text.partition(":")[0])

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Draw the ground and the words."""
        theme = current_theme()
        colour = QColor(getattr(theme, self._role))
        ground = QColor(colour)
        ground.setAlphaF(0.13)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        radius = self.height() / 2
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        painter.setFont(self._font())
        painter.setPen(colour)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._words)

    @staticmethod
    def _font() -> QFont:
        return font(12, QFont.Weight.Medium)
