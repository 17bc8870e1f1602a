"""A compact form: label and box in a line, the explanation as tooltip."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.kit.scrolling import bring_into_view
from app.kit.stack.field_editors import CalmWheel, DecimalBox, WholeNumberBox
from app.look.nesting import nest
from app.look.restyled import Restyled
from app.look.text import Text
from app.look.theme import px
from engine.layers.spec import FieldInfo


class NumberForm(Restyled, QWidget):
    """One box per number, one list per choice.

    Signals:
        number_edited: The name of a field and the number that the user gave it.
        word_chosen: The name of a choice and the word that the user chose.
    """

    number_edited = Signal(str, float)
    word_chosen = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.boxes: dict[str, WholeNumberBox | DecimalBox] = {}
        self.lists: dict[str, QComboBox] = {}
        self._labels: list[QLabel] = []
        self._rows: dict[str, tuple[QLabel, QWidget]] = {}
        self._unwanted: set[str] = set()
        self._open: tuple[str, ...] | None = None
        self.problem = Text(size=12, role="error")
        self.problem.setWordWrap(True)
        self.problem.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.problem.hide()
        self._grid = QGridLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        nest(column, self._grid)
        column.addWidget(self.problem)
        self.follow_theme()

    def add(self, name: str, info: FieldInfo, value: float) -> None:
        """Add a line for ``info`` under ``name``, showing ``value``."""
        box = WholeNumberBox(info) if info.kind == "int" else DecimalBox(info)
        box.show_value(value)
        self.boxes[name] = box
        self._add_row(name, info, box)
        box.valueChanged.connect(lambda value: self.number_edited.emit(name, value))
        box.problem_changed.connect(self._show_problem)

    def add_choice(
        self, name: str, info: FieldInfo, titles: Mapping[str, str], chosen: str
    ) -> None:
        """Add a list under ``name``; ``titles`` has a title for each word."""
        box = QComboBox()
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        box.installEventFilter(CalmWheel(box))
        for word, title in titles.items():
            box.addItem(title, word)
        box.setCurrentIndex(box.findData(chosen))
        self.lists[name] = box
        self._add_row(name, info, box)
        box.currentIndexChanged.connect(
            lambda index: self.word_chosen.emit(name, box.itemData(index))
        )

    def set_row_shown(self, name: str, *, is_shown: bool) -> None:
        """Show or hide a line."""
        (self._unwanted.discard if is_shown else self._unwanted.add)(name)
        self._show_rows()

    def _show_rows(self) -> None:
        for name, widgets in self._rows.items():
            is_open = self._open is None or name in self._open
            for widget in widgets:
                widget.setEnabled(is_open)
                widget.setVisible(is_open and name not in self._unwanted)

    def lock_except(self, names: tuple[str, ...] | None) -> None:
        """Fold every line away but those named; ``None`` opens them all.

        While others are locked, a number is told when it is complete, not with every digit.
        """
        self._open = names
        self._show_rows()
        for box in self.boxes.values():
            box.setKeyboardTracking(names is None)

    def _add_row(self, name: str, info: FieldInfo, box: QWidget) -> None:
        label = Text(info.label)
        label.setBuddy(box)
        row = len(self._labels)
        for widget in (label, box):
            widget.setToolTip(info.help)
        box.setAccessibleName(info.label)
        self._grid.addWidget(label, row, 0)
        self._grid.addWidget(box, row, 1, Qt.AlignmentFlag.AlignRight)
        self._labels.append(label)
        self._rows[name] = (label, box)
        self._restyle()

    @Slot()
    def _show_problem(self) -> None:
        """Say below the lines why a number is not used."""
        problems = [box.problem for box in self.boxes.values() if box.problem]
        self.problem.setText(problems[0] if problems else "")
        self.problem.setVisible(bool(problems))
        if problems:
            bring_into_view(self.problem)

    def value(self, name: str) -> float:
        """The number shown for a field."""
        return self.boxes[name].value()

    def whole(self, name: str) -> int:
        """The same for a field of whole numbers."""
        return int(self.boxes[name].value())

    def show_number(self, name: str, value: float, maximum: float | None = None) -> None:
        """Show another number, and allow others, without telling of it."""
        box = self.boxes[name]
        if maximum is not None:
            with QSignalBlocker(box):
                box.setMaximum(maximum)
        box.show_value(value)

    def show_word(self, name: str, word: str) -> None:
        """Show another choice without telling of it."""
        box = self.lists[name]
        was_blocked = box.blockSignals(True)
        box.setCurrentIndex(box.findData(word))
        box.blockSignals(was_blocked)

    def _restyle(self) -> None:
        self._grid.setHorizontalSpacing(px(12))
        self._grid.setVerticalSpacing(px(6))
        for box in self.boxes.values():
            box.setFixedWidth(px(118))
            box.setAlignment(Qt.AlignmentFlag.AlignRight)
        for chooser in self.lists.values():
            chooser.setFixedWidth(px(158))
