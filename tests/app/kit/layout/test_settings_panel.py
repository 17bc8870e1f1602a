"""The settings panel, the primary bar, the empty state."""

import pytest
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.kit.layout.empty_state import EmptyState
from app.kit.layout.primary_bar import PrimaryBar
from app.kit.layout.settings_panel import SettingsPanel
from app.kit.layout.top_row import TopRow


class Page(QWidget):
    """A page with a panel below its top row."""

    def __init__(self) -> None:
        super().__init__()
        self.row = TopRow()
        self.panel = SettingsPanel(self.row)
        self.field = QLineEdit()
        self.panel.add_section("How", self.field)
        self.panel.bar.add_state("idle", QPushButton("Train this stack"))
        self.panel.show_facts(("MNIST", "5 epochs"))
        column = QVBoxLayout(self)
        column.addWidget(self.row)
        column.addWidget(self.panel)


@pytest.fixture
def page(qtbot, look):
    page = Page()
    qtbot.addWidget(page)
    page.resize(700, 500)
    page.show()
    return page


def test_open_it_has_its_action_below_the_settings(page):
    assert page.panel.isVisible()
    assert page.panel.isAncestorOf(page.panel.bar)
    assert not page.panel.summary.isVisible()


def test_folded_it_is_one_button_and_the_action_stands_at_the_right_of_the_top_row(page, qtbot):
    page.panel.set_folded(is_folded=True)
    qtbot.wait(0)
    assert not page.panel.isVisible()
    assert page.panel.summary.text() == "MNIST · 5 epochs ▾"
    bar = page.panel.bar
    assert page.row.isAncestorOf(bar)
    assert bar.x() + bar.width() == page.row.width()
    page.panel.summary.click()
    assert page.field.isVisible()
    assert page.field.hasFocus() or page.panel.summary.popup.isVisible()
    page.panel.summary.close_popup()


def test_it_comes_back_as_it_was(page, qtbot):
    page.panel.set_folded(is_folded=True)
    page.panel.set_folded(is_folded=False)
    qtbot.wait(0)
    assert page.field.isVisible()
    assert page.panel.isAncestorOf(page.panel.bar)
    assert page.field.y() < page.panel.bar.mapTo(page.panel, page.panel.bar.rect().topLeft()).y()


def test_a_primary_action_is_replaced_in_place(qtbot, look):
    bar = PrimaryBar()
    qtbot.addWidget(bar)
    start, pause, stop = QPushButton("Start"), QPushButton("Pause the run"), QPushButton("Stop")
    bar.add_state("idle", start)
    bar.add_state("running", pause, stop)
    bar.resize(300, bar.sizeHint().height())
    bar.show()
    size = bar.sizeHint()
    assert [b.isVisible() for b in (start, pause, stop)] == [True, False, False]
    bar.show_state("running")
    assert [b.isVisible() for b in (start, pause, stop)] == [False, True, True]
    assert bar.sizeHint() == size
    assert bar.buttons == (pause, stop)


def test_only_the_first_button_of_a_state_is_filled(qtbot, look):
    bar = PrimaryBar()
    qtbot.addWidget(bar)
    start, pause, stop = QPushButton("Start"), QPushButton("Pause"), QPushButton("Stop")
    bar.add_state("idle", start)
    bar.add_state("running", pause, stop)
    bar.add_state("paused", start, stop)
    for state in ("idle", "running", "paused"):
        bar.show_state(state)
        filled = [b for b in (start, pause, stop) if b.property("role") == "primary"]
        assert filled == [bar.buttons[0]]


def test_an_empty_state_counts_what_is_done_and_stays_narrow(qtbot, look):
    empty = EmptyState("Shift", "The digit is moved to 169 places.", "Move the digit")
    qtbot.addWidget(empty)
    empty.resize(empty.sizeHint())
    empty.show()
    assert empty.maximumWidth() == 480
    with qtbot.waitSignal(empty.begun):
        empty.button.click()
    empty.show_progress("Moving the digit", 40, 1169)
    assert empty.sentence.text() == "Moving the digit, 40 of 1,169"
    assert not empty.button.isVisible()
