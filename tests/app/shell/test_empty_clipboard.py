"""Pasting while there is nothing on the clipboard, or nothing of use: said, and nothing changes."""

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QWidget

from app.build.layer_mime import MIME_TYPE
from app.shell.workspaces import KEYS
from app.step.grid.editable_grid import EditableGrid

TAKERS = (QAbstractItemView, EditableGrid)
"""What has a Ctrl+V of its own."""


def nothing():
    QGuiApplication.clipboard().clear()


def of_no_use():
    data = QMimeData()
    data.setData(MIME_TYPE, b"[1]")
    data.setText("[")
    data.setImageData(None)
    QGuiApplication.clipboard().setMimeData(data)


@pytest.mark.parametrize("put", [nothing, of_no_use])
@pytest.mark.parametrize("key", KEYS)
def test_ctrl_v_with_nothing_to_paste_changes_nothing(window, qtbot, key, put):
    """An error that nothing caught would fail this test."""
    put()
    window.open_workspace(key)
    workspaces = window.workspaces
    before = (workspaces.document.stack, workspaces.step.model.state)
    page = workspaces.current
    takers = [w for w in page.findChildren(QWidget) if isinstance(w, TAKERS) and w.isVisible()]
    for widget in (page, *takers):
        widget.setFocus()
        QTest.keyClick(widget, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert (workspaces.document.stack, workspaces.step.model.state) == before
    assert workspaces.draw.sketch.is_blank
    nothing()


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("draw", "There is no image on the clipboard."),
        ("build", "There are no layers to paste. Copy some first."),
    ],
)
def test_the_status_bar_says_what_the_clipboard_lacks(window, qtbot, key, sentence):
    nothing()
    window.open_workspace(key)
    place = window.workspaces.build.stack_list if key == "build" else window.workspaces.draw
    place.setFocus()
    QTest.keyClick(place, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert window.statusBar().currentMessage() == sentence
