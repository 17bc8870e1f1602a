"""The room that curves and pages share: folded, pulled, remembered."""

from PySide6.QtCore import QPoint, QSize
from PySide6.QtTest import QTest

from app.train.inside.page import TrainInside
from app.train.room import TallPage, TrainRoom
from tests.app.train.driving import LEFT, click, one_batch, open_page, page_button, part_of


def test_where_there_is_little_room_the_curves_are_folded(qtbot, panel):
    room = part_of(panel, TrainRoom)
    assert not room.is_folded
    assert room.fold.isHidden()
    open_page(panel, TrainInside)
    assert room.fold.text() == "Show the curves"
    assert not panel.view.plots[0].isVisible()
    QTest.mouseClick(page_button(panel, panel.view.epochs), LEFT)
    assert panel.view.plots[0].isVisible()


def test_the_button_brings_the_curves_back_and_that_is_remembered(qtbot, panel):
    room = part_of(panel, TrainRoom)
    open_page(panel, TrainInside)
    click(room.fold)
    assert panel.view.plots[0].isVisible()
    QTest.mouseClick(page_button(panel, panel.view.epochs), LEFT)
    open_page(panel, TrainInside)
    assert room.fold.text() == "Hide the curves"
    click(room.fold)
    assert not panel.view.plots[0].isVisible()


def test_in_a_high_window_both_have_room(qtbot, panel):
    open_page(panel, TrainInside)
    panel.resize(QSize(1800, 1000))
    qtbot.waitUntil(lambda: not part_of(panel, TrainRoom).is_folded)
    assert part_of(panel, TrainInside).page.height() >= 380


def test_pulling_at_the_handle_is_remembered_of_each_page(qtbot, panel):
    panel.resize(QSize(1800, 1000))
    split = panel.view.split
    qtbot.waitUntil(lambda: split.height() > 700)
    usual = split.sizes()[1]
    handle = split.handle(1)
    place = handle.rect().center()
    QTest.mousePress(handle, LEFT, pos=place)
    QTest.mouseMove(handle, place + QPoint(0, 60))
    QTest.mouseRelease(handle, LEFT, pos=place)
    before = split.sizes()[1]
    assert before < usual - 40
    open_page(panel, TrainInside)
    assert split.sizes()[1] > before
    QTest.mouseClick(page_button(panel, panel.view.epochs), LEFT)
    assert abs(split.sizes()[1] - before) <= 2


def test_in_a_window_of_1280_by_720_nothing_has_to_be_scrolled(qtbot, panel):
    panel.resize(1188, 624)
    open_page(panel, TrainInside)
    one_batch(qtbot, panel)
    for index in range(panel.view.pages.stack.count()):
        page = panel.view.pages.stack.widget(index)
        if isinstance(page, TallPage):
            QTest.mouseClick(page_button(panel, page), LEFT)
            qtbot.waitUntil(lambda: panel.view.verticalScrollBar().maximum() == 0)
            assert page.height() > 400
