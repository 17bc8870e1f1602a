"""Rows of runs for a table: what each cell shows, and what can be edited in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QWidget

from app.look.theme import current_theme, font

_Index = QModelIndex | QPersistentModelIndex
KEY_ROLE = 0x0101
SORT_ROLE = 0x0100  # Qt.ItemDataRole.UserRole
_ROLE = Qt.ItemDataRole


@dataclass(frozen=True)
class RunColumn:
    """A column: its heading, what it means, its width at scale 1 (0: what is left).

    ``roomy`` is its width in a wide table.
    """

    title: str
    hint: str
    width: int
    roomy: int
    is_figure: bool = False


PLOT, NAME, DIFFERS = 0, 1, 5
COLUMNS = (
    RunColumn("", "Checked runs are laid over the curves above.", 54, 60),
    RunColumn("Name", "Double-click or F2 to rename.", 84, 150),
    RunColumn("Started", "When it was started.", 98, 110),
    RunColumn("Network", "What was trained.", 86, 130),
    RunColumn("Data", "What it was trained on.", 62, 150),
    RunColumn("What differs", "The settings that not all runs in this list share.", 0, 0),
    RunColumn("Epochs", "How many epochs are finished.", 112, 130),
    RunColumn("Validation", "Best accuracy on the held-out images.", 78, 90, is_figure=True),
    RunColumn("Time", "Time spent on training, validation included.", 48, 70, is_figure=True),
    RunColumn(
        "Test", "Accuracy on the test images, where it was measured.", 70, 84, is_figure=True
    ),
)


@dataclass(frozen=True)
class RunRow:
    """A row. ``place`` is how the run looks on the plots if it is laid over them, else ``None``.

    ``texts`` and ``values`` (to sort by) are those of all columns; ``hint`` is for those who point
    at it. With ``can_overlay`` false there is nothing to lay over the curves, or it is there
    already. ``is_strong`` marks the run that goes on now.
    """

    key: str
    texts: tuple[str, ...]
    values: tuple[float | str, ...]
    place: int | None = None
    can_overlay: bool = True
    is_strong: bool = False
    is_quiet: bool = False
    hint: str = ""


class RunModel(QAbstractTableModel):
    """Rows of runs.

    Signals:
        renamed: The key of a run and its new name.
        overlay_wanted: The key of a run, and whether it is to be laid over the curves.
    """

    renamed = Signal(str, str)
    overlay_wanted = Signal(str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[RunRow, ...] = ()

    def show_rows(self, rows: Sequence[RunRow]) -> None:
        """Show other rows; where the runs are the same, only what is new about them."""
        same = [row.key for row in rows] == [row.key for row in self.rows]
        if not same:
            self.beginResetModel()
        self.rows = tuple(rows)
        if not same:
            self.endResetModel()
        elif rows:
            last = self.index(len(rows) - 1, len(COLUMNS) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def rowCount(self, parent: _Index | None = None) -> int:
        """One per run."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index | None = None) -> int:
        """One per figure."""
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def data(self, index: _Index, role: int = _ROLE.DisplayRole) -> object:
        """What a cell shows, and how."""
        row, column = self.rows[index.row()], index.column()
        texts: dict[int, object] = {
            _ROLE.DisplayRole: row.texts[column],
            _ROLE.EditRole: row.texts[column],
            SORT_ROLE: row.values[column],
            KEY_ROLE: row.key,
            _ROLE.ToolTipRole: row.hint or None,
        }
        if role in texts:
            return texts[role]
        return self._box(row, role) if column == PLOT else self._look(row, column, role)

    def _box(self, row: RunRow, role: int) -> object:
        is_checked = row.place is not None
        if role == _ROLE.AccessibleTextRole:
            return "laid over the curves" if is_checked else "not on the curves"
        if role == _ROLE.CheckStateRole:
            return Qt.CheckState.Checked if is_checked else Qt.CheckState.Unchecked
        return None

    def _look(self, row: RunRow, column: int, role: int) -> object:
        if role == _ROLE.TextAlignmentRole:
            return _alignment(column)
        if role == _ROLE.FontRole:
            return font(12, QFont.Weight.DemiBold if row.is_strong else QFont.Weight.Normal)
        if role == _ROLE.ForegroundRole:
            if column == DIFFERS:
                return QColor(current_theme().kernel)
            return QColor(current_theme().text_muted) if row.is_quiet else None
        return None

    def setData(self, index: _Index, value: object, role: int = _ROLE.EditRole) -> bool:
        """Take a new name, or a check."""
        row = self.rows[index.row()]
        if role == _ROLE.CheckStateRole and index.column() == PLOT and row.can_overlay:
            self.overlay_wanted.emit(row.key, row.place is None)
            return True
        name = str(value).strip()
        if role == _ROLE.EditRole and index.column() == NAME and name:
            self.renamed.emit(row.key, name)
            return True
        return False

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Names can be edited, boxes checked."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() == NAME:
            return flags | Qt.ItemFlag.ItemIsEditable
        if index.column() == PLOT and self.rows[index.row()].can_overlay:
            return flags | Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole
    ) -> object:
        """The name of a column, and what it means."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = COLUMNS[section]
        if role == _ROLE.DisplayRole:
            return column.title
        if role == _ROLE.ToolTipRole:
            return column.hint
        if role == _ROLE.TextAlignmentRole:
            return _alignment(section)
        if role == _ROLE.FontRole:
            return font(12)
        return None


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if COLUMNS[column].is_figure else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
