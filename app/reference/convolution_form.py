"""The settings of the convolution that the calculator answers about."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.kit.stack.field_editors import FieldEditor, editor_for
from app.look.nesting import nest
from app.look.restyled import Restyled
from app.look.text import Text
from app.look.theme import px
from app.reference.setting_sliders import FieldLabel, SettingSliders
from app.reference.wanted_size import WantedSize
from engine.basics.geometry import Axis, Pair, both_ways, times
from engine.basics.window_limits import limits_of
from engine.costs.calculator import COURSE_CASES, Case
from engine.layers import Conv2dSpec
from engine.layers.spec import FieldInfo

_SIZE = FieldInfo("size", "pair", "Input", "Height and width of the input.", 1, 1024, "cells")
_CHANNELS = FieldInfo("channels", "int", "Channels", "Channels of the input.", 1, 4096)
_FIELDS = ("kernel_size", "out_channels", "stride", "padding", "dilation", "groups", "bias")
_LIMITED = {
    "size": "size",
    "kernel_size": "kernel",
    "stride": "stride",
    "padding": "padding",
    "dilation": "dilation",
}
"""Which setting of an axis a field is."""
_TYPED_FURTHER = {"size", "stride", "padding"}
"""What may be typed beyond the slider's end: it would fit, but the slider would be too coarse."""
_LARGEST_SLID = 64
_PROBLEM = "{field}: {problem}"
_LIMITED_PROBLEM = "{field}: {problem} The other settings leave no more."


class ConvolutionForm(Restyled, QWidget):
    """The settings of a convolution and its input; none of its sliders can go wrong.

    Signals:
        edited: Something was changed by the user, or what is typed cannot be used.
    """

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editors: dict[str, FieldEditor | SettingSliders] = {}
        self._grid = QGridLayout()
        self._grid.setColumnStretch(1, 1)
        declared = {info.name: info for info in Conv2dSpec.fields()}
        for info in (_SIZE, _CHANNELS, *(declared[name] for name in _FIELDS)):
            self._add(info)
        self.note = Text(role="error")
        self.note.setWordWrap(True)
        self.wanted = WantedSize()
        self.wanted.settings_wanted.connect(self._take_settings)
        self.cases = tuple(QPushButton(case.title) for case in COURSE_CASES)
        self._cases = QHBoxLayout()
        for button, case in zip(self.cases, COURSE_CASES, strict=True):
            button.setToolTip(
                f"{times((*case.input_shape[1:], case.input_shape[0]))}: {case.spec.words()}"
            )
            button.clicked.connect(lambda _=False, case=case: self._take(case))
            self._cases.addWidget(button)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(Text("The course's three cases", 12, role="muted"))
        nest(self._column, self._cases)
        self._column.addWidget(self.wanted)
        nest(self._column, self._grid)
        self._column.addWidget(self.note)
        self.show_case(COURSE_CASES[2])
        self.follow_theme()

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """``(C, H, W)`` as set."""
        size: Any = self.editors["size"].value()
        channels: Any = self.editors["channels"].value()
        return channels, size[0], size[1]

    @property
    def settings(self) -> dict[str, Any]:
        """The fields of the spec as set, whether they go together or not."""
        return {name: self.editors[name].value() for name in _FIELDS}

    @property
    def axes(self) -> tuple[Axis, Axis]:
        """The windows along height and width: the limits see to it that one fits."""
        rows, columns = zip(*(self.editors[name].value() for name in _LIMITED), strict=True)
        return Axis(*rows), Axis(*columns)

    @property
    def facts(self) -> tuple[str, ...]:
        """What is set, in a few words each."""
        values = {name: self.editors[name].value() for name in _LIMITED}
        facts = [
            times(values["size"]),
            f"kernel {times(values['kernel_size'])}",
            f"stride {both_ways(values['stride'])}",
            f"padding {both_ways(values['padding'])}",
        ]
        if values["dilation"] != (1, 1):
            facts.append(f"dilation {both_ways(values['dilation'])}")
        return tuple(facts)

    @property
    def problem(self) -> str:
        """Which field holds what cannot be used, and why: nothing set is then what is shown."""
        for name, each in self.editors.items():
            if each.problem:
                is_limited = name in _LIMITED and name not in _TYPED_FURTHER
                words = _LIMITED_PROBLEM if is_limited else _PROBLEM
                return words.format(field=each.info.label, problem=each.problem)
        return ""

    def show_case(self, case: Case) -> None:
        """Show other settings without emitting ``edited``."""
        values = {name: getattr(case.spec, name) for name in _FIELDS}
        values |= {"size": case.input_shape[1:], "channels": case.input_shape[0]}
        for name, value in values.items():
            editor = self.editors[name]
            editor.set_value(value)
            if isinstance(editor, FieldEditor):
                editor.begin_again()
        self._show_limits()

    def show_problem(self, problem: str) -> None:
        """Say, in this one place, why there is no answer; nothing if that is empty."""
        self.note.setText(problem)

    @Slot(object)
    def _take_settings(self, settings: dict[str, Pair]) -> None:
        for name, value in settings.items():
            self.editors[name].set_value(value)
        self._tell()

    def _take(self, case: Case) -> None:
        self.show_case(case)
        self.edited.emit()

    @Slot()
    def _tell(self) -> None:
        self._show_limits()
        self.edited.emit()

    def _show_limits(self) -> None:
        """Let each slider end where the others leave off."""
        both = [limits_of(axis, _LARGEST_SLID) for axis in self.axes]
        for name, setting in _LIMITED.items():
            editor = self.editors[name]
            if isinstance(editor, SettingSliders):
                typed = editor.info.maximum if name in _TYPED_FURTHER else None
                rows, columns = (limits[setting] for limits in both)
                editor.show_limits((rows, columns), None if typed is None else int(typed))

    def _add(self, info: FieldInfo) -> None:
        editor = SettingSliders(info) if info.name in _LIMITED else editor_for(info)
        editor.value_edited.connect(self._tell)
        editor.problem_changed.connect(self.edited)
        row = len(self.editors)
        self._grid.addWidget(FieldLabel(info, editor), row, 0)
        self._grid.addWidget(editor, row, 1)
        self.editors[info.name] = editor

    def _restyle(self) -> None:
        self._column.setSpacing(px(8))
        self._cases.setSpacing(px(8))
        self._grid.setHorizontalSpacing(px(12))
        self._grid.setVerticalSpacing(px(6))
        self.note.setMinimumHeight(2 * self.note.fontMetrics().lineSpacing())
