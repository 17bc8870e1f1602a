"""Layouts within layouts, of whose items Python keeps nothing."""

from __future__ import annotations

import shiboken6
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QLayout


def nest(outer: QBoxLayout | QGridLayout, inner: QLayout, *place: int) -> None:
    """Add a layout to another one; ``place`` is what ``addLayout`` takes, such as a stretch.

    For each item of a layout that is filled before it is added, PySide makes a Python object that
    lives as long as the layout. Qt deletes the item with its widget, unseen by PySide, and whatever
    is made at its address later would pass for it: a window of the application that has no
    ``isVisible``. So the objects are made invalid at once.
    """
    outer.addLayout(inner, *place)  # type: ignore[call-overload]  # each takes its own numbers
    _forget_items(inner)


def _forget_items(layout: QLayout) -> None:
    for place in range(layout.count()):
        item = layout.itemAt(place)
        if isinstance(item, QLayout):
            _forget_items(item)
        elif item is not None:
            shiboken6.invalidate(item)
