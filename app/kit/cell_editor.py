"""The field that opens in a cell of a grid: no key of the panel acts while it is open."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.kit.keys_and_pointer import KeepsKeys
from app.look.restyled import give_role
from app.look.theme import font, px

_SIGNS = "+-.,−٫"
_MOVES = {
    Qt.Key.Key_Return: (1, 0),
    Qt.Key.Key_Enter: (1, 0),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Tab: (0, 1),
    Qt.Key.Key_Backtab: (0, -1),
}


def begins_a_number(text: str) -> bool:
    """Whether a key that gives this text opens the field in the chosen cell."""
    return bool(text) and (text.isdecimal() or text in _SIGNS)


class CellEditor(KeepsKeys, QLineEdit):
    """Edits one number. What the text means, its grid decides.

    A text that cannot be used stays, marked, until it is changed or Escape is pressed; so the grid
    leaves the field open, even when the focus goes elsewhere.
    """

    finished = Signal(int, int)
    """Done; the next cell lies this many rows and columns on."""
    left = Signal()
    """Escape: the number stays as it was."""

    def __init__(self, grid: QWidget, cell: QRect) -> None:
        super().__init__(grid)
        self._grid = grid
        self.setAccessibleName("number")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setFont(font(15, QFont.Weight.Medium))
        self.setStyleSheet("padding: 0 1px;")
        self.textEdited.connect(self._clear_problem)
        self.put_over(cell)

    @property
    def is_refused(self) -> bool:
        """Whether its text is marked as one that cannot be used."""
        return bool(self.property("role") == "error")

    def put_over(self, cell: QRect) -> None:
        """Lie over a cell of the grid, with room for a number."""
        grid = self._grid
        width, height = max(cell.width(), px(56)), max(min(cell.height(), px(48)), px(26))
        box = QRect(0, 0, width, height)
        box.moveCenter(cell.center())
        box.moveLeft(max(0, min(box.left(), grid.width() - width)))
        box.moveTop(max(0, min(box.top(), grid.height() - height)))
        self.setGeometry(box)

    def begin(self, text: str) -> None:
        """Begin with ``text``, which was typed to open the editor."""
        self.setText(text)
        self.setModified(True)

    def begin_with(self, number: str) -> None:
        """Begin with the number that is there: what is typed replaces it; its first digits show."""
        self.setText(number)
        self.setSelection(len(number), -len(number))

    def show_problem(self, problem: str) -> None:
        """Mark the text as one that cannot be used, and say why."""
        give_role(self, "error")
        self.setToolTip(problem)
        self.setAccessibleDescription(problem)
        self.selectAll()

    def _clear_problem(self) -> None:
        give_role(self, "")
        self.setToolTip("")
        self.setAccessibleDescription("")

    def event(self, event: QEvent) -> bool:
        """Let the keys that leave the cell leave it."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in _MOVES
        ):
            self.finished.emit(*_MOVES[Qt.Key(event.key())])
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave on Escape; the arrows move on where there is nothing more to move over."""
        key, at = event.key(), self.cursorPosition()
        is_all = self.selectedText() == self.text()
        if key == Qt.Key.Key_Escape:
            self.left.emit()
        elif key == Qt.Key.Key_Left and (at == 0 or is_all):
            self.finished.emit(0, -1)
        elif key == Qt.Key.Key_Right and (at == len(self.text()) or is_all):
            self.finished.emit(0, 1)
        elif key not in {Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Keep what was typed when the focus goes elsewhere."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.finished.emit(0, 0)
