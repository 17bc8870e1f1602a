"""The ring around a window or a cell, and pictures of rings, kept because they return."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from app.look.theme import Theme, px

DrawRing = Callable[[QPainter, Theme, QRectF, str, int], None]
"""Draws a ring: painter, theme, the cells inside, the colour's role, and how wide it is."""

_MOST_KEPT = 40
_THIN = 2
_YELLOW, _CYAN = 0.1, 0.52


def draw_ring(painter: QPainter, theme: Theme, box: QRectF, role: str, width: int) -> None:
    """An outline that stands off from cells of any colour."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    colour, halo = QColor(getattr(theme, role)), QColor(theme.surface)
    around = px(3) if width > _THIN else 2
    for pen in (QPen(halo, width + around), QPen(colour, width)):
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawRoundedRect(box, px(5), px(5))


def draw_place(painter: QPainter, theme: Theme, cell: QRectF, hue: float) -> None:
    """A ring inside a cell, in a hue that its partners in other grids have too."""
    width = max(2, min(px(3), round(cell.height() / 16)))
    inset = width / 2 + 1.5  # close to the edge: the text needs the rest
    box = cell.adjusted(inset, inset, -inset, -inset)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (
        QPen(QColor(theme.surface), width + 2),
        QPen(hue_colour(theme, hue), width),
    ):
        painter.setPen(pen)
        painter.drawRoundedRect(box, px(3), px(3))


def hue_colour(theme: Theme, hue: float) -> QColor:
    """A hue, 0 to 1, dark or light enough to be told from the theme's surface."""
    is_bright = _YELLOW <= hue <= _CYAN  # these look lighter than others of the same lightness
    return QColor.fromHslF(hue, 0.9, 0.62 if theme.is_dark else 0.28 if is_bright else 0.36)


class RingPictures:
    """Rings as pixmaps: while a window slides, the same ring stands in one place after another."""

    def __init__(self) -> None:
        self._kept: dict[tuple[object, ...], QPixmap] = {}

    def draw(self, painter: QPainter, theme: Theme, box: QRectF, role: str, width: int) -> None:
        """Draw a ring where the painter paints the pixels of a screen."""
        ratio = painter.device().devicePixelRatioF()
        if not ratio.is_integer():  # the edges of cells lie between pixels, each time elsewhere
            draw_ring(painter, theme, box, role, width)
            return
        key = (box.width(), box.height(), role, width, theme.name, ratio, px(100))
        picture = self._kept.get(key)
        margin = width + px(3)
        if picture is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            picture = self._kept[key] = _painted(theme, box, role, width, margin, ratio)
        painter.drawPixmap(int(box.left()) - margin, int(box.top()) - margin, picture)


def _painted(
    theme: Theme, box: QRectF, role: str, width: int, margin: int, ratio: float
) -> QPixmap:
    across, down = box.width() + 2 * margin, box.height() + 2 * margin
    picture = QPixmap(round(across * ratio), round(down * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    with QPainter(picture) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_ring(painter, theme, QRectF(margin, margin, box.width(), box.height()), role, width)
    return picture
