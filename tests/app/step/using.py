"""Using the lab: cells clicked and typed into, operations and passes chosen."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from engine.lab import Operation

Key = Qt.Key


def grid(panel, key):
    return panel.picture.stage.pane(key).grid


def read(panel, key):
    shown = grid(panel, key)
    return [[shown.value_at(r, c) for c in range(shown.columns)] for r in range(shown.rows)]


def click_cell(panel, key, row, column):
    cell = grid(panel, key).cell_rect(row, column).center().toPoint()
    QTest.mouseClick(grid(panel, key), Qt.MouseButton.LeftButton, pos=cell)


def keys(panel, text="", *then):
    """Type into whatever has the focus."""
    for character in text:
        QTest.keyClicks(panel.focusWidget(), character)
    for key in then:
        QTest.keyClick(panel.focusWidget(), key)


def choose_operation(panel, operation):
    box = panel.controls.operations
    index = list(Operation).index(operation)
    box.setCurrentIndex(index)
    box.activated.emit(index)


def choose_pass(panel, number):
    QTest.mouseClick(panel.controls.passes.button(number), Qt.MouseButton.LeftButton)


def choose_way(panel, number):
    QTest.mouseClick(panel.controls.ways.button(number), Qt.MouseButton.LeftButton)


def to_the_end(panel):
    panel.setFocus()
    while panel.stepper.position < panel.stepper.count - 1:
        QTest.keyClick(panel, Key.Key_Right)


def paste(panel, text):
    QGuiApplication.clipboard().setText(text)
    QTest.keyClick(panel.focusWidget(), Key.Key_V, Qt.KeyboardModifier.ControlModifier)
