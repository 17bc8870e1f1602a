"""Text and a bar that change many times a second: painted again, never laid out again."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.look.painting import painted
from app.look.restyled import Repainted
from app.look.theme import current_theme, font, px

_CYCLE = 0.35


class ReadOut(QWidget):
    """One line of text in a fixed place.

    A ``QLabel`` asks its window for a new layout at every change; this does not.

    Args:
        size: Of the text, in pixels at scale 1.
        role: Its colour in the theme.
        hugs: Keep room for the longest text since ``clear``; else it takes what room there is.
        alignment: Where in its room the text stands.
        weight: Of the text.
    """

    def __init__(
        self,
        size: float = 13,
        role: str = "text",
        *,
        hugs: bool = False,
        alignment: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        weight: QFont.Weight = QFont.Weight.Normal,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._text = ""
        self._shorter: tuple[str, ...] = ()
        self._longest = ""
        self._size, self._role, self._hugs, self._weight = size, role, hugs, weight
        self._alignment = alignment | Qt.AlignmentFlag.AlignVCenter
        fixed, free = QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding
        self.setSizePolicy(fixed if hugs else free, fixed)
        self.setFont(font(size, weight))

    def text(self) -> str:
        """What is shown."""
        return self._text

    def set_text(self, text: str, *shorter: str) -> None:
        """Show another text, or the first of ``shorter`` ones that fits where it does not."""
        if (text, shorter) != (self._text, self._shorter):
            self._text, self._shorter = text, shorter
            self.setAccessibleName(text)
            self.update()
            if self._hugs and self._width_of(text) > self._width_of(self._longest):
                self._longest = text
                self.updateGeometry()

    def clear(self, text: str) -> None:
        """Show ``text``, and keep room for no more than that."""
        self._longest = ""
        self._text = ""
        self.set_text(text)

    def sizeHint(self) -> QSize:
        """Room for the longest text so far."""
        return QSize(self._width_of(self._longest), self.fontMetrics().height())

    def _width_of(self, text: str) -> int:
        return math.ceil(QFontMetricsF(self.font()).horizontalAdvance(text)) + 1

    def _fits(self, text: str) -> bool:
        return self._width_of(text) <= self.width()

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Write the text, or a shorter one that fits; only where none does it ends in dots."""
        painter.setPen(QColor(getattr(current_theme(), self._role)))
        elide = Qt.TextElideMode.ElideRight
        fitting = (text for text in (self._text, *self._shorter) if self._fits(text))
        text = next(fitting, (self._text, *self._shorter)[-1])
        text = self.fontMetrics().elidedText(text, elide, self.width())
        painter.drawText(self.rect(), int(self._alignment), text)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme's sizes."""
        if event.type() == QEvent.Type.StyleChange:
            wanted = font(self._size, self._weight)
            if self.font() != wanted:
                self.setFont(wanted)
                self.updateGeometry()
        super().changeEvent(event)


class ThinBar(Repainted, QWidget):
    """How much is done, as a thin bar. ``QProgressBar`` repaints at once, this when Qt has time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share: float | None = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def share(self) -> float | None:
        """What is done, 0 to 1; ``None`` if that is not known."""
        return self._share

    def show_share(self, share: float | None) -> None:
        """Show how much is done; ``None`` shows a piece in the middle."""
        if share != self._share:
            self._share = share
            self.setAccessibleName("" if share is None else f"{100 * share:.0f} % done")
            self.update()

    def sizeHint(self) -> QSize:
        """As thick as a line of a progress bar."""
        return QSize(px(80), px(6))

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Draw the groove and the part that is done."""
        theme = current_theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        groove = QRectF(self.rect())
        done = QRectF(groove)
        if self._share is None:
            done.setWidth(_CYCLE * groove.width())
            done.moveCenter(groove.center())
        else:
            done.setWidth(self._share * groove.width())
        radius = groove.height() / 2
        painter.setBrush(QColor(theme.hover))
        painter.drawRoundedRect(groove, radius, radius)
        if done.width() > 0:
            done.setWidth(max(done.width(), groove.height()))
            painter.setBrush(QColor(theme.accent))
            painter.drawRoundedRect(done, radius, radius)
