"""Where a number comes from, drawn over maps: sources outlined, lines from them, the rest faded."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QWidget

from app.look.colormaps import STEPS, diverging
from app.look.painting import painted
from app.look.theme import current_scale, current_theme, px

FADED = 0.2
"""How much of what is no source can still be seen."""
_THINNEST, _WIDEST, _ALONE = 0.5, 5.0, 2.0
"""How wide lines are, at scale 1: the thinnest, the widest, and one that is the only one."""
_PALEST = 0.45
"""The colours near zero are those of the ground, so lines begin further out."""


@dataclass(frozen=True)
class Mark:
    """One source: where it is, and what it contributes, −1 to 1, the largest being 1 or −1."""

    box: QRectF
    part: float


@dataclass(frozen=True)
class SourcePicture:
    """What to draw, in the coordinates of the widget that the lines lie over.

    Attributes:
        target: The number that is pointed at.
        marks: Its sources that have a line, the strongest first.
        outlines: What is outlined: windows, or the sources themselves.
        faded: Maps that fade, but for the target and what is outlined.
        ground: The colour that they fade into.
        clip: Nothing is drawn beyond this, so that no word is covered.
    """

    target: QRectF
    marks: tuple[Mark, ...]
    outlines: tuple[QRectF, ...]
    faded: tuple[QRect, ...]
    ground: QColor
    clip: QRegion


class SourceLines(QWidget):
    """Lies over a widget and lets every event through; of no size while nothing is pointed at.

    It is never hidden: Qt would lay out the widget below at each change.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._picture: SourcePicture | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setGeometry(QRect())

    @property
    def picture(self) -> SourcePicture | None:
        """What is drawn."""
        return self._picture

    def show_picture(self, picture: SourcePicture | None) -> None:
        """Draw where another number comes from, or nothing."""
        if picture is None and self._picture is None:
            return
        if self._picture is None:
            self.raise_()
        self._picture = picture
        self.setGeometry(QRect() if picture is None else self._reach(picture))
        self.update()

    @staticmethod
    def _reach(picture: SourcePicture) -> QRect:
        """What is covered: no more, or all that lies below would be painted with it."""
        margin = px(_WIDEST)
        whole = picture.target.toAlignedRect()
        for box in (*picture.outlines, *(mark.box for mark in picture.marks)):
            whole = whole.united(box.toAlignedRect())
        whole.adjust(-margin, -margin, margin, margin)
        for tile in picture.faded:
            whole = whole.united(tile)
        return whole.intersected(picture.clip.boundingRect())

    @painted
    def paintEvent(self, event: QPaintEvent, painter: QPainter) -> None:
        """Fade, outline, and draw the lines, the widest last."""
        picture = self._picture
        if picture is None:
            return
        painter.translate(-self.pos())
        self._fade(painter, picture, event.region().translated(self.pos()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._outline(painter, picture)
        end = QPointF(picture.target.left(), picture.target.center().y())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        widest = _WIDEST if len(picture.marks) > 1 else _ALONE
        for mark in reversed(picture.marks):
            width = max(_THINNEST, widest * abs(mark.part)) * current_scale()
            pen = QPen(line_colour(mark.part), width)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.drawPath(_curve(mark.box.center(), end))

    @staticmethod
    def _fade(painter: QPainter, picture: SourcePicture, region: QRegion) -> None:
        maps = QRegion()
        for box in picture.faded:
            maps += QRegion(box)
        for kept in (picture.target, *picture.outlines):
            maps -= QRegion(kept.toAlignedRect())
        veil = QColor(picture.ground)
        veil.setAlphaF(1 - FADED)
        painter.setClipRegion(maps & region & picture.clip)
        painter.fillRect(maps.boundingRect(), veil)
        painter.setClipRegion(picture.clip)

    @staticmethod
    def _outline(painter: QPainter, picture: SourcePicture) -> None:
        """Dark on light, so that it is seen on every colour of a map."""
        theme = current_theme()
        for colour, width in ((theme.surface, 3), (theme.text, 1)):
            painter.setPen(QPen(QColor(colour), px(width)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRects([box.adjusted(-1, -1, 1, 1) for box in picture.outlines])
            painter.drawRect(picture.target.adjusted(-1, -1, 1, 1))


def line_colour(part: float) -> QColor:
    """The colour of a contribution, −1 to 1: of the signed map, never as pale as its middle."""
    strength = _PALEST + (1 - _PALEST) * abs(part)
    position = (1 + (strength if part >= 0 else -strength)) / 2
    red, green, blue = (int(value) for value in diverging()[round(position * (STEPS - 1)), :3])
    return QColor(red, green, blue)


def _curve(start: QPointF, end: QPointF) -> QPainterPath:
    """From a source to the number, leaving and arriving level."""
    path = QPainterPath(start)
    middle = (start.x() + end.x()) / 2
    path.cubicTo(QPointF(middle, start.y()), QPointF(middle, end.y()), end)
    return path
