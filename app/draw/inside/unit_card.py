"""The enlarged map in Draw: what it shows of the chosen unit, and what can be done to it there."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.draw.inside.map_card import MapCard
from app.draw.inside.shown_layers import (
    ShownLayers,
    field_words,
    gradient_words,
    input_words,
    unit_words,
)
from app.draw.meddle.meddle_bar import KernelChoice, MeddleState
from app.draw.meddle.meddler import Meddler
from engine.basics.errors import EngineError
from engine.basics.geometry import times
from engine.basics.numbers import show
from engine.ink.preprocess import Prepared
from engine.insight.shown_layer import Unit

_INPUTS_WAIT = 80
"""Milliseconds that a drawing rests before the strongest inputs are looked for again."""


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
        self._inputs_timer = QTimer(self, singleShot=True, interval=_INPUTS_WAIT)
        self._inputs_timer.timeout.connect(self.show_inputs)
        meddler.changed.connect(self._show_meddling)
        meddler.progressed.connect(self._show_meddling)
        bar = card.meddle_bar
        bar.mute_toggled.connect(self._mute)
        bar.kernel_chosen.connect(self._replace_kernel)
        bar.undo_wanted.connect(meddler.undo_stack.undo)
        bar.redo_wanted.connect(meddler.undo_stack.redo)
        bar.put_back_wanted.connect(meddler.put_everything_back)
        card.kernel.value_typed.connect(self._set_weight)
        card.kernel.problem_met.connect(self.status_message)

    def show(self, unit: Unit | None, prepared: Prepared | None) -> None:
        """Show a unit on a drawing, if the card is there."""
        self._unit, self._prepared = unit, prepared
        if self.card.isHidden() or unit is None:
            return
        layer = self._shown.layers[unit.layer]
        if layer.values is not None:
            title, about = unit_words(layer, unit) + self._shown.class_words(unit), ""
            if layer.is_gradient:
                title = f"Gradient: {title}"
                about = f"{gradient_words(self._shown.gradient_name)}; "
            self.card.show_unit(layer, unit, title, about + field_words(layer, unit))
            self.card.show_kernel(self._shown.kernel_of(unit), self._kernel_title(unit))
        self._show_meddling()
        self._inputs_timer.start()

    def _kernel_title(self, unit: Unit) -> str:
        kernel, bias = self._shown.kernel_of(unit), self._shown.bias_of(unit)
        if kernel is None:
            return ""
        title = f"Kernel {unit.index[0] + 1}, {times(kernel.shape)}"
        title += f", bias {show(bias).text}" if bias is not None else ""
        replaced = self._meddler.kernel_title((unit.layer, unit.index[0]))
        return f"{title}: {replaced}" if replaced else title

    @Slot()
    def show_inputs(self) -> None:
        """Look for the strongest inputs: that takes a pass backward, so it waits for the pen."""
        if self.card.isHidden() or self._unit is None or self._prepared is None:
            return
        self._inputs_timer.stop()
        try:
            state, reason = self._shown.window_of(self._unit)
        except EngineError as error:
            state, reason = None, str(error)
        self.card.set_window(reason)
        has_inputs = state is not None and not self._shown.shows_gradients
        self.card.show_inputs(input_words(state) if has_inputs and state is not None else ())

    # Meddling

    @property
    def _place(self) -> tuple[int, int] | None:
        return None if self._unit is None else (self._unit.layer, self._unit.index[0])

    @Slot()
    def _show_meddling(self) -> None:
        place = self._place
        if self.card.isHidden() or place is None or self._unit is None:
            return
        stack = self._meddler.undo_stack
        self.card.meddle_bar.show_state(
            MeddleState(
                "map" if len(self._unit.index) == 3 else "unit",
                self._meddler.can_mute(place[0]),
                self._meddler.is_muted(place),
                self._kernels(),
                self._meddler.kernel_title(place),
                stack.undoText(),
                stack.redoText(),
                self._meddler.is_meddled,
                self._meddler.result_words(self._prepared),
            )
        )

    def _kernels(self) -> tuple[KernelChoice, ...]:
        """What fits in place of the unit's kernel."""
        weights = None if self._unit is None else self._shown.kernel_of(self._unit)
        return () if weights is None else _kernels_that_fit(weights.shape)

    @Slot(bool)
    def _mute(self, is_muted: bool) -> None:
        if self._place is not None:
            self._meddler.set_muted(self._place, is_muted=is_muted)

    @Slot(str)
    def _replace_kernel(self, key: str) -> None:
        if self._place is None:
            return
        if not key:
            self._meddler.put_kernel_back(self._place)
            return
        try:
            self._meddler.replace_kernel(self._place, key)
        except EngineError as error:
            self.status_message.emit(str(error))

    @Slot(int, float)
    def _set_weight(self, place: int, value: float) -> None:
        weights = None if self._unit is None else self._shown.kernel_of(self._unit)
        if weights is None or self._place is None:
            return
        channel, rest = divmod(place, weights[0].size)
        row, column = divmod(rest, weights.shape[2])
        self._meddler.set_weight(self._place, (channel, row, column), value)


@cache  # asked with every movement of the pen
def _kernels_that_fit(shape: tuple[int, ...]) -> tuple[KernelChoice, ...]:
    """All known kernels, each with what keeps it from taking the place of one of this shape."""
    from engine.insight.meddling import fitted_kernel  # noqa: PLC0415
    from engine.layers.known_kernels import KERNELS  # noqa: PLC0415 - not before the first paint

    found = []
    for key, known in KERNELS.items():
        problem = ""
        try:
            fitted_kernel(known, shape)
        except EngineError as error:
            problem = str(error)
        found.append(KernelChoice(key, known.title, known.about, problem))
    return tuple(found)
