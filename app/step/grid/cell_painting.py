"""How one cell of a ``NumberGrid`` is painted, and pictures of cells, kept because they return.

Step after step the same few numbers stand in the same few colours. A cell that was painted once is
copied from then on, which is many times faster than setting its type again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPen, QPixmap

from app.look.theme import Theme, font, px
from app.step.grid.cell_styles import CellStyle

_CENTRE = Qt.AlignmentFlag.AlignCenter
_MOST_PIXELS = 3_000_000


@dataclass(frozen=True)
class CellType:
    """The type that cells are set in. Of size 0 is none: the colours stand alone."""

    size: int
    has_room_for_expressions: bool

    @property
    def fonts(self) -> tuple[QFont, QFont]:
        """For a text, and for the value below an expression."""
        return _fonts(self.size)


def paint_cell(
    painter: QPainter, theme: Theme, box: QRectF, style: CellStyle, type_: CellType
) -> None:
    """Paint one cell, its number included."""
    _paint_ground(painter, theme, box, style)
    if style.text and type_.size > 0:
        _paint_text(painter, theme, box, style, type_)


class CellPictures:
    """Cells as pixmaps, for as long as size, type, theme and resolution stay.

    Their grounds are kept as well: cells that show other numbers in the same colour share one.
    """

    def __init__(self) -> None:
        self._grounds: dict[tuple[CellStyle, int, int], QPixmap] = {}
        self._kept: dict[tuple[CellStyle, int, int], QPixmap] = {}
        self._kept_for: tuple[object, ...] = ()
        self._pixels = 0.0

    def draw(
        self,
        painter: QPainter,
        theme: Theme,
        cells: Iterable[tuple[CellStyle, int, int, int, int]],
        type_: CellType,
    ) -> None:
        """Put cells in place of what is there.

        Args:
            painter: It paints on whole pixels.
            theme: Its colours.
            cells: What each shows, its left, top, width and height.
            type_: What they are set in.
        """
        ratio = painter.device().devicePixelRatioF()
        kept_for = (theme.name, ratio, type_, px(100))
        if kept_for != self._kept_for:
            self._clear()
            self._kept_for = kept_for
        for style, left, top, width, height in cells:
            key = (style, width, height)
            picture = self._kept.get(key)
            if picture is None:
                picture = self._painted(theme, key, type_, ratio)
                self._kept[key] = picture
            painter.drawPixmap(left, top, picture)

    def _painted(
        self, theme: Theme, key: tuple[CellStyle, int, int], type_: CellType, ratio: float
    ) -> QPixmap:
        style, width, height = key
        picture = QPixmap(self._ground(theme, key, ratio))
        if style.text and type_.size > 0:
            self._count(width * height * ratio * ratio)
            with QPainter(picture) as painter:
                box = QRectF(0, 0, width, height)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                _paint_text(painter, theme, box, style, type_)
        return picture

    def _ground(self, theme: Theme, key: tuple[CellStyle, int, int], ratio: float) -> QPixmap:
        style, width, height = key
        bare = (style._replace(text="", below=""), width, height)
        ground = self._grounds.get(bare)
        if ground is None:
            self._count(width * height * ratio * ratio)
            ground = QPixmap(round(width * ratio), round(height * ratio))
            ground.setDevicePixelRatio(ratio)
            ground.fill(Qt.GlobalColor.transparent)
            with QPainter(ground) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                _paint_ground(painter, theme, QRectF(0, 0, width, height), style)
            self._grounds[bare] = ground
        return ground

    def _count(self, pixels: float) -> None:
        """Begin again rather than keep more than is sensible."""
        self._pixels += pixels
        if self._pixels > _MOST_PIXELS:
            self._clear()

    def _clear(self) -> None:
        self._kept.clear()
        self._grounds.clear()
        self._pixels = 0.0


def _paint_ground(painter: QPainter, theme: Theme, box: QRectF, style: CellStyle) -> None:
    gap = 1.0 if box.width() >= px(14) else 0.0
    inner = box.adjusted(gap, gap, -gap, -gap)
    radius = min(px(5), box.width() * 0.08)
    if style.is_padding:
        pen = QPen(QColor(theme.text_disabled), 1, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(inner.adjusted(1.5, 1.5, -1.5, -1.5), radius, radius)
    elif style.is_covered:
        painter.setPen(QPen(QColor(theme.accent), 1, Qt.PenStyle.DashLine))
        painter.setBrush(QColor(theme.selected))
        painter.drawRoundedRect(inner.adjusted(1, 1, -1, -1), radius, radius)
    elif not style.is_filled:
        painter.setPen(QPen(QColor(theme.border), 1))
        painter.setBrush(QColor(theme.raised))
        painter.drawRoundedRect(inner.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    else:
        painter.setPen(QPen(QColor(theme.border), 1))
        painter.setBrush(QColor(style.fill))
        painter.drawRoundedRect(inner.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    if style.is_unread:
        painter.setPen(Qt.PenStyle.NoPen)
        hatching = QColor(style.ink if style.is_filled else theme.text_muted)
        painter.setBrush(QBrush(hatching, Qt.BrushStyle.BDiagPattern))
        painter.drawRect(inner)


def _paint_text(
    painter: QPainter, theme: Theme, box: QRectF, style: CellStyle, type_: CellType
) -> None:
    fonts = type_.fonts
    painter.setPen(_ink_of(style, theme))
    painter.setFont(fonts[0])
    if not type_.has_room_for_expressions:
        painter.drawText(box, _CENTRE, style.below or style.text)
        return
    half = box.height() * 0.5
    upper = box.adjusted(0, half * 0.16, 0, -half)
    lower = box.adjusted(0, half, 0, -half * 0.16)
    painter.drawText(upper, _CENTRE, style.text)
    painter.setFont(fonts[1])
    painter.drawText(lower, _CENTRE, style.below)


def _ink_of(style: CellStyle, theme: Theme) -> QColor:
    if style.is_covered:
        return QColor(theme.accent)
    return QColor(theme.text_muted if style.is_padding else style.ink)


@lru_cache(maxsize=64)
def _fonts(size: int) -> tuple[QFont, QFont]:
    """Kept, because a font that has painted paints faster."""
    below = int(size * 0.92)
    return _sized(size, QFont.Weight.Medium), _sized(below, QFont.Weight.Bold)


def _sized(size: float, weight: QFont.Weight) -> QFont:
    result = font(weight=weight)
    result.setPixelSize(max(1, int(size)))
    return result
