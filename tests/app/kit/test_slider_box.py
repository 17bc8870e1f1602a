"""A slider and a box for one number: they agree, and go no further than they may."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.kit.slider_box import SliderBox


@pytest.fixture
def slider_box(qtbot, look):
    made = SliderBox("Kernel")
    qtbot.addWidget(made)
    made.show_setting(3, 1, 7)
    made.resize(240, 40)
    made.show()
    return made


def test_sliding_and_typing_are_told_once_and_shown_on_both(slider_box):
    told: list[int] = []
    slider_box.value_edited.connect(told.append)
    slider_box.slider.setValue(5)
    assert slider_box.value() == 5
    slider_box.box.selectAll()
    QTest.keyClicks(slider_box.box, "2")
    QTest.keyClick(slider_box.box, Qt.Key.Key_Return)
    assert slider_box.slider.value() == 2
    assert told == [5, 2]


def test_showing_a_number_tells_nothing(slider_box):
    told: list[int] = []
    slider_box.value_edited.connect(told.append)
    slider_box.show_setting(6, 1, 6)
    assert (slider_box.value(), slider_box.slider.value(), told) == (6, 6, [])


def test_the_slider_ends_where_the_others_leave_off(slider_box):
    slider_box.show_setting(3, 2, 4)
    slider_box.slider.setValue(99)
    assert slider_box.value() == 4
    slider_box.slider.setValue(-99)
    assert slider_box.value() == 2


def test_what_is_typed_beyond_the_limit_is_marked_and_not_used(slider_box):
    slider_box.box.selectAll()
    QTest.keyClicks(slider_box.box, "25")
    assert "from 1 to 7" in slider_box.box.problem
    assert slider_box.box.property("role") == "error"
    assert slider_box.value() == 3
    slider_box.slider.setValue(4)
    assert (slider_box.value(), slider_box.box.problem) == (4, "")


def test_more_can_be_typed_than_slid_where_that_makes_sense(slider_box):
    slider_box.show_setting(3, 1, 7, typed_most=100)
    slider_box.box.selectAll()
    QTest.keyClicks(slider_box.box, "25")
    assert slider_box.value() == 25
    assert slider_box.slider.value() == 7  # at its end, until the others leave more


def test_with_one_value_left_there_is_nothing_to_slide(slider_box):
    slider_box.show_setting(1, 1, 1)
    assert not slider_box.slider.isEnabled()
