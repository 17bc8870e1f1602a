"""Fields of the lab's geometry: a box for a whole number, and a slider that cannot go wrong."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QSlider, QWidget

from app.kit.keys_and_pointer import KeepsKeys
from app.kit.number_boxes import WholeBox, range_words
from app.look.theme import px


class GeometryBox(KeepsKeys, WholeBox):
    """A box for a whole number in which the panel's keys do not act; Enter and Escape leave it."""

    left = Signal()
    closed = Signal()
    """Enter or Escape: it is done with."""

    def __init__(self, name: str, least: int, most: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setRange(least, most)
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._is_slim = self._lets_clicker_step = False

    def show_setting(self, value: int, least: int, most: int) -> None:
        """Show a value; beyond the usual range if it is there."""
        with QSignalBlocker(self):
            self.setRange(least, max(most, value))
        self.show_value(value)
        self._restyle()

    def set_slim(self, is_slim: bool) -> None:
        """Without arrows, where room is short; the arrow keys and the wheel still count."""
        self._is_slim = is_slim
        symbols = WholeBox.ButtonSymbols
        self.setButtonSymbols(symbols.NoButtons if is_slim else symbols.UpDownArrows)
        self._restyle()

    def width_of(self, *, is_slim: bool) -> int:
        """What it takes, with its arrows or without."""
        return px((28 if is_slim else 45) + 9 * (len(str(int(self.value()))) - 1))

    def _restyle(self) -> None:
        self.setFixedWidth(self.width_of(is_slim=self._is_slim))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """After a press on the arrows a clicker's key steps on; what is typed is for the box."""
        super().mouseReleaseEvent(event)
        self._lets_clicker_step = True

    def _is_own_key(self, event: QKeyEvent) -> bool:
        is_clickers = event.key() in {Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}
        return super()._is_own_key(event) and not (is_clickers and self._lets_clicker_step)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Whoever comes back by a key edits by every key."""
        super().focusOutEvent(event)
        self._lets_clicker_step = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave on Enter and Escape; not with a text that cannot be read."""
        self._lets_clicker_step = False
        super().keyPressEvent(event)
        is_leaving = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape}
        if is_leaving and not self.problem:
            self.left.emit()
            self.closed.emit()


class SettingSlider(QSlider):
    """Sets one setting, or both of a pair, no further than the others leave room for."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._name = name
        self.setAccessibleName(f"{name}, slider")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setPageStep(1)

    def show_setting(self, value: int, least: int, most: int) -> None:
        """Show a value, and how far it can go."""
        with QSignalBlocker(self):
            self.setRange(min(least, value), max(most, value))
            self.setValue(value)
        self.setEnabled(self.minimum() < self.maximum())
        self.setToolTip(f"{self._name}: {range_words(least, most)}")
