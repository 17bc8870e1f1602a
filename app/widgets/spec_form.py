"""The form that edits any layer, made from the fields that its spec declares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QLayoutItem, QSizePolicy, QWidget

from app.theme import font, px
from app.widgets.field_editors import FieldEditor, PairEditor, editor_for, explanation
from engine.spec import FieldInfo


class SpecForm(QWidget):
    """Labels, editors and a line of help for each field.

    While the fields stay the same, ``show_fields`` only renews the values, so that the editor in
    use keeps its cursor when the document answers an edit.

    Signals:
        field_edited: The name of a field and the value that the user gave it.
    """

    field_edited = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editors: dict[str, FieldEditor] = {}
        self._fields: tuple[FieldInfo, ...] = ()
        self._labels: list[QLabel] = []
        self._helps: list[QLabel] = []
        self._subject: object = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 1)
        self.nothing = QLabel("Nothing to set here.", self)
        self.nothing.setProperty("role", "muted")
        self._show_nothing()

    def show_fields(
        self, fields: tuple[FieldInfo, ...], values: Mapping[str, Any], subject: object = None
    ) -> None:
        """Show ``fields`` with ``values``.

        Args:
            fields: What to edit, in order.
            values: The value of each field by its name.
            subject: What the fields belong to; links between height and width start afresh when
                it changes.
        """
        if fields != self._fields:
            self._rebuild(fields)
        for name, editor in self.editors.items():
            editor.set_value(values[name])
            if subject != self._subject and isinstance(editor, PairEditor):
                editor.relink()
        self._subject = subject

    def focus_first_field(self) -> bool:
        """Put the cursor into the first field; ``False`` if there is none."""
        for editor in self.editors.values():
            editor.setFocus(Qt.FocusReason.TabFocusReason)
            return True
        return False

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme's sizes."""
        if event.type() in {QEvent.Type.StyleChange, QEvent.Type.FontChange}:
            self._restyle()
        super().changeEvent(event)

    def _rebuild(self, fields: tuple[FieldInfo, ...]) -> None:
        self._clear()
        self._fields = fields
        for row, info in enumerate(fields):
            label = QLabel(info.label)
            editor = editor_for(info)
            help_line = QLabel(info.help)
            label.setBuddy(editor)
            label.setToolTip(explanation(info))
            help_line.setWordWrap(True)
            help_line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
            help_line.setProperty("role", "muted")
            self._grid.addWidget(label, 2 * row, 0)
            self._grid.addWidget(editor, 2 * row, 1)
            self._grid.addWidget(help_line, 2 * row + 1, 0, 1, 2)
            self._labels.append(label)
            self._helps.append(help_line)
            self.editors[info.name] = editor
            editor.value_edited.connect(lambda value, name=info.name: self._tell(name, value))
        self._show_nothing()
        self._restyle()

    def _show_nothing(self) -> None:
        """Say so where there is no field, as for ReLU."""
        self.nothing.setVisible(not self._fields)
        if not self._fields:
            self._grid.addWidget(self.nothing, 0, 0, 1, 2)

    def _clear(self) -> None:
        while (item := self._take_first()) is not None:
            widget = item.widget()
            if widget is not None and widget is not self.nothing:
                widget.hide()
                widget.deleteLater()
        self.editors.clear()
        self._labels.clear()
        self._helps.clear()

    def _take_first(self) -> QLayoutItem | None:
        return self._grid.takeAt(0) if self._grid.count() else None

    def _tell(self, name: str, value: object) -> None:
        self.field_edited.emit(name, value)

    def _restyle(self) -> None:
        self._grid.setHorizontalSpacing(px(12))
        self._grid.setVerticalSpacing(px(4))
        self.nothing.setFont(font(13))
        for label in self._labels:
            label.setFont(font(13))
        for line in self._helps:
            line.setFont(font(12))
            line.setContentsMargins(0, 0, 0, px(12))
