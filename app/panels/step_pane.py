"""One pane of the sliding-window lab: a grid, its title, its colour bar, the other channels."""

from __future__ import annotations

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
from PySide6.QtWidgets import QWidget

from app.panels.step_links import Hover
from app.panels.step_picture import PRODUCTS, PanePicture, Thumb
from app.theme import current_theme, font, px
from app.widgets.colour_bar import ColourBar
from app.widgets.grid_painting import OUTLINE_ROOM
from app.widgets.number_grid import NumberGrid
from engine.traces import Cell

TITLE, BAR, THUMB_LABEL = 44, 34, 18
"""Heights at scale 1 of the title, the colour bar, and the label of a small grid."""


class Pane(QWidget):
    """One grid with its title above, its colour bar below, and the other channels under that."""

    channel_chosen = Signal(str, int)
    hovered = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.picture: PanePicture | None = None
        self.grid = NumberGrid("", self)
        self.bar = ColourBar(self)
        self.thumbs: list[_ThumbView] = []
        self._grid_size = QSize()
        self._thumb_unit = 0
        self._zoom = 1.0
        self.grid.cell_hovered.connect(self._hover)
        self.grid.hover_ended.connect(self._end_hover)

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
        self._set_thumbs(picture.thumbs)
        if old is None or (old.title, old.subtitle) != (picture.title, picture.subtitle):
            self.update()

    def set_sizes(self, grid: QSize, thumb_unit: int, zoom: float) -> None:
        """Lay out for a grid of this size, in the middle of the pane's width.

        Small cells of 0 pixels hide the other channels. ``zoom`` enlarges what is written around.
        """
        self._grid_size, self._thumb_unit, self._zoom = grid, thumb_unit, zoom
        self.bar.set_zoom(zoom)
        self._lay_out()
        self.update()

    def _px(self, length: float) -> int:
        return px(length * self._zoom)

    def _lay_out(self) -> None:
        width = self.width()
        left = (width - self._grid_size.width()) // 2
        self.grid.setGeometry(QRect(left, self._px(TITLE), *self._grid_size.toTuple()))
        below = self._px(TITLE) + self._grid_size.height() + px(4)
        bar = max(min(width, px(100)), self._grid_size.width())
        self.bar.setGeometry((width - bar) // 2, below, bar, self._px(BAR) - px(4))
        below += self._px(BAR)
        sizes = [thumb.size_for(self._thumb_unit) for thumb in self.thumbs]
        gap = px(10)
        total = sum(size.width() for size in sizes) + gap * max(0, len(sizes) - 1)
        x = (width - total) // 2
        for thumb, size in zip(self.thumbs, sizes, strict=True):
            thumb.setVisible(self._thumb_unit > 0)
            thumb.setGeometry(x, below, size.width(), size.height())
            x += size.width() + gap

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

    def _hover(self, row: int, column: int) -> None:
        if self.picture is None:
            return
        if self.picture.key == PRODUCTS:
            self.hovered.emit(Hover(place=(self.picture.page[0], row, column)))
        else:
            cell = Cell(self.picture.key, (*self.picture.page, row, column))
            self.hovered.emit(Hover(cell=cell))

    def _end_hover(self) -> None:
        self.hovered.emit(None)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the title with the dot of its role, and the subtitle."""
        if self.picture is None or event.rect().top() > self._px(TITLE):
            return
        theme, align = current_theme(), Qt.AlignmentFlag
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        title_font = font(15 * self._zoom, QFont.Weight.DemiBold)
        metrics = QFontMetricsF(title_font)
        room = self.width() - self._px(18)
        title = metrics.elidedText(self.picture.title, Qt.TextElideMode.ElideRight, room)
        left = (self.width() - metrics.horizontalAdvance(title) - self._px(16)) / 2
        colour = QColor(getattr(theme, self.picture.role.value))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(QRectF(left, self._px(7), self._px(10), self._px(10)))
        painter.setFont(title_font)
        painter.setPen(colour)
        box = QRectF(left + self._px(16), 0, self.width() - left - self._px(16), self._px(24))
        painter.drawText(box, align.AlignLeft | align.AlignVCenter, title)
        painter.setFont(font(12 * self._zoom))
        painter.setPen(QColor(theme.text_muted))
        box = QRectF(0, self._px(23), self.width(), self._px(18))
        painter.drawText(box, align.AlignCenter | Qt.TextFlag.TextDontClip, self.picture.subtitle)
        painter.end()


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
        if old is None or (old.label, old.is_current) != (thumb.label, thumb.is_current):
            self.grid.setAccessibleName(f"channel {thumb.channel + 1}")
            self.setToolTip(f"Channel {thumb.channel + 1} ({thumb.channel + 1})")
            self.update()

    def size_for(self, unit: int) -> QSize:
        """Room for cells of this size, and the label."""
        room = 2 * px(OUTLINE_ROOM)
        width = self.grid.columns * unit + room
        return QSize(max(width, px(44)), self.grid.rows * unit + room + px(THUMB_LABEL))

    def resizeEvent(self, event: QResizeEvent) -> None:
        height = self.height() - px(THUMB_LABEL)
        room = 2 * px(OUTLINE_ROOM)
        unit = (height - room) / max(1, self.grid.rows)
        width = round(unit * self.grid.columns) + room
        self.grid.setGeometry((self.width() - width) // 2, 0, width, height)
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if self.thumb is None:
            return
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        label = QRectF(0, self.height() - px(THUMB_LABEL), self.width(), px(THUMB_LABEL))
        is_current = self.thumb.is_current
        if is_current:
            painter.setPen(QPen(QColor(theme.accent), px(2)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.grid.geometry()).adjusted(1, 1, -1, -1), 4, 4)
        weight = QFont.Weight.DemiBold if is_current else QFont.Weight.Normal
        painter.setFont(font(12, weight))
        painter.setPen(QColor(theme.text if is_current else theme.text_muted))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip
        painter.drawText(label, flags, self.thumb.label)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.thumb is not None:
            self.chosen.emit(self.thumb.axis, self.thumb.channel)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
        super().changeEvent(event)
