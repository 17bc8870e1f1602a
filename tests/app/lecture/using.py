"""Using the bench of a lecture."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

Key = Qt.Key


def click(button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def shown(bench, key):
    """The numbers of a grid as the presentation shows them."""
    grid = bench.presentation.picture.stage.pane(key).grid
    return [[grid.value_at(r, c) for c in range(grid.columns)] for r in range(grid.rows)]


def choose(bench, words):
    """Choose an entry of the lecture's menu by how it begins."""
    entries = (a for a in bench.strip.menu.actions() if a.text().replace("&", "").startswith(words))
    next(entries).trigger()
