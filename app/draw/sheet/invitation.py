"""What a blank sheet says: what to do, and with what; wrapped to the room, or left out whole."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from app.look.theme import current_theme, font, px

HINT = "with mouse, pen or finger, or drop an image here"
_SIZES = (26, 20, 16, 13)
_FLAGS = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)


class Part(NamedTuple):
    """Words at their place."""

    words: str
    font: QFont
    box: QRectF


def parts(invitation: str, room: QRectF) -> tuple[Part, ...]:
    """The invitation as large as it fits into one line, and the hint under it if there is room."""
    inner = room.adjusted(px(8), px(8), -px(8), -px(8))
    fonts = [font(size) for size in _SIZES]
    widths = ((one, QFontMetrics(one).horizontalAdvance(invitation)) for one in fonts)
    small, gap = fonts[-1], px(6)
    chosen = next((one for one, width in widths if width <= inner.width()), small)
    first, second = _height(invitation, chosen, inner), _height(HINT, small, inner)
    has_hint = first + gap + second <= inner.height()
    top = inner.center().y() - (first + (gap + second if has_hint else 0)) / 2
    above = Part(invitation, chosen, QRectF(inner.left(), top, inner.width(), first))
    if not has_hint:
        return (above,)
    return above, Part(HINT, small, QRectF(inner.left(), top + first + gap, inner.width(), second))


def paint_invitation(painter: QPainter, invitation: str, room: QRectF) -> None:
    """Write it into the middle of the sheet."""
    painter.setPen(QColor(current_theme().text_muted))
    for part in parts(invitation, room):
        painter.setFont(part.font)
        painter.drawText(part.box, _FLAGS, part.words)


def _height(words: str, written: QFont, room: QRectF) -> int:
    box = QRect(0, 0, int(room.width()), 10_000)
    return QFontMetrics(written).boundingRect(box, _FLAGS, words).height()
