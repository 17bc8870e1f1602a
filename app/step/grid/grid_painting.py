"""How a ``NumberGrid`` is painted: where the cells lie, their colours, type that fits, outlines."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPaintEngine,
    QPainter,
    QPen,
    QPixmap,
    QRegion,
)
from PySide6.QtWidgets import QWidget

from app.look.theme import Theme, current_theme, font, px
from app.step.grid.cell_painting import CellPictures, CellType, paint_cell
from app.step.grid.cell_styles import (
    CellStyles,
    changed_cells,
    differs_in_cells_alone,
    part_of,
    shape_of,
    styles_of,
)
from app.step.grid.grid_content import GridContent, Mark, MarkStyle
from app.step.grid.ring_painting import DrawRing, RingPictures, draw_place, draw_ring

OUTLINE_ROOM = 4
"""Room around the cells, at scale 1, in which the outlines of outer cells are drawn."""

_REFERENCE_SIZE = 100
_SMALLEST_TYPE = 11  # in pixels at every scale: small numbers serve better than none
_LARGEST_TYPE = 44
_SMALL_CELL = 30
_VEIL = 115  # of 255: what is dimmed can still be read
_MOST_SINGLY = 20  # cells painted again one by one; of more, everything is


class GridPainter:
    """Paints one ``GridContent``.

    The cells are kept as a picture, of which only those that changed are painted again: a step of
    the lab changes a few. Outlines and dimming lie over it.

    Args:
        has_numbers: Whether cells show their numbers, or their colours alone.
    """

    def __init__(self, *, has_numbers: bool = True) -> None:
        self._has_numbers = has_numbers
        self._cells: CellStyles = []
        self._content: GridContent | None = None
        self._x: list[int] = [0]
        self._y: list[int] = [0]
        self._type_size = 0.0
        self._widest = ""
        self._has_room_for_expressions = False
        self._kept: QPixmap | None = None
        self._kept_for: tuple[object, ...] = ()
        self._stale: set[tuple[int, int]] = set()
        self._pictures = CellPictures()
        self._rings = RingPictures()

    def set_content(self, content: GridContent | None) -> None:
        """Take over other numbers."""
        had_same_widest = content is not None and content.widest == self._widest
        old, before = self._cells, self._content
        self._content = content
        if content is not None and before is not None and differs_in_cells_alone(before, content):
            fresh = self._take_changed_cells(before, content)
        else:
            fresh = [] if content is None else styles_of(content, has_numbers=self._has_numbers)
            self._cells = fresh
            if shape_of(old) != shape_of(fresh):
                self._kept, self._stale = None, set()
            else:
                self._stale |= changed_cells(old, fresh)
        if content is None or not self._has_numbers:
            return
        longest = max((cell.text for row in fresh for cell in row), key=len, default="")
        if not had_same_widest or len(longest) > len(content.widest):
            self._widest = max(longest, content.widest, key=len)
            before_it = self._cell_type()
            self._fit_type()
            if self._cell_type() != before_it:
                self._kept = None

    def _take_changed_cells(self, before: GridContent, content: GridContent) -> CellStyles:
        """Work out again the few cells that a step changed, and those between them."""
        changed = before.values != content.values
        if before.filled is not None and content.filled is not None:
            changed |= before.filled != content.filled
        rows, columns = np.nonzero(changed)
        if not rows.size:
            return []
        top, left = int(rows.min()), int(columns.min())
        block = slice(top, int(rows.max()) + 1), slice(left, int(columns.max()) + 1)
        fresh = styles_of(part_of(content, block), has_numbers=self._has_numbers)
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            self._cells[row][column] = fresh[row - top][column - left]
            self._stale.add((row, column))
        return fresh

    def set_size(self, width: int, height: int) -> None:
        """Lay the cells out in a widget of this size, square edges on whole pixels."""
        room = px(OUTLINE_ROOM)
        rows = len(self._cells) or 1
        columns = len(self._cells[0]) if self._cells else 1
        across, down = max(0, width - 2 * room), max(0, height - 2 * room)
        self._x = [room + round(i * across / columns) for i in range(columns + 1)]
        self._y = [room + round(i * down / rows) for i in range(rows + 1)]
        self._fit_type()

    def cell_rect(self, row: int, column: int) -> QRectF:
        """Where a cell lies."""
        x, y = self._x, self._y
        return QRectF(x[column], y[row], x[column + 1] - x[column], y[row + 1] - y[row])

    def stale_region(self) -> QRegion:
        """What must be painted again; everything if no picture is kept."""
        room = px(OUTLINE_ROOM)
        if self._kept is None or len(self._stale) > _MOST_SINGLY:
            return QRegion(0, 0, self._x[-1] + room + 1, self._y[-1] + room + 1)
        region = QRegion()
        for at in self._stale:
            region += self.cell_rect(*at).toAlignedRect()
        return region

    def outline_bounds(self, mark: Mark) -> QRect:
        """Everything that a mark's outline covers."""
        if not self._fits(mark):
            return QRect()
        room = px(OUTLINE_ROOM) + 1
        box = self._outline_box(mark).toAlignedRect()
        return box.adjusted(-room, -room, room, room)

    def cell_at(self, position: QPointF) -> tuple[int, int] | None:
        """The cell under a point."""
        for row in range(len(self._y) - 1):
            for column in range(len(self._x) - 1):
                if self._cells and self.cell_rect(row, column).contains(position):
                    return row, column
        return None

    def paint(
        self,
        widget: QWidget,
        marks: tuple[Mark, ...],
        lit: frozenset[tuple[int, int]] | None,
        *,
        has_focus: bool,
    ) -> None:
        """Paint everything onto ``widget``."""
        theme = current_theme()
        with QPainter(widget) as painter:
            is_screen = _is_as_fine_as(painter, widget)
            if is_screen:
                painter.drawPixmap(0, 0, self._picture(widget, theme))
            else:  # an export: finer than the screen, or shapes instead of pixels
                self._paint_cells(painter, theme, self._everywhere())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if lit is not None:
                self._dim(painter, theme, lit)
            ring = self._rings.draw if is_screen else draw_ring
            for mark in marks:
                self._outline(painter, theme, mark, ring)
            if has_focus:
                pen = QPen(QColor(theme.accent), max(1, px(1)), Qt.PenStyle.DotLine)
                painter.setPen(pen)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(QRectF(widget.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    def _picture(self, widget: QWidget, theme: Theme) -> QPixmap:
        """All cells as they now are."""
        ratio = widget.devicePixelRatioF()
        key = (widget.size(), ratio, theme.name, self._cell_type(), tuple(self._x))
        if self._kept is None or key != self._kept_for:
            self._kept = QPixmap(widget.size() * ratio)
            self._kept.setDevicePixelRatio(ratio)
            self._kept.fill(Qt.GlobalColor.transparent)
            self._kept_for = key
            self._stale = self._everywhere()
        if self._stale:
            self._renew(self._kept, theme)
        return self._kept

    def _renew(self, kept: QPixmap, theme: Theme) -> None:
        """Paint the stale cells."""
        with QPainter(kept) as painter:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
            if kept.devicePixelRatioF().is_integer():
                x, y = self._x, self._y
                cells = (
                    (self._cells[r][c], x[c], y[r], x[c + 1] - x[c], y[r + 1] - y[r])
                    for r, c in self._stale
                )
                self._pictures.draw(painter, theme, cells, self._cell_type())
            else:  # edges of cells lie between pixels
                for at in self._stale:
                    painter.fillRect(self.cell_rect(*at), Qt.GlobalColor.transparent)
                painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
                self._paint_cells(painter, theme, self._stale)
        self._stale = set()

    def _everywhere(self) -> set[tuple[int, int]]:
        return {
            (row, column) for row, cells in enumerate(self._cells) for column in range(len(cells))
        }

    def _cell_type(self) -> CellType:
        is_legible = self._has_numbers and self._type_size >= _SMALLEST_TYPE
        return CellType(int(self._type_size) if is_legible else 0, self._has_room_for_expressions)

    def _paint_cells(self, painter: QPainter, theme: Theme, places: set[tuple[int, int]]) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        type_ = self._cell_type()
        for row, column in sorted(places):
            box, style = self.cell_rect(row, column), self._cells[row][column]
            paint_cell(painter, theme, box, style, type_)

    def _dim(self, painter: QPainter, theme: Theme, lit: frozenset[tuple[int, int]]) -> None:
        veil = QColor(theme.surface)
        veil.setAlpha(_VEIL)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(veil)
        for row, cells in enumerate(self._cells):
            for column in range(len(cells)):
                if (row, column) not in lit:
                    painter.drawRect(self.cell_rect(row, column))

    def _outline(self, painter: QPainter, theme: Theme, mark: Mark, ring: DrawRing) -> None:
        if not self._fits(mark):
            return
        first, box = self.cell_rect(mark.rows[0], mark.columns[0]), self._outline_box(mark)
        if mark.style is MarkStyle.PLACE:
            draw_place(painter, theme, first, mark.hue)
            return
        width = px(4) if mark.style is MarkStyle.TARGET else px(3)
        is_small = first.width() < px(_SMALL_CELL)  # its number needs all the room there is
        width = 2 if is_small else min(width, max(2, round(first.width() / 8)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        has_gaps = mark.rows.step > 1 or mark.columns.step > 1
        if has_gaps:
            for row in mark.rows:
                for column in mark.columns:
                    ring(painter, theme, self.cell_rect(row, column), mark.role, width)
            colour = QColor(getattr(theme, mark.role))
            painter.setPen(QPen(colour, max(1, width // 2), Qt.PenStyle.DashLine))
            painter.drawRoundedRect(box, px(5), px(5))
        else:
            ring(painter, theme, box, mark.role, width)

    def _fits(self, mark: Mark) -> bool:
        if not mark.rows or not mark.columns:
            return False
        return mark.rows[-1] < len(self._y) - 1 and mark.columns[-1] < len(self._x) - 1

    def _outline_box(self, mark: Mark) -> QRectF:
        first = self.cell_rect(mark.rows[0], mark.columns[0])
        return first.united(self.cell_rect(mark.rows[-1], mark.columns[-1]))

    def _fit_type(self) -> None:
        """Find the largest type in which the widest text fits into a cell.

        Expressions for which there is no room give way to their values alone.
        """
        if not self._cells or len(self._x) < 2 or len(self._y) < 2:
            return
        has_texts = self._content is not None and self._content.texts is not None
        self._has_room_for_expressions = False
        if has_texts:
            self._type_size = self._fitting(self._widest, 0.28)
            self._has_room_for_expressions = self._type_size >= _SMALLEST_TYPE
        if not self._has_room_for_expressions:
            texts = (cell.below or cell.text for row in self._cells for cell in row)
            longest = max(texts, key=len, default="")
            text = longest if has_texts else self._widest
            self._type_size = self._fitting(text, 0.44 if len(self._cells) > 1 else 0.6)
            if self._type_size < _SMALLEST_TYPE:  # rather tight than nothing
                self._type_size = min(_SMALLEST_TYPE, self._fitting(text, 0.66, 0.96))

    def _fitting(self, text: str, share: float, across: float = 0.86) -> float:
        width, height = self._x[1] - self._x[0], self._y[1] - self._y[0]
        reference = font(weight=QFont.Weight.Medium)
        reference.setPixelSize(_REFERENCE_SIZE)
        advance = QFontMetricsF(reference).horizontalAdvance(text or "0")
        by_width = across * width * _REFERENCE_SIZE / max(1.0, advance)
        return min(by_width, share * height, max(px(_LARGEST_TYPE), height / 3))


def _is_as_fine_as(painter: QPainter, widget: QWidget) -> bool:
    """Whether a painter of ``widget`` paints pixels, as many as the widget's screen has."""
    is_raster = painter.paintEngine().type() == QPaintEngine.Type.Raster
    return is_raster and abs(painter.deviceTransform().m11() - widget.devicePixelRatioF()) < 0.01
