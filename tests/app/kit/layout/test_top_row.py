"""The top row: what has no room goes to "⋯" or to a drop-down, and no word is ever cut."""

import pytest
from PySide6.QtWidgets import QPushButton, QToolButton

from app.kit.layout.top_row import TopRow
from app.look.theme import px

TITLES = ("Answer", "Why", "Meddle")


@pytest.fixture
def row(qtbot, look):
    row = TopRow("What is shown")
    qtbot.addWidget(row)
    row.set_pages(TITLES)
    row.pages.set_index(0)
    toggle = QToolButton()
    toggle.setText("Hues")
    row.add(toggle)
    buttons = [QToolButton() for _ in range(3)]
    for number, button in enumerate(buttons):
        button.setText(f"Secondary {number}")
    row.add_secondary(*buttons)
    row.set_action(QPushButton("Train this stack"))
    row.resize(row.sizeHint())
    row.show()
    return row


def shown(row):
    """The words of all buttons that can be seen, from left to right."""
    every = [*row.findChildren(QToolButton), *row.findChildren(QPushButton)]
    found = [b for b in every if b.isVisible() and b.text()]
    return [b.text() for b in sorted(found, key=lambda b: b.x())]


def test_with_room_all_is_there_and_nothing_is_folded(row):
    assert shown(row) == ["Hues", "Secondary 0", "Secondary 1", "Secondary 2", "Train this stack"]
    assert not row.pages.is_folded
    assert not row.more.isVisible()


def test_it_is_as_high_at_any_width_and_grows_with_the_scale(row, look):
    assert row.height() == 32
    row.resize(row.minimumSizeHint())
    assert row.height() == 32
    look.set_scale(2)
    assert row.height() == 64


def test_secondary_buttons_go_to_the_menu_from_the_last_on(row):
    row.resize(row.width() - px(40), row.height())
    assert "Secondary 2" not in shown(row)
    assert [b.text() for b in row.more.buttons][-1] == "Secondary 2"
    assert shown(row)[-1] == "Train this stack"


def test_in_the_end_the_pages_become_a_drop_down_with_the_same_choice(row, qtbot):
    row.pages.set_index(1)
    row.resize(row.minimumSizeHint())
    assert row.pages.is_folded
    assert row.pages.box.currentText() == "Why"
    assert [row.pages.box.itemText(i) for i in range(3)] == list(TITLES)
    with qtbot.waitSignal(row.pages.chosen) as told:
        row.pages.box.activated.emit(2)
    assert told.args == [2]
    assert row.pages.index == 2


@pytest.mark.parametrize("scale", [1, 1.5, 2])
def test_at_every_width_from_the_least_on_each_part_has_the_room_it_needs(row, look, qtbot, scale):
    look.set_scale(scale)
    row.show_way_back("Draw", "layer 1 Convolution, map 1, row 16, column 18")
    for width in range(row.minimumSizeHint().width(), row.sizeHint().width() + 20, 37):
        row.resize(width, row.height())
        qtbot.wait(0)
        right = 0
        for child in sorted(row.children(), key=lambda c: c.x() if c.isWidgetType() else 0):
            if child.isWidgetType() and child.isVisible():
                assert child.width() >= child.minimumSizeHint().width(), child
                assert child.x() >= right
                right = child.x() + child.width()
        assert right <= width


def test_the_way_back_says_what_came_from_where_and_leads_there(row, qtbot):
    row.show_way_back("Draw", "layer 1 Convolution")
    row.resize(row.sizeHint())
    assert shown(row)[0] == "← Draw · layer 1 Convolution"
    row.resize(row.minimumSizeHint())
    assert shown(row)[0] == "← Draw"
    with qtbot.waitSignal(row.way_back_wanted):
        row.way_back.click()
    row.show_way_back("")
    assert not row.way_back.isVisible()


def test_what_is_chosen_in_the_menu_does_what_the_button_does(row, qtbot):
    row.resize(row.minimumSizeHint())
    folded = row.more.buttons[0]
    row.more.menu().aboutToShow.emit()
    action = row.more.menu().actions()[0]
    assert action.text() == folded.text()
    with qtbot.waitSignal(folded.clicked):
        action.trigger()


def test_what_is_not_wanted_is_in_neither(row):
    button = next(b for b in row.findChildren(QToolButton) if b.text() == "Secondary 1")
    row.set_wanted(button, is_wanted=False)
    assert "Secondary 1" not in shown(row)
    row.resize(row.minimumSizeHint())
    assert "Secondary 1" not in [b.text() for b in row.more.buttons]
    row.set_wanted(button, is_wanted=True)
    assert "Secondary 1" in [b.text() for b in row.more.buttons]
