"""A convolution unfolded: a row per input channel, lines to one plus, and the result.

One window sweeps all rows in step; the partial maps and the result are filled together.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPointF, QRectF, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QScrollBar, QWidget

from app.kit.scrolling import WheelRows
from app.look.painting import painted
from app.look.theme import current_theme, font, px
from app.step.grid.grid_painting import OUTLINE_ROOM
from app.step.grid.number_grid import NumberGrid
from app.step.picture.channel_painting import ChannelPainting
from app.step.picture.channel_places import BELOW, LEAST_CELL, Places, places_in
from app.step.picture.links import Hover
from app.step.picture.shown import Cover
from app.step.picture.stage import Fitted
from app.step.picture.unfolded import Unfolded, sums_of
from engine.basics.numbers import show
from engine.traces import Cell, Conv2dForward, State, Step

_BAR = 12
_RANGES = "Each kernel has its own range of colours; partial maps share −{peak} to {peak}"
_IN_SIGHT = "Channels {first} to {last} of {count}: scroll for the others"
_ONE_IN_SIGHT = "Channel {first} of {count}: scroll for the others"
_SMALL = "Cells are small: click a row for its numbers"


class Row:
    """The three grids of one input channel; which channel, changes as the rows are scrolled."""

    def __init__(self, parent: QWidget) -> None:
        self.input = NumberGrid("input", parent)
        self.kernel = NumberGrid("kernel", parent)
        self.partial = NumberGrid("partial map", parent)
        self.grids = (self.input, self.kernel, self.partial)
        self.place = 0


class ChannelsView(Fitted):
    """Shows one step of ``Conv2dForward`` channel by channel."""

    hovered = Signal(object)
    channel_chosen = Signal(int)
    """A row was clicked: its input channel, from 0, is to be shown with its numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []
        self.result = NumberGrid("output", self)
        self.bar = QScrollBar(Qt.Orientation.Vertical, self)
        self.bar.setAccessibleName("input channels")
        self.bar.valueChanged.connect(self._scroll)
        self.result.cell_hovered.connect(partial(self._hover_output))
        self.result.hover_ended.connect(self._end_hover)
        self._shown: Unfolded | None = None
        self._places: Places | None = None
        self._first = self._focus = 0
        self._wheel = WheelRows()
        self._pointed: int | None = None
        self.setMouseTracking(True)

    # --- what is shown ---------------------------------------------------------------------------

    @property
    def count(self) -> int:
        """How many input channels there are."""
        return 0 if self._shown is None else len(self._shown.sums.channels)

    @property
    def in_sight(self) -> range:
        """The rows that are shown."""
        return range(self._first, min(self.count, self._first + self._per_page))

    @property
    def _per_page(self) -> int:
        return 1 if self._places is None else self._places.rows

    def row_of(self, place: int) -> Row:
        """The row of an input channel.

        Raises:
            KeyError: if it is not in sight.
        """
        for row in self.rows[: len(self.in_sight)]:
            if row.place == place:
                return row
        raise KeyError(place)

    def label_of(self, place: int) -> str:
        """What stands over a row."""
        words = f"channel {place + 1} of {self.count}"
        return f"{words}: click for its numbers" if place == self._pointed else words

    @property
    def remarks(self) -> tuple[str, ...]:
        """What stands below all rows: which are in sight, and what their colours mean."""
        shown, sight = self._shown, self.in_sight
        if shown is None:
            return ()
        ranges = _RANGES.format(peak=show(shown.peak).text)
        found = []
        if len(sight) < self.count:
            words = _IN_SIGHT if len(sight) > 1 else _ONE_IN_SIGHT
            count = self.count
            found.append(words.format(first=sight.start + 1, last=sight.stop, count=count))
        if self._places is not None and self._places.kernel_cell < px(LEAST_CELL):
            found.append(_SMALL)
        return (*found, ranges)

    def set_step(
        self, trace: Conv2dForward, step: Step, state: State, in_channel: int, cover: Cover
    ) -> None:
        """Show a step and what is computed so far; the channel in focus is brought into sight."""
        old = self._shown
        self._shown = Unfolded(trace, step, state, sums_of(trace, step.channel or 0), cover)
        is_other = old is None or old.trace.case is not trace.case
        if is_other:
            self._first = 0
            self._lay_out()
        if is_other or in_channel != self._focus:
            self._focus = in_channel
            self._bring_into_sight(in_channel)
        self._fill()

    def _bring_into_sight(self, place: int) -> None:
        if place not in self.in_sight:
            self.scroll_to(place)

    def scroll_to(self, first: int) -> None:
        """Let a row be the first in sight, as far as there are enough."""
        self._first = max(0, min(first, self.count - self._per_page))
        with QSignalBlocker(self.bar):
            self.bar.setValue(self._first)
        self._fill()

    @Slot(int)
    def _scroll(self, first: int) -> None:
        self.scroll_to(first)

    def _fill(self) -> None:
        shown = self._shown
        if shown is None or self._places is None:
            return
        sight = self.in_sight
        for row, place in zip(self.rows, sight, strict=False):
            row.place = place
            channel = shown.sums.channels[place] + 1
            contents = shown.input(place), shown.kernel(place), shown.partial(place)
            marks = shown.window(place), (), shown.cell_mark()
            titles = f"input {channel}", f"kernel {channel}", f"partial map {channel}"
            for grid, content, mark, title in zip(row.grids, contents, marks, titles, strict=True):
                grid.setAccessibleName(title)
                if grid.content is not content:
                    grid.set_content(content)
                grid.set_marks(mark)
        self.result.setAccessibleName(f"output {shown.output_channel + 1}")
        self.result.set_content(shown.result())
        self.result.set_marks(shown.cell_mark())
        self.setAccessibleDescription(". ".join(self.remarks))
        self.update()

    # --- laying out ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        shown = self._shown
        if shown is None:
            return
        room = px(OUTLINE_ROOM)
        trace = shown.trace
        source, target = trace.grids["input"], trace.target
        kernel = trace.case.kernel.shape[2:]
        self._places = places = places_in(
            (self.width() - px(_BAR) - px(4), self.height()),
            (source.rows, source.columns),
            (kernel[0], kernel[1]),
            (target.rows, target.columns),
            self.count,
            room,
        )
        while len(self.rows) < places.rows:
            self.rows.append(self._new_row())
        for number, row in enumerate(self.rows):
            for name, grid in zip(("input", "kernel", "partial"), row.grids, strict=True):
                grid.setVisible(number < places.rows)
                column = places.columns[name]
                top = round(places.row_middle(number) - column.height / 2)
                grid.setGeometry(column.left, top, column.width, column.height)
        column = places.columns["result"]
        top = round(places.middle - column.height / 2)
        self.result.setGeometry(column.left, top, column.width, column.height)
        self._first = max(0, min(self._first, self.count - places.rows))
        with QSignalBlocker(self.bar):
            self.bar.setRange(0, max(0, self.count - places.rows))
            self.bar.setPageStep(places.rows)
            self.bar.setValue(self._first)
        self.bar.setVisible(self.count > places.rows)
        high = places.rows * places.row_height
        self.bar.setGeometry(self.width() - px(_BAR), places.top, px(_BAR), high)
        self._fill()

    def _new_row(self) -> Row:
        row = Row(self)
        row.input.cell_hovered.connect(partial(self._hover_input, row))
        row.kernel.cell_hovered.connect(partial(self._point_at_row, row))
        row.partial.cell_hovered.connect(partial(self._hover_partial, row))
        for grid in row.grids:
            grid.setCursor(Qt.CursorShape.PointingHandCursor)
            grid.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            grid.hover_ended.connect(self._end_hover)
        return row

    # --- pointing --------------------------------------------------------------------------------

    def _hover_input(self, row: Row, at: int, across: int) -> None:
        self._point_at_row(row)
        if self._shown is not None:
            channel = self._shown.sums.channels[row.place]
            self.hovered.emit(Hover(cell=Cell("input", (channel, at, across))))

    def _hover_partial(self, row: Row, at: int, across: int) -> None:
        self._point_at_row(row)
        self._hover_output(at, across)

    def _hover_output(self, at: int, across: int) -> None:
        if self._shown is not None:
            cell = Cell("output", (self._shown.output_channel, at, across))
            self.hovered.emit(Hover(cell=cell))

    def _point_at_row(self, row: Row, *_: int) -> None:
        self._set_pointed(row.place)

    @Slot()
    def _end_hover(self) -> None:
        self.hovered.emit(None)

    def _set_pointed(self, place: int | None) -> None:
        if place != self._pointed:
            self._pointed = place
            self.update()

    def _place_at(self, position: QPointF) -> int | None:
        places = self._places
        if places is None or position.x() >= places.columns["partial"].right:
            return None
        number = int((position.y() - places.top) // places.row_height)
        return self._first + number if 0 <= number < len(self.in_sight) else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say that a row can be clicked."""
        self._set_pointed(self._place_at(event.position()))
        super().mouseMoveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Show a row's numbers."""
        place = self._place_at(event.position())
        if place is not None and event.button() == Qt.MouseButton.LeftButton:
            self.channel_chosen.emit(place)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll by whole rows."""
        if rows := self._wheel.turned_by(event):
            self.scroll_to(self._first + rows)

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Paint titles, labels, signs, the lines to the plus, and what the colours mean."""
        if self._shown is None or self._places is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        sight = self.in_sight
        labels = tuple(self.label_of(place) for place in sight)
        ChannelPainting(
            self._shown, self._places, sight, labels, self._pointed, self.result.y()
        ).paint(painter)
        painter.setFont(font(12))
        painter.setPen(QColor(current_theme().text_muted))
        below = QRectF(0, self.height() - px(BELOW), self.width(), px(BELOW))
        remarks, metrics = list(self.remarks), painter.fontMetrics()
        while len(remarks) > 1 and metrics.horizontalAdvance(". ".join(remarks)) > below.width():
            remarks.pop()
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, ". ".join(remarks))
