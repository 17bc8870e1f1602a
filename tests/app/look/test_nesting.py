"""Nested layouts: Python keeps no object for an item that Qt may delete."""

import shiboken6
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.look.nesting import nest
from app.shell.workspaces import WORKSPACES
from benchmarks.looks import pages_of
from benchmarks.robustness.monkey import remembered_layout_items


def test_no_item_of_a_nested_layout_is_remembered(qapp):
    page = QWidget()
    outer, middle, inner, cells = QVBoxLayout(page), QVBoxLayout(), QHBoxLayout(), QGridLayout()
    label, other = QLabel("one"), QLabel("two")
    inner.addWidget(label)
    inner.addStretch(1)
    cells.addWidget(other, 1, 2)
    nest(middle, inner, 1)
    nest(middle, cells)
    nest(outer, middle)
    assert remembered_layout_items() == []
    assert (middle.stretch(0), middle.count(), inner.count(), cells.count()) == (1, 2, 2, 1)
    assert label.parentWidget() is page
    shiboken6.delete(label)  # and its item with it
    assert inner.count() == 1
    assert other.parentWidget() is page


def test_the_whole_window_remembers_none(window):
    window.open_workspace("step")  # one page stands for all of them
    for _, page in pages_of(window, tuple(each for each in WORKSPACES if each.key != "step")):
        page.show()
    assert remembered_layout_items() == []
