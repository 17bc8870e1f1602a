"""Reading the grids of Step, and setting its boxes."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.lab import OPERATIONS

Key = Qt.Key


def ways(stepper):
    """The ways to compute the pass that is shown."""
    state = stepper.model.state
    return OPERATIONS[state.operation].pass_info(state.pass_).ways


def click(control, index):
    QTest.mouseClick(control.button(index), Qt.MouseButton.LeftButton)


def set_box(panel, key, which, value):
    """Type a value into a box of the geometry, and leave it."""
    box = panel.geometry_strip.box(key, which)
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, str(value))
    QTest.keyClick(box, Key.Key_Return)
    assert box.value() == value


def pad(panel, padding):
    for which in (0, 1):
        set_box(panel, "padding", which, padding)


def read(panel, key):
    """All values of a grid as shown; padding, and what has no value yet, is ``None``."""
    grid = panel.picture.stage.pane(key).grid
    return [[grid.value_at(r, c) for c in range(grid.columns)] for r in range(grid.rows)]
