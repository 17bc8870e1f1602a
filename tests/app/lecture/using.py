"""Using the bench of a lecture."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

Key = Qt.Key


def click(button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def shown(bench, key):
    """The numbers of a grid as the presentation shows them."""
    grid = bench._picture.stage.pane(key).grid
    return [[grid.value_at(r, c) for c in range(grid.columns)] for r in range(grid.rows)]
