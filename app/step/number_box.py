"""A box for a whole number in the lab, where the panel's keys do not act."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QSpinBox, QWidget

from app.kit.keys_and_pointer import KeepsKeys
from app.look.theme import px


class NumberBox(KeepsKeys, QSpinBox):
    """A spin box in which the panel's keys do not act; Enter and Escape leave it."""

    left = Signal()

    def __init__(self, name: str, least: int, most: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setRange(least, most)
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._is_slim = False

    def show_value(self, value: int, least: int, most: int) -> None:
        """Show a value; beyond the usual range if it is there."""
        with QSignalBlocker(self):
            self.setRange(least, max(most, value))
            self.setValue(value)
        self._restyle()

    def set_slim(self, is_slim: bool) -> None:
        """Without arrows, where room is short; the arrow keys and the wheel still count."""
        self._is_slim = is_slim
        symbols = QSpinBox.ButtonSymbols
        self.setButtonSymbols(symbols.NoButtons if is_slim else symbols.UpDownArrows)
        self._restyle()

    def width_of(self, *, is_slim: bool) -> int:
        """What it takes, with its arrows or without."""
        return px((28 if is_slim else 45) + (0 if self.value() < _TWO_DIGITS else 9))

    def _restyle(self) -> None:
        self.setFixedWidth(self.width_of(is_slim=self._is_slim))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Leave after a press on the arrows: the clicker's next key is to step, not to count."""
        super().mouseReleaseEvent(event)
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave on Enter and Escape."""
        super().keyPressEvent(event)
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape}:
            self.left.emit()


_TWO_DIGITS = 10
