"""The type of a sentence at one size: fonts, how wide each text is, and texts laid out once.

The numbers of a step return in the next ones; measuring and shaping them again would cost more than
painting them.
"""

from __future__ import annotations

from functools import cached_property

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF, QStaticText

from app.look.theme import font, px
from engine.traces.sentence import TokenKind

_MOST_KEPT = 2000
_SMALLEST, _RAISED = 11, 0.62
_LIGHT = {TokenKind.WORD, TokenKind.OPERATOR}


class SentenceType:
    """One size of type, for as long as the scale stays.

    Args:
        size: In pixels at scale 1.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.scaled = px(size)
        self.line_height = self.scaled * 1.42
        self.fonts = {kind: font(size, _weight(kind)) for kind in TokenKind}
        self._metrics = {kind: QFontMetricsF(used) for kind, used in self.fonts.items()}
        self._advances: dict[tuple[TokenKind, str], float] = {}
        self._texts: dict[tuple[TokenKind, str], QStaticText] = {}

    @cached_property
    def space(self) -> float:
        """The width of a space."""
        return self._metrics[TokenKind.NUMBER].horizontalAdvance(" ")

    @cached_property
    def drop(self) -> float:
        """How far below the top of its line a text begins."""
        return (self.line_height - self._metrics[TokenKind.NUMBER].height()) / 2

    def advance(self, kind: TokenKind, text: str) -> float:
        """How wide a text is."""
        key = (kind, text)
        width = self._advances.get(key)
        if width is None:
            if len(self._advances) > _MOST_KEPT:
                self._advances.clear()
            width = self._advances[key] = self._measured(kind, text)
        return width

    def _measured(self, kind: TokenKind, text: str) -> float:
        base, exponent = split_power(text)
        width = self._metrics[kind].horizontalAdvance(base)
        return width + self._raised.horizontalAdvance(exponent) if exponent else width

    @cached_property
    def raised_font(self) -> QFont:
        """The type of exponents."""
        return font(max(_SMALLEST, self.size * _RAISED), QFont.Weight.Medium)

    @cached_property
    def _raised(self) -> QFontMetricsF:
        return QFontMetricsF(self.raised_font)

    def laid_out(self, kind: TokenKind, text: str) -> QStaticText:
        """A text, ready to be painted."""
        key = (kind, text)
        ready = self._texts.get(key)
        if ready is None:
            if len(self._texts) > _MOST_KEPT:
                self._texts.clear()
            ready = self._texts[key] = QStaticText(text)
            ready.setTextFormat(Qt.TextFormat.PlainText)
            ready.prepare(font=self.fonts[kind])
        return ready


def split_power(text: str) -> tuple[str, str]:
    """A power such as ``e^(−1)`` as base and exponent; of other texts the exponent is empty."""
    base, _, exponent = text.partition("^")
    return base, exponent.strip("()")


def _weight(kind: TokenKind) -> QFont.Weight:
    if kind is TokenKind.RESULT:
        return QFont.Weight.Bold
    return QFont.Weight.Normal if kind in _LIGHT else QFont.Weight.Medium
