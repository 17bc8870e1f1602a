"""Rows are typed in one at a time, and asking for another one takes what was typed."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QListView, QTableView

from app.kit.item_editing import edit_item


@pytest.fixture(params=[QListView, QTableView])
def view(qtbot, request):
    made = request.param()
    qtbot.addWidget(made)
    model = QStandardItemModel(made)
    for name in ("one", "two", "three"):
        model.appendRow(QStandardItem(name))
    made.setModel(model)
    made.show()
    return made


def type_over(view, text):
    editor = view.indexWidget(view.currentIndex())
    assert isinstance(editor, QLineEdit)
    editor.selectAll()
    QTest.keyClicks(editor, text)
    return editor


def names(view):
    return [view.model().index(row, 0).data() for row in range(3)]


def test_asking_twice_leaves_what_is_being_typed(view):
    edit_item(view, view.model().index(0, 0))
    editor = type_over(view, "half")
    edit_item(view, view.model().index(0, 0))
    assert view.indexWidget(view.currentIndex()) is editor
    assert editor.text() == "half"


def test_asking_for_another_row_takes_what_was_typed(qtbot, view):
    edit_item(view, view.model().index(0, 0))
    type_over(view, "first")
    edit_item(view, view.model().index(2, 0))
    editor = type_over(view, "last")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: names(view) == ["first", "two", "last"])
