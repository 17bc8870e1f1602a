"""One pane of the sliding-window lab: a grid, its title, its colour bar, the other channels."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QMenu, QWidget

from app.kit.colour_bar import ColourBar
from app.look.painting import painted
from app.look.theme import current_theme, font, px
from app.step.grid.editable_grid import CellEdits, EditableGrid
from app.step.grid.grid_painting import OUTLINE_ROOM
from app.step.grid.number_grid import NumberGrid
from app.step.picture.links import Hover
from app.step.picture.shown import PRODUCTS, PanePicture, Thumb
from engine.traces import Cell

TITLE, BAR, THUMB_LABEL, ATTACHED = 44, 34, 18, 42
"""Heights at scale 1 of title, colour bar, the label of a small grid, and the attached grid."""
_TITLE_LINE = 25


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip


class Editing(Protocol):
    """Who knows which numbers lie behind the cells."""

    def edits_of(self, key: str, page: tuple[int, ...], is_attached: bool) -> CellEdits | None:
        """How the cells of one sheet are edited; ``None`` if they are not."""

    def extend_menu(self, menu: QMenu, cell: Cell) -> None:
        """Add what else can be done with a cell."""


class Pane(QWidget):
    """One grid with its title above, its colour bar below, and the other channels under that."""

    channel_chosen = Signal(str, int)
    hovered = Signal(object)
    pinned = Signal(object)
    """A cell or product was chosen (a ``Hover``), or let go (``None``)."""
    refused = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.picture: PanePicture | None = None
        self.editing: Editing | None = None
        self.grid = EditableGrid("", self)
        self.attached = EditableGrid("bias", self)
        self.attached.hide()
        self.bar = ColourBar(self)
        self.thumbs: list[_ThumbView] = []
        self._grid_size = QSize()
        self._thumb_unit = 0
        self._zoom = 1.0
        self._has_subtitle = self._has_bar = True
        self._edited_for: tuple[object, ...] = ()
        self.grid.cell_hovered.connect(self._hover)
        self.grid.cell_chosen.connect(self._pin)
        self.grid.menu_opened.connect(self._extend_menu)
        self.attached.cell_hovered.connect(self._hover_attached)
        self.attached.cell_chosen.connect(self._pin_attached)
        self.attached.menu_opened.connect(self._extend_attached_menu)
        for grid in (self.grid, self.attached):
            grid.hover_ended.connect(self._end_hover)
            grid.choice_ended.connect(self._unpin)
            grid.refused.connect(self.refused)

    def set_picture(self, picture: PanePicture) -> None:
        """Show another state of the pane."""
        old = self.picture
        self.picture = picture
        if self.grid.accessibleName() != picture.title:
            self.grid.setAccessibleName(picture.title)
        if picture.content is not self.grid.content:
            self.grid.set_content(picture.content)
        self.grid.set_marks(picture.marks)
        self.grid.set_lit(picture.lit)
        self.bar.set_range(picture.colours)
        self.bar.setVisible(self._has_bar and not picture.has_covered_cells)
        self._set_attached(picture.attached)
        self._set_edits(picture)
        self._set_thumbs(picture.thumbs)
        if old is None or (old.title, old.subtitle) != (picture.title, picture.subtitle):
            self.update()

    def _set_attached(self, picture: PanePicture | None) -> None:
        self.attached.setVisible(picture is not None)
        if picture is not None:
            if picture.content is not self.attached.content:
                self.attached.set_content(picture.content)
            self.attached.set_lit(picture.lit)

    def _set_edits(self, picture: PanePicture) -> None:
        attached = picture.attached.page if picture.attached is not None else None
        key = (picture.key, picture.page, attached, self.editing)
        if key == self._edited_for:
            return
        had_other_sheet = self._edited_for[:2] != key[:2]
        self._edited_for = key
        if had_other_sheet:
            self.grid.choose(None)
        if self.editing is None:
            return
        self.grid.set_edits(self.editing.edits_of(picture.key, picture.page, False))
        if attached is not None and picture.attached is not None:
            self.attached.set_edits(self.editing.edits_of(picture.attached.key, attached, True))

    def release(self) -> None:
        """Let the chosen cell go."""
        self.grid.choose(None)
        self.attached.choose(None)

    def set_sizes(
        self,
        grid: QSize,
        thumb_unit: int,
        zoom: float,
        *,
        has_subtitle: bool = True,
        has_bar: bool = True,
    ) -> None:
        """Lay out for a grid of this size, in the middle of the pane's width.

        Small cells of 0 pixels hide the other channels. ``zoom`` enlarges what is written around.
        """
        self._grid_size, self._thumb_unit, self._zoom = grid, thumb_unit, zoom
        self._has_subtitle, self._has_bar = has_subtitle, has_bar
        self.bar.set_zoom(zoom)
        if self.picture is not None:
            self.bar.setVisible(has_bar and not self.picture.has_covered_cells)
        self._lay_out()
        self.update()

    @property
    def _title_height(self) -> int:
        if self.picture is None:
            return self._px(TITLE)
        return title_height(self.picture, self._zoom, has_subtitle=self._has_subtitle)

    def _px(self, length: float) -> int:
        return px(length * self._zoom)

    def _lay_out(self) -> None:
        width = self.width()
        left = (width - self._grid_size.width()) // 2
        top = self._title_height
        self.grid.setGeometry(QRect(left, top, *self._grid_size.toTuple()))
        below = top + self._grid_size.height() + px(4)
        bar = max(min(width, px(100)), self._grid_size.width())
        self.bar.setGeometry((width - bar) // 2, below, bar, self._px(BAR) - px(4))
        below += self._px(BAR) if self._has_bar else 0
        if self.picture is not None and self.picture.attached is not None:
            self.attached.setGeometry(
                width // 2 - self._px(4), below, self._px(58), self._px(ATTACHED) - px(2)
            )
            below += self._px(ATTACHED)
        sizes = [thumb.size_for(self._thumb_unit) for thumb in self.thumbs]
        gaps, gap = max(1, len(sizes) - 1), px(10)
        total = sum(size.width() for size in sizes) + gap * gaps
        if total > width and sizes:
            gap = px(4)
            widest = (width - gap * gaps) // len(sizes)
            sizes = [QSize(min(widest, size.width()), size.height()) for size in sizes]
        total = sum(size.width() for size in sizes) + gap * (len(sizes) - 1)
        x = (width - total) // 2
        for thumb, size in zip(self.thumbs, sizes, strict=True):
            thumb.setVisible(self._thumb_unit > 0)
            thumb.setGeometry(x, below, size.width(), size.height())
            x += size.width() + gap

    def occupied(self) -> list[QRect]:
        """Where in the pane something stands: nothing is drawn behind it."""
        title = QRect(0, 0, self.width(), self._title_height)
        children = [self.grid, self.bar, self.attached, *self.thumbs]
        found = [title, *(child.geometry() for child in children if child.isVisible())]
        if self.attached.isVisible():
            words = self.attached.geometry()
            words.setLeft(0)
            found.append(words)
        return found

    def _set_thumbs(self, thumbs: tuple[Thumb, ...]) -> None:
        changed = len(thumbs) != len(self.thumbs)
        while len(self.thumbs) > len(thumbs):
            old = self.thumbs.pop()
            old.hide()
            old.deleteLater()
        while len(self.thumbs) < len(thumbs):
            view = _ThumbView(self)
            view.chosen.connect(self.channel_chosen)
            self.thumbs.append(view)
        for view, thumb in zip(self.thumbs, thumbs, strict=True):
            view.set_thumb(thumb)
        if changed:
            self._lay_out()

    def _at(self, row: int, column: int) -> Hover | None:
        if self.picture is None:
            return None
        if self.picture.key == PRODUCTS:
            return Hover(place=(self.picture.page[0], row, column))
        return Hover(cell=Cell(self.picture.key, (*self.picture.page, row, column)))

    def _at_attached(self) -> Hover | None:
        if self.picture is None or self.picture.attached is None:
            return None
        return Hover(cell=Cell(self.picture.attached.key, self.picture.attached.page))

    def _hover(self, row: int, column: int) -> None:
        self.hovered.emit(self._at(row, column))

    def _hover_attached(self) -> None:
        self.hovered.emit(self._at_attached())

    def _end_hover(self) -> None:
        self.hovered.emit(None)

    def _pin(self, row: int, column: int) -> None:
        self.attached.choose(None)
        self.pinned.emit(self._at(row, column))

    def _pin_attached(self) -> None:
        self.grid.choose(None)
        self.pinned.emit(self._at_attached())

    def _unpin(self) -> None:
        self.pinned.emit(None)

    def _extend_menu(self, menu: QMenu, row: int, column: int) -> None:
        at = self._at(row, column) if row >= 0 else None
        if at is not None and at.cell is not None and self.editing is not None:
            self.editing.extend_menu(menu, at.cell)

    def _extend_attached_menu(self, menu: QMenu) -> None:
        at = self._at_attached()
        if at is not None and at.cell is not None and self.editing is not None:
            self.editing.extend_menu(menu, at.cell)

    @painted
    def paintEvent(self, event: QPaintEvent, painter: QPainter) -> None:
        """Paint the title with the dot of its role, and the subtitle."""
        is_below = event.rect().top() >= self._title_height
        if self.picture is None or (is_below and self.picture.attached is None):
            return
        theme = current_theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        title_font = font(15 * self._zoom, QFont.Weight.DemiBold)
        metrics = QFontMetricsF(title_font)
        room = self.width() - self._px(18)
        words, below = self.picture.title, self.picture.subtitle
        lines = broken(words)
        is_broken = metrics.horizontalAdvance(words) > room and len(lines) > 1
        if is_broken:  # the second line says more than the subtitle would
            words, below = lines
        title = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
        left = (self.width() - metrics.horizontalAdvance(title) - self._px(16)) / 2
        colour = QColor(getattr(theme, self.picture.role.value))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(QRectF(left, self._px(7), self._px(10), self._px(10)))
        painter.setFont(title_font)
        painter.setPen(colour)
        box = QRectF(left + self._px(16), 0, self.width() - left - self._px(16), self._px(24))
        painter.drawText(box, _LEFT, title)
        if not is_broken:
            painter.setFont(font(12 * self._zoom))
            painter.setPen(QColor(theme.text_muted))
        box = QRectF(0, self._px(23), self.width(), self._px(18))
        is_shown = is_broken or self._has_subtitle
        if is_shown and painter.fontMetrics().horizontalAdvance(below) <= self.width():
            painter.drawText(box, _CENTRE, below)
        if self.picture.attached is not None:
            beside = QRectF(self.attached.geometry())
            painter.setFont(font(13 * self._zoom, QFont.Weight.DemiBold))
            painter.setPen(QColor(getattr(theme, self.picture.attached.role.value)))
            box = QRectF(0, beside.top(), beside.left() - px(6), beside.height())
            painter.drawText(box, _RIGHT, self.picture.attached.title)


def broken(title: str) -> tuple[str, ...]:
    """A title in two lines, for a pane that is too narrow for one: ``input``, ``× kernel``.

    ``kernel 3 of 16, 2 of 6`` becomes ``kernel 3 of 16`` and ``2 of 6``.
    """
    first, middle, rest = title.partition(" × ")
    if not middle and title.startswith("rotated "):
        first, middle, rest = title.partition(" ")
    if not middle:
        first, _, rest = title.partition(", ")
        return (first, rest) if rest else (title,)
    return (first, (middle + rest).strip()) if middle else (title,)


def title_height(shown: PanePicture, zoom: float, *, has_subtitle: bool) -> int:
    """Room for the title and what stands below it."""
    has_two_lines = has_subtitle or len(broken(shown.title)) > 1
    return px((TITLE if has_two_lines else _TITLE_LINE) * zoom)


def thumbs_width(thumbs: tuple[Thumb, ...], unit: int) -> int:
    """How much room small grids with cells of this size take side by side."""
    room = 2 * px(OUTLINE_ROOM)
    widths = (
        max(int(thumb.content.values.shape[1]) * unit + room, _least_thumb(thumb))
        for thumb in thumbs
    )
    return sum(widths) + px(10) * (len(thumbs) - 1)


def _least_thumb(thumb: Thumb | None) -> int:
    """Room for a label."""
    if thumb is None or len(thumb.label) < 4:
        return px(44)
    return px(62) if len(thumb.label) < 9 else px(76)


class _ThumbView(QWidget):
    """A small grid of colours with its channel's number, to be clicked."""

    chosen = Signal(str, int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.grid = NumberGrid("", self, has_numbers=False)
        self.grid.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.grid.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.thumb: Thumb | None = None

    def set_thumb(self, thumb: Thumb) -> None:
        old = self.thumb
        self.thumb = thumb
        if thumb.content is not self.grid.content:
            self.grid.set_content(thumb.content)
        if old is None or old.channel != thumb.channel:
            self.grid.setAccessibleName(f"channel {thumb.channel + 1}")
            self.setToolTip(f"Channel {thumb.channel + 1} ({thumb.channel + 1})")
        if old is None or old.is_current != thumb.is_current:
            self.update()
        elif old.label != thumb.label:
            self.update(self._label_box().toAlignedRect())

    def size_for(self, unit: int) -> QSize:
        """Room for cells of this size, and the label."""
        room = 2 * px(OUTLINE_ROOM)
        width = self.grid.columns * unit + room
        return QSize(
            max(width, _least_thumb(self.thumb)), self.grid.rows * unit + room + px(THUMB_LABEL)
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        height = self.height() - px(THUMB_LABEL)
        room = 2 * px(OUTLINE_ROOM)
        unit = (height - room) / max(1, self.grid.rows)
        width = round(unit * self.grid.columns) + room
        self.grid.setGeometry((self.width() - width) // 2, 0, width, height)
        super().resizeEvent(event)

    @painted
    def paintEvent(self, event: QPaintEvent, painter: QPainter) -> None:
        label = self._label_box()
        if self.thumb is None:
            return
        is_current = self.thumb.is_current
        has_label = event.region().intersects(label.toAlignedRect())
        if not (is_current or has_label):
            return  # the cells alone changed
        theme = current_theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if is_current:
            painter.setPen(QPen(QColor(theme.accent), px(2)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.grid.geometry()).adjusted(1, 1, -1, -1), 4, 4)
        if has_label:
            weight = QFont.Weight.DemiBold if is_current else QFont.Weight.Normal
            painter.setFont(font(12, weight))
            painter.setPen(QColor(theme.text if is_current else theme.text_muted))
            words = self.thumb.label
            if painter.fontMetrics().horizontalAdvance(words) > label.width():
                words = words.removeprefix("sum ")
            painter.drawText(label, _CENTRE, words)

    def _label_box(self) -> QRectF:
        return QRectF(0, self.height() - px(THUMB_LABEL), self.width(), px(THUMB_LABEL))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.thumb is not None:
            self.chosen.emit(self.thumb.axis, self.thumb.channel)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
        super().changeEvent(event)
