"""Four thin lines from the corners of the window to those of the output cell that it fills."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QRegion
from PySide6.QtWidgets import QWidget

from app.look.theme import current_theme, px
from app.step.grid.grid_content import MarkStyle
from app.step.picture.pane import Pane


def joining_lines(stage: QWidget, panes: Sequence[Pane]) -> tuple[QLineF, ...]:
    """The lines in the stage's coordinates; none where no window fills one single cell."""
    windows = [_marked(stage, pane, MarkStyle.WINDOW) for pane in panes[:-1]]
    window = next((box for box in windows if box is not None), None)
    cell = _marked(stage, panes[-1], MarkStyle.TARGET) if panes else None
    if window is None or cell is None:
        return ()
    pairs = zip(_corners(window), _corners(cell), strict=True)
    return tuple(QLineF(start, end) for start, end in pairs)


def _marked(stage: QWidget, pane: Pane, style: MarkStyle) -> QRectF | None:
    """The box of the first mark of a style on a pane's grid."""
    for mark in pane.grid.marks:
        if mark.style is style and mark.rows and mark.columns:
            first = pane.grid.cell_rect(mark.rows[0], mark.columns[0])
            box = first.united(pane.grid.cell_rect(mark.rows[-1], mark.columns[-1]))
            return box.translated(QPointF(pane.grid.mapTo(stage, pane.grid.rect().topLeft())))
    return None


def _corners(box: QRectF) -> tuple[QPointF, ...]:
    return box.topLeft(), box.topRight(), box.bottomLeft(), box.bottomRight()


def draw_lines(
    painter: QPainter,
    room: QRect,
    panes: Sequence[Pane],
    lines: Sequence[QLineF],
    words: Sequence[QRect] = (),
) -> None:
    """Draw the lines behind everything: they cross no digit and no word."""
    free = QRegion(room)
    for box in words:
        free -= QRegion(box)
    for pane in panes:
        for part in pane.occupied():
            free -= QRegion(part.translated(pane.pos()))
    colour = QColor(current_theme().output)
    colour.setAlphaF(0.6)
    painter.save()
    painter.setClipRegion(free, Qt.ClipOperation.IntersectClip)
    painter.setPen(QPen(colour, max(1.0, px(1))))
    painter.drawLines(list(lines))
    painter.restore()
