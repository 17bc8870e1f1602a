"""Boxes for numbers: no key is dropped, what cannot be read stays, undo belongs where it should."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QUndoCommand, QUndoStack
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLineEdit, QToolTip, QVBoxLayout, QWidget

from app.kit.keys_and_pointer import shortcut
from app.kit.number_boxes import NumberBox, WholeBox
from tests.app.typed_texts import TEXTS, WAYS, type_text

Key, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def page(qtbot, look):
    page = QWidget()
    qtbot.addWidget(page)
    QVBoxLayout(page)
    page.show()
    qtbot.waitExposed(page)
    page.activateWindow()
    yield page
    page.hide()


def make(page, kind=NumberBox, least=-10_000, most=10_000, value=7):
    box = kind(page)
    box.setRange(least, most)
    box.show_value(value)
    page.layout().addWidget(box)
    box.show()
    box.setFocus()
    box.selectAll()
    return box


@pytest.mark.parametrize("kind", [NumberBox, WholeBox])
@pytest.mark.parametrize("unit", ["", " px"])
def test_every_text_is_read_or_visibly_refused_in_every_locale(page, locale, kind, unit):
    box = make(page, kind)
    box.setSuffix(unit)
    for way, give in WAYS.items():
        for text, readings in TEXTS.items():
            expected = readings[kind is WholeBox]
            box.setFocus()
            box.selectAll()
            give(box, text)
            assert box.lineEdit().text() == f"{text}{unit}", way
            if expected is None:
                assert (box.value(), box.property("role")) == (7, "error")
                QTest.keyClick(box, Key.Key_Return)
                box.clearFocus()
                assert (box.value(), box.lineEdit().text()) == (7, f"{text}{unit}")
                assert box.problem == box.accessibleDescription()
                assert box.problem.endswith(".")
                box.setFocus()
                QTest.keyClick(box, Key.Key_Escape)
            else:
                assert box.value() == expected
                QTest.keyClick(box, Key.Key_Return)
                box.show_value(7)
            assert (box.value(), box.lineEdit().text(), box.problem) == (7, f"7{unit}", "")


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.05, "0.05"), (1.125, "1.1250"), (1e-5, "0.00001"), (-0.5, "-0.5"), (1234.5, "1234.5")],
)
def test_what_is_shown_is_the_same_in_every_locale_and_read_back_unchanged(
    page, locale, value, text
):
    box = make(page, value=value)
    assert box.text() == text
    assert box.valueFromText(text) == value


def test_whole_numbers_show_their_thousands_in_every_locale(page, locale):
    box = make(page, WholeBox, 0, 999_999, 60_000)
    assert box.text() == "60,000"
    assert box.valueFromText("60,000") == 60_000


def test_a_typed_number_is_not_rounded(page):
    box = make(page)
    QTest.keyClicks(box, "1.23456789012e-11")
    assert box.value() == 1.23456789012e-11


def test_out_of_range_says_the_range(page):
    box = make(page, NumberBox, 0.0001, 10_000, 0.05)
    told: list[str] = []
    box.problem_changed.connect(told.append)
    QTest.keyClicks(box, "20000")
    assert told[-1] == "“20000” is out of range: type a number from 0.0001 to 10,000."
    QTest.keyClick(box, Key.Key_Return)
    assert QToolTip.text() == told[-1]
    QToolTip.hideText()
    QTest.keyClick(box, Key.Key_Backspace)
    QTest.keyClicks(box, "2000")
    assert (told[-1], box.value()) == ("", 2000)


def test_while_a_text_cannot_be_read_the_number_before_is_in_use(page):
    box = make(page)
    told: list[float] = []
    box.valueChanged.connect(told.append)
    QTest.keyClicks(box, "12x")
    assert told == [1, 12, 7]
    box.setKeyboardTracking(False)
    box.show_value(8)
    box.selectAll()
    told.clear()
    QTest.keyClicks(box, "5")
    assert told == []
    QTest.keyClick(box, Key.Key_Return)
    assert told == [5]


def test_escape_takes_back_what_was_not_applied_yet(page):
    box = make(page)
    box.setKeyboardTracking(False)
    QTest.keyClicks(box, "5")
    QTest.keyClick(box, Key.Key_Escape)
    box.clearFocus()
    assert (box.value(), box.text()) == (7, "7")


def test_a_word_stands_for_the_least_number_and_not_over_what_is_typed(page):
    box = make(page, WholeBox, 0, 100, 0)
    box.setSuffix(" times")
    box.setSpecialValueText("never")
    assert box.text() == "never"
    box.selectAll()
    QTest.keyClicks(box, "0x")
    box.clearFocus()
    assert box.text() == "0x times"
    box.setFocus()
    QTest.keyClick(box, Key.Key_Escape)
    assert box.text() == "never"
    QTest.keyClicks(box, "3")
    box.clearFocus()
    assert (box.text(), box.value()) == ("3 times", 3)


def test_the_arrows_step_from_the_number_in_use_without_a_rest(page):
    box = make(page, value=0.25)
    box.setSingleStep(0.05)
    QTest.keyClick(box, Key.Key_Up)
    assert box.value() == 0.3
    box.selectAll()
    QTest.keyClicks(box, "x")
    QTest.keyClick(box, Key.Key_Down)
    assert (box.text(), box.problem) == ("0.25", "")


def test_enter_on_what_cannot_be_read_does_not_close_a_dialog(page, qtbot):
    dialog = QDialog(page)
    QVBoxLayout(dialog)
    box = make(dialog)
    dialog.show()
    box.selectAll()
    QTest.keyClicks(box, "x")
    QTest.keyClick(box, Key.Key_Return)
    QTest.keyClick(box, Key.Key_Escape)
    assert dialog.isVisible()
    QTest.keyClick(box, Key.Key_Escape)
    assert not dialog.isVisible()
    QToolTip.hideText()


def test_undo_takes_typed_text_back_and_then_the_numbers_before(page):
    box = make(page)
    type_text(box, "12")
    QTest.keyClick(box, Key.Key_Z, CTRL)
    assert (box.text(), box.value()) == ("7", 7)
    for text in ("20", "30"):
        box.selectAll()
        QTest.keyClicks(box, text)
        QTest.keyClick(box, Key.Key_Return)
    told: list[float] = []
    box.valueChanged.connect(told.append)
    QTest.keyClick(box, Key.Key_Z, CTRL)
    QTest.keyClick(box, Key.Key_Z, CTRL)
    QTest.keyClick(box, Key.Key_Z, CTRL)
    assert told == [20, 7]
    QTest.keyClick(box, Key.Key_Z, CTRL | SHIFT)
    assert (told, box.text()) == ([20, 7, 20], "20")
    box.show_value(5)  # another network, another optimiser
    QTest.keyClick(box, Key.Key_Z, CTRL)
    assert box.value() == 5


def test_a_run_of_steps_is_undone_at_once(page):
    box = make(page)
    for _ in range(3):
        QTest.keyClick(box, Key.Key_Up)
    QTest.keyClick(box, Key.Key_Z, CTRL)
    assert box.value() == 7


def test_after_enter_undo_is_the_documents(page):
    steps = QUndoStack(page)
    shortcut(page, "Ctrl+Z", steps.undo)
    box = make(page)
    steps.push(QUndoCommand("an edit"))
    QTest.keyClicks(box, "12")
    QTest.keyClick(box, Key.Key_Z, CTRL)
    assert (box.value(), steps.index()) == (7, 1)
    box.selectAll()
    QTest.keyClicks(box, "12")
    QTest.keyClick(box, Key.Key_Return)
    QTest.keyClick(box, Key.Key_Z, CTRL)
    assert (box.value(), steps.index()) == (12, 0)


def test_a_box_that_belongs_to_something_else_forgets_what_was_typed(page):
    box = make(page)
    assert box.findChild(QLineEdit) is not None
    QTest.keyClicks(box, "12x")
    box.show_value(7)
    assert box.text() == "12x"
    box.begin_again()
    assert (box.text(), box.problem) == ("7", "")
