"""What a layer or a stack costs, written out: a figure under its caption, formulas line by line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from app.look.nesting import nest
from app.look.restyled import Restyled
from app.look.text import Text
from app.look.theme import px

UNKNOWN = "–"
"""In place of a number that nobody can tell; the tool tip says why."""

ACTIVATIONS = "Activations"
"""The word for what outputs take, wherever it is shown: memory of one picture's, in float32."""


class Figure(QWidget):
    """A caption and, under it, a number."""

    def __init__(self, caption: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.caption = Text(caption, 12, role="muted")
        self.value = Text("", 16, QFont.Weight.DemiBold)
        self.value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.value.setAccessibleName(caption)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.caption)
        column.addWidget(self.value)

    def show_unknown(self, reason: str) -> None:
        """Show that there is no number, and say why."""
        self.value.setText(UNKNOWN)
        self.value.setToolTip(reason)
        self.value.setAccessibleDescription(reason)

    def show_value(self, text: str) -> None:
        """Show a number."""
        self.value.setText(text)
        self.value.setToolTip("")
        self.value.setAccessibleDescription("")


class FormulaBox(Restyled, QWidget):
    """Lines such as ``height (28 + 2·2 − 5)/1 + 1 = 28``: names left, arithmetic next to them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.caption = Text("", 13, QFont.Weight.DemiBold)
        self.note = Text(role="muted")
        self.note.setWordWrap(True)
        line = QFrame()
        line.setFixedHeight(1)
        line.setStyleSheet("background: palette(mid);")
        self._grid = QGridLayout()
        self._grid.setColumnStretch(1, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.caption)
        nest(self._column, self._grid)
        self._column.addWidget(self.note)
        self._column.addSpacing(px(6))
        self._column.addWidget(line)
        self._cells: list[tuple[Text, Text]] = []
        self.follow_theme()

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines shown, each as name and arithmetic."""
        return tuple(
            f"{name.text()} {words.text()}" for name, words in self._cells if name.isVisibleTo(self)
        )

    def show_lines(self, caption: str, lines: Sequence[str], note: str = "") -> None:
        """Show lines, each a word and what belongs to it; and a note under them."""
        self.caption.setText(caption)
        while len(self._cells) < len(lines):
            self._add_cell()
        for index, (name, words) in enumerate(self._cells):
            is_used = index < len(lines)
            if is_used:
                first, _, rest = lines[index].partition(" ")
                name.setText(first)
                words.setText(rest)
            name.setVisible(is_used)
            words.setVisible(is_used)
        self.note.setText(note)
        self.note.setVisible(bool(note))

    def _add_cell(self) -> None:
        name, words = Text(role="muted"), Text()
        words.setWordWrap(True)
        words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = len(self._cells)
        self._grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(words, row, 1)
        self._cells.append((name, words))

    def _restyle(self) -> None:
        self._column.setSpacing(px(6))
        self._grid.setHorizontalSpacing(px(12))
        self._grid.setVerticalSpacing(px(4))
