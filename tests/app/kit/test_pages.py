"""Several views in one place: their names are all in sight, or a drop-down where they are not."""

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QToolButton, QWidget

from app.kit.pages import Pages

TITLES = ("Answer", "Meddle", "Compare")


@pytest.fixture
def around(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def pages(around):
    pages = Pages("What is shown", around)
    for title in TITLES:
        pages.add_page(title, QLabel(title))
    button = QToolButton()
    button.setText("Keep")
    pages.corner.addWidget(button)
    around.resize(900, 300)
    around.show()
    pages.setGeometry(0, 0, 900, 300)
    return pages


def at_width(pages, width):
    pages.setGeometry(0, 0, width, 300)
    for _ in range(5):
        QApplication.processEvents()


def test_names_fold_only_where_they_have_no_room(pages):
    least = pages.least_width
    for width, is_folded in ((least, False), (least - 1, True), (least + 40, False)):
        at_width(pages, width)
        assert pages.names.is_folded is is_folded
        assert pages.least_width == least
        shown = pages.names.box if is_folded else pages.choice
        assert shown.isVisible()
        assert shown.width() >= shown.minimumSizeHint().width()


def test_a_page_is_chosen_in_the_drop_down(pages):
    at_width(pages, pages.least_width - 1)
    pages.names.box.setCurrentIndex(2)
    pages.names.box.activated.emit(2)
    assert pages.index == 2
    at_width(pages, 900)
    assert pages.choice.index == 2
    pages.show_page(1)
    assert pages.names.box.currentIndex() == 1
