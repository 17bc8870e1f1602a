"""The row of digits on keyboards that have other characters there, with Shift and without."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from app.draw.keep.drawings_grid import DrawingsGrid
from app.kit.digit_keys import digit_of, plain_digit
from app.lecture.presentation import Presentation
from app.look.theme import ThemeController
from app.shell.workspaces import WORKSPACES
from tests.app.hand import SEVEN, draw

ROWS = {
    "French": "&é\"'(-è_çà",
    "Belgian": "&é\"'(§è!çà",
    "Czech": "+ěščřžýáíé",
    "Slovak": "+ľščťžýáíé",
    "Lithuanian": "ąčęėįšųū90",
}
DIGITS = "1234567890"
NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
EVERY_ROW = pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
WITH_OR_WITHOUT = pytest.mark.parametrize("shift", [NONE, SHIFT], ids=["plain", "shift"])


def event(row, digit, held=NONE, kind=QEvent.Type.KeyPress):
    """What comes from the key of a digit: its character, or with Shift the digit."""
    place = DIGITS.index(str(digit))
    text = DIGITS[place] if held & SHIFT else row[place]
    return QKeyEvent(kind, ord(text.upper()), held, 10 + place, 0, 0, text)


def press(row, digit, held=NONE):
    """As Qt delivers a key: whether somebody wants it for a shortcut, then the key itself."""
    for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
        focus = QApplication.focusWidget()
        assert focus is not None
        QApplication.sendEvent(focus, event(row, digit, held, kind))


@EVERY_ROW
@WITH_OR_WITHOUT
def test_a_key_means_its_digit_by_its_place(qapp, row, shift):
    assert [plain_digit(event(row, digit, shift)) for digit in range(10)] == list(range(10))
    assert plain_digit(event(row, 3, shift | CONTROL)) is None
    assert digit_of(event(row, 3, shift | CONTROL)) == 3


def test_where_digits_need_no_shift_nothing_else_means_one(qapp):
    for place, text in enumerate("!@#$%^&*()"):
        key = QKeyEvent(QEvent.Type.KeyPress, ord(text), SHIFT, 10 + place, 0, 0, text)
        assert digit_of(key) is None
    for scan_code, text in ((24, "q"), (20, "-"), (0, "é"), (9, "\x1b")):
        assert digit_of(QKeyEvent(QEvent.Type.KeyPress, ord(text), NONE, scan_code, 0, 0)) is None


@pytest.mark.parametrize(
    ("platform", "codes"),
    [
        ("xcb", range(10, 20)),
        ("wayland", range(10, 20)),
        ("windows", range(2, 12)),
        ("cocoa", (18, 19, 20, 21, 23, 22, 26, 28, 25, 29)),
    ],
)
def test_every_platform_tells_the_place_in_its_own_way(qapp, monkeypatch, platform, codes):
    monkeypatch.setattr(QGuiApplication, "platformName", lambda: platform)
    scan, virtual = (0, 1) if platform == "cocoa" else (1, 0)
    found = [
        digit_of(QKeyEvent(QEvent.Type.KeyPress, 0xC9, NONE, code * scan, code * virtual, 0, "é"))
        for code in codes
    ]
    assert found == [1, 2, 3, 4, 5, 6, 7, 8, 9, 0]


@EVERY_ROW
def test_ctrl_and_a_digit_opens_the_workspaces_and_ctrl_0_the_normal_size(window, row):
    window.activateWindow()
    for shift in (NONE, SHIFT):
        window.look.set_scale(1.25)
        press(row, 0, CONTROL | shift)
        assert window.look.scale == 1.0
        for number, workspace in reversed([*enumerate(WORKSPACES, 1)]):
            press(row, number, CONTROL | shift)
            assert window.workspaces.current_key == workspace.key


def test_ctrl_and_minus_stay_themselves_on_a_french_keyboard(window):
    """Its minus lies on the key of the 6, which has no shortcut."""
    override = event(ROWS["French"], 6, CONTROL, QEvent.Type.ShortcutOverride)
    override.ignore()
    QApplication.sendEvent(window.workspaces.current, override)
    assert not override.isAccepted()


@EVERY_ROW
@WITH_OR_WITHOUT
def test_a_digit_keeps_the_drawing_as_an_example(window, row, shift):
    panel = window.workspaces.draw
    for digit in (7, 0):
        draw(panel.canvas, SEVEN)
        panel.setFocus()
        press(row, digit, shift)
    panel.keeping.drawings.refresh()
    assert sorted(each.label for each in panel.keeping.drawings.drawings) == [0, 7]


@EVERY_ROW
@WITH_OR_WITHOUT
def test_digits_choose_channels_in_step_and_pages_in_reference(window, row, shift):
    window.open_workspace("step")
    panel, stepper = window.workspaces.step, window.workspaces.step.stepper
    state = panel.model.state
    kernel = np.ones((3, 2, 3, 3))
    panel.model.set_state(
        replace(state, input=np.ones((2, 4, 4)), kernel=kernel, bias=np.zeros(3)), "two channels"
    )
    for number in (3, 2, 1):
        press(row, number, shift)
        assert stepper.channel == number - 1
    for number in (2, 1):
        press(row, number, ALT | shift)
        assert stepper.in_channel == number - 1
    window.open_workspace("reference")
    pages = window.workspaces.reference.top_row.pages
    for number in (3, 2, 1):
        press(row, number, ALT | shift)
        assert pages.index == number - 1


@EVERY_ROW
def test_a_field_keeps_its_characters(window, row):
    window.open_workspace("step")
    field = QLineEdit(window.workspaces.step)
    field.show()
    field.setFocus()
    for digit in (1, 2, 3):
        press(row, digit)
    assert field.text() == row[:3]


@EVERY_ROW
@WITH_OR_WITHOUT
def test_digits_relabel_drawings_and_choose_channels_of_a_presentation(
    qtbot, look: ThemeController, row, shift
):
    grid = DrawingsGrid()
    qtbot.addWidget(grid)
    with qtbot.waitSignal(grid.relabel_wanted) as relabelled:
        QApplication.sendEvent(grid, event(row, 4, shift))
    assert relabelled.args == [4]
    presentation = Presentation(QWidget())
    qtbot.addWidget(presentation)
    with qtbot.waitSignal(presentation.channel_requested) as requested:
        QApplication.sendEvent(presentation, event(row, 4, shift))
    assert requested.args == [3]
