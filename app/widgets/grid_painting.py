"""How a ``NumberGrid`` is painted: where the cells lie, their colours, type that fits, outlines."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
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

from app.colormaps import apply, text_colour_on
from app.theme import Theme, current_theme, font, px
from app.widgets.grid_content import GridContent, Mark, MarkStyle
from engine.traces.numbers import show

OUTLINE_ROOM = 4
"""Room around the cells, at scale 1, in which the outlines of outer cells are drawn."""

_REFERENCE_SIZE = 100
_SMALLEST_TYPE = 11  # in pixels at every scale: small numbers serve better than none
_LARGEST_TYPE = 44
_CENTRE = Qt.AlignmentFlag.AlignCenter
_PLACEHOLDER = QColor(0, 0, 0, 0)


@dataclass(frozen=True)
class _CellLook:
    """What one cell shows, worked out once per content."""

    text: str
    below: str
    fill: QColor
    ink: QColor
    is_filled: bool
    is_padding: bool
    is_unread: bool
    is_covered: bool = False


class GridPainter:
    """Paints one ``GridContent``.

    The cells are kept as a picture, of which only those that changed are painted anew: a step of
    the lab changes a few. Outlines and dimming lie over it.

    Args:
        has_numbers: Whether cells show their numbers, or their colours alone.
    """

    def __init__(self, *, has_numbers: bool = True) -> None:
        self._has_numbers = has_numbers
        self._cells: list[list[_CellLook]] = []
        self._content: GridContent | None = None
        self._x: list[int] = [0]
        self._y: list[int] = [0]
        self._type_size = 0.0
        self._widest = ""
        self._has_room_for_expressions = False
        self._kept: QPixmap | None = None
        self._kept_for: tuple[object, ...] = ()
        self._stale: set[tuple[int, int]] = set()

    def set_content(self, content: GridContent | None) -> None:
        """Take over other numbers."""
        had_same_widest = content is not None and content.widest == self._widest
        old, before = self._cells, self._content
        self._content = content
        if content is not None and before is not None and _differs_in_cells_alone(before, content):
            self._take_changed_cells(before, content)
        else:
            self._cells = [] if content is None else _looks(content, self._has_numbers)
            if _shape(old) != _shape(self._cells):
                self._kept, self._stale = None, set()
            else:
                self._stale |= _changed_cells(old, self._cells)
        if content is None:
            return
        longest = max((cell.text for row in self._cells for cell in row), key=len, default="")
        if not had_same_widest or len(longest) > len(content.widest):
            self._widest = max(longest, content.widest, key=len)
            self._fit_type()

    def _take_changed_cells(self, before: GridContent, content: GridContent) -> None:
        """Work out anew the few cells that a step changed."""
        changed = before.values != content.values
        if before.filled is not None and content.filled is not None:
            changed = changed | (before.filled != content.filled)
        for row, column in np.argwhere(changed):
            at = slice(row, row + 1), slice(column, column + 1)
            ((self._cells[row][column],),) = _looks(_part(content, at), self._has_numbers)
            self._stale.add((int(row), int(column)))

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
        """What must be painted anew; everything if no picture is kept."""
        room = px(OUTLINE_ROOM)
        if self._kept is None:
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
        painter = QPainter(widget)
        if _is_as_fine_as(painter, widget):
            painter.drawPixmap(0, 0, self._picture(widget, theme))
        else:  # an export: finer than the screen, or shapes instead of pixels
            self._paint_cells(painter, theme, self._everywhere())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if lit is not None:
            self._dim(painter, theme, lit)
        for mark in marks:
            self._outline(painter, theme, mark)
        if has_focus:
            pen = QPen(QColor(theme.accent), max(1, px(1)), Qt.PenStyle.DotLine)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(widget.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()

    def _picture(self, widget: QWidget, theme: Theme) -> QPixmap:
        """All cells as they now are."""
        ratio = widget.devicePixelRatioF()
        key = (widget.size(), ratio, theme.name, round(self._type_size, 1), tuple(self._x))
        if self._kept is None or key != self._kept_for:
            self._kept = QPixmap(widget.size() * ratio)
            self._kept.setDevicePixelRatio(ratio)
            self._kept.fill(Qt.GlobalColor.transparent)
            self._kept_for = key
            self._stale = self._everywhere()
        if self._stale:
            painter = QPainter(self._kept)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
            for at in self._stale:
                painter.fillRect(self.cell_rect(*at), Qt.GlobalColor.transparent)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
            self._paint_cells(painter, theme, self._stale)
            painter.end()
            self._stale = set()
        return self._kept

    def _everywhere(self) -> set[tuple[int, int]]:
        return {
            (row, column) for row, looks in enumerate(self._cells) for column in range(len(looks))
        }

    def _paint_cells(self, painter: QPainter, theme: Theme, places: set[tuple[int, int]]) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fonts = (
            _sized(self._type_size, QFont.Weight.Medium),
            _sized(self._type_size * 0.92, QFont.Weight.Bold),
        )
        for row, column in sorted(places):
            box, look = self.cell_rect(row, column), self._cells[row][column]
            self._paint_cell(painter, theme, box, look)
            if look.text and self._has_numbers and self._type_size >= _SMALLEST_TYPE:
                self._paint_text(painter, theme, box, look, fonts)

    def _paint_cell(self, painter: QPainter, theme: Theme, box: QRectF, look: _CellLook) -> None:
        gap = 1.0 if box.width() >= px(14) else 0.0
        inner = box.adjusted(gap, gap, -gap, -gap)
        radius = min(px(5), box.width() * 0.08)
        if look.is_padding:
            pen = QPen(QColor(theme.text_disabled), 1, Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(inner.adjusted(1.5, 1.5, -1.5, -1.5), radius, radius)
        elif look.is_covered:
            painter.setPen(QPen(QColor(theme.accent), 1, Qt.PenStyle.DashLine))
            painter.setBrush(QColor(theme.selected))
            painter.drawRoundedRect(inner.adjusted(1, 1, -1, -1), radius, radius)
        elif not look.is_filled:
            painter.setPen(QPen(QColor(theme.border), 1))
            painter.setBrush(QColor(theme.raised))
            painter.drawRoundedRect(inner.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        else:
            painter.setPen(QPen(QColor(theme.border), 1))
            painter.setBrush(look.fill)
            painter.drawRoundedRect(inner.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        if look.is_unread:
            painter.setPen(Qt.PenStyle.NoPen)
            hatching = look.ink if look.is_filled else QColor(theme.text_muted)
            painter.setBrush(QBrush(hatching, Qt.BrushStyle.BDiagPattern))
            painter.drawRect(inner)

    def _paint_text(
        self,
        painter: QPainter,
        theme: Theme,
        box: QRectF,
        look: _CellLook,
        fonts: tuple[QFont, QFont],
    ) -> None:
        painter.setPen(QColor(_ink_of(look, theme)))
        painter.setFont(fonts[0])
        if not self._has_room_for_expressions:
            painter.drawText(box, _CENTRE, look.below or look.text)
            return
        half = box.height() * 0.5
        upper = box.adjusted(0, half * 0.16, 0, -half)
        lower = box.adjusted(0, half, 0, -half * 0.16)
        painter.drawText(upper, _CENTRE, look.text)
        painter.setFont(fonts[1])
        painter.drawText(lower, _CENTRE, look.below)

    def _dim(self, painter: QPainter, theme: Theme, lit: frozenset[tuple[int, int]]) -> None:
        veil = QColor(theme.surface)
        veil.setAlpha(185)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(veil)
        for row, looks in enumerate(self._cells):
            for column in range(len(looks)):
                if (row, column) not in lit:
                    painter.drawRect(self.cell_rect(row, column))

    def _outline(self, painter: QPainter, theme: Theme, mark: Mark) -> None:
        if not self._fits(mark):
            return
        first, box = self.cell_rect(mark.rows[0], mark.columns[0]), self._outline_box(mark)
        colour = QColor(getattr(theme, mark.role))
        width = px(4) if mark.style is MarkStyle.TARGET else px(3)
        width = min(width, max(2, round(first.width() / 8)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        has_gaps = mark.rows.step > 1 or mark.columns.step > 1
        if has_gaps:
            for row in mark.rows:
                for column in mark.columns:
                    _draw_ring(painter, theme, self.cell_rect(row, column), colour, width)
            painter.setPen(QPen(colour, max(1, width // 2), Qt.PenStyle.DashLine))
            painter.drawRoundedRect(box, px(5), px(5))
        else:
            _draw_ring(painter, theme, box, colour, width)

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


def _draw_ring(painter: QPainter, theme: Theme, box: QRectF, colour: QColor, width: int) -> None:
    """An outline that stands off from cells of any colour."""
    halo = QColor(theme.surface)
    for pen in (QPen(halo, width + px(3)), QPen(colour, width)):
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawRoundedRect(box, px(5), px(5))


def _ink_of(look: _CellLook, theme: Theme) -> QColor:
    if look.is_covered:
        return QColor(theme.accent)
    return QColor(theme.text_muted) if look.is_padding else look.ink


def _differs_in_cells_alone(old: GridContent, new: GridContent) -> bool:
    """Whether two contents may differ in values and in what is filled, but in nothing else."""
    return (
        old.values.shape == new.values.shape
        and (old.low, old.high, old.cover_text) == (new.low, new.high, new.cover_text)
        and old.cmap is new.cmap
        and old.is_padding is new.is_padding
        and old.is_unread is new.is_unread
        and (old.filled is None) == (new.filled is None)
        and all(part is None for part in (old.texts, new.texts, old.covered, new.covered))
    )


def _part(content: GridContent, at: tuple[slice, slice]) -> GridContent:
    """Some of the cells of a content without texts."""
    return replace(
        content,
        values=content.values[at],
        filled=None if content.filled is None else content.filled[at],
        is_padding=None if content.is_padding is None else content.is_padding[at],
        is_unread=None if content.is_unread is None else content.is_unread[at],
    )


def _shape(cells: list[list[_CellLook]]) -> tuple[int, int]:
    return len(cells), len(cells[0]) if cells else 0


def _changed_cells(old: list[list[_CellLook]], new: list[list[_CellLook]]) -> set[tuple[int, int]]:
    """The cells that do not look as before, in two grids of the same shape."""
    return {
        (row, column)
        for row, cells in enumerate(new)
        for column, look in enumerate(cells)
        if old[row][column] != look
    }


def _looks(content: GridContent, has_numbers: bool) -> list[list[_CellLook]]:
    """What every cell shows."""
    colours = apply(content.values, content.cmap, content.low, content.high)
    looks: list[list[_CellLook]] = []
    for row in range(content.values.shape[0]):
        line = []
        for column in range(content.values.shape[1]):
            at = (row, column)
            is_filled = content.filled is None or bool(content.filled[at])
            if content.covered is not None and content.covered[at]:
                line.append(_covered_look(content, at))
                continue
            is_told = has_numbers and is_filled
            number = show(float(content.values[at])).text if is_told else ""
            has_text = has_numbers and content.texts is not None
            expression = content.texts[row][column] if has_text and content.texts else ""
            red, green, blue = (int(part) for part in colours[at][:3])
            line.append(
                _CellLook(
                    text=expression or number,
                    below=number if expression else "",
                    fill=QColor(red, green, blue) if is_filled else _PLACEHOLDER,
                    ink=QColor(_ink_on(red, green, blue)),
                    is_filled=is_filled,
                    is_padding=content.is_padding is not None and bool(content.is_padding[at]),
                    is_unread=content.is_unread is not None and bool(content.is_unread[at]),
                )
            )
        looks.append(line)
    return looks


def _covered_look(content: GridContent, at: tuple[int, int]) -> _CellLook:
    is_padding = content.is_padding is not None and bool(content.is_padding[at])
    text = "" if is_padding else content.cover_text
    return _CellLook(text, "", _PLACEHOLDER, _PLACEHOLDER, False, is_padding, False, not is_padding)


_inks: dict[tuple[int, int, int], str] = {}


def _ink_on(red: int, green: int, blue: int) -> str:
    """The colour of text on a cell; the few hundred colours of the maps are remembered."""
    key = (red, green, blue)
    if key not in _inks:
        _inks[key] = text_colour_on(key)
    return _inks[key]


def _sized(size: float, weight: QFont.Weight) -> QFont:
    result = font(weight=weight)
    result.setPixelSize(max(1, int(size)))
    return result
