"""The style sheet: only what Fusion and the palette cannot say, in sizes that follow the scale."""

from __future__ import annotations

from collections.abc import Callable
from string import Template

from app.look.assets import asset
from app.look.theme_colours import Theme

_SHEET = Template("""
QLabel { qproperty-textFormat: PlainText; }
QLabel[markup="true"] { qproperty-textFormat: RichText; }
QToolTip {
    qproperty-textFormat: PlainText;
    color: $tooltip_text; background: $tooltip; border: none; padding: ${p4}px ${p8}px;
}

QLabel[role="muted"] { color: $text_muted; }
QLabel[role="error"] { color: $error; }
QLabel[role="warning"] { color: $warning; }
QLabel[role="success"] { color: $success; }

QLabel[role="key"] {
    background: $raised; color: $text; border: 1px solid $border; border-radius: ${p4}px;
    padding: ${p2}px ${p8}px;
}

QFrame[role="rule"] { background: $border; border: none; max-width: 1px; }
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
QToolButton[role="key"] {
    background: $surface; color: $text_muted; border: 1px solid $border;
    border-bottom: ${p2}px solid $border; border-radius: ${p4}px; padding: 0; font-size: ${p12}px;
}
QToolButton[role="key"]:hover { color: $text; background: $hover; }
QToolButton[role="key"]:focus { border-color: $accent; }
QToolButton[popupMode="2"]::menu-indicator { image: none; }

QLineEdit, QAbstractSpinBox, QComboBox, QPlainTextEdit {
    background: $surface; color: $text; border: 1px solid $border; border-radius: ${p6}px;
    selection-background-color: $accent; selection-color: $accent_text;
}
QLineEdit, QAbstractSpinBox, QComboBox { padding: ${p4}px ${p6}px; }
QAbstractSpinBox { padding-right: ${p2}px; }
QLineEdit:hover, QAbstractSpinBox:hover, QComboBox:hover { border-color: $text_disabled; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus {
    border-color: $accent;
}
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled {
    color: $text_disabled; background: $window; border-color: $grid;
}
QLineEdit[role="error"], QAbstractSpinBox[role="error"] { border-color: $error; }
QAbstractSpinBox QLineEdit { border: none; padding: 0; background: transparent; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {
    subcontrol-origin: border; width: ${p20}px; border: none; background: transparent;
}
QAbstractSpinBox::up-button { subcontrol-position: top right; margin-top: ${p2}px; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; margin-bottom: ${p2}px; }
QAbstractSpinBox::up-arrow { image: url("$images/up.svg"); }
QAbstractSpinBox::down-arrow, QComboBox::down-arrow { image: url("$images/down.svg"); }
QAbstractSpinBox::up-arrow, QAbstractSpinBox::down-arrow, QComboBox::down-arrow {
    width: ${p12}px; height: ${p12}px;
}
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover {
    background: $hover; border-radius: ${p4}px;
}
QComboBox { padding-right: ${p20}px; }
QComboBox::drop-down {
    subcontrol-origin: border; subcontrol-position: center right; width: ${p24}px; border: none;
}
QComboBox QAbstractItemView {
    background: $surface; border: 1px solid $border; padding: ${p2}px; outline: none;
    selection-background-color: $selected; selection-color: $text;
}

QCheckBox { spacing: ${p8}px; }
QCheckBox::indicator {
    width: ${p14}px; height: ${p14}px; background: $surface; border: 1px solid $text_disabled;
    border-radius: ${p4}px;
}
QCheckBox::indicator:hover, QCheckBox::indicator:focus { border-color: $accent; }
QCheckBox::indicator:checked {
    background: $accent; border-color: $accent; image: url("$images/check-$name.svg");
}
QCheckBox[role="quiet"] { font-size: ${p12}px; font-weight: 500; }
QCheckBox[role="quiet"]::indicator:checked {
    background: $surface; border-color: $text_disabled; image: url("$images/check-$other.svg");
}
QCheckBox::indicator:disabled { background: $raised; border-color: $border; }

QSlider:horizontal { min-height: ${p20}px; }
QSlider::groove:horizontal { height: ${p4}px; background: $border; border-radius: ${p2}px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: ${p2}px; }
QSlider::handle:horizontal {
    background: $accent; border: ${p2}px solid $surface; width: ${p12}px; height: ${p12}px;
    margin: -${p6}px 0; border-radius: ${p8}px;
}
QSlider::handle:horizontal:hover, QSlider::handle:horizontal:focus { background: $accent_hover; }
QSlider::sub-page:horizontal:disabled, QSlider::handle:horizontal:disabled {
    background: $text_disabled;
}

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
QAbstractScrollArea::corner { background: transparent; border: none; }

QScrollBar:vertical { background: transparent; width: ${p12}px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: ${p12}px; margin: 0; }
QScrollBar::handle { background: $border; border-radius: ${p4}px; margin: ${p2}px; }
QScrollBar::handle:vertical { min-height: ${p24}px; }
QScrollBar::handle:horizontal { min-width: ${p24}px; }
QScrollBar::handle:hover { background: $text_disabled; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QHeaderView::section {
    background: $surface; color: $text_muted; border: none; border-bottom: 1px solid $border;
    padding: ${p4}px ${p8}px;
}
QAbstractItemView { border: 1px solid $border; border-radius: ${p6}px; }
QHeaderView { background: $surface; border: none; border-radius: 0; }
QTableView { gridline-color: $grid; }
QTableCornerButton::section { background: $surface; border: none; }
QProgressBar {
    background: $raised; border: none; border-radius: ${p3}px; color: $text;
    text-align: center; min-height: ${p6}px;
}
QProgressBar::chunk { background: $accent; border-radius: ${p3}px; }
""")


def stylesheet(theme: Theme, px: Callable[[float], int]) -> str:
    """Return the application's style sheet for a theme; ``px`` turns lengths into pixels.

    Labels, those of message boxes and tool tips among them, show text as it is, never as markup:
    a name of a file or a class would load pictures and read devices. Only a ``MarkedUp`` is one.

    A ``QPushButton`` with the property ``role="primary"`` is the one thing to do next; a
    ``QLabel`` may have ``role="muted"``, ``"error"``, ``"warning"`` or ``"success"``, a ``QFrame``
    ``role="card"``, a ``QCheckBox`` ``role="quiet"``, which does without the accent, a
    ``QToolButton`` ``role="key"``, which looks like the key that does the same.
    """
    sizes = {f"p{length}": str(px(length)) for length in (2, 3, 4, 5, 6, 8, 10, 12, 14, 20, 24)}
    images = asset("icons", "field").as_posix()
    other = "light" if theme.is_dark else "dark"  # a tick that is seen on the surface itself
    return _SHEET.substitute(vars(theme), images=images, other=other, **sizes)
