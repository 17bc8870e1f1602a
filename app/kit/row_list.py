"""A list of pictures with words, from plain rows.

The items of Qt's own lists are objects that belong to Qt and to Python at once; PySide finds them
by their address, and an address is soon another object's. Rows of a model are Python's alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QListView, QWidget

_Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole


@dataclass(frozen=True, eq=False)
class Row:
    """A picture, the words under it, what its tool tip says, and what it stands for."""

    text: str
    icon: QIcon
    hint: str = ""
    key: object = None


class _Rows(QAbstractListModel):
    """The rows, as Qt asks for them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: tuple[Row, ...] = ()

    def show_rows(self, rows: Iterable[Row]) -> None:
        """Have other rows."""
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        """How many there are."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> object:
        """What a row says and shows."""
        row = self.rows[index.row()]
        answers = {
            _Role.DisplayRole: row.text,
            _Role.DecorationRole: row.icon,
            _Role.ToolTipRole: row.hint,
            _Role.TextAlignmentRole: Qt.AlignmentFlag.AlignHCenter,
        }
        return answers.get(_Role(role))


class RowList(QListView):
    """Pictures side by side, as many as there is room for.

    Signals:
        choice_changed: Other rows are chosen, or there are others.
        row_opened: The number of the row that was clicked or entered.
    """

    choice_changed = Signal()
    row_opened = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self._model = _Rows(self)
        self.setModel(self._model)
        self.selectionModel().selectionChanged.connect(self.choice_changed)
        self.clicked.connect(self._open)
        self.activated.connect(self._open)

    @property
    def rows(self) -> tuple[Row, ...]:
        """What is in the list."""
        return self._model.rows

    @property
    def chosen(self) -> tuple[int, ...]:
        """The numbers of the chosen rows, in order."""
        return tuple(sorted(index.row() for index in self.selectionModel().selectedIndexes()))

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these; what was chosen stays chosen as far as its key is still there."""
        keys = {self.rows[number].key for number in self.chosen}
        current, place = self.currentIndex().row(), self.verticalScrollBar().value()
        self.blockSignals(True)
        self._model.show_rows(rows)
        self.choose(number for number, row in enumerate(rows) if row.key in keys)
        still_current = self._model.index(min(current, len(rows) - 1))
        self.selectionModel().setCurrentIndex(
            still_current, QItemSelectionModel.SelectionFlag.NoUpdate
        )
        self.blockSignals(False)
        self.verticalScrollBar().setValue(place)
        self.choice_changed.emit()

    def choose(self, numbers: Iterable[int]) -> None:
        """Choose these rows as well."""
        for number in numbers:
            self.selectionModel().select(
                self._model.index(number), QItemSelectionModel.SelectionFlag.Select
            )

    def _open(self, index: QModelIndex) -> None:
        self.row_opened.emit(index.row())
