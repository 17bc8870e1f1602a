"""Boxes for numbers: every key is taken, one parser reads them, one notation shows them.

Qt's own spin boxes drop the keys that the locale has no use for, so that 1e-3 becomes 13 and the
German 0.05 becomes 5. In these what cannot be read stays, marked and with the reason; the number
in use is then the one from before, and Escape shows it again.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QObject, QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QKeySequence, QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QToolTip, QWidget

from app.look.restyled import give_role
from engine.basics.errors import DataError
from engine.basics.typed_numbers import quoted, read_number, read_whole_number, typed_text

_UNDO, _REDO = QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo
_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_MOST_DECIMALS = 323
"""As many as Qt can, more than any number has: none is rounded."""
_SIGNIFICANT = 12
"""Digits that a step with the arrows keeps: what comes after them is 0.1 + 0.2."""


class NumberBox(QDoubleSpinBox):
    """A box for any number; none is rounded.

    Ctrl+Z takes back what is being typed. After Enter it is the document's, or, where there is
    none, goes through the numbers that the box has had.

    Signals:
        problem_changed: Why its text cannot be used, in a sentence; empty when it can again.
    """

    problem_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._problem = ""
        self._unread: str | None = None
        self._special = ""
        self._is_typing = False
        self._past: list[float] = []
        self._future: list[float] = []
        self.setDecimals(_MOST_DECIMALS)
        self._settled = self.value()
        self._is_entered = False
        self.lineEdit().installEventFilter(self)
        self.lineEdit().textEdited.connect(self._note_typing)
        self.editingFinished.connect(self._settle)

    @property
    def problem(self) -> str:
        """Why what stands in the box is not used, in a sentence; empty if it is."""
        return self._problem

    def show_value(self, value: float) -> None:
        """Show a number without telling of it; text that means this number is left as it is."""
        if value != self.value():
            self._belong_to(value)

    def begin_again(self) -> None:
        """Forget what is being typed and what was undone: the box belongs to something else now."""
        self._belong_to(self.value())

    def _belong_to(self, value: float) -> None:
        """Show a number of something else, and tell only that a problem is gone."""
        had_problem = bool(self._problem)
        with QSignalBlocker(self):
            self._show(value)
        self._past, self._future = [], []
        self._settled = self.value()
        if had_problem:
            self.problem_changed.emit("")

    def reading(self, text: str) -> float:
        """The number that a text of this box says.

        Raises:
            DataError: if it says none, or one out of range.
        """
        if self._special and text == self._special:
            return self.minimum()
        value = self._read(self._without_unit(text))
        if not self.minimum() <= value <= self.maximum():
            raise DataError(
                f"“{quoted(self._without_unit(text))}” is out of range: type a number "
                f"{range_words(self.minimum(), self.maximum())}."
            )
        return value

    def _read(self, text: str) -> float:
        """The number that a text says, without a look at the range."""
        return read_number(text)

    def _without_unit(self, text: str) -> str:
        unit = self.suffix()
        while unit and text.endswith(unit):
            text = text.removesuffix(unit)
        return text.strip()

    # What is being typed

    def _note_typing(self, text: str) -> None:
        """Mark what cannot be read; as long as that stands there, the number before is in use."""
        if not self._is_typing:
            self._settle()
            self._is_typing = True
        self._unread = text.removesuffix(self.suffix())
        self._set_special("")  # Qt would put it over a text that is being typed
        try:
            self.reading(text)
        except DataError as error:
            self._show_problem(str(error))
            if self.value() != self._settled:
                super().setValue(self._settled)
        else:
            self._show_problem("")

    def _settle(self) -> None:
        """What can be read is the box's number from here on."""
        if self._problem:
            return
        self._is_typing = False
        self._set_special(self._special)
        if self.value() != self._settled:
            self._past.append(self._settled)
            self._future.clear()
            self._settled = self.value()

    def _show_problem(self, problem: str) -> None:
        if not problem:
            self._unread = None
        if problem != self._problem:
            self._problem = problem
            give_role(self, "error" if problem else "")
            self.setAccessibleDescription(problem)
            self.problem_changed.emit(problem)

    def _set_special(self, text: str) -> None:
        if self.specialValueText() != text:  # Qt writes the box's text again even if it is equal
            super().setSpecialValueText(text)

    def _show(self, value: float) -> None:
        """Have a number, and its text in place of any other."""
        self._is_typing = False
        self._show_problem("")
        self._set_special(self._special)
        super().setValue(value)
        if self.lineEdit().text() != (text := self._whole_text()):
            self.lineEdit().setText(text)

    def _whole_text(self) -> str:
        """What the box shows for its number, with unit."""
        if self._special and self.value() == self.minimum():
            return self._special
        return f"{self.textFromValue(self.value())}{self.suffix()}"

    # Undo

    def _has_typed(self, event: QKeyEvent) -> bool:
        """Whether a key takes back, or brings back, something that is being typed."""
        edit = self.lineEdit()
        if not self._is_typing:
            return False
        return edit.isUndoAvailable() if event.matches(_UNDO) else edit.isRedoAvailable()

    def _go_back(self) -> None:
        self._settle()
        if self._past:
            self._go(self._past, self._future)

    def _go_forward(self) -> None:
        self._settle()
        if self._future:
            self._go(self._future, self._past)

    def _go(self, source: list[float], target: list[float]) -> None:
        target.append(self.value())
        value = source.pop()
        self._settled = value  # before others hear of it, and may show another
        self._show(value)
        self.selectAll()

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A click into a box that has no focus chooses all of it: the next key replaces it."""
        is_release = event.type() == QEvent.Type.MouseButtonRelease
        if watched is self.lineEdit() and is_release and self._is_entered:
            self._is_entered = False
            if not self.lineEdit().hasSelectedText():
                self.selectAll()
        return super().eventFilter(watched, event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Note that a click brought the focus."""
        self._is_entered = event.reason() == Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Take every key; a number in range can be used."""
        try:
            self.reading(text)
        except DataError:
            return QValidator.State.Intermediate, text, position
        return QValidator.State.Acceptable, text, position

    def fixup(self, text: str) -> str:
        """Leave a text that cannot be read as it is."""
        return text

    def textFromValue(self, value: float) -> str:
        """The number in one notation, whatever the locale; what cannot be read stays instead."""
        if self._unread is not None and value == self.value():
            return self._unread
        return typed_text(value)

    def valueFromText(self, text: str) -> float:
        """The number that a text says; the one in use if it says none."""
        try:
            return self.reading(text)
        except DataError:
            return self.value()

    def setValue(self, value: float) -> None:
        """Have a number as if it had been typed."""
        self._show(value)
        self._settle()

    def setSpecialValueText(self, text: str) -> None:
        """Show these words in place of the least number."""
        self._special = text
        self._set_special("" if self._is_typing else text)

    def stepBy(self, steps: int) -> None:
        """Even steps from the number in use; near zero, steps in the last digit but one."""
        if self._problem:
            self._show(self._settled)
        self.interpretText()
        value, step = self.value(), self.singleStep()
        if 0 < abs(value) < step:
            step = 10.0 ** (math.floor(math.log10(abs(value))) - 1)
        super().setValue(float(f"{value + steps * step:.{_SIGNIFICANT}g}"))
        self.selectAll()

    def event(self, event: QEvent) -> bool:
        """Tell the reason where a tooltip is wanted; leave undo to the document if it is its."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self._problem:
            QToolTip.showText(event.globalPos(), self._problem, self)
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            if event.matches(_UNDO) or event.matches(_REDO):
                event.setAccepted(self._has_typed(event))
                return True
            if event.key() == Qt.Key.Key_Escape and self._can_cancel:
                event.accept()
                return True
        return super().event(event)

    @property
    def _can_cancel(self) -> bool:
        """Whether there is text that has not become the box's number."""
        return bool(self._problem) or (self._is_typing and not self.keyboardTracking())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape brings the number in use back; Enter says why a text is not used."""
        if event.key() == Qt.Key.Key_Escape and self._can_cancel:
            self._show(self._settled)
            self.selectAll()
        elif event.matches(_UNDO) and not self._has_typed(event):
            self._go_back()
        elif event.matches(_REDO) and not self._has_typed(event):
            self._go_forward()
        elif event.key() in _ENTER and self._problem:
            below = self.mapToGlobal(QPoint(0, self.height()))
            QToolTip.showText(below, self._problem, self)
            self.selectAll()
        else:
            super().keyPressEvent(event)


class WholeBox(NumberBox):
    """A box for a whole number; thousands are shown, and may be typed, with commas."""

    def value(self) -> int:
        """The number."""
        return int(super().value())

    def _read(self, text: str) -> float:
        return read_whole_number(text)

    def textFromValue(self, value: float) -> str:
        """The number with its thousands; what cannot be read stays instead."""
        text = super().textFromValue(value)
        return f"{int(value):,}" if text == typed_text(value) else text


def range_words(least: float, most: float) -> str:
    """A range in words: ``from 0.0001 to 10,000``."""
    low, high = (
        f"{int(limit):,}" if limit == int(limit) else typed_text(limit) for limit in (least, most)
    )
    return f"from {low} to {high}"
