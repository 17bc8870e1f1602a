"""The enlarged map in Draw: what it shows of the chosen unit, and what can be done to it there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.draw.inside.map_card import MapCard
from app.draw.inside.shown_layers import (
    ShownLayers,
    field_words,
    gradient_words,
    input_words,
)
from app.draw.meddler import Meddler
from engine.basics.errors import EngineError
from engine.basics.geometry import times
from engine.basics.numbers import show
from engine.ink.preprocess import Prepared
from engine.insight.shown_layer import Unit

if TYPE_CHECKING:
    from engine.insight.sources import Sources

_WINDOW_WAIT = 80
"""Milliseconds that a drawing rests before it is asked again whether Step can show the window."""


class UnitCard(QObject):
    """Fills the card, and brings what is clicked there to the network.

    Signals:
        status_message: A sentence for the status bar.
    """

    status_message = Signal(str)

    def __init__(
        self, shown: ShownLayers, card: MapCard, meddler: Meddler, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.card = card
        self._shown = shown
        self._meddler = meddler
        self._unit: Unit | None = None
        self._prepared: Prepared | None = None
        self._window_timer = QTimer(self, singleShot=True, interval=_WINDOW_WAIT)
        self._window_timer.timeout.connect(self.show_window)
        card.meddle_bar.status_message.connect(self.status_message)
        card.kernel.value_typed.connect(self._set_weight)
        card.kernel.problem_met.connect(self.status_message)

    def show(
        self, unit: Unit | None, prepared: Prepared | None, sources: Sources | None = None
    ) -> None:
        """Show a unit on a drawing, and where it comes from, if the card is there."""
        self._unit, self._prepared = unit, prepared
        if self.card.isHidden() or unit is None:
            self.card.meddle_bar.show_unit(None)
            return
        layer = self._shown.layers[unit.layer]
        if layer.values is not None:
            title, about = self._shown.unit_words(unit), ""
            if layer.is_gradient:
                title = f"Gradient: {title}"
                about = f"{gradient_words(self._shown.gradient_name)}; "
            self.card.show_unit(layer, unit, title, about + field_words(layer, unit))
            self.card.numbers = self._shown.classes_of(unit.layer)
            self.card.show_kernel(self._shown.kernel_of(unit), self._kernel_title(unit))
            self.card.show_inputs(input_words(sources))
        kernel = self._shown.kernel_of(unit)
        shape = None if kernel is None else kernel.shape
        self.card.meddle_bar.show_unit(unit, shape, prepared)
        self._window_timer.start()

    def _kernel_title(self, unit: Unit) -> str:
        kernel, bias = self._shown.kernel_of(unit), self._shown.bias_of(unit)
        if kernel is None:
            return ""
        title = f"Kernel {unit.index[0] + 1}, {times(kernel.shape)}"
        title += f", bias {show(bias).text}" if bias is not None else ""
        replaced = self._meddler.kernel_title((unit.layer, unit.index[0]))
        return f"{title}: {replaced}" if replaced else title

    @Slot()
    def show_window(self) -> None:
        """Say whether Step can show the window: a pass backward, so it waits for the pen."""
        if self.card.isHidden() or self._unit is None or self._prepared is None:
            return
        self._window_timer.stop()
        try:
            state, reason = self._shown.window_of(self._unit)
        except EngineError as error:
            state, reason = None, str(error)
        self.card.set_window(reason if state is None else "")

    @Slot(int, float)
    def _set_weight(self, place: int, value: float) -> None:
        weights = None if self._unit is None else self._shown.kernel_of(self._unit)
        if weights is None or self._unit is None:
            return
        channel, rest = divmod(place, weights[0].size)
        row, column = divmod(rest, weights.shape[2])
        self._meddler.set_weight(
            (self._unit.layer, self._unit.index[0]), (channel, row, column), value
        )
