"""The role of a widget that is there: what the style sheet colours it by."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


def give_role(widget: QWidget, role: str) -> None:
    """Let a widget look its role from now on, such as ``muted`` or ``error``.

    A property that changes is not noticed by Qt's style sheets: the widget is polished anew.
    """
    if widget.property("role") == role:
        return
    widget.setProperty("role", role)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
