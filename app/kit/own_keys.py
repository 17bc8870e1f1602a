"""Widgets whose keys are not taken for the shortcuts of the panel around them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from app.look.mixin import WidgetMixin


class KeepsKeys(WidgetMixin):
    """Has its own keys first; stands before Qt's class among a widget's bases."""

    def event(self, event: QEvent) -> bool:
        """Keep the keys that mean something here from acting in the panel."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and self._is_own_key(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def _is_own_key(self, event: QKeyEvent) -> bool:
        """Whether a key means something here: each that is typed without Ctrl, unless redefined."""
        return not event.modifiers() & Qt.KeyboardModifier.ControlModifier
