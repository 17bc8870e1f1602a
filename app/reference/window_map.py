"""Where a convolution's windows lie on its input, drawn to scale, the unread edge hatched."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
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
from engine.basics.geometry import Axis

Axes = tuple[Axis, Axis]
_LARGEST_CELL = 44.0
_FINEST_LINES = 6.0
_FINEST_DOTS = 9.0
_MOST_CELLS = 1024  # painted one by one, which only a dilated window needs


class WindowMap(ShowsFocus, QWidget):
    """The padded input as a grid; one window stands out, and the pointer or the arrows move it.

    Signals:
        window_moved: Another window stands out.
    """

    window_moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._axes: Axes | None = None
        self._reason = ""
        self._window = (0, 0)
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

    def show_axes(self, axes: Axes) -> None:
        """Show these windows."""
        self._window = _nearest_window(axes, *self._window)
        self._show(axes, "")

    def show_reason(self, reason: str) -> None:
        """Show no window, and say why."""
        self._show(None, reason)

    def _show(self, axes: Axes | None, reason: str) -> None:
        self._axes, self._reason = axes, reason
        self.setAccessibleDescription(reason)
        self.update()
        self.window_moved.emit()

    def sentence(self) -> str:
        """What the window that stands out reads, counting rows and columns of the input from 1."""
        if self._axes is None:
            return ""
        (rows, across), (row, column) = self._axes, self._window
        read = f"rows {_span(rows, row)} and columns {_span(across, column)}"
        return f"Output ({row + 1}, {column + 1}) reads {read}."

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
        origin, cell = self._placement(self._axes)
        rows, across = self._axes
        down, right = (position.y() - origin.y()) / cell, (position.x() - origin.x()) / cell
        self._move_to(_nearest(rows, down), _nearest(across, right))

    def _move_to(self, row: int, column: int) -> None:
        if self._axes is None:
            return
        wanted = _nearest_window(self._axes, row, column)
        if wanted != self._window:
            self._window = wanted
            self.update()
            self.window_moved.emit()

    # Drawing

    def _placement(self, axes: Axes) -> tuple[QPointF, float]:
        """The padded grid's corner and the side of a cell."""
        rows, across = axes
        margin = px(10)
        width, height = self.width() - 2 * margin, self.height() - 2 * margin
        cell = min(width / across.padded, height / rows.padded, px(_LARGEST_CELL))
        cell = max(cell, 0.5)
        left = (self.width() - cell * across.padded) / 2
        top = (self.height() - cell * rows.padded) / 2
        return QPointF(left, top), cell

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Draw padding, input, unread edge, window centres and the window."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._axes is None:
            painter.setFont(font(13))
            painter.setPen(QColor(current_theme().text_muted))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            room = self.rect().adjusted(px(16), px(16), -px(16), -px(16))
            painter.drawText(room, flags, self._reason)
            return
        origin, cell = self._placement(self._axes)
        painter.translate(origin)
        self._paint_ground(painter, self._axes, cell)
        self._paint_unread(painter, self._axes, cell)
        self._paint_centres(painter, self._axes, cell)
        self._paint_windows(painter, self._axes, cell)

    def _paint_ground(self, painter: QPainter, axes: Axes, cell: float) -> None:
        theme = current_theme()
        rows, across = axes
        whole = QRectF(0, 0, across.padded * cell, rows.padded * cell)
        inner = QRectF(
            across.padding * cell, rows.padding * cell, across.size * cell, rows.size * cell
        )
        painter.fillRect(whole, QColor(theme.raised))
        painter.fillRect(inner, _tinted(theme.input, 0.30))
        if cell >= px(_FINEST_LINES):
            painter.setPen(QPen(QColor(theme.surface), 1))
            for column in range(1, across.padded):
                painter.drawLine(QPointF(column * cell, 0), QPointF(column * cell, whole.bottom()))
            for row in range(1, rows.padded):
                painter.drawLine(QPointF(0, row * cell), QPointF(whole.right(), row * cell))
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
