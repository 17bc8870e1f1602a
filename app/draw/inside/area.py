"""The lower part of Draw: inside the network, one strip per layer, and what one unit reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.draw.inside.field_overlay import FieldOutline, FieldOverlay
from app.draw.inside.map_card import MapCard
from app.draw.inside.shown_layers import ShownLayers, field_words, gradient_words
from app.draw.inside.strips_head import HEIGHT, StripsHead
from app.draw.inside.unit_card import UnitCard
from app.draw.meddler import Meddler
from app.kit.maps.layer_strips import LayerStrips
from app.kit.maps.source_lines import SourceLines
from app.kit.maps.source_picture import picture_in
from app.kit.maps.sum_line import SumLine
from app.look.theme import px
from app.state import settings as remembered
from app.state.networks import NetworkHolder
from app.state.settings import Settings
from engine.basics.errors import EngineError
from engine.basics.geometry import Shape
from engine.basics.numbers import show
from engine.ink.preprocess import SIDE, Prepared
from engine.insight.shown_layer import ShownLayer, Unit

if TYPE_CHECKING:
    from engine.insight.sources import Sources

_LEAST_OPEN = 170
_LEAST_ABOVE = 246
"""What the canvas and the answers need, at scale 1; where there is less, the strips are folded."""
_NO_ROOM = "Too low for the strips by {pixels} px: use a higher window, or Ctrl −."
_NO_ROOM_SHORT = "Too low by {pixels} px: Ctrl − helps.", "Too low by {pixels} px."
_INVITATION = "Draw a digit: every layer shows what it makes of it."
_HINT = "Point at a number: lines show where it comes from; a click holds it, Escape lets go."


class InsideArea(QWidget):
    """Strips, read-out, and the card of one map.

    Args:
        networks: Holds the open network.
        settings: Where height and fold are remembered.
        overlay: Shows receptive fields on the canvas.
        card: Shows one map in large.
        meddler: Changes the network that is looked into.
        parent: Qt owner.

    Signals:
        card_toggled: The card came or went.
        window_wanted: A window, as a ``LabState``, is to be shown in the lab.
        status_message: A sentence for the status bar.
    """

    card_toggled = Signal()
    window_wanted = Signal(object)
    status_message = Signal(str)

    def __init__(
        self,
        networks: NetworkHolder,
        settings: Settings,
        overlay: FieldOverlay,
        card: MapCard,
        meddler: Meddler,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.shown = ShownLayers(networks, meddler)
        self.overlay = overlay
        self.card = card
        self.strips = LayerStrips()
        self._over = parent or self  # holds the sheet as well, where the first lines begin
        self.lines = SourceLines(self._over)
        self.sum_line = SumLine(_HINT)
        self._networks = networks
        self._original: object | None = None
        self._unit_card = UnitCard(self.shown, card, meddler, self)
        self._settings = settings
        self._prepared: Prepared | None = None
        self._hovered: Unit | None = None
        self._sources: Sources | None = None
        self._lacking = 0
        self._room = 1
        self._arrange()
        self._connect()
        self.head.show_fold(is_open=self.is_open)

    # What the panel asks for

    @property
    def is_open(self) -> bool:
        """Whether the strips are wanted, even where there is no room for them."""
        return self._settings.get(remembered.INSIDE_OPEN)

    @property
    def chosen(self) -> Unit | None:
        """The unit whose map is shown in large."""
        return None if self.card.isHidden() else self.strips.chosen

    def height_within(self, room: int) -> int:
        """How high to be in a panel of ``room`` pixels: the head alone where that is small."""
        self._room = max(1, room)
        wanted = round(room * self._settings.get(remembered.INSIDE_SHARE))
        height = min(max(wanted, px(_LEAST_OPEN)), room - px(_LEAST_ABOVE))
        self._lacking = max(0, px(_LEAST_OPEN) - height)
        is_shown = self.is_open and not self._lacking
        if is_shown != self._scroller.isVisibleTo(self):
            self._scroller.setVisible(is_shown)
            self.sum_line.setVisible(is_shown)
            self.head.show_choices(are_wanted=is_shown)
            self._refresh()
        self._show_unit()  # which says what is lacking
        return height if is_shown else px(HEIGHT)

    def take_network(self, *, is_fit: bool) -> None:
        """Look into the network that is now open, if it is fit for drawings."""
        original = self._networks.original if is_fit else None
        is_same = original is not None and original is self._original
        self._original = original
        self.head.name_classes(self._networks.class_names if is_fit else ())
        if not is_same:  # else it was only meddled with
            self._hovered = None
            self.close_card()
        self.shown.take_network(is_fit=is_fit)
        if is_same:
            self._refresh()
        else:
            self.strips.show_layers(self.shown.layers)

    def take_drawing(self, prepared: Prepared | None) -> None:
        """Show what every layer makes of the drawing."""
        self._prepared = prepared
        self._refresh()

    @Slot()
    def toggle(self) -> None:
        """Fold the strips away, or show them."""
        self._settings.set(remembered.INSIDE_OPEN, not self.is_open)
        self.head.show_fold(is_open=self.is_open)
        self.updateGeometry()
        if self.is_open and self._lacking:
            self.status_message.emit(_NO_ROOM.format(pixels=self._lacking))
        if not self.is_open:
            self.close_card()

    @Slot()
    def close_card(self) -> None:
        """Close the enlarged map."""
        self.strips.choose(None)
        if not self.card.isHidden():
            self.card.hide()
            self._unit_card.show(None, self._prepared)
            self.card_toggled.emit()
        self._show_unit()

    # What happens in the strips

    def _refresh(self) -> None:
        if self._scroller.isHidden() and self.card.isHidden():
            return
        self.shown.take_drawing(self._prepared)
        self.strips.show_layers(self.shown.layers)
        if self._prepared is None and not self.card.isHidden():
            self.close_card()
        self._show_unit()
        self._unit_card.show(self.strips.chosen, self._prepared, self._sources)

    @Slot(bool)
    def _show_gradients(self, are_wanted: bool) -> None:
        self.shown.shows_gradients = are_wanted
        self._refresh()

    @Slot(int)
    def _show_class(self, label: int) -> None:
        self.shown.label = None if label < 0 else label
        self._refresh()

    @Slot(object)
    def _take_hover(self, unit: Unit | None) -> None:
        self._hovered = unit
        self._show_unit()

    @Slot(object)
    def _choose(self, unit: Unit) -> None:
        if self._prepared is None:
            self.strips.choose(None)
            self.status_message.emit("Draw a digit first.")
            return
        self.strips.choose(unit)
        was_hidden = self.card.isHidden()
        self.card.setVisible(True)
        self._show_unit()
        self._unit_card.show(unit, self._prepared, self._sources)
        self._unit_card.show_window()
        if was_hidden:
            self.card_toggled.emit()

    @Slot(int)
    def _choose_place(self, place: int) -> None:
        unit = self.strips.chosen
        if unit is None:
            return
        index: tuple[int, ...] = (place,)
        if len(unit.index) == 3:
            columns = self._layer(unit).shape[2]
            index = (unit.index[0], place // columns, place % columns)
        moved = Unit(unit.layer, index)
        self._choose(moved)

    @Slot()
    def open_chosen(self) -> None:
        """Show the chosen unit's window in the lab."""
        if self.strips.chosen is not None:
            self._open_window(self.strips.chosen)

    @Slot(object)
    def _open_window(self, unit: Unit) -> None:
        try:
            state, reason = self.shown.window_of(unit)
        except EngineError as error:
            state, reason = None, str(error)
        if state is None:
            self.status_message.emit(reason)
        else:
            self.window_wanted.emit(state)

    # Words, outline and card

    def _layer(self, unit: Unit) -> ShownLayer:
        return self.shown.layers[unit.layer]

    @property
    def _pointed(self) -> Unit | None:
        """What is held by a click, or else what is under the pointer."""
        unit = self.strips.chosen or self._hovered
        return unit if self.strips.has(unit) else None

    @Slot()
    def _show_unit(self) -> None:
        """Say what is pointed at, outline what it reads, and show where it comes from."""
        unit = self._pointed
        self._sources = None if unit is None else self.shown.sources_of(unit)
        self._show_sources(unit)
        if unit is None:
            self.overlay.show_outline(None)
            self.head.read_out.set_text(*self._what_to_do())
            return
        layer = self._layer(unit)
        value = layer.value(unit)
        number = "" if value is None else f" = {show(value).text}"
        about = field_words(layer, unit)
        if layer.is_gradient and value is not None:
            number, about = f": {show(value).text}", gradient_words(self.shown.gradient_name)
        words = self.shown.unit_words(unit)
        short = f"{words}{number}"
        self.head.read_out.set_text(f"{short}   ·   {about}", short)
        self.overlay.show_outline(self._outline(layer, unit))

    def _show_sources(self, unit: Unit | None) -> None:
        sources = self._sources
        title = "" if unit is None else self._layer(unit).title
        self.sum_line.show_sources(sources, title)
        is_seen = self._scroller.isVisible()
        words = (self.head, self.sum_line)
        found = (
            picture_in(self.strips, sources, self._over, self._pixel, words) if is_seen else None
        )
        self.lines.show_picture(found)

    def _pixel(self, place: int, shape: Shape) -> QRectF:
        """Where a pixel of the network's input is on the sheet, as the lines count."""
        if self._prepared is None:
            return QRectF()
        row, column = divmod(place, shape[-1])
        box = self._on_sheet(self._prepared, (range(row, row + 1), range(column, column + 1)))
        found = self.overlay.on_widget(box)
        return found.translated(self.overlay.mapTo(self._over, QPointF()))

    def _what_to_do(self) -> tuple[str, ...]:
        """What the strips wait for: room, or a drawing; and the same in fewer words."""
        if not self.is_open or not self.shown.layers:
            return ("",)
        if self._lacking:
            said = (_NO_ROOM, *_NO_ROOM_SHORT)
            return tuple(each.format(pixels=self._lacking) for each in said)
        return (_INVITATION if self._prepared is None else "",)

    def _outline(self, layer: ShownLayer, unit: Unit) -> FieldOutline | None:
        if self._prepared is None:
            return None
        everything = (range(SIDE), range(SIDE))
        place = layer.flat(unit)
        whole = layer.fields.field(place) or everything
        clipped = layer.fields.clipped(place) or everything
        return FieldOutline(
            *(self._on_sheet(self._prepared, part) for part in (whole, clipped, everything))
        )

    @staticmethod
    def _on_sheet(
        prepared: Prepared, field: tuple[range, ...]
    ) -> tuple[float, float, float, float]:
        rows, columns = field
        top, left = prepared.in_picture(rows.start, columns.start)
        bottom, right = prepared.in_picture(rows.stop, columns.stop)
        return left, top, right, bottom

    # Making it

    def _arrange(self) -> None:
        self.head = StripsHead()
        self._scroller = QScrollArea()
        self._scroller.setFrameShape(QFrame.Shape.NoFrame)
        self._scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroller.setWidgetResizable(True)
        self._scroller.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroller.setWidget(self.strips)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(4))
        column.addWidget(self.head)
        column.addWidget(self.sum_line)
        column.addWidget(self._scroller, 1)

    def _connect(self) -> None:
        self._scroller.horizontalScrollBar().valueChanged.connect(self._show_unit)
        self.head.fold_toggled.connect(self.toggle)
        self.head.pulled.connect(self._pull)
        self.head.gradients_chosen.connect(self._show_gradients)
        self.head.class_chosen.connect(self._show_class)
        self.strips.unit_hovered.connect(self._take_hover)
        self.strips.arranged.connect(self._show_unit)
        self.strips.unit_chosen.connect(self._choose)
        self.strips.window_wanted.connect(self._open_window)
        self.card.closed.connect(self.close_card)
        self.card.window_wanted.connect(self.open_chosen)
        self.card.place_chosen.connect(self._choose_place)
        self._unit_card.status_message.connect(self.status_message)

    @Slot(int)
    def _pull(self, pixels: int) -> None:
        setting = remembered.INSIDE_SHARE
        share = self._settings.get(setting) + pixels / self._room
        low, high = setting.minimum or 0, setting.maximum or 1
        self._settings.set(setting, max(low, min(share, high)))
        if not self.is_open:
            self.toggle()
        self.updateGeometry()
