"""Typing in a row of a view at a click elsewhere, whatever is being typed in it already."""

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QAbstractItemView


def edit_item(view: QAbstractItemView, index: QModelIndex) -> None:
    """Let an item be typed over; what is typed in another row is taken first, as Enter does.

    Qt edits one item at a time, and refuses another with a warning.
    """
    view.setCurrentIndex(index)
    current = view.currentIndex()  # what was taken may have sorted the rows in another way
    if current.isValid() and view.indexWidget(current) is None:
        view.edit(current)
