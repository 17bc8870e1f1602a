"""How the application looks: colour roles for light and dark, one type scale, one zoom factor.

Widgets ask ``current_theme()``, ``px()`` and ``font()`` while painting or in ``changeEvent``; the
application's palette and style sheet carry the rest. A colour means the same thing everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from app.look.assets import asset
from app.look.stylesheet import stylesheet
from app.look.theme_colours import DARK, LIGHT, Theme

__all__ = [
    "DARK",
    "LIGHT",
    "SCALES",
    "Mode",
    "Theme",
    "ThemeController",
    "current_scale",
    "current_theme",
    "font",
    "px",
]

Mode = Literal["system", "light", "dark"]
SCALES = (0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0)
_SMALLEST_TEXT = 11
_FAMILIES = ("Inter", "cnnviz Symbols")
_FONT_FILES = (
    "Inter-Regular.otf",
    "Inter-Medium.otf",
    "Inter-SemiBold.otf",
    "cnnviz-symbols.ttf",
)


@dataclass
class _Look:
    """What is shown now; changed by the ``ThemeController`` alone."""

    theme: Theme = LIGHT
    scale: float = 1.0


_look = _Look()


def current_theme() -> Theme:
    """Return the colours in use; ask again after a ``PaletteChange``."""
    return _look.theme


def current_scale() -> float:
    """Return the zoom factor of the whole application, 1.0 at Ctrl+0."""
    return _look.scale


def px(length: float) -> int:
    """Return a length given at scale 1, in pixels at the present scale, at least 1 if not 0."""
    scaled = round(length * _look.scale)
    return max(1, scaled) if length > 0 else scaled


def font(
    size: float = 13,
    weight: QFont.Weight = QFont.Weight.Normal,
    *,
    tabular: bool = True,
) -> QFont:
    """Return the application's font at a size in pixels of scale 1.

    With ``tabular`` all digits are equally wide, so that numbers stand under each other and do
    not tremble while they change.
    """
    return QFont(_font(px(max(size, _SMALLEST_TEXT)), weight, tabular))  # theirs to change


@cache
def _font(pixels: int, weight: QFont.Weight, tabular: bool) -> QFont:
    result = QFont(list(_FAMILIES))
    result.setPixelSize(pixels)
    result.setWeight(weight)
    result.setStyleHint(QFont.StyleHint.SansSerif)
    if tabular:
        result.setFeature(QFont.Tag("tnum"), 1)
    return result


@cache
def load_fonts() -> None:
    """Register the bundled fonts with Qt, once; without them the system's font serves."""
    for name in _FONT_FILES:
        file = asset("fonts", name)
        if file.is_file():
            QFontDatabase.addApplicationFont(str(file))


def palette(theme: Theme) -> QPalette:
    """Return Qt's palette for a theme, with greyed colours for what is disabled."""
    role = QPalette.ColorRole
    colours = {
        role.Window: theme.window,
        role.WindowText: theme.text,
        role.Base: theme.surface,
        role.AlternateBase: theme.raised,
        role.Text: theme.text,
        role.PlaceholderText: theme.text_muted,
        role.Button: theme.raised,
        role.ButtonText: theme.text,
        role.BrightText: theme.accent_text,
        role.Light: theme.raised,
        role.Midlight: theme.border,
        role.Mid: theme.border,
        role.Dark: theme.border,
        role.Shadow: theme.shadow,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.accent_text,
        role.Accent: theme.accent,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.ToolTipBase: theme.tooltip,
        role.ToolTipText: theme.tooltip_text,
    }
    result = QPalette()
    for name, colour in colours.items():
        result.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, name, QColor(theme.text_disabled))
    result.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(theme.border))
    result.setColor(QPalette.ColorGroup.Disabled, role.HighlightedText, QColor(theme.text_muted))
    return result


class ThemeController(QObject):
    """Puts a theme and a scale on the application, and follows the system when told to.

    A mode that it does not know, of an older settings file perhaps, counts as ``"system"``.
    """

    theme_changed = Signal()

    def __init__(
        self,
        application: QApplication,
        mode: str = "system",
        scale: float = 1.0,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._application = application
        self._mode: Mode = _known_mode(mode)
        _look.scale = _nearest_scale(scale)
        application.setStyle("Fusion")
        load_fonts()
        application.styleHints().colorSchemeChanged.connect(self._follow_system)
        self._apply()

    @property
    def mode(self) -> Mode:
        """What was asked for: ``"system"``, ``"light"`` or ``"dark"``."""
        return self._mode

    @property
    def scale(self) -> float:
        """The zoom factor, one of ``SCALES``."""
        return _look.scale

    def set_mode(self, mode: str) -> None:
        """Show light or dark, or whichever of them the system asks for."""
        self._mode = _known_mode(mode)
        self._apply()

    def toggle_dark(self) -> None:
        """Change from light to dark or back, whatever the system says."""
        self.set_mode("light" if _look.theme.is_dark else "dark")

    def set_scale(self, scale: float) -> None:
        """Scale everything; the nearest of ``SCALES`` is taken."""
        nearest = _nearest_scale(scale)
        if nearest != _look.scale:
            _look.scale = nearest
            self._apply()
            self._restyle_again()

    def scale_after(self, steps: int) -> float:
        """The scale so many steps up or down the list; its end if there are fewer."""
        index = SCALES.index(_look.scale) + steps
        return SCALES[max(0, min(index, len(SCALES) - 1))]

    def step_scale(self, steps: int) -> None:
        """Go up or down the list of scales, and stay at its ends."""
        self.set_scale(self.scale_after(steps))

    def _follow_system(self) -> None:
        if self._mode == "system":
            self._apply()

    def _wanted(self) -> Theme:
        if self._mode != "system":
            return DARK if self._mode == "dark" else LIGHT
        scheme = self._application.styleHints().colorScheme()
        return DARK if scheme == Qt.ColorScheme.Dark else LIGHT

    def _apply(self) -> None:
        _look.theme = self._wanted()
        self._application.setPalette(palette(_look.theme))
        self._application.setFont(font())
        self._application.setStyleSheet(stylesheet(_look.theme, px))
        self.theme_changed.emit()

    def _restyle_again(self) -> None:
        """Tell every widget of its new size once more, now that the sheet is through with all.

        A style sheet goes from parent to child and puts back the font that a child had before: a
        size that the parent has just given it would be lost.
        """
        for widget in self._application.allWidgets():
            self._application.sendEvent(widget, QEvent(QEvent.Type.FontChange))


def _known_mode(mode: str) -> Mode:
    """Return the mode, or ``"system"`` for one that this version does not know."""
    return "light" if mode == "light" else "dark" if mode == "dark" else "system"


def _nearest_scale(scale: float) -> float:
    return min(SCALES, key=lambda known: abs(known - scale))
