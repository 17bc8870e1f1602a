"""The temperature of softmax: a slider whose steps multiply, and a box for any number."""

from __future__ import annotations

import math

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget

from app.kit.keys_and_pointer import KeepsKeys
from app.kit.number_boxes import NumberBox
from app.look.restyled import Restyled
from app.look.theme import px
from engine.lab.state import TEMPERATURES

_STEPS = 20
"""Of the slider, for each factor of 10."""
_ENDS = (-1, 1)
"""Of the slider, as powers of 10: from 0.1 to 10."""


class _Box(KeepsKeys, NumberBox):
    """A box in which the panel's keys do not act."""


class TemperatureControl(Restyled, QWidget):
    """Shows a temperature and lets it be changed."""

    edited = Signal(float)
    edit_confirmed = Signal()
    problem_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = QLabel("temperature", self)
        self.label.setProperty("role", "muted")
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setAccessibleName("temperature")
        self.slider.setRange(_ENDS[0] * _STEPS, _ENDS[1] * _STEPS)
        self.slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.slider.setToolTip("What the logits are divided by: low is sure, high is even")
        self.box = _Box(self)
        self.box.setAccessibleName("temperature as a number")
        self.box.setRange(*TEMPERATURES)
        self.box.setButtonSymbols(NumberBox.ButtonSymbols.NoButtons)
        self.box.setKeyboardTracking(False)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        for widget in (self.label, self.slider, self.box):
            self._row.addWidget(widget)
        self.slider.valueChanged.connect(self._slide)
        self.slider.sliderReleased.connect(self.edit_confirmed)
        self.box.valueChanged.connect(self.edited)
        self.box.editingFinished.connect(self.edit_confirmed)
        self.box.problem_changed.connect(self.problem_changed)
        self.follow_theme()

    @Slot(int)
    def _slide(self, step: int) -> None:
        self.edited.emit(float(f"{10 ** (step / _STEPS):.2g}"))

    def show_temperature(self, temperature: float) -> None:
        """Show another one."""
        self.box.show_value(temperature)
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(_STEPS * math.log10(temperature)))

    def _restyle(self) -> None:
        self._row.setSpacing(px(4))
        self.slider.setFixedWidth(px(120))
        self.box.setFixedWidth(px(56))
