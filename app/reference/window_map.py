"""A convolution's input with its windows, the unread edge hatched, and its output as it fills."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.kit.keys_and_pointer import ARROWS, ShowsFocus
from app.look.painting import painted
from app.look.theme import current_theme, font, px
from engine.basics.geometry import Axis, both_ways, times

Axes = tuple[Axis, Axis]
_LARGEST_CELL = 72.0
_CAPTION, _GAP = 22, 40
_FADED = 0.3
_FINEST_LINES = 6.0
_FINEST_DOTS = 9.0
_MOST_CELLS = 1024  # painted one by one, which only a dilated window needs


@dataclass(frozen=True)
class _Placement:
    """The corners of the padded input and of the output, and the side of a cell of either."""

    input: QPointF
    output: QPointF
    cell: float


class WindowMap(ShowsFocus, QWidget):
    """The padded input as a grid; one window stands out, and the pointer or the arrows move it.

    Next to it lies the output, a cell of which is filled when its window was there.

    Signals:
        window_moved: Another window stands out.
    """

    window_moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._axes: Axes | None = None
        self._reason = ""
        self._window = (0, 0)
        self._filled = QImage()
        self._count = 0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Windows on the input")

    @property
    def window_index(self) -> tuple[int, int]:
        """Row and column of the output cell whose window stands out, from 0."""
        return self._window

    def sizeHint(self) -> QSize:
        """Room for a small grid."""
        return QSize(px(320), px(320))

    def minimumSizeHint(self) -> QSize:
        """Less than this shows nothing."""
        return QSize(px(160), px(140))

    @property
    def filled_cells(self) -> int:
        """How many cells of the output are filled."""
        return self._count

    def show_axes(self, axes: Axes) -> None:
        """Show these windows; other ones start with an empty output."""
        self._reason = ""
        self.setAccessibleDescription("")
        if axes != self._axes:
            self._axes = axes
            self._filled = QImage(axes[1].output, axes[0].output, QImage.Format.Format_Indexed8)
            self._filled.setColorCount(2)
            self._filled.fill(0)
            self._count = 0
        self._window = _nearest_window(axes, *self._window)
        self._fill(*self._window)
        self.update()
        self.window_moved.emit()

    def fade(self, reason: str) -> None:
        """Show that these windows are not what is being typed, for this reason."""
        self._reason = reason
        self.setAccessibleDescription(reason)
        self.update()
        self.window_moved.emit()

    def sentence(self) -> str:
        """What the window that stands out reads, counting rows and columns of the input from 1."""
        if self._axes is None or self._reason:
            return ""
        (rows, across), (row, column) = self._axes, self._window
        read = f"rows {_span(rows, row)} and columns {_span(across, column)}"
        return f"Output ({row + 1}, {column + 1}) reads {read}."

    def _fill(self, row: int, column: int) -> None:
        if not self._filled.pixelIndex(column, row):
            self._filled.setPixel(column, row, 1)
            self._count += 1

    # Moving the window

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Let the window under the pointer stand out."""
        self._take_place(event.position())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The same, for a click."""
        super().mousePressEvent(event)
        self._take_place(event.position())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by arrow keys; Home and End go to the first and the last window."""
        if self._axes is None:
            super().keyPressEvent(event)
            return
        key = Qt.Key(event.key())
        if key in ARROWS:
            down, right = ARROWS[key]
            self._move_to(self._window[0] + down, self._window[1] + right)
        elif key == Qt.Key.Key_Home:
            self._move_to(0, 0)
        elif key == Qt.Key.Key_End:
            self._move_to(self._axes[0].output, self._axes[1].output)
        else:
            super().keyPressEvent(event)

    def _take_place(self, position: QPointF) -> None:
        if self._axes is None:
            return
        places = self._placement(self._axes)
        rows, across = self._axes
        inside = position - places.output
        near = px(_GAP) / 4
        height, width = rows.output * places.cell, across.output * places.cell
        if QRectF(-near, -near, width + 2 * near, height + 2 * near).contains(inside):
            self._move_to(int(inside.y() // places.cell), int(inside.x() // places.cell))
            return
        inside = position - places.input
        down, right = inside.y() / places.cell, inside.x() / places.cell
        self._move_to(_nearest(rows, down), _nearest(across, right))

    def _move_to(self, row: int, column: int) -> None:
        """Go to a window; what lies between is passed over, however fast the pointer was."""
        if self._axes is None:
            return
        before, wanted = self._window, _nearest_window(self._axes, row, column)
        if wanted != before:
            steps = max(abs(wanted[0] - before[0]), abs(wanted[1] - before[1]))
            for step in range(1, steps + 1):
                between = (
                    a + round((b - a) * step / steps) for a, b in zip(before, wanted, strict=True)
                )
                self._fill(*between)
            self._window = wanted
            self.update()
            self.window_moved.emit()

    # Drawing

    def _captions(self, axes: Axes) -> tuple[str, str]:
        rows, across = axes
        padding = (rows.padding, across.padding)
        around = f" + padding {both_ways(padding)}" if any(padding) else ""
        return (
            f"input {times((rows.size, across.size))}{around}",
            f"output {times((rows.output, across.output))}",
        )

    def _placement(self, axes: Axes) -> _Placement:
        """Input and output side by side or one below the other, as both become larger."""
        rows, across = axes
        metrics = QFontMetricsF(font(13))
        words = [metrics.horizontalAdvance(caption) for caption in self._captions(axes)]
        gap, head = px(_GAP), px(_CAPTION)
        width, height = self.width() - px(20), self.height() - px(12) - head
        abreast = _largest(width - gap, (across.padded, across.output), words)
        abreast = min(abreast, height / rows.padded)
        stacked = min(width / across.padded, (height - gap) / (rows.padded + rows.output))
        cell = min(max(abreast, stacked, 0.5), px(_LARGEST_CELL))
        first = QSizeF(max(across.padded * cell, words[0]), rows.padded * cell)
        second = QSizeF(max(across.output * cell, words[1]), rows.output * cell)
        if abreast >= stacked:
            left = (self.width() - first.width() - gap - second.width()) / 2
            top = (self.height() + head - first.height()) / 2
            beside = QPointF(left + first.width() + gap, top)
            return _Placement(QPointF(left, top), beside, cell)
        left = (self.width() - max(first.width(), second.width())) / 2
        top = (self.height() + head - first.height() - gap - second.height()) / 2
        return _Placement(QPointF(left, top), QPointF(left, top + first.height() + gap), cell)

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Draw padding, input, unread edge, window centres, the window, and the output."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._axes is None:
            return
        places = self._placement(self._axes)
        painter.setOpacity(_FADED if self._reason else 1.0)
        self._paint_captions(painter, self._axes, places)
        painter.save()
        painter.translate(places.input)
        self._paint_ground(painter, self._axes, places.cell)
        self._paint_unread(painter, self._axes, places.cell)
        self._paint_centres(painter, self._axes, places.cell)
        self._paint_windows(painter, self._axes, places.cell)
        painter.restore()
        self._paint_output(painter, self._axes, places)
        self._paint_lines(painter, self._axes, places)

    def _paint_captions(self, painter: QPainter, axes: Axes, places: _Placement) -> None:
        painter.setFont(font(13))
        theme = current_theme()
        corners, roles = (places.input, places.output), (theme.input, theme.output)
        for corner, words, role in zip(corners, self._captions(axes), roles, strict=True):
            painter.setPen(QColor(role))
            painter.drawText(corner - QPointF(0, px(7)), words)

    def _paint_output(self, painter: QPainter, axes: Axes, places: _Placement) -> None:
        theme, cell = current_theme(), places.cell
        rows, across = axes
        box = QRectF(places.output, QSizeF(across.output * cell, rows.output * cell))
        painter.fillRect(box, QColor(theme.raised))
        self._filled.setColorTable([0, _tinted(theme.output, 0.55).rgba()])
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
        painter.drawImage(box, self._filled)
        _paint_lines_between_cells(painter, box, cell)
        painter.setPen(QPen(QColor(theme.output), px(1.5)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)
        painter.setPen(QPen(QColor(theme.kernel), px(2.25)))
        painter.drawRect(self._output_cell(places))

    def _output_cell(self, places: _Placement) -> QRectF:
        row, column = self._window
        cell = places.cell
        corner = places.output + QPointF(column * cell, row * cell)
        return QRectF(corner, QSizeF(cell, cell))

    def _paint_lines(self, painter: QPainter, axes: Axes, places: _Placement) -> None:
        """From the window's corners to those of the output cell that it gives."""
        window = _window_box(axes, self._window, places.cell).translated(places.input)
        cell = self._output_cell(places)
        painter.setPen(QPen(_tinted(current_theme().kernel, 0.6), 1))
        for corner in ("topLeft", "topRight", "bottomLeft", "bottomRight"):
            painter.drawLine(getattr(window, corner)(), getattr(cell, corner)())

    def _paint_ground(self, painter: QPainter, axes: Axes, cell: float) -> None:
        theme = current_theme()
        rows, across = axes
        whole = QRectF(0, 0, across.padded * cell, rows.padded * cell)
        inner = QRectF(
            across.padding * cell, rows.padding * cell, across.size * cell, rows.size * cell
        )
        painter.fillRect(whole, QColor(theme.raised))
        painter.fillRect(inner, _tinted(theme.input, 0.30))
        _paint_lines_between_cells(painter, whole, cell)
        if whole != inner:
            painter.setPen(QPen(QColor(theme.text_disabled), 1, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(whole)
        painter.setPen(QPen(QColor(theme.input), px(1.5)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(inner)

    def _paint_unread(self, painter: QPainter, axes: Axes, cell: float) -> None:
        """Hatch what no window reaches, padding included."""
        rows, across = axes
        width, height = across.padded * cell, rows.padded * cell
        read_width = (across.padded - across.clipped) * cell
        read_height = (rows.padded - rows.clipped) * cell
        bands = (
            QRectF(read_width, 0, width - read_width, height),
            QRectF(0, read_height, read_width, height - read_height),
        )
        error = current_theme().error
        for band in bands:
            if not band.isEmpty():
                painter.fillRect(band, _tinted(error, 0.16))
                painter.fillRect(band, QBrush(QColor(error), Qt.BrushStyle.BDiagPattern))

    def _paint_centres(self, painter: QPainter, axes: Axes, cell: float) -> None:
        """A dot in the middle of every window: one per output cell."""
        rows, across = axes
        if min(rows.stride, across.stride) * cell < px(_FINEST_DOTS):
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(current_theme().output))
        radius = min(max(0.11 * cell, 1.0), px(4))
        for row in range(rows.output):
            for column in range(across.output):
                middle = _window_box(axes, (row, column), cell).center()
                painter.drawEllipse(middle, radius, radius)

    def _paint_windows(self, painter: QPainter, axes: Axes, cell: float) -> None:
        theme = current_theme()
        rows, across = axes
        row, column = self._window
        if column + 1 < across.output:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.kernel), px(1.25), Qt.PenStyle.DashLine))
            painter.drawRect(_window_box(axes, (row, column + 1), cell))
        tint = _tinted(theme.kernel, 0.45)
        has_gaps = max(rows.dilation, across.dilation) > 1
        if has_gaps and rows.kernel * across.kernel <= _MOST_CELLS:
            for y in rows.window(row):
                for x in across.window(column):
                    painter.fillRect(QRectF(x * cell, y * cell, cell, cell), tint)
        else:
            painter.fillRect(_window_box(axes, self._window, cell), tint)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.kernel), px(3.0 if self.hasFocus() else 2.25)))
        painter.drawRect(_window_box(axes, self._window, cell))


def _largest(width: float, cells: tuple[int, int], words: list[float]) -> float:
    """The largest side of cells with which two grids, or their captions, fit into a width."""
    cell = width / sum(cells)
    if cell * cells[0] < words[0]:
        cell = (width - words[0]) / cells[1]
    elif cell * cells[1] < words[1]:
        cell = (width - words[1]) / cells[0]
    return min(cell, width - sum(words)) if sum(words) > width else cell


def _paint_lines_between_cells(painter: QPainter, box: QRectF, cell: float) -> None:
    if cell < px(_FINEST_LINES):
        return
    painter.setPen(QPen(QColor(current_theme().surface), 1))
    for number in range(1, round(box.width() / cell)):
        x = box.left() + number * cell
        painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
    for number in range(1, round(box.height() / cell)):
        y = box.top() + number * cell
        painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))


def _nearest_window(axes: Axes, row: int, column: int) -> tuple[int, int]:
    rows, across = axes
    return min(max(row, 0), rows.output - 1), min(max(column, 0), across.output - 1)


def _window_box(axes: Axes, window: tuple[int, int], cell: float) -> QRectF:
    rows, across = axes
    return QRectF(
        window[1] * across.stride * cell,
        window[0] * rows.stride * cell,
        across.extent * cell,
        rows.extent * cell,
    )


def _nearest(axis: Axis, place: float) -> int:
    """The window whose middle is nearest to a place, in cells."""
    return round((place - axis.extent / 2) / axis.stride)


def _span(axis: Axis, index: int) -> str:
    """The first and last cell that a window reads, counted from 1 in the input itself."""
    window = axis.window(index)
    first, last = window[0] - axis.padding + 1, window[-1] - axis.padding + 1
    words = str(first) if first == last else f"{first} to {last}"
    if first < 1 or last > axis.size:
        return f"{words} (part of it padding)".replace("-", "−")
    return words


def _tinted(colour: str, opacity: float) -> QColor:
    result = QColor(colour)
    result.setAlphaF(opacity)
    return result
