"""Where content goes on it fades out; where it ends there is nothing over it."""

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel

from app.kit.scrolling import scrolling
from app.look.theme import current_theme


@pytest.fixture
def area(qtbot, look):
    content = QLabel("x")
    content.setFixedSize(100, 400)
    content.setStyleSheet("background: #ff0000;")
    area = scrolling(content, sideways=False)
    qtbot.addWidget(area)
    area.resize(120, 150)
    area.show()
    return area


def colours(area):
    """The colours at the upper and at the lower edge."""
    picture = area.grab().toImage()
    return _near(picture.pixelColor(50, 0)), _near(picture.pixelColor(50, area.height() - 1))


def _near(colour):
    """Its name; that of the ground if it is as good as that."""
    ground = QColor(current_theme().window)
    parts = ((colour.red(), ground.red()), (colour.green(), ground.green()))
    return (ground if all(abs(one - other) < 12 for one, other in parts) else colour).name()


def test_it_fades_only_where_it_goes_on(area):
    bar, ground, red = area.verticalScrollBar(), QColor(current_theme().window).name(), "#ff0000"
    first, last = colours(area)
    assert first == red
    assert last == ground
    bar.setValue(bar.maximum() // 2)
    assert colours(area) == (ground, ground)
    bar.setValue(bar.maximum())
    assert colours(area) == (ground, red)


def test_in_the_middle_nothing_lies_over_it(area):
    bar = area.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    picture = area.grab().toImage()
    rows = range(16, area.height() - 16)
    assert {picture.pixelColor(50, row).name() for row in rows} == {"#ff0000"}


def test_with_room_for_all_it_never_fades(area):
    area.resize(120, 400)
    assert colours(area) == ("#ff0000", "#ff0000")
