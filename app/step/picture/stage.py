"""The stage of the sliding-window lab: the grids of one step side by side, as large as fits."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

from PySide6.QtCore import QEvent, QLineF, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.look.painting import painted
from app.look.theme import current_theme, font, px
from app.step.grid.grid_painting import OUTLINE_ROOM
from app.step.picture.fitting import ROOMS, Around, PaneSize, pane_size, reach, units_that_fit
from app.step.picture.joining_lines import draw_lines, joining_lines
from app.step.picture.links import Hover
from app.step.picture.pane import Editing, Pane
from app.step.picture.shown import PanePicture

PANES = 4
LEAST_UNIT = 28
"""A cell of a grid that is taught, at scale 1, where there is any room for it."""
_LARGEST_UNIT = 132
_COMFORTABLE_UNIT = 46
_COMFORTABLE_HEIGHT, _SMALLEST_ZOOM, _LARGEST_ZOOM = 400, 0.72, 1.6
_LEAST_HEIGHT_WITH_THUMBS = 260
_COMFORT_WITH_THUMBS = 460
_SMALL_UNIT = 18


class Fitted(QWidget):
    """Sizes what is in it to the room there is, however little: nothing has to be scrolled."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """Room for comfortable cells."""
        return QSize(px(960), px(380))

    def minimumSizeHint(self) -> QSize:
        """Little: the cells shrink before anything has to be scrolled."""
        return QSize(px(320), px(100))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Size the cells."""
        self._lay_out()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow theme and scale."""
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange}:
            self._lay_out()
            self.update()
        super().changeEvent(event)

    def _lay_out(self) -> None:
        raise NotImplementedError


class Stage(Fitted):
    """Up to four panes, sized together so that a cell is equally large in all of them."""

    channel_chosen = Signal(str, int)
    hovered = Signal(object)
    pinned = Signal(object)
    refused = Signal(str)
    cells_sized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unit = 0
        self.panes = [Pane(self) for _ in range(PANES)]
        for pane in self.panes:
            pane.hide()
            pane.channel_chosen.connect(self.channel_chosen)
            pane.hovered.connect(self.hovered)
            pane.pinned.connect(partial(self._pin, pane))
            pane.refused.connect(self.refused)
        self._picture: tuple[PanePicture, ...] = ()
        self._zoom = 1.0
        self._largest_zoom = _LARGEST_ZOOM
        self._around = ROOMS[0]
        self._has_lines = False
        self._lines: tuple[QLineF, ...] = ()

    def pane(self, key: str) -> Pane:
        """The pane of a grid, or ``"products"``.

        Raises:
            KeyError: if it is not shown.
        """
        for pane, shown in zip(self.panes, self._picture, strict=False):
            if shown.key == key:
                return pane
        raise KeyError(key)

    def set_editing(self, editing: Editing) -> None:
        """Let the cells be edited."""
        for pane in self.panes:
            pane.editing = editing

    def release(self) -> None:
        """Let the chosen cell go, wherever it is."""
        for pane in self.panes:
            pane.release()

    def _pin(self, pane: Pane, hover: Hover | None) -> None:
        if hover is not None:
            for other in self.panes:
                if other is not pane:
                    other.release()
        self.pinned.emit(hover)

    @property
    def shown(self) -> tuple[str, ...]:
        """The keys of the panes, from left to right."""
        return tuple(pane.key for pane in self._picture)

    def set_largest_zoom(self, zoom: float) -> None:
        """Let cells and titles grow further than in a window: a full screen has room for it."""
        self._largest_zoom = max(_LARGEST_ZOOM, zoom)
        self._lay_out()

    def set_picture(self, picture: tuple[PanePicture, ...], *, has_lines: bool = False) -> None:
        """Show another step; with lines from the window's corners to the output cell, or not."""
        has_new_layout = _layout_key(picture) != _layout_key(self._picture)
        self._picture = picture
        for pane, shown in zip(self.panes, picture, strict=False):
            pane.set_picture(shown)
        if has_new_layout:
            for number, pane in enumerate(self.panes):
                pane.setVisible(number < len(picture))
            self._lay_out()
            self.update()
        self._has_lines = has_lines
        self._draw_lines_if_others()

    @property
    def lines(self) -> tuple[QLineF, ...]:
        """The four lines from the corners of the window to those of the cell that it fills."""
        return self._lines

    def _draw_lines_if_others(self) -> None:
        lines = joining_lines(self, self.panes[: len(self._picture)]) if self._has_lines else ()
        if lines != self._lines:
            self._lines = lines
            self.update()

    def _lay_out(self) -> None:
        if not self._picture:
            return
        wanted = self.height() / px(_COMFORTABLE_HEIGHT)
        self._zoom = max(_SMALLEST_ZOOM, min(self._largest_zoom, wanted))
        thumb_unit = _thumb_unit(self._picture, self.height())
        if self.height() < px(self._least_height_with_thumbs()):
            thumb_unit = 0
        room = 2 * px(OUTLINE_ROOM)
        self._around, sizes, units = self._largest_cells(thumb_unit)
        around = self._around
        joints = self._joint_widths(around)
        widths = [
            max(size.least_width, size.width(unit) + size.room)
            for size, unit in zip(sizes, units, strict=True)
        ]
        spare = self.width() - sum(widths) - sum(joints)
        extra = max(0, min(px(40), spare // (len(widths) + 1)))
        x = (self.width() - sum(widths) - sum(joints) - extra * len(joints)) // 2
        above, below = reach(sizes, units)
        middle = round(above + max(0.0, (self.height() - above - below) / 2))
        for pane, size, unit, pane_width, joint in zip(
            self.panes, sizes, units, widths, [*joints, 0], strict=False
        ):
            grid = QSize(size.width(unit) + room, size.height(unit) + room)
            top = middle - grid.height() // 2 - (round(size.above) - px(OUTLINE_ROOM))
            pane.setGeometry(x, top, pane_width, max(1, self.height() - top))
            pane.set_sizes(
                grid,
                thumb_unit,
                self._zoom,
                has_subtitle=around.has_subtitles,
                has_bar=around.has_bars,
            )
            x += pane_width + joint + extra
        self._draw_lines_if_others()
        self._unit = min(units)
        self.cells_sized.emit()

    @property
    def has_small_cells(self) -> bool:
        """Whether cells are smaller than digits need to be read."""
        return bool(self._picture) and self._unit < px(LEAST_UNIT)

    def _largest_cells(self, thumb_unit: int) -> tuple[Around, list[PaneSize], list[int]]:
        """What stands around the cells, and the cells: nothing gives way without need.

        Cells are to be legible (``LEAST_UNIT``). Where they cannot be, words give way until they
        can at least be pointed at.
        """
        found = [(around, *self._sizes_and_units(thumb_unit, around)) for around in ROOMS]
        for least in (px(LEAST_UNIT), px(_SMALL_UNIT)):
            for way in found:
                if min(way[2]) >= least:
                    return way
        return max(found, key=lambda way: min(way[2]))

    def _sizes_and_units(self, thumb_unit: int, around: Around) -> tuple[list[PaneSize], list[int]]:
        most = self.width() // max(1, len(self._picture)) - px(48)
        sizes = [pane_size(shown, thumb_unit, self._zoom, most, around) for shown in self._picture]
        width = self.width() - sum(self._joint_widths(around))
        limit = px(_LARGEST_UNIT * self._largest_zoom / _LARGEST_ZOOM)
        comfortable = px(_COMFORTABLE_UNIT)
        return sizes, units_that_fit(sizes, width, self.height(), limit, comfortable)

    def _least_height_with_thumbs(self) -> int:
        """Output channels can also be chosen by buttons and keys, input channels here alone."""
        axes = {thumb.axis for pane in self._picture for thumb in pane.thumbs}
        return _LEAST_HEIGHT_WITH_THUMBS if "in" in axes else _COMFORT_WITH_THUMBS

    @painted
    def paintEvent(self, event: QPaintEvent, painter: QPainter) -> None:
        """Paint what joins the panes."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        panes = self.panes[: len(self._picture)]
        if self._lines:
            words = self._joint_words_boxes() if self._around.has_joint_words else []
            draw_lines(painter, self.rect(), panes, self._lines, words)
        for left, right, shown in zip(panes, panes[1:], self._picture[1:], strict=False):
            box = _between(left, right)
            between = box.toAlignedRect().adjusted(1, 0, -1, 0)  # the grids at its sides left out
            if event.region().intersects(between):
                self._paint_joint(painter, box, shown)

    def _joint_widths(self, around: Around) -> list[int]:
        """How much room stands between the panes."""
        metrics = QFontMetricsF(font(13 * self._zoom))
        has_words = around.has_joint_words
        sign, arrow = (36, 0) if has_words else (22, 36)
        return [
            px(sign * self._zoom)
            if len(shown.joint) == 1
            else px(arrow * self._zoom) or round(metrics.horizontalAdvance(shown.joint)) + px(20)
            for shown in self._picture[1:]
        ]

    def _paint_joint(self, painter: QPainter, box: QRectF, shown: PanePicture) -> None:
        colour, zoom = QColor(current_theme().text_muted), self._zoom
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip
        painter.setPen(colour)
        if len(shown.joint) == 1:
            painter.setFont(font(28 * zoom))
            painter.drawText(box, flags, shown.joint)
            return
        side = px(8 if self._around.has_joint_words else 2)
        middle, half = box.center(), min(box.width() / 2 - side, px(32 * zoom))
        reach_right = QPointF(half, 0)
        painter.setPen(QPen(colour, px(2)))
        painter.drawLine(middle - reach_right, middle + reach_right)
        tip = middle + reach_right + QPointF(px(2), 0)
        back, side = px(9 * zoom), px(5 * zoom)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(
            QPolygonF([tip, tip + QPointF(-back, -side), tip + QPointF(-back, side)])
        )
        if not self._around.has_joint_words:
            return
        painter.setPen(colour)
        painter.setFont(font(13 * zoom))
        painter.drawText(box.translated(0, -px(16 * zoom)), flags, shown.joint)

    def _joint_words_boxes(self) -> list[QRect]:
        """Where words and arrows stand between the panes, as wide as the gap: lines leave it out.

        Else their stubs would stand on both sides of a word like dashes.
        """
        panes, zoom = self.panes[: len(self._picture)], self._zoom
        return [
            _between(left, right).adjusted(0, px(30 - 28 * zoom), 0, px(8 * zoom - 30)).toRect()
            for left, right in pairwise(panes)
        ]


def _between(left: Pane, right: Pane) -> QRectF:
    """The room between two panes in which it is said how one follows from the other."""
    start = left.x() + left.grid.geometry().right()
    end = right.x() + right.grid.x()
    middle = right.y() + right.grid.geometry().center().y()
    return QRectF(start, middle - px(30), end - start, px(60))


def _thumb_unit(picture: tuple[PanePicture, ...], height: int) -> int:
    """Cells of the small grids: an eighth of the height together, within bounds."""
    rows = max(
        (thumb.content.values.shape[0] for pane in picture for thumb in pane.thumbs), default=1
    )
    return max(4, min(px(26), round(height / 8 / rows)))


def _layout_key(picture: tuple[PanePicture, ...]) -> tuple[object, ...]:
    return tuple(
        (
            pane.key,
            pane.content.values.shape,
            len(pane.thumbs),
            pane.joint,
            pane.attached is not None,
        )
        for pane in picture
    )
