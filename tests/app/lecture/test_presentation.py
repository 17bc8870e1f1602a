"""The presentation answers a clicker and the keyboard, blanks, and lets go."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.kit.keys_overlay import KeysOverlay
from app.lecture.presentation import KEYS, Presentation

Key = Qt.Key


@pytest.fixture
def picture(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def presentation(qtbot, look, picture):
    presentation = Presentation(picture)
    qtbot.addWidget(presentation)
    presentation.resize(1280, 720)
    presentation.show()
    qtbot.waitExposed(presentation)
    yield presentation
    presentation.close()


@pytest.mark.parametrize(
    ("key", "signal"),
    [
        (Key.Key_PageDown, "on_requested"), (Key.Key_Right, "on_requested"),
        (Key.Key_PageUp, "back_requested"), (Key.Key_Left, "back_requested"),
        (Key.Key_Home, "first_requested"), (Key.Key_End, "last_requested"),
        (Key.Key_Space, "play_toggled"), (Key.Key_N, "next_scene_requested"),
        (Key.Key_P, "previous_scene_requested"), (Key.Key_F5, "closed"),
        (Key.Key_Escape, "closed"),
    ],
)  # fmt: skip
def test_a_key_asks_for_one_thing(presentation, qtbot, key, signal):
    with qtbot.waitSignal(getattr(presentation, signal)):
        QTest.keyClick(presentation, key)


@pytest.mark.parametrize(
    ("key", "part"), [(Key.Key_K, "kernel"), (Key.Key_R, "result"), (Key.Key_S, "sentence")]
)
def test_each_part_has_its_key(presentation, qtbot, key, part):
    with qtbot.waitSignal(presentation.part_toggled) as toggled:
        QTest.keyClick(presentation, key)
    assert toggled.args == [part]


def test_digits_choose_the_output_channel(presentation, qtbot):
    with qtbot.waitSignal(presentation.channel_requested) as requested:
        QTest.keyClick(presentation, Key.Key_2)
    assert requested.args == [1]


@pytest.mark.parametrize("key", [Key.Key_B, Key.Key_Period])
@pytest.mark.parametrize("back", [Key.Key_B, Key.Key_Period, Key.Key_PageDown, Key.Key_A])
def test_the_screen_is_black_until_any_key(presentation, qtbot, key, back):
    QTest.keyClick(presentation, key)
    assert presentation.is_blank
    colour = presentation.grab().toImage().pixelColor(640, 360)
    assert (colour.red(), colour.green(), colour.blue()) == (0, 0, 0)
    with qtbot.assertNotEmitted(presentation.on_requested):
        QTest.keyClick(presentation, Key.Key_Shift)
        assert presentation.is_blank
        QTest.keyClick(presentation, back)
    assert not presentation.is_blank
    assert presentation.picture.isVisible()


def test_escape_leaves_even_a_black_screen(presentation, qtbot):
    QTest.keyClick(presentation, Key.Key_B)
    with qtbot.waitSignal(presentation.closed):
        QTest.keyClick(presentation, Key.Key_Escape)
    assert not presentation.isVisible()


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (3840, 2160)])
def test_the_picture_fills_the_screen_under_the_title(presentation, size):
    presentation.resize(*size)
    without = presentation.picture.geometry()
    assert without.height() > 0.9 * size[1]
    presentation.set_title("A title")
    inside = presentation.picture.geometry()
    assert inside.top() > without.top()
    assert inside.height() > 0.8 * size[1]
    assert inside.width() > 0.9 * size[0]
    presentation.set_scale(0.5)
    smaller = presentation.picture.geometry()
    assert smaller.width() == pytest.approx(inside.width() / 2, abs=1)
    assert abs(smaller.center().x() - size[0] // 2) <= 1


def test_keys_that_mean_nothing_are_not_taken(presentation, qtbot):
    signals = (presentation.on_requested, presentation.back_requested, presentation.closed)
    for signal in signals:
        with qtbot.assertNotEmitted(signal):
            QTest.keyClick(presentation, Key.Key_X)


def test_the_question_mark_lists_the_keys_and_any_key_goes_back(presentation, qtbot):
    QTest.keyClick(presentation, Key.Key_Question)
    (overlay,) = presentation.findChildren(KeysOverlay)
    assert overlay.isVisible()
    QTest.keyClick(overlay, Key.Key_PageDown)
    qtbot.waitUntil(lambda: not presentation.findChildren(KeysOverlay))
    with qtbot.waitSignal(presentation.on_requested):
        QTest.keyClick(presentation, Key.Key_PageDown)


def test_every_key_is_told():
    assert any("PageDown" in keys for keys, _ in KEYS)
    assert all(words for _, words in KEYS)


def test_c_hides_the_counter_and_shows_it_again(presentation, qtbot):
    presentation.set_counter("scene 1 of 2 · step 3 of 8")
    with qtbot.waitSignal(presentation.counter_toggled) as toggled:
        QTest.keyClick(presentation, Key.Key_C)
    assert toggled.args == [False]
    assert presentation.counter == ""
    QTest.keyClick(presentation, Key.Key_C)
    assert presentation.counter == "scene 1 of 2 · step 3 of 8"
