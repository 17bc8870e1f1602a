"""Buttons of the one kind: an icon, and words for it in the tooltip."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QWidget

from app.look.icons import icon


def icon_button(name: str, tip: str, parent: QWidget | None = None) -> QToolButton:
    """Return a button with an icon; its name for those who cannot see it is ``tip`` without keys.

    Tab reaches it, a click does not take the focus: the keys of what is around it go on working.
    """
    button = QToolButton(parent)
    button.setIcon(icon(name))
    button.setToolTip(tip)
    button.setAccessibleName(tip.partition(" (")[0].partition(":")[0])
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
