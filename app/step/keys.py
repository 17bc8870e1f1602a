"""The keys of Step: as ``?`` lists them, and as they are bound."""

from __future__ import annotations

from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QWidget

from app.kit.keys_and_pointer import shortcut

KEYS = (
    ("Space", "play, pause"),
    ("→ or PageDown", "next step"),
    ("← or PageUp", "previous step"),
    ("Home, End", "first and last step"),
    ("1 … 9", "choose the output channel"),
    ("Alt+1 … 9", "choose the input channel"),
    ("G", "gradients, and back to forward"),
    ("U", "a row for each input channel, and back to the grids"),
    ("I", "the im2col matrix, and back to the grids"),
    ("Q", "quiz: predict the next cell; Esc ends it"),
    ("C", "check the gradient of the chosen cell"),
    ("H", "hues of kernel places, when an output is pointed at; and off"),
    ("F", "open or fold the parts of a long sum; or click one"),
    ("Click, then type", "edit a cell; Enter, Tab, arrows move, Esc leaves"),
    ("Ctrl+C, Ctrl+V", "copy the grid; paste numbers from the chosen cell on"),
    ("Ctrl+Z, Ctrl+Shift+Z", "undo, redo"),
    ("F5", "present: K, R, S reveal, B or . blanks, Esc leaves"),
)

_ONCE = frozenset({"Space", "G", "I", "U", "Q", "C", "F", "H", "Escape"})


def step_shortcut(owner: QWidget, keys: str) -> QShortcut:
    """Return a shortcut that works in ``owner`` and all in it; what toggles does not repeat."""
    result = shortcut(owner, keys)
    result.setAutoRepeat(keys not in _ONCE)
    return result
