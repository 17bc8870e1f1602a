"""Inside a network: one strip per layer, from the image to the answer, all maps in one mosaic."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.kit.keys_and_pointer import ARROWS
from app.kit.maps.map_layout import lay_out
from app.kit.maps.strip import FOOT, HEAD, SPACE, Strip
from app.look.painting import painted
from app.look.theme import current_theme, font, px
from engine.basics.geometry import Shape
from engine.insight.shown_layer import ShownLayer, Unit

_LEAST_WIDTH, _MOST_WIDTH = 70, 300
_LEAST_MOSAIC = 56


class LayerStrips(QWidget):
    """All layers side by side.

    Signals:
        unit_hovered: Another ``Unit`` is under the pointer, or ``None``.
        unit_chosen: A ``Unit`` was clicked or chosen by key.
        unit_released: The chosen unit was let go by Escape.
        arranged: The maps lie elsewhere, after a change of size, layers or scale.
        window_wanted: A ``Unit`` was double-clicked: its window is to be shown in the lab.
    """

    unit_hovered = Signal(object)
    unit_chosen = Signal(object)
    unit_released = Signal()
    arranged = Signal()
    window_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layers: tuple[ShownLayer, ...] = ()
        self._strips: list[Strip] = []
        self._hovered: Unit | None = None
        self._chosen: Unit | None = None
        self._still: QImage | None = None
        self._moving = QRegion()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # or Qt paints what is below
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Layers of the network")

    # What is shown

    @property
    def chosen(self) -> Unit | None:
        """The unit that was chosen last."""
        return self._chosen

    @property
    def layers(self) -> tuple[ShownLayer, ...]:
        """What is shown."""
        return self._layers

    def show_layers(self, layers: tuple[ShownLayer, ...]) -> None:
        """Show other layers, or other numbers in the same ones."""
        is_same = [_form(layer) for layer in layers] == [_form(layer) for layer in self._layers]
        old, self._layers = self._layers, layers
        if not is_same or not self._strips:
            if [layer.shape for layer in layers] != [layer.shape for layer in old]:
                self._hovered = self._chosen = None
            self.updateGeometry()
            self.setMinimumWidth(self.minimumSizeHint().width())
            self._arrange()
        changed = QRegion()
        for strip, layer in zip(self._strips, layers, strict=True):
            before, labels = strip.layer, strip.labels
            strip.layer = layer
            strip.colour()
            if (before.values is None, before.muted) != (layer.values is None, layer.muted):
                is_same = False
            changed += strip.tile
            if strip.labels != labels:
                changed += strip.ends_rect
        if is_same:
            self.update(changed)
        else:
            self.update()

    def choose(self, unit: Unit | None) -> None:
        """Mark a unit, without a signal."""
        self._update_mark(self._chosen)
        self._chosen = unit
        self._update_mark(unit)

    def strip(self, layer: int) -> Strip:
        """How a layer is drawn: its picture, which pixel shows which number, its colour bar."""
        return self._strips[layer]

    @property
    def strips(self) -> tuple[Strip, ...]:
        """How all layers are drawn."""
        return tuple(self._strips)

    @property
    def ground(self) -> QColor:
        """The colour around the maps."""
        return self.palette().color(self.backgroundRole())

    def has(self, unit: Unit | None) -> bool:
        """Whether there is such a unit in these layers."""
        if unit is None or unit.layer >= len(self._strips):
            return False
        shape = self._layers[unit.layer].shape
        return len(unit.index) == len(shape) and all(
            part < size for part, size in zip(unit.index, shape, strict=True)
        )

    def cell_box(self, unit: Unit) -> QRectF:
        """The pixels that show a unit."""
        strip = self._strips[unit.layer]
        return strip.cell_box(strip.layer.flat(unit))

    def position_of(self, unit: Unit) -> QPointF:
        """The middle of the pixels that show a unit."""
        return self.cell_box(unit).center()

    def unit_at(self, position: QPointF) -> Unit | None:
        """The unit shown at a place of the widget."""
        found = (strip.unit_at(index, position) for index, strip in enumerate(self._strips))
        return next((unit for unit in found if unit is not None), None)

    # Arranging

    def sizeHint(self) -> QSize:
        """A size at which all maps are seen at once."""
        return QSize(len(self._layers) * px(_LEAST_WIDTH + SPACE), px(150))

    def minimumSizeHint(self) -> QSize:
        """The smallest size at which a title is legible; then the strips scroll."""
        across = max(0, len(self._layers) * px(_LEAST_WIDTH + SPACE) - px(SPACE))
        return QSize(across, px(HEAD + FOOT + _LEAST_MOSAIC))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the maps out in the new room."""
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        """Follow theme and scale."""
        if event.type() in {QEvent.Type.StyleChange, QEvent.Type.PaletteChange}:
            self.setMinimumWidth(self.minimumSizeHint().width())
            self._arrange()
        super().changeEvent(event)

    def _arrange(self) -> None:
        self._strips = []
        self._still = None
        self._moving = QRegion()
        count = len(self._layers)
        if not count:
            return
        ratio = self.devicePixelRatioF()
        each = (self.width() - (count - 1) * px(SPACE)) / count
        each = max(px(_LEAST_WIDTH), min(each, px(_MOST_WIDTH)))
        high = max(px(_LEAST_MOSAIC), self.height() - px(HEAD) - px(FOOT))
        for index, layer in enumerate(self._layers):
            left = round(index * (each + px(SPACE)))
            layout = lay_out(
                layer.shape, int(each * ratio), int(high * ratio), max(1, round(px(2) * ratio))
            )
            height, width = layout.pixels.shape
            box = QRectF(left, px(HEAD), width / ratio, height / ratio)
            strip = Strip(layer, box, layout, (each, self.height()), ratio, self.ground)
            strip.colour()
            self._strips.append(strip)
            self._moving += strip.tile
            self._moving += strip.ends_rect
        self.arranged.emit()

    # Pointing and choosing

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell which unit is under the pointer."""
        self._hover(self.unit_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        self._hover(None)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the unit under the pointer."""
        unit = self.unit_at(event.position())
        if unit is not None and event.button() == Qt.MouseButton.LeftButton:
            self._choose(unit)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for the unit's window."""
        unit = self.unit_at(event.position())
        if unit is not None and event.button() == Qt.MouseButton.LeftButton:
            self.window_wanted.emit(unit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from number to number, with Shift to another layer or map; Enter opens."""
        key = Qt.Key(event.key())
        if self._layers and key in ARROWS:
            down, across = ARROWS[key]
            is_far = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._choose(self._neighbour(down, across, is_far=is_far))
        elif self._chosen is not None and key == Qt.Key.Key_Escape:
            self.choose(None)
            self.unit_released.emit()
        elif self._chosen is not None and key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.window_wanted.emit(self._chosen)
        else:
            super().keyPressEvent(event)

    def _neighbour(self, down: int, across: int, *, is_far: bool) -> Unit:
        unit = self._chosen
        if unit is None:
            return Unit(0, tuple(size // 2 for size in self._layers[0].shape[-3:]))
        shape = self._layers[unit.layer].shape
        if not is_far:
            return self._next_number(unit, down, across)
        if down:
            return Unit(unit.layer, ((unit.index[0] + down) % shape[0], *unit.index[1:]))
        layer = max(0, min(unit.layer + across, len(self._layers) - 1))
        there = self._layers[layer].shape
        if len(there) != len(shape):
            return Unit(layer, tuple(0 if len(there) == 1 else size // 2 for size in there))
        found = zip(unit.index, shape, there, strict=True)
        return Unit(layer, tuple(min(i * new // old, new - 1) for i, old, new in found))

    def _next_number(self, unit: Unit, down: int, across: int) -> Unit:
        """The number next to it on its map, or in the rows that numbers without maps stand in."""
        shape = self._layers[unit.layer].shape
        if len(shape) == 3:
            _, rows, columns = shape
            row = max(0, min(unit.index[1] + down, rows - 1))
            column = max(0, min(unit.index[2] + across, columns - 1))
            return Unit(unit.layer, (unit.index[0], row, column))
        corners = self._strips[unit.layer].layout.corners
        in_row = int(np.count_nonzero(corners[:, 1] == corners[0, 1]))
        place = int(np.ravel_multi_index(unit.index, shape)) + across + down * in_row
        if not 0 <= place < len(corners):
            return unit
        return Unit(unit.layer, tuple(int(part) for part in np.unravel_index(place, shape)))

    def _hover(self, unit: Unit | None) -> None:
        if unit != self._hovered:
            before, self._hovered = self._hovered, unit
            self.setCursor(
                Qt.CursorShape.ArrowCursor if unit is None else Qt.CursorShape.PointingHandCursor
            )
            self._update_mark(before)
            self._update_mark(unit)
            self.unit_hovered.emit(unit)

    def _choose(self, unit: Unit) -> None:
        self.choose(unit)
        self.unit_chosen.emit(unit)

    def _update_mark(self, unit: Unit | None) -> None:
        """Paint again what the mark of a unit covers, which is little."""
        if unit is not None and unit.layer < len(self._strips):
            self.update(self._strips[unit.layer].mark_box(unit).toAlignedRect())

    # Painting

    @painted
    def paintEvent(self, event: QPaintEvent, painter: QPainter) -> None:
        """Draw what is in sight; when only numbers changed, nothing but the maps and the ends."""
        region = event.region()
        # everywhere that is asked for, to the last fraction of a pixel: some desktops show what
        # nobody painted as black
        painter.fillRect(event.rect().adjusted(-1, -1, 1, 1), self.ground)
        still = self._still_picture()
        if not region.subtracted(self._moving).isEmpty():
            self._paint_still(painter, still, QRect(0, 0, self.width(), px(HEAD)))
            foot = QRect(0, self.height() - px(FOOT), self.width(), px(FOOT))
            self._paint_still(painter, still, foot)
        painter.setFont(font(11))
        for strip in self._strips:
            if region.intersects(strip.tile):
                painter.setClipRect(strip.tile)  # Qt paints into one rectangle much faster
                strip.paint(painter, is_answer=strip is self._strips[-1])
            if region.intersects(strip.ends_rect):
                painter.setClipRect(strip.ends_rect)
                self._paint_still(painter, still, strip.ends_rect)
                strip.paint_ends(painter)
        painter.setClipping(False)
        for unit, colour in (
            (self._chosen, current_theme().accent),
            (self._hovered, current_theme().text),
        ):
            if unit is not None:
                self._strips[unit.layer].paint_mark(painter, unit, colour)

    @staticmethod
    def _paint_still(painter: QPainter, still: QImage, place: QRect) -> None:
        ratio = still.devicePixelRatio()
        corner, size = QPointF(place.topLeft()), place.size().toSizeF()
        painter.drawImage(corner, still, QRectF(corner * ratio, size * ratio))

    def _still_picture(self) -> QImage:
        """What does not move with the pen, painted once: titles, shapes and colour bars."""
        if self._still is None:
            ratio = self.devicePixelRatioF()
            self._still = QImage(self.size() * ratio, QImage.Format.Format_RGB32)
            self._still.setDevicePixelRatio(ratio)
            self._still.fill(self.ground)
            with QPainter(self._still) as once:
                for strip in self._strips:
                    strip.paint_still(once)
        return self._still


def _form(layer: ShownLayer) -> tuple[Shape, bool, bool]:
    """What the place and the colours of a strip depend on."""
    return layer.shape, layer.is_signed, layer.is_gradient
