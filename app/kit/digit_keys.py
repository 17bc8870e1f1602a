"""The keys 0 to 9 of the row above the letters, also where a digit there needs Shift or is lacking.

French and Belgian keyboards have ``&é"'(`` there and digits with Shift, Czech, Slovak and
Lithuanian ones letters with accents. A key means its digit by where it is.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent

_ROW = (1, 2, 3, 4, 5, 6, 7, 8, 9, 0)
_SCAN_CODES = {
    "windows": {0x02 + place: digit for place, digit in enumerate(_ROW)},
    "linux": {10 + place: digit for place, digit in enumerate(_ROW)},
}
"""Which codes the keys of the row send: those of a PC's keyboard, on Linux 8 more."""
_MAC_CODES = dict(zip((18, 19, 20, 21, 23, 22, 26, 28, 25, 29), _ROW, strict=True))
"""Virtual keys of macOS, which tells no scan codes."""
_SHIFT, _KEYPAD = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.KeypadModifier


def digit_of(event: QKeyEvent) -> int | None:
    """The digit that a key stands for, whatever is held with it; ``None`` if it stands for none.

    Where the row has digits without Shift, what it has with Shift is no digit.
    """
    if Qt.Key.Key_0 <= event.key() <= Qt.Key.Key_9:
        return event.key() - Qt.Key.Key_0
    if event.modifiers() & _SHIFT:
        return None
    platform = QGuiApplication.platformName()
    if platform == "cocoa":
        return _MAC_CODES.get(event.nativeVirtualKey())
    codes = _SCAN_CODES["windows" if platform == "windows" else "linux"]
    return codes.get(event.nativeScanCode())


def held_with(event: QKeyEvent) -> Qt.KeyboardModifier:
    """What is held with a digit, apart from the Shift that some keyboards need for it."""
    return event.modifiers() & ~(_SHIFT | _KEYPAD)


def plain_digit(event: QKeyEvent) -> int | None:
    """The digit of a key that is pressed without Ctrl, Alt or the like."""
    return None if held_with(event) else digit_of(event)
