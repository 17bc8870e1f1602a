"""The form that edits any layer, made from the fields that its spec declares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from app.kit.scrolling import bring_into_view
from app.kit.stack.field_editors import FieldEditor, editor_for, explanation
from app.look.restyled import Restyled, give_role
from app.look.text import Text
from app.look.theme import px
from engine.layers.spec import FieldInfo


class SpecForm(Restyled, QWidget):
    """Labels, editors and a line of help for each field.

    While the fields stay the same, ``show_fields`` only renews the values, so that the editor in
    use keeps its cursor when the document answers an edit.

    Signals:
        field_edited: The name of a field and the value that the user gave it.
        edit_confirmed: As a field editor's.
    """

    field_edited = Signal(str, object)
    edit_confirmed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pages: dict[tuple[FieldInfo, ...], _Page] = {}
        self._page: _Page | None = None
        self._subject: object = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._turn_to(())
        self.follow_theme()

    @property
    def editors(self) -> dict[str, FieldEditor]:
        """The editors of the fields shown, by their names."""
        return self._page.editors if self._page is not None else {}

    def show_fields(
        self, fields: tuple[FieldInfo, ...], values: Mapping[str, Any], subject: object = None
    ) -> None:
        """Show ``fields`` with ``values``.

        Args:
            fields: What to edit, in order.
            values: The value of each field by its name.
            subject: What the fields belong to; when it changes, nothing half typed is left, and
                links between height and width start again.
        """
        page = self._turn_to(fields)
        for info in fields:
            editor = page.editors[info.name]
            editor.set_value(values[info.name])
            page.set_effect(info, has_effect=info.has_effect(values))
            if subject != self._subject:
                editor.begin_again()
        self._subject = subject

    def focus_first_field(self) -> bool:
        """Put the cursor into the first field; ``False`` if there is none."""
        for editor in self.editors.values():
            editor.setFocus(Qt.FocusReason.TabFocusReason)
            return True
        return False

    def _turn_to(self, fields: tuple[FieldInfo, ...]) -> _Page:
        """Show the page of these fields; it is made when it is first wanted, and kept."""
        page = self._pages.get(fields)
        if page is None:
            page = self._pages[fields] = _Page(fields)
            page.hide()
            page.edited.connect(self.field_edited)
            page.edit_confirmed.connect(self.edit_confirmed)
            self._column.addWidget(page)
        if page is not self._page:
            if self._page is not None:
                self._page.hide()
            self._page = page
            page.show()
        return page

    def _restyle(self) -> None:
        for page in self._pages.values():
            page.restyle()


class _Page(QWidget):
    """One set of fields, each with its label, its editor and a line of help.

    Signals:
        edited, edit_confirmed: As the form's.
    """

    edited = Signal(str, object)
    edit_confirmed = Signal()

    def __init__(self, fields: tuple[FieldInfo, ...]) -> None:
        super().__init__()
        self.editors: dict[str, FieldEditor] = {}
        self._labels: dict[str, Text] = {}
        self._helps: dict[str, Text] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 1)
        if not fields:  # as for ReLU
            self._grid.addWidget(Text("Nothing to set here.", role="muted"), 0, 0, 1, 2)
        for row, info in enumerate(fields):
            self._add(2 * row, info)
        self.restyle()

    def _add(self, row: int, info: FieldInfo) -> None:
        label, editor, help_line = (
            Text(info.label),
            editor_for(info),
            Text(info.help, 12, role="muted"),
        )
        label.setBuddy(editor)
        label.setToolTip(explanation(info))
        help_line.setWordWrap(True)
        help_line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._grid.addWidget(label, row, 0)
        self._grid.addWidget(editor, row, 1)
        self._grid.addWidget(help_line, row + 1, 0, 1, 2)
        self._labels[info.name] = label
        self._helps[info.name] = help_line
        self.editors[info.name] = editor
        editor.value_edited.connect(lambda value, name=info.name: self.edited.emit(name, value))
        editor.edit_confirmed.connect(self.edit_confirmed)
        editor.problem_changed.connect(lambda problem: self._show_problem(info, problem))

    def _show_problem(self, info: FieldInfo, problem: str) -> None:
        """Say why what was typed is not used, where else the help stands."""
        help_line = self._helps[info.name]
        help_line.setText(problem or info.help)
        give_role(help_line, "error" if problem else "muted")
        if problem:
            bring_into_view(help_line)

    def set_effect(self, info: FieldInfo, *, has_effect: bool) -> None:
        """Let a field be edited only while that has an effect, and say when it has."""
        editor, label = self.editors[info.name], self._labels[info.name]
        if editor.isEnabled() == has_effect or info.only_with is None:
            return
        name, value = info.only_with
        reason = f"Has an effect only with {self._labels[name].text()}: {value}."
        editor.setEnabled(has_effect)
        label.setEnabled(has_effect)
        editor.setToolTip("" if has_effect else reason)
        label.setToolTip(explanation(info) if has_effect else reason)

    def restyle(self) -> None:
        """Follow the theme's sizes."""
        self._grid.setHorizontalSpacing(px(12))
        self._grid.setVerticalSpacing(px(4))
        for line in self._helps.values():
            line.setContentsMargins(0, 0, 0, px(12))
