"""Icons: all of them draw something, in the theme's colour, also after the theme changed."""

from importlib.resources import files

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon

from app.look.icons import icon
from app.look.theme import DARK, LIGHT

NAMES = sorted(
    entry.name.removesuffix(".svg")
    for entry in (files("resources") / "icons").iterdir()
    if entry.name.endswith(".svg")
)


def colours_in(picture: QIcon, mode: QIcon.Mode = QIcon.Mode.Normal) -> set[str]:
    image = picture.pixmap(QSize(48, 48), mode).toImage()
    pixels = (image.pixelColor(x, y) for x in range(48) for y in range(48))
    return {QColor(c.red(), c.green(), c.blue()).name() for c in pixels if c.alpha() == 255}


@pytest.mark.parametrize("name", NAMES)
def test_an_icon_is_drawn_in_the_text_colour(look, name):
    assert LIGHT.text in colours_in(icon(name))


def test_an_icon_follows_the_theme_and_its_mode(look):
    picture = icon("play")
    look.set_mode("dark")
    assert colours_in(picture) == {DARK.text}
    assert colours_in(picture, QIcon.Mode.Disabled) == {DARK.text_disabled}
    assert colours_in(icon("play", "accent")) == {DARK.accent}


def test_a_name_that_does_not_exist_is_an_error_at_once():
    with pytest.raises(FileNotFoundError):
        icon("unicorn")
