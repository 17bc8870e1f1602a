"""Sets of maps beside each other, kernels and feature maps, each with its own colour bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.kit.keys_and_pointer import ARROWS
from app.kit.maps.map_layout import MapLayout, colours_of, lay_out, mosaic, range_of
from app.look.painting import painted
from app.look.pictures import rgba_image
from app.look.theme import current_theme, font, px
from engine.basics.geometry import times
from engine.basics.numbers import show
from engine.insight.shown_layer import Unit
from engine.insight.snapshot import MapSet

_GAP = 16
_HEAD, _FOOT = 42, 28
_TITLE = 4
_SMALL_MAP = 12
"""Maps of fewer cells across stand further apart, so that each is seen as one."""
_LEAST_MOSAIC = 56
_LEAST_WIDTH = 92
_BAR_WIDTH = 140


@dataclass(eq=False)
class _Shown:
    """One set: what it shows, where, and its colours as a picture."""

    maps: MapSet
    box: QRectF
    layout: MapLayout
    image: QImage
    ends: tuple[float, float]
    frames: list[QRectF] = field(default_factory=list)


class MapRow(QWidget):
    """Paints all sets, one picture each, as large as they fit.

    Signals:
        unit_hovered: Another ``Unit`` of a layer's maps is under the pointer, or ``None``.
        unit_chosen: A ``Unit`` was clicked or reached by key, or with ``None`` let go.
        arranged: The maps lie elsewhere.
    """

    unit_hovered = Signal(object)
    unit_chosen = Signal(object)
    arranged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sets: tuple[MapSet, ...] = ()
        self._empty = ""
        self._hovered: Unit | None = None
        self._chosen: Unit | None = None
        self._shown: list[_Shown] = []
        self._layouts: dict[tuple[tuple[int, ...], int, int], MapLayout] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Kernels and feature maps")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    @property
    def sets(self) -> tuple[MapSet, ...]:
        """What is shown."""
        return self._sets

    def show_sets(self, sets: Sequence[MapSet], empty: str = "") -> None:
        """Show other maps; if there are none, say ``empty``."""
        self._sets, self._empty = tuple(sets), empty
        described = "; ".join(self.words(index) for index in range(len(self._sets)))
        self.setAccessibleDescription(described)
        self._arrange()
        self.update()

    def words(self, index: int) -> str:
        """What stands above a set, in one line."""
        return ", ".join(self._heading(self._sets[index]))

    def labels(self, index: int) -> tuple[str, str]:
        """The ends of a set's colour bar."""
        low, high = self._shown[index].ends
        return _end(low), _end(high)

    def image(self, index: int) -> QImage:
        """The mosaic of a set, in the display's pixels."""
        return self._shown[index].image

    def sizeHint(self) -> QSize:
        """Comfortable maps."""
        return QSize(max(1, len(self._sets)) * px(170), px(190))

    def minimumSizeHint(self) -> QSize:
        """Room for two sets whose maps can be told apart; of more, those are shown that fit."""
        return QSize(px(2 * _LEAST_WIDTH + _GAP), px(_HEAD + _FOOT + _LEAST_MOSAIC))

    # Pointing and choosing

    @property
    def chosen(self) -> Unit | None:
        """The unit that is held."""
        return self._chosen

    @property
    def layers(self) -> tuple[int, ...]:
        """Of which layers there are maps in sight, from 0."""
        found = (shown.maps.layer for shown in self._shown)
        return tuple(layer for layer in found if layer is not None)

    @property
    def tiles(self) -> tuple[QRect, ...]:
        """Where the maps of each layer are."""
        return tuple(
            shown.box.toAlignedRect() for shown in self._shown if shown.maps.layer is not None
        )

    def has(self, unit: Unit | None) -> bool:
        """Whether a unit can be seen."""
        return unit is not None and not self.cell_box(unit).isNull()

    def cell_box(self, unit: Unit) -> QRectF:
        """The pixels that show a unit; null if it cannot be seen."""
        for shown in self._shown:
            shape = shown.maps.maps.shape
            if shown.maps.layer == unit.layer and len(unit.index) == len(shape):
                if any(part >= size for part, size in zip(unit.index, shape, strict=True)):
                    break
                place = int(np.ravel_multi_index(unit.index, shape))
                ratio = self.devicePixelRatioF()
                left, top, wide, high = (part / ratio for part in shown.layout.box(place))
                corner = shown.box.topLeft()
                return QRectF(corner.x() + left, corner.y() + top, wide, high)
        return QRectF()

    def unit_at(self, position: QPointF) -> Unit | None:
        """The unit shown at a place of the widget."""
        for shown in self._shown:
            if shown.maps.layer is not None and shown.box.contains(position):
                inner = (position - shown.box.topLeft()) * self.devicePixelRatioF()
                place = shown.layout.place(int(inner.x()), int(inner.y()))
                if place is not None:
                    found = np.unravel_index(place, shown.maps.maps.shape)
                    return Unit(shown.maps.layer, tuple(int(part) for part in found))
        return None

    def choose(self, unit: Unit | None) -> None:
        """Hold a unit, or let go."""
        if unit != self._chosen:
            self._chosen = unit
            self.unit_chosen.emit(unit)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell which unit is under the pointer."""
        self._hover(self.unit_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """None is any more."""
        self._hover(None)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Hold the unit under the pointer."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.choose(self.unit_at(event.position()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrows walk from the unit that is held to the next one; Escape lets go."""
        key, unit = Qt.Key(event.key()), self._chosen
        if unit is None or (key not in ARROWS and key != Qt.Key.Key_Escape):
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_Escape:
            self.choose(None)
        else:
            down, across = ARROWS[key]
            moved = (unit.index[0], unit.index[1] + down, unit.index[2] + across)
            if min(moved) >= 0 and self.has(Unit(unit.layer, moved)):
                self.choose(Unit(unit.layer, moved))

    def _hover(self, unit: Unit | None) -> None:
        if unit != self._hovered:
            self._hovered = unit
            self.unit_hovered.emit(unit)

    # Arranging

    @staticmethod
    def _heading(maps: MapSet) -> tuple[str, str]:
        count, *size = maps.maps.shape
        counted = f"{count}" if count == maps.total else f"{count} of {maps.total}"
        kind = maps.kind if count > 1 else maps.kind.removesuffix("s")
        return maps.title, f"{counted} {kind}, {times(tuple(size))}"

    def _arrange(self) -> None:
        self._shown = []
        if not self._sets or self.width() < 1:
            return
        ratio = self.devicePixelRatioF()
        room = (self.width() + px(_GAP)) // px(_LEAST_WIDTH + _GAP)
        count = min(len(self._sets), max(1, room))
        each = (self.width() - (count - 1) * px(_GAP)) / count
        high = max(px(_LEAST_MOSAIC), self.height() - px(_HEAD) - px(_FOOT))
        left = 0.0
        for maps in self._sets[:count]:
            layout = self._layout(maps.maps.shape, int(each * ratio), int(high * ratio))
            height, width = layout.pixels.shape
            box = QRectF(round(left), px(_HEAD), width / ratio, height / ratio)
            with np.errstate(all="ignore"):
                ends = range_of(maps.maps, signed=maps.is_signed)
                image = mosaic(layout, maps.maps, ends, colours_of(signed=maps.is_signed))
            image.setDevicePixelRatio(ratio)
            shown = _Shown(maps, box, layout, image, ends)
            if maps.is_signed:
                shown.frames = self._frames(shown, ratio)
            self._shown.append(shown)
            left += each + px(_GAP)
        self.arranged.emit()

    def _layout(self, shape: tuple[int, ...], width: int, height: int) -> MapLayout:
        key = (shape, width, height)
        if key not in self._layouts:
            if len(self._layouts) > 12:
                self._layouts.clear()
            apart = px(5 if shape[-1] < _SMALL_MAP else 2)
            gap = max(1, round(apart * self.devicePixelRatioF()))
            self._layouts[key] = lay_out(shape, width, height, gap)
        return self._layouts[key]

    @staticmethod
    def _frames(shown: _Shown, ratio: float) -> list[QRectF]:
        """Of a map that is white at its edge, where the edge is."""
        width, height = (part / ratio for part in shown.layout.size)
        corners = shown.box.topLeft()
        return [
            QRectF(corners.x() + x / ratio, corners.y() + y / ratio, width, height).adjusted(
                -0.5, -0.5, 0.5, 0.5
            )
            for x, y in shown.layout.corners.tolist()
        ]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the maps out in the new room."""
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        """Follow theme and scale."""
        if event.type() in {QEvent.Type.StyleChange, QEvent.Type.PaletteChange}:
            self.updateGeometry()
            self._arrange()
        super().changeEvent(event)

    # Painting

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Draw every set, or say why there is none."""
        if not self._shown:
            painter.setPen(QColor(current_theme().text_muted))
            painter.setFont(font(13))
            flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
            painter.drawText(QRectF(self.rect()), flags, self._empty)
            return
        each = (self.width() - (len(self._shown) - 1) * px(_GAP)) / len(self._shown)
        for shown in self._shown:
            self._paint_head(painter, shown, each)
            painter.drawImage(shown.box.topLeft(), shown.image)
            painter.setPen(QColor(current_theme().border))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRects(shown.frames)
            self._paint_bar(painter, shown, each)

    def _paint_head(self, painter: QPainter, shown: _Shown, each: float) -> None:
        theme, (title, size) = current_theme(), self._heading(shown.maps)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        room = QRectF(shown.box.left(), px(_TITLE), each + px(_GAP) - px(4), px(17))
        painter.setFont(font(12, QFont.Weight.Medium))
        painter.setPen(QColor(theme.text))
        metrics = painter.fontMetrics()
        words = metrics.elidedText(title, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, flags, words)
        painter.setFont(font(11))
        painter.setPen(QColor(theme.text_muted))
        painter.drawText(room.translated(0, px(17)), flags, size)

    def _paint_bar(self, painter: QPainter, shown: _Shown, each: float) -> None:
        theme = current_theme()
        width = min(each, px(_BAR_WIDTH))
        bar = QRectF(shown.box.left(), shown.box.bottom() + px(5), width, px(5))
        strip = rgba_image(colours_of(signed=shown.maps.is_signed)[np.newaxis])
        painter.drawImage(bar, strip)
        words = QRectF(bar.left(), bar.bottom() + px(1), bar.width(), px(16))
        painter.setFont(font(11))
        painter.setPen(QColor(theme.text_muted))
        align = Qt.AlignmentFlag
        low, high = (_end(value) for value in shown.ends)
        painter.drawText(words, align.AlignLeft | align.AlignVCenter, low)
        painter.drawText(words, align.AlignRight | align.AlignVCenter, high)
        if shown.maps.is_signed:
            middle = words.center().x()
            painter.drawLine(QPointF(middle, words.top()), QPointF(middle, words.top() + px(4)))
            if width >= px(110):
                painter.drawText(words, align.AlignCenter, "0")


def _end(value: float) -> str:
    """An end of a colour bar, to three significant digits."""
    return show(float(f"{value:.3g}")).text
