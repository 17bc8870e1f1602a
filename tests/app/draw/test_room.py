"""Draw at larger scales and in smaller windows: its row of pages and what keeps drawings fit."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton

from app.look.theme import px
from benchmarks.text_fit import misfits_on
from tests.app.draw.drawn import draw_seven

LEFT = Qt.MouseButton.LeftButton
SCALES = (1.0, 1.25, 1.5, 2.0)
SIZES = ((1280, 720), (1280, 800), (1920, 1080))


def settle():
    for _ in range(10):
        QApplication.processEvents()


def visible_box(widget, window):
    """Where a widget is in its window, cut by all that it lies in."""
    return widget.visibleRegion().boundingRect().translated(widget.mapTo(window, QPoint(0, 0)))


def is_whole(widget, window):
    box = visible_box(widget, window)
    return box.size() == widget.size() and window.rect().contains(box)


def has_room_for_text(button):
    return QFontMetricsF(button.font()).horizontalAdvance(button.text()) <= button.width()


def kept_buttons(panel):
    return [button for button in panel.keeping.row.findChildren(QToolButton) if button.isVisible()]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("is_number", [False, True], ids=["digit", "number"])
def test_pages_and_keep_buttons_are_whole(window, look, scale, size, is_number):
    panel = window.workspaces.draw
    if is_number:
        panel.actions_by_id["number"].trigger()
    look.set_scale(scale)
    window.resize(*size)
    settle()
    if window.height() > size[1]:
        size = (size[0], window.height())  # the window's own least height
    assert (window.width(), window.height()) == size
    names = panel.side.pages.choice
    for index in range(len(names.options)):
        assert is_whole(names.button(index), window)
        assert has_room_for_text(names.button(index))
    assert kept_buttons(panel)
    for button in kept_buttons(panel):
        assert is_whole(button, window)
        assert button.width() >= min(button.sizeHint().width(), button.maximumWidth())


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_the_row_of_pages_stays_in_place(window, look, scale):
    panel = window.workspaces.draw
    look.set_scale(scale)
    settle()
    names = panel.side.pages.choice
    before = [names.button(index).mapTo(window, QPoint()) for index in range(5)]
    for page in (1, 4, 2, 0, 3):
        QTest.mouseClick(names.button(page), LEFT)
        settle()
        assert [names.button(index).mapTo(window, QPoint()) for index in range(5)] == before


def test_where_a_number_leaves_little_height_its_bars_keep_theirs(window, look):
    panel = window.workspaces.draw
    panel.actions_by_id["number"].trigger()
    look.set_scale(1.5)
    window.resize(1280, 800)
    settle()
    assert panel.side.bars.height() >= panel.side.bars.minimumSizeHint().height()
    assert panel.number.answer.geometry().right() < panel.side.bars.geometry().left()


def test_where_the_window_is_low_the_stages_give_way_to_the_ten_bars(window, look, qtbot):
    panel = window.workspaces.draw
    draw_seven(panel, qtbot)
    look.set_scale(2.0)
    settle()
    assert not panel.side.strip.isVisible()
    assert is_whole(panel.side.bars, window)
    look.set_scale(1.0)
    settle()
    assert panel.side.strip.isVisible()
    assert is_whole(panel.side.strip, window)


@pytest.mark.parametrize(
    ("size", "scale"),
    [((1024, 768), 1.0), ((1024, 768), 1.5), ((1366, 768), 1.5), ((1920, 1080), 1.0)],
)
def test_the_answer_comes_first_and_what_the_network_sees_is_smaller(window, look, size, scale):
    panel = window.workspaces.draw
    look.set_scale(scale)
    window.resize(*size)
    settle()
    bars, strip = panel.side.bars, panel.side.strip
    assert is_whole(bars, window)
    assert is_whole(panel.side.answer, window)
    assert is_whole(strip, window)
    assert strip.mapTo(window, QPoint()).y() >= visible_box(bars, window).bottom()
    assert strip.height() < panel.side.answer.height()
    assert bars.height() >= 10 * px(18)
    for toggle in strip.toggles:
        assert is_whole(toggle, window)


def test_one_menu_keeps_takes_out_and_shows_all_where_there_is_little_room(window, look, qtbot):
    panel = window.workspaces.draw
    look.set_scale(2.0)
    settle()
    row = panel.keeping.row
    draw_seven(panel, qtbot)
    entries = {action.text(): action for action in row.choices.actions()}
    assert row.least.isVisible()
    assert not entries["&Undo"].isVisible()
    entries["as an example of &7"].trigger()
    assert panel.keeping.drawings.count == 1
    assert entries["&Undo"].isVisible()
    entries["&Undo"].trigger()
    assert panel.keeping.drawings.count == 0
    entries["&My drawings…"].trigger()
    opened = panel.keeping.window
    qtbot.waitExposed(opened)
    opened.close()


def test_a_workspace_that_is_hidden_does_not_make_the_window_larger(window, look):
    look.set_scale(1.5)
    settle()
    alone = window.minimumSizeHint()
    window.open_workspace("reference")
    settle()
    window.open_workspace("draw")
    settle()
    assert window.minimumSizeHint() == alone


def test_pages_and_strips_say_all_in_the_least_window_at_twice_the_size(window, look):
    panel = window.workspaces.draw
    look.set_scale(2.0)
    window.resize(1024, 768)
    settle()
    assert panel.side.pages.names.is_folded
    box = panel.side.pages.names.box
    assert is_whole(box, window)
    assert box.width() >= box.sizeHint().width()
    for title in ("Answer", "Meddle", "Shift", "Compare"):
        panel.side.pages.show_page(panel.side.pages.titles.index(title))
        settle()
        assert box.currentText() == title
        _, misfits = misfits_on(panel)
        assert not misfits, title
