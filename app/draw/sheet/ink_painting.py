"""How strokes look on the display: smooth lines, as wide as the pen was and was pressed."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.look.theme import current_theme
from engine.ink.rendering import Point, Stroke


def paint_stroke(painter: QPainter, stroke: Stroke) -> None:
    """Paint a whole stroke; an eraser's takes away what is there."""
    if not stroke.pressures and len(stroke.points) > 1:
        _prepare_pen(painter, stroke.width, erases=stroke.erases)
        painter.drawPolyline([QPointF(*point) for point in stroke.points])
        return
    pressures = stroke.pressures or (1.0,)
    points = [stroke.points[0], *stroke.points]
    strengths = [pressures[0], *pressures]
    for index, point in enumerate(stroke.points):
        width = stroke.width * (strengths[index] + strengths[index + 1]) / 2
        paint_line(painter, points[index], point, width, erases=stroke.erases)


def paint_line(painter: QPainter, start: Point, end: Point, width: float, *, erases: bool) -> None:
    """Paint one piece of a stroke."""
    _prepare_pen(painter, width, erases=erases)
    if start == end:
        painter.drawPoint(QPointF(*start))
    else:
        painter.drawLine(QPointF(*start), QPointF(*end))


def _prepare_pen(painter: QPainter, width: float, *, erases: bool) -> None:
    modes = QPainter.CompositionMode
    painter.setCompositionMode(
        modes.CompositionMode_DestinationOut if erases else modes.CompositionMode_SourceOver
    )
    cap, join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    colour = QColor(current_theme().ink)
    painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, cap, join))
