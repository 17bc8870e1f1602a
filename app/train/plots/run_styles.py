"""The style of each overlaid run on the plots, in their legend and in the table of runs.

Colour, dashes and the shape of the points all differ, so that the colour-blind and a poor
projector can tell them apart; blue and orange are left to the run of the moment.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.look.theme import current_theme, px

_LIGHT = ("#0b7d70", "#b02a78", "#6f6100", "#6a3fb5", "#4d5868", "#006f9b")
_DARK = ("#46d0bd", "#f47fc1", "#d6c54f", "#c3a6ff", "#b3bccb", "#58c4ee")
_STYLES = (
    Qt.PenStyle.SolidLine,
    Qt.PenStyle.DashLine,
    Qt.PenStyle.DotLine,
    Qt.PenStyle.DashDotLine,
)
SYMBOLS = ("o", "s", "t", "d")
"""pyqtgraph's names for a circle, a square, a triangle and a diamond."""


def run_colour(place: int) -> QColor:
    """The colour of the run at that place, in the present theme."""
    colours = _DARK if current_theme().is_dark else _LIGHT
    return QColor(colours[place % len(colours)])


def run_style(place: int) -> Qt.PenStyle:
    """The dashes of its lines."""
    return _STYLES[place % len(_STYLES)]


def run_symbol(place: int) -> str:
    """The shape of its points, as pyqtgraph calls it."""
    return SYMBOLS[place % len(SYMBOLS)]


def paint_run_mark(painter: QPainter, box: QRectF, place: int) -> None:
    """A piece of its line with one of its points, in the middle of ``box``."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour, middle = run_colour(place), box.center()
    painter.setPen(QPen(colour, px(1.5), run_style(place)))
    painter.drawLine(QPointF(box.left(), middle.y()), QPointF(box.right(), middle.y()))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    reach = px(3.5)
    symbol = run_symbol(place)
    if symbol == "o":
        painter.drawEllipse(middle, reach, reach)
    elif symbol == "s":
        painter.drawRect(QRectF(middle.x() - reach, middle.y() - reach, 2 * reach, 2 * reach))
    else:
        corners = {
            "t": ((-1, -1), (1, -1), (0, 1)),
            "d": ((0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)),
        }[symbol]
        painter.drawPolygon(
            QPolygonF([QPointF(middle.x() + reach * x, middle.y() + reach * y) for x, y in corners])
        )
    painter.restore()
