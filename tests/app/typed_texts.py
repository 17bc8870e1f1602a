"""What people type for numbers, what each is, and typing it by keys or pasting it."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

LOCALES = ("C", "en_US", "de_DE", "fr_FR", "ar_EG")
TEXTS: dict[str, tuple[float | None, int | None]] = {
    "1e-3": (0.001, None),
    "5E-4": (0.0005, None),
    "0.05": (0.05, None),
    "0,05": (0.05, None),
    ".05": (0.05, None),
    "−3": (-3.0, -3),
    "+2": (2.0, 2),
    "1/3": (1 / 3, None),
    "1 000": (1000.0, 1000),
    "1,000": (None, 1000),
    "1e": (None, None),
    "": (None, None),
}
"""For each text the number that a field of any numbers and one of whole numbers must read."""


def type_text(field: QWidget, text: str) -> None:
    """Replace what is selected by keys, as a keyboard of any country sends them."""
    if not text:
        QTest.keyClick(field, Qt.Key.Key_Delete)
    for character in text:
        if character.isascii():
            QTest.keyClicks(field, character)
            continue
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            none = Qt.KeyboardModifier.NoModifier
            QApplication.sendEvent(field, QKeyEvent(kind, Qt.Key.Key_unknown, none, character))


def paste_text(field: QWidget, text: str) -> None:
    """Replace what is selected by the clipboard."""
    if not text:  # nothing to paste: what is there is cut
        QTest.keyClick(field, Qt.Key.Key_X, Qt.KeyboardModifier.ControlModifier)
        return
    QGuiApplication.clipboard().setText(text)
    QTest.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


WAYS = {"typed": type_text, "pasted": paste_text}
