"""What widgets do alike about keys, the focus and the pointer, to be mixed in."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QMouseEvent, QShortcut
from PySide6.QtWidgets import QWidget

from app.look.restyled import WidgetMixin

ARROWS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
"""How many rows down and columns to the right an arrow key goes."""


def shortcut(
    owner: QWidget, keys: str | QKeySequence.StandardKey, do: Callable[[], object] | None = None
) -> QShortcut:
    """Return a shortcut that works in ``owner`` and all in it.

    Qt's constructor takes a context too, which PySide passes over in silence.
    """
    made = QShortcut(QKeySequence(keys), owner)
    made.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    if do is not None:
        made.activated.connect(do)
    return made


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


class ShowsFocus(WidgetMixin):
    """Is painted again when the focus comes or goes; stands before Qt's class among the bases."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that it is gone."""
        super().focusOutEvent(event)
        self.update()


class FollowsPointer(WidgetMixin):
    """Goes where the left button is pressed, and along with it; before Qt's class likewise."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to what lies under the pointer."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._go_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer while the button is down."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go_to(event.position().x())

    def _go_to(self, x: float) -> None:
        """Go to the place that is nearest to ``x`` pixels from the left."""
        raise NotImplementedError
