"""The settings of the convolution that the calculator answers about."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.kit.stack.field_editors import FieldEditor, editor_for, explanation
from app.look.restyled import Restyled
from app.look.text import Text
from app.look.theme import px
from engine.basics.geometry import Pair, times
from engine.costs.calculator import COURSE_CASES, Case
from engine.layers import Conv2dSpec
from engine.layers.spec import FieldInfo

_SIZE = FieldInfo("size", "pair", "Input", "Height and width of the input.", 1, 1024, "cells")
_CHANNELS = FieldInfo("channels", "int", "Channels", "Channels of the input.", 1, 4096)
_FIELDS = ("kernel_size", "out_channels", "stride", "padding", "dilation", "groups", "bias")


class ConvolutionForm(Restyled, QFrame):
    """The settings of a convolution and its input.

    Signals:
        edited: Something was changed by the user, or what is typed cannot be used.
    """

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.editors: dict[str, FieldEditor] = {}
        self._grid = QGridLayout()
        self._grid.setColumnStretch(1, 1)
        declared = {info.name: info for info in Conv2dSpec.fields()}
        for info in (_SIZE, _CHANNELS, *(declared[name] for name in _FIELDS)):
            self._add(info)
        self.cases = tuple(QPushButton(case.title) for case in COURSE_CASES)
        self._cases = QHBoxLayout()
        for button, case in zip(self.cases, COURSE_CASES, strict=True):
            button.setToolTip(
                f"{times((*case.input_shape[1:], case.input_shape[0]))}: {case.spec.words()}"
            )
            button.clicked.connect(lambda _=False, case=case: self._take(case))
            self._cases.addWidget(button)
        self._column = QVBoxLayout(self)
        self._column.addWidget(Text("The course's three cases", 12, role="muted"))
        self._column.addLayout(self._cases)
        self._column.addLayout(self._grid)
        self._column.addStretch(1)
        self.show_case(COURSE_CASES[2])
        self.follow_theme()

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """``(C, H, W)`` as set."""
        height, width = self.editors["size"].value()
        return self.editors["channels"].value(), height, width

    @property
    def settings(self) -> dict[str, Any]:
        """The fields of the spec as set, whether they go together or not."""
        return {name: self.editors[name].value() for name in _FIELDS}

    @property
    def problem(self) -> str:
        """Which field holds what cannot be used, and why: nothing set is then what is shown."""
        unread = ((each.info.label, each.problem) for each in self.editors.values())
        return next((f"{label}: {problem}" for label, problem in unread if problem), "")

    def show_case(self, case: Case) -> None:
        """Show other settings without emitting ``edited``."""
        values = {name: getattr(case.spec, name) for name in _FIELDS}
        values |= {"size": case.input_shape[1:], "channels": case.input_shape[0]}
        for name, value in values.items():
            self.editors[name].set_value(value)
            self.editors[name].begin_again()

    def set_pair(self, name: str, value: Pair) -> None:
        """Set one field, as if the user had."""
        self.editors[name].set_value(value)
        self.edited.emit()

    def _take(self, case: Case) -> None:
        self.show_case(case)
        self.edited.emit()

    def _add(self, info: FieldInfo) -> None:
        label, editor = Text(info.label), editor_for(info)
        label.setBuddy(editor)
        label.setToolTip(explanation(info))
        editor.value_edited.connect(self.edited)
        editor.problem_changed.connect(self.edited)
        self._grid.addWidget(label, len(self.editors), 0)
        self._grid.addWidget(editor, len(self.editors), 1)
        self.editors[info.name] = editor

    def _restyle(self) -> None:
        self._column.setContentsMargins(px(16), px(12), px(16), px(12))
        self._column.setSpacing(px(8))
        self._cases.setSpacing(px(8))
        self._grid.setContentsMargins(0, px(6), 0, 0)
        self._grid.setHorizontalSpacing(px(12))
        self._grid.setVerticalSpacing(px(8))
        self.setFixedWidth(px(316))
