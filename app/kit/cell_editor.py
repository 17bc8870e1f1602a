"""The field that opens in a cell of a grid: no key of the panel acts while it is open."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.kit.keys_and_pointer import KeepsKeys
from app.look.restyled import give_role
from app.look.theme import font, px

_MOVES = {
    Qt.Key.Key_Return: (1, 0),
    Qt.Key.Key_Enter: (1, 0),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Tab: (0, 1),
    Qt.Key.Key_Backtab: (0, -1),
}


class CellEditor(KeepsKeys, QLineEdit):
    """Edits one number. What the text means, its grid decides."""

    finished = Signal(int, int)
    """Done; the next cell lies this many rows and columns on."""
    left = Signal()
    """Escape: the number stays as it was."""

    def __init__(self, grid: QWidget, cell: QRect) -> None:
        super().__init__(grid)
        self.setAccessibleName("number")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setFont(font(15, QFont.Weight.Medium))
        self.setStyleSheet("padding: 0 1px;")
        self.setMaxLength(40)
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

    def show_problem(self) -> None:
        """Mark the text as one that cannot be used."""
        give_role(self, "error")
        self.selectAll()

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
