"""A kernel whose cells can be typed over, in place."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from app.draw.inside.map_view import MapView, Values
from app.kit.cell_editor import CellEditor, begins_a_number
from app.kit.keys_and_pointer import ARROWS, KeepsKeys, ShowsFocus
from app.look.theme import current_theme, px
from engine.basics.errors import EngineError
from engine.basics.typed_numbers import read_number, typed_text


class EditableMap(ShowsFocus, KeepsKeys, MapView):
    """Maps with a cursor: click, Enter or a digit opens a field in the cell.

    Signals:
        value_typed: The number at this place, counted through all maps, is to be this one.
        problem_met: What was typed is no number: a sentence; an empty one once it is gone.
    """

    value_typed = Signal(int, float)
    problem_met = Signal(str)

    def __init__(self, least: int, name: str, parent: QWidget | None = None) -> None:
        super().__init__(least, parent)
        self._cursor = 0
        self.editor: CellEditor | None = None
        self._has_problem = False
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.IBeamCursor)

    @property
    def cursor_place(self) -> int:
        """Where typing would begin."""
        return self._cursor

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to edit the number under the pointer."""
        super().mousePressEvent(event)
        place = self.place_at(event.position())
        if self.editor is not None and self.editor.is_refused:
            self.editor.setFocus()  # it is left by a number or by Escape
        elif place >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self._cursor = place
            self.begin()

    def _is_own_key(self, event: QKeyEvent) -> bool:
        return self.values is not None and begins_a_number(event.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the cursor; Enter, or the first character of a number, begins to edit."""
        key = Qt.Key(event.key())
        has_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if self.values is None or has_control:
            super().keyPressEvent(event)
        elif key in ARROWS:
            self._move(*ARROWS[key])
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2}:
            self.begin()
        elif begins_a_number(event.text()):
            self.begin(event.text())
        else:
            super().keyPressEvent(event)

    def begin(self, text: str | None = None) -> None:
        """Open the field in the cursor's cell, with ``text`` or with the number that is there."""
        if self.values is None or not 0 <= self._cursor < self.values.size:
            return
        self._close()
        self.editor = CellEditor(self, self._cell())
        if text is None:
            weight = self.values.ravel()[self._cursor]
            self.editor.begin_with(typed_text(float(str(weight))))  # the digits of its own type
        else:
            self.editor.begin(text)
        self.editor.finished.connect(self._finish)
        self.editor.left.connect(self._leave)
        self.editor.textEdited.connect(self._forget_problem)
        self.editor.show()
        self.editor.setFocus()
        self.update()

    @Slot(int, int)
    def _finish(self, down: int, across: int) -> None:
        editor = self.editor
        if editor is None:
            return
        if editor.isModified():
            try:
                value = read_number(editor.text())
            except EngineError as error:
                editor.show_problem(str(error))
                self._has_problem = True
                self.problem_met.emit(str(error))
                return
            self._close()
            self.value_typed.emit(self._cursor, value)
        else:
            self._close()
        if (down, across) != (0, 0):
            self._move(down, across)
            self.setFocus()

    @Slot()
    def _leave(self) -> None:
        self._close()
        self.setFocus()

    def show_maps(
        self,
        values: Values | None,
        *,
        signed: bool,
        mark: int = -1,
        gradient: bool = False,
    ) -> None:
        """Show maps; what is being typed was meant for those before."""
        is_same = self.values is values or (
            self.values is not None and values is not None and np.array_equal(self.values, values)
        )
        if not is_same:
            self._close()
        super().show_maps(values, signed=signed, mark=mark, gradient=gradient)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the field over its cell."""
        super().resizeEvent(event)
        if self.editor is not None and self.values is not None:
            self.editor.put_over(self._cell())

    def _cell(self) -> QRect:
        box = self.box(self._cursor)
        return QRect(round(box.left()), round(box.top()), round(box.width()), round(box.height()))

    def _forget_problem(self) -> None:
        """What was said of a text ends with the text."""
        if self._has_problem:
            self._has_problem = False
            self.problem_met.emit("")

    def _close(self) -> None:
        editor, self.editor = self.editor, None
        self._forget_problem()
        if editor is not None:
            editor.hide()
            editor.deleteLater()
            self.update()

    def _move(self, down: int, across: int) -> None:
        """Move the cursor within its map, and on to the next one at the side."""
        if self.values is None:
            return
        maps, rows, columns = self.values.shape
        one, row, column = (int(i) for i in np.unravel_index(self._cursor, self.values.shape))
        row, column = max(0, min(row + down, rows - 1)), column + across
        if not 0 <= column < columns:
            if not 0 <= one + across < maps:
                return
            one, column = one + across, 0 if across > 0 else columns - 1
        self._cursor = (one * rows + row) * columns + column
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the maps, and where the cursor is while the keyboard is here."""
        super().paintEvent(event)
        if self.values is None or not self.hasFocus() or self._cursor >= self.values.size:
            return
        with QPainter(self) as painter:
            painter.setPen(QPen(QColor(current_theme().accent), px(2)))
            painter.drawRect(self.box(self._cursor))

    def hideEvent(self, event: QHideEvent) -> None:
        """Keep nothing half typed."""
        self._close()
        super().hideEvent(event)
