"""Shortcuts with a digit, such as Ctrl+1, on keyboards whose row of digits has other characters."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from app.kit.digit_keys import digit_of, held_with

_IN_WIDGET = {
    Qt.ShortcutContext.WidgetShortcut,
    Qt.ShortcutContext.WidgetWithChildrenShortcut,
}


class DigitShortcuts(QObject):
    """Watches a window for keys that mean a digit by their place, and does what the digit does.

    Qt compares characters. What a widget wants for itself, as a field does, never comes this far.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the place of Qt's shortcuts for a digit that has no character of its own."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            digit = digit_of(event)
            is_shifted = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            has_character = Qt.Key.Key_0 <= event.key() <= Qt.Key.Key_9
            if digit is not None and (is_shifted or not has_character):
                return self._act(event, digit)
        return super().eventFilter(watched, event)

    def _act(self, event: QKeyEvent, digit: int) -> bool:
        key = Qt.Key(Qt.Key.Key_0 + digit)
        wanted = QKeySequence(QKeyCombination(held_with(event), key))
        for shortcut in self._window.findChildren(QShortcut):
            if wanted == shortcut.key() and shortcut.isEnabled() and self._reaches(shortcut):
                event.accept()  # Qt is not to look for a shortcut with the character
                shortcut.activated.emit()
                return True
        for action in self._window.findChildren(QAction):
            if wanted in action.shortcuts() and action.isEnabled() and self._reaches(action):
                event.accept()
                action.trigger()
                return True
        return False

    def _reaches(self, one: QShortcut | QAction) -> bool:
        """Whether it works where the focus is."""
        owners: Sequence[QObject | None]
        if isinstance(one, QShortcut):
            context, owners = one.context(), [one.parent()]
        else:
            context, owners = one.shortcutContext(), one.associatedObjects()
        if context not in _IN_WIDGET:
            return True
        focus = QApplication.focusWidget()
        return any(
            isinstance(owner, QWidget)
            and focus is not None
            and (owner is focus or owner.isAncestorOf(focus))
            for owner in owners
        )
