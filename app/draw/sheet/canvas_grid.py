"""The pixels that the network will see, drawn over the sheet as a grid."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.look.theme import current_theme, px
from engine.ink.preprocess import SIDE, Prepared
from engine.ink.rendering import BOX


@dataclass(frozen=True)
class Grid:
    """Where the network's 28×28 pixels lie on the sheet, in units of which its box has 280.

    ``across`` and ``down`` are how many there are, ``wide`` and ``high`` the size of one.
    """

    left: float
    top: float
    wide: float
    high: float
    across: int = SIDE
    down: int = SIDE


def plain_grid(boxes: int = 1) -> Grid:
    """28×28 pixels to each box of the sheet."""
    return Grid(0, 0, BOX / SIDE, BOX / SIDE, SIDE * boxes)


def grid_of(prepared: Prepared) -> Grid:
    """The pixels of a prepared drawing, where they lie on the sheet."""
    top, left = prepared.in_picture(0, 0)
    bottom, right = prepared.in_picture(SIDE, SIDE)
    return Grid(left, top, (right - left) / SIDE, (bottom - top) / SIDE)


def paint_grid(painter: QPainter, grid: Grid, scale: float) -> None:
    """Draw the grid over paper and ink alike; ``scale`` is pixels per unit of the sheet."""
    colour = QColor(current_theme().input)
    wide, high = grid.wide * scale, grid.high * scale
    box = QRectF(grid.left * scale, grid.top * scale, wide * grid.across, high * grid.down)
    colour.setAlphaF(0.35)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(colour, 1))
    columns = (box.left() + wide * i for i in range(1, grid.across))
    rows = (box.top() + high * i for i in range(1, grid.down))
    painter.drawLines([QLineF(x, box.top(), x, box.bottom()) for x in columns])
    painter.drawLines([QLineF(box.left(), y, box.right(), y) for y in rows])
    colour.setAlphaF(0.9)
    painter.setPen(QPen(colour, px(1.5)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(box)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
