"""A widget as a picture: all of it, as fine as it was asked for."""

import pytest
from PySide6.QtGui import QColor, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from app.kit.export.picture import image_of, png_of, svg_of
from app.look.theme import current_theme

RED = QColor("#c02010")


class Corner(QWidget):
    """A red square in the corner opposite to where painting begins."""

    def paintEvent(self, _event):
        painter = QPainter(self)
        painter.fillRect(self.width() - 10, self.height() - 10, 10, 10, RED)


@pytest.fixture
def corner(qtbot, look):
    widget = Corner()
    qtbot.addWidget(widget)
    widget.resize(60, 40)
    return widget


@pytest.mark.parametrize("ratio", [1, 2, 3])
def test_a_finer_picture_shows_the_whole_widget_larger(corner, ratio):
    image = image_of(corner, ratio)
    width, height = 60 * ratio, 40 * ratio
    assert (image.width(), image.height()) == (width, height)
    square = {(x, y) for x in range(width) for y in range(height) if image.pixelColor(x, y) == RED}
    assert square == {(x, y) for x in range(50 * ratio, width) for y in range(30 * ratio, height)}
    assert image.pixelColor(0, 0) == QColor(current_theme().surface)
    assert png_of(image).startswith(b"\x89PNG")


def test_an_svg_has_the_widgets_size_and_the_title(corner):
    content = svg_of(corner, "A corner")
    renderer = QSvgRenderer(content)
    assert renderer.isValid()
    assert renderer.viewBoxF().size() == corner.size().toSizeF()
    assert b"<title>A corner</title>" in content
    assert RED.name().encode() in content
    assert current_theme().surface.encode() in content
