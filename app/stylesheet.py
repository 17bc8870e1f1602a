"""The style sheet: only what Fusion and the palette cannot say, in sizes that follow the scale."""

from __future__ import annotations

from collections.abc import Callable
from string import Template

from app.theme_colours import Theme

_SHEET = Template("""
QToolTip { color: $tooltip_text; background: $tooltip; border: none; padding: ${p4}px ${p8}px; }

QLabel[role="muted"] { color: $text_muted; }
QLabel[role="error"] { color: $error; }
QLabel[role="warning"] { color: $warning; }
QLabel[role="success"] { color: $success; }

QFrame[role="card"] { background: $surface; border: 1px solid $border; border-radius: ${p8}px; }

QPushButton {
    background: $raised; color: $text; border: 1px solid $border; border-radius: ${p6}px;
    padding: ${p5}px ${p12}px;
}
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $border; }
QPushButton:checked { background: $selected; border-color: $accent; }
QPushButton:focus { border-color: $accent; }
QPushButton:disabled { color: $text_disabled; background: $window; border-color: $grid; }
QPushButton[role="primary"], QPushButton:default {
    background: $accent; color: $accent_text; border-color: $accent; font-weight: 600;
}
QPushButton[role="primary"]:hover, QPushButton:default:hover {
    background: $accent_hover; border-color: $accent_hover;
}
QPushButton[role="primary"]:focus { border-color: $text; }
QPushButton[role="primary"]:disabled {
    background: $raised; color: $text_disabled; border-color: $grid;
}

QToolButton {
    background: transparent; color: $text; border: 1px solid transparent;
    border-radius: ${p6}px; padding: ${p5}px;
}
QToolButton:hover { background: $hover; }
QToolButton:pressed { background: $border; }
QToolButton:checked { background: $selected; color: $accent; }
QToolButton:focus { border-color: $accent; }
QToolButton:disabled { color: $text_disabled; }
QToolButton[popupMode="2"]::menu-indicator { image: none; }

QMenuBar { background: $window; color: $text; }
QMenuBar::item { background: transparent; padding: ${p4}px ${p10}px; border-radius: ${p4}px; }
QMenuBar::item:selected { background: $hover; }
QMenu { background: $surface; color: $text; border: 1px solid $border; padding: ${p4}px; }
QMenu::item { padding: ${p5}px ${p24}px ${p5}px ${p12}px; border-radius: ${p4}px; }
QMenu::item:selected { background: $selected; }
QMenu::item:disabled { color: $text_disabled; }
QMenu::separator { height: 1px; background: $grid; margin: ${p4}px ${p8}px; }
QMenu::icon { padding-left: ${p8}px; }

QStatusBar { background: $window; color: $text_muted; }
QStatusBar::item { border: none; }
QSplitter::handle { background: $window; }
QScrollArea { background: transparent; border: none; }

QScrollBar:vertical { background: transparent; width: ${p12}px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: ${p12}px; margin: 0; }
QScrollBar::handle { background: $border; border-radius: ${p4}px; margin: ${p2}px; }
QScrollBar::handle:vertical { min-height: ${p24}px; }
QScrollBar::handle:horizontal { min-width: ${p24}px; }
QScrollBar::handle:hover { background: $text_disabled; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QHeaderView { background: $surface; }
QHeaderView::section {
    background: $surface; color: $text_muted; border: none; border-bottom: 1px solid $border;
    padding: ${p4}px ${p8}px;
}
QAbstractItemView { border: 1px solid $border; border-radius: ${p6}px; }
QProgressBar {
    background: $raised; border: none; border-radius: ${p3}px; color: $text;
    text-align: center; min-height: ${p6}px;
}
QProgressBar::chunk { background: $accent; border-radius: ${p3}px; }
""")


def stylesheet(theme: Theme, px: Callable[[float], int]) -> str:
    """Return the application's style sheet for a theme; ``px`` turns lengths into pixels.

    A ``QPushButton`` with the property ``role="primary"`` is the one thing to do next; a
    ``QLabel`` may have ``role="muted"``, ``"error"``, ``"warning"`` or ``"success"``, a ``QFrame``
    ``role="card"``.
    """
    sizes = {f"p{length}": str(px(length)) for length in (2, 3, 4, 5, 6, 8, 10, 12, 24)}
    return _SHEET.substitute(vars(theme), **sizes)
