"""Windows are no larger than their screens leave room for, frame included, and stay in sight."""

import pytest
from PySide6.QtCore import QMargins, QRect, QSize
from PySide6.QtWidgets import QWidget

from app.look.screen_room import (
    USUAL_FRAME,
    bring_into_sight,
    holds,
    placed,
    room_of,
    within_screen,
)
from app.look.theme import SCALES, px
from app.shell.main_window import MainWindow

SMALL = QRect(0, 0, 1366, 768)
TASKBAR = QRect(0, 0, 1366, 728)
SCREENS = {
    "with a task bar": (SMALL, TASKBAR),
    "of which no panel is known": (SMALL, SMALL),
    "large": (QRect(0, 0, 2560, 1440), QRect(0, 0, 2560, 1400)),
    "to the left": (QRect(-1280, 100, 1280, 720), QRect(-1280, 100, 1280, 690)),
}


def with_frame(window: QRect, frame: QMargins = USUAL_FRAME) -> QRect:
    return window.marginsAdded(frame)


@pytest.mark.parametrize("name", SCREENS)
@pytest.mark.parametrize("wanted", [QRect(0, 0, 1280, 800), QRect(-300, 2000, 3000, 3000)])
def test_a_window_with_its_frame_fits_on_every_screen(name, wanted):
    screen, available = SCREENS[name]
    here = placed(wanted, [room_of(screen, available, USUAL_FRAME)])
    assert available.contains(with_frame(here))
    assert here.height() >= 600
    if screen == available:
        assert with_frame(here).height() <= screen.height() - 40  # a panel has room


def test_what_is_in_sight_stays_where_it_is_even_across_two_screens():
    rooms = [QRect(8, 40, 1000, 700), QRect(1008, 40, 1000, 700)]
    across = QRect(600, 100, 900, 500)
    assert placed(across, rooms) == across


def test_a_window_left_on_a_screen_that_is_gone_comes_back_on_the_first_one():
    rooms = [QRect(8, 40, 1350, 680), QRect(2000, 40, 1000, 680)]
    assert rooms[0].contains(placed(QRect(-4000, -900, 900, 600), rooms))
    assert rooms[1].contains(placed(QRect(2500, 300, 900, 600), rooms))


@pytest.fixture
def small_screen(monkeypatch):
    """A laptop's screen at 1366×768, with a task bar."""
    room = room_of(SMALL, TASKBAR, USUAL_FRAME)
    monkeypatch.setattr("app.look.screen_room.rooms_for", lambda _window: [room])
    return room


@pytest.mark.parametrize("scale", [1.0, 1.5, 3.0])
def test_the_first_window_has_its_status_bar_on_a_small_screen(
    qtbot, settings, look, small_screen, scale
):
    look.set_scale(scale)
    window = MainWindow(settings, look)
    qtbot.addWidget(window)
    window.show()
    assert small_screen.size().expandedTo(window.size()) == small_screen.size()
    bar = window.statusBar()
    assert window.rect().contains(bar.geometry())
    assert bar.geometry().height() >= px(12)


def test_a_window_that_grows_with_the_scale_stays_in_sight(qtbot, settings, look, small_screen):
    window = MainWindow(settings, look)
    qtbot.addWidget(window)
    window.setGeometry(500, 190, 820, 530)
    window.show()
    look.set_scale(1.5)
    assert window.width() > 820
    assert small_screen.contains(window.geometry())


def test_a_window_of_other_days_is_cut_down_to_the_screen(qtbot, settings, look, monkeypatch):
    first = MainWindow(settings, look)
    first.resize(780, 700)
    first.show()
    first.close()
    first.deleteLater()
    room = QRect(8, 40, 700, 500)
    monkeypatch.setattr("app.look.screen_room.rooms_for", lambda _window: [room])
    look.set_scale(0.5)
    second = MainWindow(settings, look)
    qtbot.addWidget(second)
    assert room.contains(second.geometry())


def test_a_size_that_is_asked_for_is_cut_down_and_a_full_screen_is_left_alone(qtbot, small_screen):
    window = QWidget()
    qtbot.addWidget(window)
    assert within_screen(window, QSize(700, 9000)) == QSize(700, small_screen.height())
    window.resize(900, 900)
    window.showFullScreen()
    before = window.geometry()
    bring_into_sight(window)
    assert window.geometry() == before
    window.showNormal()
    bring_into_sight(window)
    assert small_screen.contains(window.geometry())


@pytest.mark.parametrize(
    ("screen", "largest"),
    [((1024, 768), 2.0), ((1366, 768), 2.0), ((1920, 1080), 3.0), ((1024, 719), 1.75)],
)
def test_a_screen_holds_scales_up_to_its_own(screen, largest):
    assert max(scale for scale in SCALES if holds(QSize(*screen), scale)) == largest
