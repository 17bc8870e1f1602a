"""Widgets that say whether anybody can see them: what nobody looks at is not computed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent

from app.look.mixin import WidgetMixin


class Watched(WidgetMixin):
    """Stands before Qt's class among a widget's bases.

    Signals:
        watched_changed: Whether it can be seen.
    """

    watched_changed = Signal(bool)

    def showEvent(self, event: QShowEvent) -> None:
        """Somebody looks."""
        super().showEvent(event)
        self.watched_changed.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks any more."""
        super().hideEvent(event)
        self.watched_changed.emit(False)
