"""The look: contrast, fonts with the characters we use, scale, themes."""

from importlib.resources import files

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontInfo, QFontMetricsF, QRawFont
from PySide6.QtWidgets import QLabel

from app.look.colormaps import contrast
from app.look.theme import DARK, LIGHT, SCALES, ThemeController, current_theme, font, px

TEXT_ROLES = ("text", "text_muted", "accent", "error", "warning", "success")
MEANING_ROLES = ("input", "kernel", "output", "gradient", "curve_training", "curve_validation")
CHARACTERS = "×·−≈⌊⌋⌈⌉Σ∂∇⊙→←↑↓°±≤≥…≠²³½▶■●✓√∞λμσ‖\N{HAIR SPACE}∗★⌘⇧√≡∝“”‘’–—äöüß"


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("background", ["window", "surface"])
@pytest.mark.parametrize("role", TEXT_ROLES + MEANING_ROLES)
def test_every_colour_that_text_is_written_in_can_be_read(theme, background, role):
    assert contrast(getattr(theme, role), getattr(theme, background)) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize(
    ("text", "background"),
    [
        ("text", "raised"),
        ("text", "hover"),
        ("text", "selected"),
        ("accent", "selected"),
        ("text_muted", "selected"),
        ("accent_text", "accent"),
        ("accent_text", "accent_hover"),
        ("tooltip_text", "tooltip"),
        ("ink", "paper"),
    ],
)
def test_text_on_its_own_ground_can_be_read(theme, text, background):
    assert contrast(getattr(theme, text), getattr(theme, background)) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_the_four_roles_are_told_apart(theme):
    colours = {getattr(theme, role) for role in ("input", "kernel", "output", "gradient", "accent")}
    assert len(colours) == 5


def test_every_character_we_write_is_in_a_bundled_font(qapp):
    fonts = [
        QRawFont(str(files("resources") / "fonts" / name), 13.0)
        for name in ("Inter-Regular.otf", "cnnviz-symbols.ttf")
    ]
    missing = [c for c in CHARACTERS if not any(f.supportsCharacter(ord(c)) for f in fonts)]
    assert missing == []


def test_the_bundled_font_is_used_with_digits_of_one_width(look):
    assert QFontInfo(font()).family() == "Inter"
    metrics = QFontMetricsF(font(13))
    assert metrics.horizontalAdvance("1111") == metrics.horizontalAdvance("8888")


def test_no_text_is_smaller_than_eleven_pixels(look):
    assert font(6).pixelSize() == 11


def test_a_theme_reaches_widgets_and_announces_itself(look, qtbot):
    label = QLabel("text")
    qtbot.addWidget(label)
    with qtbot.waitSignal(look.theme_changed):
        look.set_mode("dark")
    assert current_theme() is DARK
    assert label.palette().window().color().name() == DARK.window
    look.toggle_dark()
    assert current_theme() is LIGHT
    assert label.palette().window().color().name() == LIGHT.window


def test_scaling_enlarges_text_and_lengths_and_stops_at_the_ends(look, qtbot):
    label = QLabel("text")
    qtbot.addWidget(label)
    label.ensurePolished()
    with qtbot.waitSignal(look.theme_changed):
        look.set_scale(2.0)
    assert px(10) == 20
    assert label.font().pixelSize() == 26
    for _ in range(20):
        look.step_scale(1)
    assert look.scale == SCALES[-1]
    for _ in range(20):
        look.step_scale(-1)
    assert look.scale == SCALES[0]


def test_an_unknown_mode_and_scale_from_an_old_settings_file_are_harmless(qapp):
    controller = ThemeController(qapp, "sepia", 1.07)
    assert controller.mode == "system"
    assert controller.scale == 1.1
    controller.set_scale(1.0)
    controller.set_mode("light")
    controller.deleteLater()


def test_the_system_is_followed_only_when_asked(look, qapp):
    look.set_mode("system")
    qapp.styleHints().setColorScheme(Qt.ColorScheme.Dark)
    is_followed = qapp.styleHints().colorScheme() == Qt.ColorScheme.Dark
    assert current_theme() is (DARK if is_followed else LIGHT)
    look.set_mode("light")
    assert current_theme() is LIGHT
    qapp.styleHints().unsetColorScheme()
    assert current_theme() is LIGHT
