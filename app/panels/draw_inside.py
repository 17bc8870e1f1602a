"""The lower part of Draw: inside the network, one strip per layer, and what one unit reads."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFont, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QToolButton, QVBoxLayout, QWidget

from app import settings as remembered
from app.icons import icon
from app.settings import Settings
from app.theme import px
from app.viewmodels.inside import Inside, field_words, input_words, statistics_words, unit_words
from app.viewmodels.meddler import Meddler
from app.viewmodels.networks import NetworkHolder
from app.widgets.field_overlay import FieldOutline, FieldOverlay
from app.widgets.layer_strips import LayerStrips
from app.widgets.map_card import CardContent, MapCard
from app.widgets.read_out import ReadOut
from app.widgets.text import Text
from engine.errors import EngineError
from engine.geometry import times
from engine.looks import LayerLook, Unit
from engine.numbers import show
from engine.preprocess import SIDE, Prepared

_HEAD = 30
_LEAST_OPEN = 160
_LEAST_ABOVE = 330
"""What the canvas and the answers need, at scale 1; where there is less, the strips are folded."""
_INPUTS_WAIT = 80
"""Milliseconds that a drawing rests before the strongest inputs are looked for again."""
_INVITATION = "Draw a digit: every layer shows what it makes of it."


class _Head(QWidget):
    """The line above the strips: pulling it up or down makes them higher or lower."""

    pulled = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._last: QPoint | None = None
        self.setCursor(Qt.CursorShape.SplitVCursor)
        self.setToolTip("Pull to make the strips higher or lower")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold."""
        self._last = event.globalPosition().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pull."""
        if self._last is not None:
            now = event.globalPosition().toPoint()
            self.pulled.emit(self._last.y() - now.y())
            self._last = now

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Let go."""
        self._last = None


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
        height_changed: It wants to be higher or lower.
        card_toggled: The card came or went.
        window_wanted: A window, as a ``LabState``, is to be shown in the lab.
        status_message: A sentence for the status bar.
    """

    height_changed = Signal()
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
        self.inside = Inside(networks)
        self.overlay = overlay
        self.card = card
        self.meddler = meddler
        self.strips = LayerStrips()
        self.read_out = ReadOut(12, "text_muted")
        self._settings = settings
        self._prepared: Prepared | None = None
        self._hovered: Unit | None = None
        self._has_room = True
        self._room = 1
        self._inputs_timer = QTimer(self, singleShot=True, interval=_INPUTS_WAIT)
        self._arrange()
        self._connect()
        self._show_fold()

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
        self._has_room = height >= px(_LEAST_OPEN)
        is_shown = self.is_open and self._has_room
        if is_shown != self._scroller.isVisibleTo(self):
            self._scroller.setVisible(is_shown)
            self._refresh()
        return height if is_shown else px(_HEAD)

    def take_network(self, *, is_fit: bool) -> None:
        """Look into the network that is now open, if it is fit for drawings."""
        self._hovered = None
        self.close_card()
        self.inside.take_network(is_fit=is_fit)
        self.strips.show_layers(self.inside.looks)

    def take_drawing(self, prepared: Prepared | None) -> None:
        """Show what every layer makes of the drawing."""
        self._prepared = prepared
        self._refresh()

    @Slot()
    def toggle(self) -> None:
        """Fold the strips away, or show them."""
        self._settings.set(remembered.INSIDE_OPEN, not self.is_open)
        self._show_fold()
        self.height_changed.emit()
        if self.is_open and not self._has_room:
            self.status_message.emit("There is no room for the strips: make the window higher.")
        if not self.is_open:
            self.close_card()

    @Slot()
    def close_card(self) -> None:
        """Close the enlarged map."""
        self.strips.choose(None)
        if not self.card.isHidden():
            self.card.hide()
            self.card_toggled.emit()
        self._show_unit()

    # What happens in the strips

    def _refresh(self) -> None:
        if self._scroller.isHidden():
            return
        self.inside.take_drawing(self._prepared)
        self.strips.show_layers(self.inside.looks)
        if self._prepared is None and not self.card.isHidden():
            self.close_card()
        self._show_unit()
        self._show_card()

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
        self._show_card()
        self._show_inputs()
        if was_hidden:
            self.card_toggled.emit()

    @Slot(int)
    def _choose_place(self, place: int) -> None:
        unit = self.strips.chosen
        if unit is None:
            return
        index: tuple[int, ...] = (place,)
        if len(unit.index) == 3:
            columns = self._look(unit).shape[2]
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
            state, reason = self.inside.window_of(unit)
        except EngineError as error:
            state, reason = None, str(error)
        if state is None:
            self.status_message.emit(reason)
        else:
            self.window_wanted.emit(state)

    # Words, outline and card

    def _look(self, unit: Unit) -> LayerLook:
        return self.inside.looks[unit.layer]

    def _show_unit(self) -> None:
        """Say what is under the pointer, or else what is chosen, and outline what it reads."""
        unit = self._hovered or self.strips.chosen
        if unit is None or unit.layer >= len(self.inside.looks):
            self.overlay.show_outline(None)
            blank = self._prepared is None and bool(self.inside.looks)
            self.read_out.set_text(_INVITATION if blank else "")
            return
        look = self._look(unit)
        value = look.value(unit)
        number = "" if value is None else f" = {show(value).text}"
        self.read_out.set_text(f"{unit_words(look, unit)}{number}   ·   {field_words(look, unit)}")
        self.overlay.show_outline(self._outline(look, unit))

    def _outline(self, look: LayerLook, unit: Unit) -> FieldOutline | None:
        if self._prepared is None:
            return None
        everything = (range(SIDE), range(SIDE))
        place = look.flat(unit)
        whole = look.fields.field(place) or everything
        clipped = look.fields.clipped(place) or everything
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

    def _show_card(self) -> None:
        unit = self.strips.chosen
        if self.card.isHidden() or unit is None:
            return
        look = self._look(unit)
        value, values = look.value(unit), look.map_of(unit)
        if value is None or values is None:
            return
        kernel = self.inside.kernel_of(unit)
        bias = self.inside.bias_of(unit)
        kernel_title = ""
        if kernel is not None:
            kernel_title = f"Kernel {unit.index[0] + 1}, {times(kernel.shape)}"
            kernel_title += f", bias {show(bias).text}" if bias is not None else ""
        is_map = len(look.shape) == 3
        self.card.show_content(
            CardContent(
                unit_words(look, unit),
                show(value).text,
                field_words(look, unit),
                values[None] if is_map else values,
                look.is_signed,
                look.flat(unit) - (unit.index[0] * values.size if is_map else 0),
                statistics_words(values),
                kernel,
                kernel_title,
            )
        )
        self._inputs_timer.start()

    @Slot()
    def _show_inputs(self) -> None:
        """Look for the strongest inputs: that takes a pass backward, so it waits for the pen."""
        unit = self.strips.chosen
        if self.card.isHidden() or unit is None or self._prepared is None:
            return
        self._inputs_timer.stop()
        try:
            state, reason = self.inside.window_of(unit)
        except EngineError as error:
            state, reason = None, str(error)
        self.card.set_window(reason)
        self.card.show_inputs(() if state is None else input_words(state))

    # Making it

    def _arrange(self) -> None:
        self.fold_button = QToolButton()
        self.fold_button.setCursor(Qt.CursorShape.ArrowCursor)
        self.fold_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._head = _Head()
        across = QHBoxLayout(self._head)
        across.setContentsMargins(0, 0, 0, 0)
        across.addWidget(self.fold_button)
        across.addWidget(Text("Inside the network", 15, QFont.Weight.DemiBold))
        across.addSpacing(px(16))
        across.addWidget(self.read_out, 1)
        self._scroller = QScrollArea()
        self._scroller.setFrameShape(QFrame.Shape.NoFrame)
        self._scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroller.setWidgetResizable(True)
        self._scroller.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroller.setWidget(self.strips)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(px(4))
        self._column.addWidget(self._head)
        self._column.addWidget(self._scroller, 1)
        self._head.setFixedHeight(px(_HEAD))

    def _connect(self) -> None:
        self.fold_button.clicked.connect(self.toggle)
        self._head.pulled.connect(self._pull)
        self.strips.unit_hovered.connect(self._take_hover)
        self.strips.unit_chosen.connect(self._choose)
        self.strips.window_wanted.connect(self._open_window)
        self.card.closed.connect(self.close_card)
        self.card.window_wanted.connect(self.open_chosen)
        self.card.place_chosen.connect(self._choose_place)
        self._inputs_timer.timeout.connect(self._show_inputs)

    def _show_fold(self) -> None:
        self.fold_button.setIcon(icon("down" if self.is_open else "up"))
        words = "Fold the strips away" if self.is_open else "Show what happens in every layer"
        self.fold_button.setToolTip(f"{words} (I)")
        self.fold_button.setAccessibleName(words)

    @Slot(int)
    def _pull(self, pixels: int) -> None:
        setting = remembered.INSIDE_SHARE
        share = self._settings.get(setting) + pixels / self._room
        low, high = setting.minimum or 0, setting.maximum or 1
        self._settings.set(setting, max(low, min(share, high)))
        if not self.is_open:
            self.toggle()
        self.height_changed.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Take the sizes of the new scale."""
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_head"):
            self._head.setFixedHeight(px(_HEAD))
        super().changeEvent(event)
