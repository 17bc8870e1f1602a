"""The cards of Build: read, found and clicked."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.build.stack_model import CARD_ROLE
from engine.networks.presets import PRESETS

LEFT = Qt.MouseButton.LeftButton


CTRL = Qt.KeyboardModifier.ControlModifier


SHIFT = Qt.KeyboardModifier.ShiftModifier


LENET5 = PRESETS["lenet5"].stack


def kinds(panel):
    return [layer.kind for layer in panel.document.stack.layers]


def card(panel, row):
    return panel.stack_list.stack_model.index(row).data(CARD_ROLE)


def centre(view, row):
    return view.visualRect(view.model().index(row, 0)).center()


def choose(panel, row):
    """Click a card: row 0 is the input, row 1 the first layer."""
    panel.stack_list.scrollTo(panel.stack_list.stack_model.index(row))
    position = centre(panel.stack_list, row)
    QTest.mouseClick(panel.stack_list.viewport(), LEFT, pos=position)


def current_row(panel):
    return panel.stack_list.currentIndex().row()


def palette_entry(entries, title):
    """The row of that title, scrolled into sight, as an index."""
    (number,) = [
        number for number, row in enumerate(entries.rows) if row.entry and row.title == title
    ]
    index = entries.model().index(number, 0)
    entries.scrollTo(index)
    return index


def type_into(box, text):
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box.lineEdit(), text)
