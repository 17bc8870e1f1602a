"""Text that is squeezed says the same more shortly before it is cut."""

import pytest
from PySide6.QtGui import QFontMetrics, QPainter

from app.look.text import ElidedText

LONG, SHORT, LEAST = "LeNet-5: 100 of 169 places the same", "LeNet-5: 100 of 169", "100"


@pytest.fixture
def painted_on(monkeypatch):
    """What is written on a label of a given width."""
    written = []
    monkeypatch.setattr(QPainter, "drawText", lambda _painter, *args: written.append(args[-1]))

    def words(label, width):
        written.clear()
        label.resize(width, 20)
        label.grab()
        return written[-1]

    return words


def test_the_longest_words_that_fit_are_shown(qtbot, painted_on):
    label = ElidedText()
    qtbot.addWidget(label)
    label.setText(LONG, SHORT, LEAST)
    painted_on(label, 1)  # which gives it its font
    metrics = QFontMetrics(label.font())
    long, short, least = (metrics.horizontalAdvance(each) for each in (LONG, SHORT, LEAST))
    assert painted_on(label, long) == LONG
    assert painted_on(label, long - 1) == SHORT
    assert painted_on(label, short - 1) == LEAST
    assert painted_on(label, least - 1) != LEAST
    assert label.text() == LONG


def test_new_words_forget_the_short_ones(qtbot, painted_on):
    label = ElidedText()
    qtbot.addWidget(label)
    label.setText(LONG, SHORT)
    label.setText("One thing that is long as well")
    painted_on(label, 1)
    width = QFontMetrics(label.font()).horizontalAdvance(SHORT) + 2
    assert painted_on(label, width).endswith("\N{HORIZONTAL ELLIPSIS}")
