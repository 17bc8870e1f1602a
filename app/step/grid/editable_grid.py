"""A grid whose cells can be chosen, and typed into where that makes sense.

A click chooses a cell. In a grid that can be edited, typing then starts, Enter, Tab and the arrows
move on, Escape leaves; a block can be pasted. What a text means is not this widget's business.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QMenu, QToolTip, QWidget

from app.kit.cell_editor import CellEditor, begins_a_number
from app.kit.keys_and_pointer import KeepsKeys
from app.look.icons import icon
from app.step.grid.grid_content import GridContent, Mark, MarkStyle
from app.step.grid.number_grid import NumberGrid

_MOVES = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Return: (1, 0),
    Qt.Key.Key_Enter: (1, 0),
}
_ERASERS = {Qt.Key.Key_Backspace, Qt.Key.Key_Delete}
_ERROR_MILLISECONDS = 6000
_COMPUTED = "These numbers are computed: paste into a grid that is not."


@dataclass(frozen=True)
class CellEdits:
    """What editing does. ``commit`` and ``paste`` give a sentence if it cannot be, else nothing."""

    can_edit: Callable[[int, int], bool]
    text: Callable[[int, int], str]
    commit: Callable[[int, int, str], str]
    paste: Callable[[int, int, str], str]


class EditableGrid(KeepsKeys, NumberGrid):
    """A ``NumberGrid`` with a chosen cell and, if it is given ``CellEdits``, an editor in it."""

    cell_chosen = Signal(int, int)
    choice_ended = Signal()
    refused = Signal(str)
    """A text that could not be used, in a sentence; an empty one once it is gone."""

    def __init__(
        self, name: str, parent: QWidget | None = None, *, has_numbers: bool = True
    ) -> None:
        super().__init__(name, parent, has_numbers=has_numbers)
        self._cursor: tuple[int, int] | None = None
        self._edits: CellEdits | None = None
        self._editor: CellEditor | None = None
        self._has_refused = False

    @property
    def cursor_cell(self) -> tuple[int, int] | None:
        """The chosen cell."""
        return self._cursor

    @property
    def editor(self) -> CellEditor | None:
        """The editor, while one is open."""
        return self._editor

    def set_edits(self, edits: CellEdits | None) -> None:
        """Let cells be edited, or not."""
        self._edits = edits

    def set_content(self, content: GridContent | None) -> None:
        """Show other numbers; a chosen cell stays if it still exists."""
        super().set_content(content)
        at = self._cursor
        if at is not None and (at[0] >= self.rows or at[1] >= self.columns):
            self.choose(None)
        if self._editor is None:
            self._forget_problem()
        self._put_editor()

    def choose(self, at: tuple[int, int] | None) -> None:
        """Choose a cell, or none."""
        self._forget_problem()
        if at == self._cursor:
            return
        self._close_editor()
        self._cursor = at
        if at is None:
            self.set_cursor_mark(None)
            self.choice_ended.emit()
            return
        row, column = at
        mark = Mark(range(row, row + 1), range(column, column + 1), "accent", MarkStyle.TARGET)
        self.set_cursor_mark(mark)
        self.cell_chosen.emit(row, column)

    def can_edit(self, at: tuple[int, int] | None) -> bool:
        """Whether a cell can be typed into."""
        return self._edits is not None and at is not None and self._edits.can_edit(*at)

    def begin_editing(self, text: str | None = None) -> None:
        """Open the editor in the chosen cell, with its number or with ``text``."""
        at = self._cursor
        if at is None or self._edits is None or not self._edits.can_edit(*at):
            return
        editor = CellEditor(self, self.cell_rect(*at).toRect())
        self._editor = editor
        editor.finished.connect(self._finish)
        editor.left.connect(self._leave)
        editor.textEdited.connect(self._forget_problem)
        if text is None:
            editor.begin_with(self._edits.text(*at))
        else:
            editor.begin(text)
        editor.show()
        editor.setFocus()

    def paste(self) -> None:
        """Put the numbers of the clipboard from the chosen cell on, or from the first."""
        if self._edits is None:
            self._refuse(_COMPUTED)
            return
        at = self._cursor if self._cursor is not None else self._first_editable()
        if at is None or not self._edits.can_edit(*at):
            self._refuse("This cell cannot be edited: choose one that holds a number.")
            return
        problem = self._edits.paste(*at, QGuiApplication.clipboard().text())
        if problem:
            self._say(at, problem)

    def _first_editable(self) -> tuple[int, int] | None:
        cells = ((row, column) for row in range(self.rows) for column in range(self.columns))
        return next((at for at in cells if self.can_edit(at)), None)

    def _finish(self, row_step: int, column_step: int) -> None:
        """Take over what was typed, and move on; or say why not, and stay."""
        editor, at, edits = self._editor, self._cursor, self._edits
        if editor is None or at is None or edits is None:
            return
        problem = edits.commit(*at, editor.text()) if editor.isModified() else ""
        if problem:
            editor.show_problem(problem)
            self._say(at, problem)
            return
        self._close_editor()
        self._move(row_step, column_step)

    def _leave(self) -> None:
        self._close_editor()

    def _put_editor(self) -> None:
        if self._editor is not None and self._cursor is not None:
            self._editor.put_over(self.cell_rect(*self._cursor).toRect())

    def _close_editor(self) -> None:
        editor, self._editor = self._editor, None
        if editor is not None:
            self._forget_problem()
            editor.blockSignals(True)  # losing the focus by closing is no wish to commit
            if editor.hasFocus():
                self.setFocus()  # else hiding it would move on as Tab does
            editor.hide()
            editor.deleteLater()

    def _move(self, row_step: int, column_step: int) -> None:
        """Choose the next editable cell in a direction, if there is one; Tab goes to other rows."""
        if self._cursor is None or not (row_step or column_step):
            return
        row, column = self._cursor
        wanted = (row + row_step, column + column_step)
        if 0 <= wanted[0] < self.rows and 0 <= wanted[1] < self.columns and self.can_edit(wanted):
            self.choose(wanted)

    def _move_along(self, step: int) -> None:
        """Choose the next or previous editable cell, row after row."""
        if self._cursor is None:
            return
        place = self._cursor[0] * self.columns + self._cursor[1] + step
        while 0 <= place < self.rows * self.columns:
            at = divmod(place, self.columns)
            if self.can_edit(at):
                self.choose(at)
                return
            place += step

    def _say(self, at: tuple[int, int], problem: str) -> None:
        below = self.cell_rect(*at).bottomLeft().toPoint() + QPoint(0, 4)
        QToolTip.showText(self.mapToGlobal(below), problem, self, self.rect(), _ERROR_MILLISECONDS)
        self._refuse(problem)

    def _refuse(self, problem: str) -> None:
        self._has_refused = True
        self.refused.emit(problem)

    def _forget_problem(self) -> None:
        """What was said of a text ends with the text."""
        if self._has_refused:
            self._has_refused = False
            QToolTip.hideText()
            self.refused.emit("")

    # --- Qt --------------------------------------------------------------------------------------

    def _is_own_key(self, event: QKeyEvent) -> bool:
        if event.matches(QKeySequence.StandardKey.Paste):
            return True
        if self._cursor is None:
            return False
        if event.key() == Qt.Key.Key_Escape:
            return True
        if (
            not self.can_edit(self._cursor)
            or event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            return False
        return (
            event.key() in _MOVES
            or event.key() in _ERASERS
            or event.key() == Qt.Key.Key_F2
            or begins_a_number(event.text())
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, type, paste; what is not ours is the panel's."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif not self._is_own_key(event):
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Escape:
            self.choose(None)
        elif event.key() == Qt.Key.Key_F2:
            self.begin_editing()
        elif event.key() in _ERASERS:
            self.begin_editing("")
        elif event.key() in _MOVES:
            self._move(*_MOVES[Qt.Key(event.key())])
        else:
            self.begin_editing(event.text())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the editor over its cell."""
        super().resizeEvent(event)
        self._put_editor()

    def focusNextPrevChild(self, is_next: bool) -> bool:
        """Tab goes from cell to cell while one is chosen."""
        if self._cursor is not None and self.can_edit(self._cursor):
            self._move_along(1 if is_next else -1)
            return True
        return super().focusNextPrevChild(is_next)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the cell; another press on it lets it go, if it cannot be edited."""
        at = self.cell_at(event.position())
        if self._editor is not None and self._editor.is_refused:
            self._editor.setFocus()  # it is left by a number or by Escape
        elif event.button() == Qt.MouseButton.LeftButton:
            is_again = at is not None and at == self._cursor and not self.can_edit(at)
            self.choose(None if is_again else at)
        else:
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Edit the cell's number."""
        at = self.cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and self.can_edit(at):
            self.choose(at)
            self.begin_editing()

    def context_menu(self, at: tuple[int, int] | None = None) -> QMenu:
        """Copy, and paste where that makes sense."""
        menu = super().context_menu(at)
        if self._edits is not None:
            action = menu.addAction(icon("paste"), "Paste numbers", self.paste)
            action.setShortcut(QKeySequence.StandardKey.Paste)
        return menu
