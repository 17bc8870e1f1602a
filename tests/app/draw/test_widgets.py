"""The views of Draw: bars, answer, stages; what they print and how they fit."""

import numpy as np
import pytest
from PySide6.QtGui import QColor

from app.draw.probability_bars import Answer, ProbabilityBars
from app.draw.sheet.stage_strip import StageStrip
from app.look.percentages import percent
from app.look.pictures import grey_image, ink_image, pixels_of
from app.look.theme import LIGHT, px
from app.shell.header import Header
from app.state.recognition import Recognition
from engine.ink.preprocess import prepare
from engine.ink.rendering import Stroke, render


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0.0 %"),
        (1.0, "100.0 %"),
        (0.9814, "98.1 %"),
        (0.0004, "<0.1 %"),
        (0.99961, ">99.9 %"),
        (0.0005, "0.1 %"),
    ],
)
def test_a_percentage_is_never_rounded_to_certainty(share, text):
    assert percent(share).replace("\N{NO-BREAK SPACE}", " ") == text


def test_bars_are_as_long_as_their_probabilities(look, qtbot):
    bars = ProbabilityBars()
    qtbot.addWidget(bars)
    bars.resize(500, 260)
    bars.show_probabilities(np.array([0.5, 0.25, 0.25, 0, 0, 0, 0, 0, 0, 0]))
    image = bars.grab().toImage()

    def length(row: int, colour: str) -> int:
        y = round((row + 0.5) * 26)
        return sum(image.pixelColor(x, y) == QColor(colour) for x in range(24, 424))

    assert length(0, LIGHT.accent) == pytest.approx(200, abs=4)
    assert length(1, LIGHT.text_disabled) == pytest.approx(100, abs=4)
    assert length(3, LIGHT.accent) == 0
    assert bars.texts[0] == percent(0.5)
    bars.show_probabilities(None)
    assert bars.texts == []


def test_the_answer_shows_a_digit_or_none(look, qtbot):
    answer = Answer()
    qtbot.addWidget(answer)
    assert answer.text == ""
    answer.show_recognition(Recognition(None, np.eye(10)[7]))
    assert answer.text == "7"
    assert not answer.grab().isNull()
    answer.show_recognition(Recognition(None))
    assert answer.text == ""


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_the_answer_is_120_high(look, qtbot, scale):
    look.set_scale(scale)
    answer = Answer()
    qtbot.addWidget(answer)
    answer.resize(px(136), px(180))
    answer.show_recognition(Recognition(None, np.eye(10)[7]))
    image = answer.grab().toImage()
    ink = QColor(LIGHT.text)
    rows = [y for y in range(image.height()) if any_pixel(image, y, ink)]
    assert len(rows) == pytest.approx(0.727 * 120 * scale, abs=3)  # capitals of Inter: 0.727


def any_pixel(image, y: int, colour: QColor) -> bool:
    return any(image.pixelColor(x, y) == colour for x in range(image.width()))


def test_the_answer_s_bar_is_18_high_and_the_others_14(look, qtbot):
    bars = ProbabilityBars()
    qtbot.addWidget(bars)
    bars.resize(500, 260)
    bars.show_probabilities(np.array([0.6, 0.4, 0, 0, 0, 0, 0, 0, 0, 0]))
    image = bars.grab().toImage()

    def height(row: int, colour: str) -> int:
        rows = range(26 * row, 26 * row + 26)
        return sum(image.pixelColor(60, y) == QColor(colour) for y in rows)

    assert height(0, LIGHT.accent) == 18
    assert height(1, LIGHT.text_disabled) == 14
    assert height(2, LIGHT.raised) == 14


def test_in_doubt_no_bar_stands_out(look, qtbot):
    bars = ProbabilityBars()
    qtbot.addWidget(bars)
    bars.resize(500, 260)
    shares = np.array([0.6, 0.4, 0, 0, 0, 0, 0, 0, 0, 0])
    bars.show_probabilities(shares, is_sure=False)
    assert bars.standing_out is None
    image = bars.grab().toImage()
    accent = QColor(LIGHT.accent)
    assert not any(any_pixel(image, y, accent) for y in range(image.height()))


@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("width", [310, 480, 620, 900, 2000])
def test_pictures_switches_and_words_lie_within_the_strip(look, qtbot, width, scale):
    look.set_scale(scale)
    strip = StageStrip()
    qtbot.addWidget(strip)
    strip.resize(px(width), 50)
    strip.show()
    strip.show_stages(prepare(render((Stroke(((100, 60), (120, 200))),))))
    for index in range(4):
        assert strip.rect().contains(strip.tile_box(index))
        assert strip.rect().contains(strip.words_box(index))
        assert not strip.tile_box(index).intersects(strip.words_box(index))
    for toggle in strip.toggles:
        assert strip.rect().contains(toggle.geometry())
        assert toggle.width() >= toggle.sizeHint().width()
    assert strip.captions[3] == "Centred by mass in 28×28"
    assert strip.captions[0] == "Drawn 280×280"
    assert not strip.grab().isNull()


def test_pictures_keep_every_level():
    levels = (np.arange(256).reshape(16, 16) / 255).astype(np.float32)
    image = grey_image(levels)
    assert [image.pixelColor(x, 15).red() for x in range(16)] == list(range(240, 256))
    pixels = pixels_of(ink_image(levels, "#102030"))
    assert pixels[15, 15].tolist() == [16, 32, 48, 255]
    assert pixels[0, 0, 3] == 0


@pytest.mark.parametrize("width", [1, 3, 5, 7])
def test_pictures_of_odd_widths_are_not_sheared(width):
    picture = np.zeros((6, width), np.float32)
    picture[:, 0] = 1
    image = grey_image(picture)
    assert all(image.pixelColor(0, y).red() == 255 for y in range(6))


def test_the_header_squeezes_what_is_too_long(look, qtbot):
    header = Header(())
    qtbot.addWidget(header)
    header.set_network("LeNet-5", ["61,706 parameters, and a very long story"] * 10, "all of it")
    header.resize(400, 50)
    assert header.minimumSizeHint().width() < 400
    assert not header.grab().isNull()
    assert header.details.toolTip() == "all of it"
