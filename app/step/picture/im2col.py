"""The same step as one row of the im2col matrix: window and kernel laid out, and their dot product.

The columns of all grids stand under each other: the matrix, the kernel, the products.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.look.colormaps import diverging
from app.look.painting import painted
from app.look.theme import current_theme, font, px
from app.step.grid.grid_content import GridContent, Mark
from app.step.grid.grid_painting import OUTLINE_ROOM
from app.step.grid.number_grid import NumberGrid
from app.step.picture.contents import colours_of, longest_text
from app.step.picture.links import Hover, lit
from app.step.picture.shown import Cover
from app.step.picture.stage import Fitted
from engine.basics.geometry import times
from engine.traces import Conv2dForward, State, Step
from engine.traces.im2col import Im2col

MOST_ROWS, MOST_COLUMNS = 9, 27
"""Rows and columns of the matrix that are shown at once; more are shown in parts."""

_LABEL = 118
_TITLE = 24
_LARGEST_CELL = 72


@dataclass(frozen=True)
class _Shown:
    """A step, and which rows and columns of the matrix are in sight."""

    im2col: Im2col
    step: Step
    rows: range
    columns: range
    cover: Cover

    @property
    def channel(self) -> int:
        """The output channel."""
        return self.step.channel or 0

    @property
    def row(self) -> int:
        """The row of the step's window, counted from the first in sight."""
        return self.im2col.row_of(self.step.index) - self.rows.start

    @property
    def part(self) -> slice:
        """The columns in sight."""
        return slice(self.columns.start, self.columns.stop)


class Im2colView(Fitted):
    """Shows one step of ``Conv2dForward``."""

    hovered = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.matrix = NumberGrid("im2col matrix", self)
        self.kernel = NumberGrid("kernel as a row", self)
        self.products = NumberGrid("products", self)
        self.output = NumberGrid("output as a column", self)
        self._shown: _Shown | None = None
        self._im2col: Im2col | None = None
        self.matrix.cell_hovered.connect(self._hover_matrix)
        self.kernel.cell_hovered.connect(self._hover_kernel)
        self.products.cell_hovered.connect(self._hover_kernel)
        for grid in (self.matrix, self.kernel, self.products):
            grid.hover_ended.connect(self._end_hover)

    def set_step(
        self,
        trace: Conv2dForward,
        step: Step,
        state: State,
        in_channel: int,
        hover: Hover | None,
        cover: Cover,
    ) -> None:
        """Show a step and what is computed so far."""
        if self._im2col is None or self._im2col.case is not trace.case:
            self._im2col = Im2col(trace.case)
        im2col, old = self._im2col, self._shown
        rows = _part(im2col.rows, MOST_ROWS, im2col.row_of(step.index))
        columns = self._columns(im2col, in_channel)
        self._shown = shown = _Shown(im2col, step, rows, columns, cover)
        self._fill(shown, trace, state)
        self._light(shown, trace, hover)
        if old is None or (old.rows, old.columns, old.cover) != (rows, columns, cover):
            self._lay_out()
            self.update()
        else:
            self._update_words()

    def _update_words(self) -> None:
        """Write again what a step changes: what stands left and right of the grids."""
        matrix, products = self.matrix.geometry(), self.products.geometry()
        self.update(QRect(0, matrix.top(), matrix.left(), self.height() - matrix.top()))
        right, gap = matrix.right() + 1, self.output.x() - matrix.right() - 1
        self.update(QRect(right, matrix.top(), gap, matrix.height()))
        self.update(QRect(right, products.top(), self.width() - right, products.height()))

    @staticmethod
    def _columns(im2col: Im2col, in_channel: int) -> range:
        if im2col.columns <= MOST_COLUMNS:
            return range(im2col.columns)
        per_channel = im2col.columns // im2col.case.kernel.shape[1]
        start = min(in_channel, im2col.case.kernel.shape[1] - 1) * per_channel
        return range(start, start + per_channel)

    def _fill(self, shown: _Shown, trace: Conv2dForward, state: State) -> None:
        im2col, channel, cover = shown.im2col, shown.channel, shown.cover
        rows, part = shown.rows, shown.part
        x, w = trace.grids["input"], trace.grids["kernel"]
        patches = im2col.patches(channel)[rows.start : rows.stop, part]
        self.matrix.set_content(GridContent(patches, *colours_of(x), widest=longest_text(x.values)))
        at = range(shown.row, shown.row + 1)
        self.matrix.set_marks((Mark(at, range(len(shown.columns)), "kernel"),))
        weights = im2col.weights(channel)[np.newaxis, part]
        hidden = np.ones(weights.shape, np.bool_)
        kernel = GridContent(weights, *colours_of(w), widest=longest_text(w.values))
        products = im2col.products(rows.start + shown.row, channel)[np.newaxis, part]
        peak = trace.product_peak or 1.0
        sums = GridContent(products, diverging(), -peak, peak, widest=longest_text(products))
        if cover.kernel:
            kernel = replace(kernel, covered=hidden)
        if cover.kernel or cover.products:
            sums = replace(sums, covered=hidden)
        self.kernel.set_content(kernel)
        self.products.set_content(sums)
        self.output.set_content(self._output(shown, trace, state))
        self.output.set_marks((Mark(at, range(1), "output"),))

    @staticmethod
    def _output(shown: _Shown, trace: Conv2dForward, state: State) -> GridContent:
        channel, rows, cover = shown.channel, shown.rows, shown.cover
        part = slice(rows.start, rows.stop)
        values = state.values[channel].reshape(-1, 1)[part]
        peak = trace.peak or 1.0
        covered = None
        if cover.result:
            covered = np.ones(values.shape, np.bool_)
        elif cover.asked is not None and cover.asked.page == (channel,):
            place = cover.asked.row * trace.target.columns + cover.asked.column
            covered = (np.arange(rows.start, rows.stop) == place)[:, np.newaxis]
        return GridContent(
            values,
            diverging(),
            -peak,
            peak,
            filled=state.filled[channel].reshape(-1, 1)[part],
            covered=covered,
            cover_text="" if cover.result else "?",
            widest=longest_text(trace.result),
        )

    def _light(self, shown: _Shown, trace: Conv2dForward, hover: Hover | None) -> None:
        if hover is None:
            for grid in (self.matrix, self.kernel, self.products):
                grid.set_lit(None)
            return
        im2col, channel = shown.im2col, shown.channel
        cells = lit(trace, shown.step, hover).cells
        entries = frozenset(
            (r, c)
            for r, row in enumerate(shown.rows)
            for c, column in enumerate(shown.columns)
            if im2col.input_cell(row, column, channel) in cells
        )
        used = frozenset(
            (0, c)
            for c, column in enumerate(shown.columns)
            if im2col.kernel_cell(column, channel) in cells
        )
        self.matrix.set_lit(entries)
        self.kernel.set_lit(used)
        inside = frozenset((0, c) for r, c in entries if r == shown.row)
        self.products.set_lit(used & inside if used and inside else used)

    def _hover_matrix(self, row: int, column: int) -> None:
        if (shown := self._shown) is not None:
            at = shown.rows[row], shown.columns[column]
            self.hovered.emit(Hover(cell=shown.im2col.input_cell(*at, shown.channel)))

    def _hover_kernel(self, _row: int, column: int) -> None:
        if (shown := self._shown) is not None:
            cell = shown.im2col.kernel_cell(shown.columns[column], shown.channel)
            self.hovered.emit(Hover(cell=cell))

    def _end_hover(self) -> None:
        self.hovered.emit(None)

    def _lay_out(self) -> None:
        if self._shown is None:
            return
        rows, columns = self._shown.rows, self._shown.columns
        room, label, title = 2 * px(OUTLINE_ROOM), px(_LABEL), px(_TITLE)
        output = px(84)
        across = (self.width() - label - output - px(40) - 2 * room) / len(columns)
        down = (self.height() - 2 * title - 3 * room - px(16)) / (len(rows) + 2)
        width = min(across, px(_LARGEST_CELL))
        height = min(down, px(46))
        grid_width = round(width * len(columns)) + room
        total = label + grid_width + px(40) + output
        left = (self.width() - total) // 2 + label
        used = round(height * (len(rows) + 2)) + 2 * title + 3 * room + px(16)
        top = max(0, (self.height() - used) // 2) + title
        matrix = round(height * len(rows)) + room
        self.matrix.setGeometry(left, top, grid_width, matrix)
        self.output.setGeometry(left + grid_width + px(40), top, output, matrix)
        top += matrix + title
        self.kernel.setGeometry(left, top, grid_width, round(height) + room)
        top += round(height) + room + px(8)
        self.products.setGeometry(left, top, grid_width, round(height) + room)

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Write what stands where."""
        if self._shown is None:
            return
        shown = self._shown
        im2col, rows, columns, cover = shown.im2col, shown.rows, shown.columns, shown.cover
        theme = current_theme()
        matrix, kernel, products = (
            grid.geometry() for grid in (self.matrix, self.kernel, self.products)
        )
        title = f"im2col: {times((im2col.rows, im2col.columns))}, a row for each window"
        if len(rows) < im2col.rows:
            title += f" (rows {rows.start + 1} to {rows.stop})"
        if len(columns) < im2col.columns:
            title += f" (columns {columns.start + 1} to {columns.stop})"
        above = QRectF(matrix.left(), matrix.top() - px(_TITLE), self.width(), px(_TITLE))
        left, centre = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignVCenter
        self._write(painter, above, title, theme.input, left | centre)
        column = self.output.geometry()
        over = QRectF(column.left() - px(20), above.top(), column.width() + px(40), px(_TITLE))
        self._write(painter, over, "output", theme.output, Qt.AlignmentFlag.AlignCenter)
        gap = QRectF(matrix.right(), matrix.top(), column.left() - matrix.right(), matrix.height())
        line = self.matrix.cell_rect(shown.row, 0).translated(0, matrix.top())
        gap = QRectF(gap.left(), line.top(), gap.width(), line.height())
        self._write(painter, gap, "→", theme.text_muted, Qt.AlignmentFlag.AlignCenter)
        right = Qt.AlignmentFlag.AlignRight | centre
        for box, words, colour in (
            (line.toRect(), f"window {rows.start + shown.row + 1}", theme.input),
            (kernel, f"× kernel {shown.channel + 1}", theme.kernel),
            (products, "= products", theme.output),
        ):
            place = QRectF(0, box.top(), matrix.left() - px(8), box.height())
            self._write(painter, place, words, colour, right)
        if not (cover.result or cover.asked or cover.products or cover.kernel):
            after = QRectF(products.right() + px(8), products.top(), px(140), products.height())
            words = f"Σ + bias = {self.output.text_at(shown.row, 0)}"
            self._write(painter, after, words, theme.output, left | centre)

    @staticmethod
    def _write(
        painter: QPainter, box: QRectF, words: str, colour: str, flags: Qt.AlignmentFlag
    ) -> None:
        painter.setFont(font(13, QFont.Weight.DemiBold))
        painter.setPen(QColor(colour))
        painter.drawText(box, flags | Qt.TextFlag.TextDontClip, words)


def _part(count: int, most: int, around: int) -> range:
    """At most ``most`` of ``count`` rows: the block of them that ``around`` lies in."""
    start = around // most * most
    start = min(start, max(0, count - most))
    return range(start, min(count, start + most))
