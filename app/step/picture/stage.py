"""The stage of the sliding-window lab: the grids of one step side by side, as large as fits."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
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
from app.step.picture.links import Hover
from app.step.picture.pane import (
    ATTACHED,
    BAR,
    THUMB_LABEL,
    TITLE,
    Editing,
    Pane,
    broken,
    thumbs_width,
)
from app.step.picture.shown import PRODUCTS, PanePicture

PANES = 4
_PRODUCT_WIDTH, _PRODUCT_HEIGHT = 1.7, 1.12
_LARGEST_UNIT = 132
_COMFORTABLE_UNIT = 46
_COMFORTABLE_HEIGHT, _SMALLEST_ZOOM, _LARGEST_ZOOM = 400, 0.72, 1.6
_LEAST_HEIGHT_WITH_THUMBS = 260
_COMFORT_WITH_THUMBS = 420
_LEAST_PANE, _LEAST_PANE_IF_NARROW, _LEAST_PANE_WITH_BIAS = 104, 64, 104
_SMALL_UNIT = 18


@dataclass(frozen=True)
class PaneSize:
    """How many cells a pane has, how large one is in units, and what its grid has around it."""

    rows: int
    columns: int
    cell_width: float = 1.0
    cell_height: float = 1.0
    above: float = 0.0
    below: float = 0.0
    least_width: int = 0
    room: int = 0

    def width(self, unit: float) -> int:
        """Width of the cells."""
        return round(self.columns * self.cell_width * unit)

    def height(self, unit: float) -> int:
        """Height of the cells."""
        return round(self.rows * self.cell_height * unit)


def largest_unit(sizes: list[PaneSize], width: float, height: float, limit: int) -> int:
    """The largest cell, in whole pixels, with which all panes fit, centred on one line."""
    for unit in range(limit, 4, -1):
        if _fits(sizes, [unit] * len(sizes), width, height):
            return unit
    return 4


def reach(sizes: list[PaneSize], units: list[int]) -> tuple[float, float]:
    """How far the panes reach above and below the line through the middle of their grids."""
    heights = [size.height(unit) / 2 for size, unit in zip(sizes, units, strict=True)]
    return (
        max(size.above + height for size, height in zip(sizes, heights, strict=True)),
        max(size.below + height for size, height in zip(sizes, heights, strict=True)),
    )


def units_that_fit(
    sizes: list[PaneSize], width: float, height: float, limit: int, comfortable: int
) -> list[int]:
    """The cell of every pane: the same in all, but where that is small, small grids grow more."""
    units = [largest_unit(sizes, width, height, limit)] * len(sizes)
    if units[0] >= comfortable:
        return units
    growing = list(range(len(sizes)))
    while growing:
        at = min(growing, key=units.__getitem__)
        wider = [unit + (number == at) for number, unit in enumerate(units)]
        if wider[at] > comfortable or not _fits(sizes, wider, width, height):
            growing.remove(at)
        else:
            units = wider
    return units


def _fits(sizes: list[PaneSize], units: list[int], width: float, height: float) -> bool:
    across = sum(
        max(size.least_width, size.width(unit) + size.room)
        for size, unit in zip(sizes, units, strict=True)
    )
    return across <= width and sum(reach(sizes, units)) <= height


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
        return QSize(px(320), px(130))

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

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
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

    def set_picture(self, picture: tuple[PanePicture, ...]) -> None:
        """Show another step."""
        has_new_layout = _layout_key(picture) != _layout_key(self._picture)
        self._picture = picture
        for pane, shown in zip(self.panes, picture, strict=False):
            pane.set_picture(shown)
        if has_new_layout:
            for number, pane in enumerate(self.panes):
                pane.setVisible(number < len(picture))
            self._lay_out()
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
        most = self.width() // max(1, len(self._picture)) - px(48)
        joints = [self._joint_width(shown) for shown in self._picture[1:]]
        width = self.width() - sum(joints)
        sizes, units = self._sizes_and_units(thumb_unit, most, width, is_narrow=False)
        if min(units) < px(_SMALL_UNIT):  # cells before words: those get less room then
            narrow = self._sizes_and_units(thumb_unit, most, width, is_narrow=True)
            if min(narrow[1]) >= min(units):
                sizes, units = narrow
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
            top = middle - grid.height() // 2 - px(TITLE * self._zoom)
            pane.setGeometry(x, top, pane_width, max(1, self.height() - top))
            pane.set_sizes(grid, thumb_unit, self._zoom)
            x += pane_width + joint + extra

    def _sizes_and_units(
        self, thumb_unit: int, most: int, width: int, *, is_narrow: bool
    ) -> tuple[list[PaneSize], list[int]]:
        sizes = [
            _pane_size(shown, thumb_unit, self._zoom, most, is_narrow=is_narrow)
            for shown in self._picture
        ]
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
        for left, right, shown in zip(panes, panes[1:], self._picture[1:], strict=False):
            start = left.x() + left.grid.geometry().right()
            end = right.x() + right.grid.x()
            middle = right.y() + right.grid.geometry().center().y()
            box = QRectF(start, middle - px(30), end - start, px(60))
            between = box.toAlignedRect().adjusted(1, 0, -1, 0)  # the grids at its sides left out
            if event.region().intersects(between):
                self._paint_joint(painter, box, shown)

    def _joint_width(self, shown: PanePicture) -> int:
        if len(shown.joint) == 1:
            return px(36 * self._zoom)
        metrics = QFontMetricsF(font(13 * self._zoom))
        return round(metrics.horizontalAdvance(shown.joint)) + px(20)

    def _paint_joint(self, painter: QPainter, box: QRectF, shown: PanePicture) -> None:
        colour, zoom = QColor(current_theme().text_muted), self._zoom
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip
        painter.setPen(colour)
        if len(shown.joint) == 1:
            painter.setFont(font(28 * zoom))
            painter.drawText(box, flags, shown.joint)
            return
        middle, half = box.center(), min(box.width() / 2 - px(8), px(32 * zoom))
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
        painter.setPen(colour)
        painter.setFont(font(13 * zoom))
        painter.drawText(box.translated(0, -px(16 * zoom)), flags, shown.joint)


def _pane_size(
    shown: PanePicture, thumb_unit: int, zoom: float, most: int, *, is_narrow: bool
) -> PaneSize:
    rows, columns = shown.content.values.shape
    room = px(OUTLINE_ROOM)
    below = room + px(BAR * zoom) + (px(ATTACHED * zoom) if shown.attached is not None else 0)
    across_thumbs = 0
    if shown.thumbs and thumb_unit:
        across_thumbs = min(most, thumbs_width(shown.thumbs, thumb_unit))
        tallest = max(thumb.content.values.shape[0] for thumb in shown.thumbs)
        below += tallest * thumb_unit + 2 * room + px(THUMB_LABEL)
    is_products = shown.key == PRODUCTS
    metrics = QFontMetricsF(font(15 * zoom, QFont.Weight.DemiBold))
    title = metrics.horizontalAdvance(shown.title) + px(24 * zoom)
    subtitle = QFontMetricsF(font(12 * zoom)).horizontalAdvance(shown.subtitle) + px(4)
    least, words = _LEAST_PANE, max(title, subtitle)
    if is_narrow:
        least = _LEAST_PANE_IF_NARROW if shown.attached is None else _LEAST_PANE_WITH_BIAS
        lines = broken(shown.title)
        words = max(metrics.horizontalAdvance(line) for line in lines) + px(24 * zoom)
    return PaneSize(
        rows,
        columns,
        _PRODUCT_WIDTH if is_products else 1.0,
        _PRODUCT_HEIGHT if is_products else 1.0,
        above=room + px(TITLE * zoom),
        below=below,
        least_width=round(max(px(least * zoom), words, across_thumbs)),
        room=2 * room,
    )


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
