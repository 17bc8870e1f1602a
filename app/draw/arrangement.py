"""Where the parts of Draw lie: the larger the window, the larger canvas, answers and strips."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QWidget

from app.draw.parts_layout import PartsLayout
from app.look.theme import px

if TYPE_CHECKING:
    from app.draw.answer_side import AnswerSide
    from app.draw.inside.area import InsideArea
    from app.draw.inside.map_card import MapCard
    from app.draw.sheet.canvas import Canvas
    from app.draw.sheet.drawing_tools import DrawingTools

_CANVAS_SHARE, _WIDE_SHARE = 0.46, 0.6
"""How much of the width the canvas may take: a square one, and one for a number."""
_USUAL_WIDTH = 660
_LEAST = QSize(500, 240)
"""From which width on there is room as wished, and what there must be, at scale 1."""
_TOOLS = 40
_PAIR = 700
"""From which width on an enlarged map leaves half of it to the page that speaks of it."""


class DrawLayout(PartsLayout):
    """Canvas over tools at the left, answers or an enlarged map at the right, strips below.

    The canvas is the largest square, or row of squares, that leaves the answers their room.
    """

    def __init__(
        self,
        panel: QWidget,
        canvas: Canvas,
        tools: DrawingTools,
        side: AnswerSide,
        card: MapCard,
        inside: InsideArea,
    ) -> None:
        super().__init__(panel, (canvas, tools, side, card, inside))
        self._sketch, self._tools, self._side, self._inside = canvas.sketch, tools, side, inside
        self._card = card

    def minimumSize(self) -> QSize:
        """What there must be at this scale; the parts make do with it."""
        return QSize(px(_LEAST.width()), px(_LEAST.height()))

    def setGeometry(self, rect: QRect) -> None:
        """Place everything."""
        super().setGeometry(rect)
        canvas, tools, _side, _card, inside = self.parts
        is_small = rect.width() < px(_USUAL_WIDTH)
        margin, gap = px(10 if is_small else 16), px(16 if is_small else 36)
        whole = rect.adjusted(margin, px(12), -margin, -px(6))
        below = self._inside.height_within(whole.height())
        inside.setGeometry(whole.adjusted(0, whole.height() - below, 0, 0))
        room = whole.adjusted(0, 0, 0, -below - px(8))
        boxes = self._sketch.boxes
        share = _CANVAS_SHARE if boxes == 1 else _WIDE_SHARE
        broad = min(round(room.width() * share), room.width() - gap - self._side.pages.least_width)
        high = min(broad // boxes, room.height() - px(_TOOLS) - px(8))
        high = max(high, px(160) if boxes == 1 else px(120))
        canvas.setGeometry(QRect(room.left(), room.top(), boxes * high, high))
        wide = max(boxes * high, self._tools.minimumSizeHint().width())
        left, lowest = room.left() + boxes * high + gap, room.top() + high + px(8)
        height = room.height() if boxes > 1 else min(room.height(), high + px(_TOOLS) + px(8))
        if wide > boxes * high:  # the tools end next to the answers, or else lie below them too
            next_to = max(left, room.left() + wide + px(12))
            if room.right() - next_to >= self._side.strip.minimumSizeHint().width():
                left = next_to
            else:
                lowest = room.bottom() + 1 - px(_TOOLS)
                height = room.height() - px(_TOOLS) - px(8)
        tools.setGeometry(QRect(room.left(), lowest, wide, px(_TOOLS)))
        place = QRect(left, room.top(), room.right() - left, height)
        self._share(place)

    def _share(self, place: QRect) -> None:
        """Give the answers' place to the enlarged map, or half of it where it is spoken of."""
        side, card = self._side, self._card
        is_pair = self._side.stays_next_to_card and place.width() >= px(_PAIR)
        side.setVisible(card.isHidden() or is_pair)
        if card.isHidden() or not is_pair:
            side.setGeometry(place)
            card.setGeometry(place)
        else:
            half = (place.width() - px(12)) // 2
            side.setGeometry(QRect(place.topLeft(), QSize(half, place.height())))
            card.setGeometry(place.adjusted(half + px(12), 0, 0, 0))
