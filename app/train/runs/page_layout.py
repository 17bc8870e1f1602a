"""The page of runs: the table, what can be done with them, and how much is kept."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from app.kit.buttons import allow
from app.look.icons import icon
from app.look.nesting import nest
from app.look.restyled import STYLE, Restyled
from app.look.text import ElidedText
from app.look.theme import px
from app.train.runs.run_table import RunTable

_ACTIONS = (
    (
        "compare",
        "Compare…",
        "Select two or more runs to see them side by side",
    ),
    ("use", "Use in Draw", "Let Draw recognise with the weights of the selected run"),
    ("resume", "Continue", "Go on with the selected run"),
    ("open_stack", "Open its stack in Build", ""),
    ("rename", "Rename", ""),
    ("pin", "Pin", "A pinned run is kept whatever the budget says"),
    ("hide", "Hide from this list", ""),
    ("show_hidden", "Show hidden runs", ""),
    ("copy_csv", "Copy table as CSV", ""),
    ("copy_markdown", "Copy table as Markdown", ""),
    ("delete", "Delete", ""),
)
_BUTTONS = ("compare", "use", "resume")
_MENU = (
    "use", "resume", "open_stack", "", "compare", "copy_csv", "copy_markdown", "",
    "rename", "pin", "hide", "show_hidden", "", "delete",
)  # fmt: skip


class RunsPage(Restyled, QWidget):
    """Holds the widgets; ``actions`` are by name, for whoever knows what they do.

    Signals:
        chosen: The name of an action.
    """

    restyled_by = STYLE

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = RunTable()
        self.note = ElidedText(size=12, role="muted")
        self.actions_by_name = {
            name: self._action(text, hint, name) for name, text, hint in _ACTIONS
        }
        self._hints = {name: hint for name, _, hint in _ACTIONS}
        self.buttons = {name: self._button(name) for name in _BUTTONS}
        self.undo = QPushButton("Undo")
        self.undo.setIcon(icon("undo"))
        self.undo.hide()
        self.menu = QMenu(self)
        self._fill_menu()
        self.more = QPushButton("More")
        self.more.setAccessibleName("More to do with the selected runs")
        self.more.setMenu(self.menu)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._show_menu)
        self._lay_out()
        self.follow_theme()

    def allow(self, name: str, why_not: str) -> None:
        """Let an action be chosen, or say in its tooltip why it cannot; empty if it can."""
        hint = self._hints[name]
        action = self.actions_by_name[name]
        allow(action, why_not, hint or action.text())
        if name in self.buttons:
            allow(self.buttons[name], why_not, hint)

    def name_action(self, name: str, text: str) -> None:
        """Say what an action would do now."""
        self.actions_by_name[name].setText(text)
        if name in self.buttons:
            self.buttons[name].setText(text)

    def say(self, note: str) -> None:
        """What stands below the table; all of it in its tooltip."""
        self.note.setText(note.splitlines()[0] if note else "")
        self.note.setToolTip(note)

    def _action(self, text: str, hint: str, name: str) -> QAction:
        action = QAction(text, self)
        if hint:
            action.setToolTip(hint)
        if name == "copy_csv":
            action.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            self.table.addAction(action)
        action.triggered.connect(lambda _=False: self.chosen.emit(name))
        return action

    def _button(self, name: str) -> QPushButton:
        action = self.actions_by_name[name]
        button = QPushButton(action.text())
        button.setToolTip(action.toolTip())
        button.clicked.connect(lambda: self.chosen.emit(name))
        return button

    def _fill_menu(self) -> None:
        for name in _MENU:
            if name:
                self.menu.addAction(self.actions_by_name[name])
            else:
                self.menu.addSeparator()

    @Slot(QPoint)
    def _show_menu(self, at: QPoint) -> None:
        self.menu.popup(self.table.viewport().mapToGlobal(at))

    def _lay_out(self) -> None:
        self._row = QHBoxLayout()
        for button in self.buttons.values():
            self._row.addWidget(button)
        self._row.addWidget(self.more)
        self._row.addWidget(self.note, 1)
        self._row.addWidget(self.undo)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.table, 1)
        nest(self._column, self._row)

    def _restyle(self) -> None:
        self._column.setSpacing(px(8))
        self._row.setSpacing(px(6))
        self.note.setContentsMargins(px(8), 0, px(4), 0)
