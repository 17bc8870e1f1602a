"""Tables of names and figures: rows of plain values, sorted by value and shown as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import QColor, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionHeader,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.look.restyled import Restyled
from app.look.theme import current_theme, font, px

_Index = QModelIndex | QPersistentModelIndex
SORT_ROLE = Qt.ItemDataRole.UserRole
_ARROW_ROOM = 16  # beside a heading, for the arrow that shows what is sorted
_LEAST_REST = 118  # the column that takes what is left shows names


@dataclass(frozen=True)
class Cell:
    """What a cell shows, what it is sorted by, and what its tooltip says."""

    text: str
    value: float | str
    hint: str = ""


@dataclass(frozen=True)
class Heading:
    """A column's name, what it means, and its width at scale 1; 0 takes what is left.

    Where that would be too little, columns go: those with the highest ``goes`` first, and those
    with 0 never.
    """

    title: str
    hint: str = ""
    width: int = 0
    goes: int = 0


def number(value: float, text: str | None = None, hint: str = "") -> Cell:
    """A cell with a number, written with thousands separators."""
    return Cell(f"{value:,}" if text is None else text, value, hint)


class FigureModel(QAbstractTableModel):
    """Rows of cells under headings."""

    def __init__(self, headings: Sequence[Heading], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.headings = tuple(headings)
        self._rows: tuple[tuple[Cell, ...], ...] = ()

    def show_rows(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._rows = tuple(tuple(row) for row in rows)
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        """One per entry."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index | None = None) -> int:
        """One per heading."""
        return 0 if parent is not None and parent.isValid() else len(self.headings)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text, alignment, tooltip and value of a cell."""
        cell = self._rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.text
        if role == SORT_ROLE:
            return cell.value
        if role == Qt.ItemDataRole.ToolTipRole:
            return cell.hint or None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(is_text=isinstance(cell.value, str))
        if role == Qt.ItemDataRole.FontRole:
            return font(13)
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """The name of a column, and what it means."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.headings[section].title
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.headings[section].hint or None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            is_text = bool(self._rows) and isinstance(self._rows[0][section].value, str)
            return _alignment(is_text=is_text)
        if role == Qt.ItemDataRole.FontRole:
            return font(12)
        return None


class _RoomyCells(QStyledItemDelegate):
    """Leaves room beside the text, as headings do, and marks what is chosen by a quiet tint."""

    right = 5.0
    """Room on the right at scale 1."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw the ground, then the text a little narrower."""
        state = QStyle.StateFlag
        if option.state & state.State_Selected:
            painter.fillRect(option.rect, QColor(current_theme().selected))
        option.state &= ~(state.State_Selected | state.State_HasFocus | state.State_MouseOver)
        option.rect.adjust(px(5), 0, -px(self.right), 0)
        super().paint(painter, option, index)


class _Header(QHeaderView):
    """Headings whose arrow points the way the values grow: up where the smallest stands first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(True)

    def initStyleOptionForIndex(  # noqa: N802 - Qt's name
        self, option: QStyleOptionHeader, index: int
    ) -> None:
        """Turn Qt's arrow round."""
        super().initStyleOptionForIndex(option, index)
        arrow = QStyleOptionHeader.SortIndicator
        turned = {arrow.SortUp: arrow.SortDown, arrow.SortDown: arrow.SortUp}
        option.sortIndicator = turned.get(option.sortIndicator, option.sortIndicator)


class FigureTable(Restyled, QTableView):
    """A table of figures; with ``sorts`` a click on a heading sorts by it.

    ``model_rows`` holds the rows in their own order, ``proxy`` those shown.
    """

    def __init__(
        self, headings: Sequence[Heading], *, sorts: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.model_rows = FigureModel(headings, self)
        self.proxy = QSortFilterProxyModel(self)
        self.proxy.setSourceModel(self.model_rows)
        self.proxy.setSortRole(SORT_ROLE)
        self.proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setModel(self.proxy)
        self._sorts = sorts
        self._cells = _RoomyCells(self)
        self._cells.right = _ARROW_ROOM - 3 if sorts else 5
        self.setItemDelegate(self._cells)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.setHorizontalHeader(_Header(self))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        if sorts:
            self.setSortingEnabled(True)
            header.setSortIndicatorShown(True)
        self.follow_theme()

    def show_rows(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Show other rows."""
        self.model_rows.show_rows(rows)

    def choose(self, source_row: int) -> None:
        """Select a row, counted as it was given, if it is shown."""
        index = self.proxy.mapFromSource(self.model_rows.index(source_row, 0))
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)

    @property
    def chosen(self) -> int | None:
        """The selected row, counted as it was given."""
        index = self.proxy.mapToSource(self.currentIndex())
        return index.row() if index.isValid() else None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let columns go, or come back, before names are cut."""
        super().resizeEvent(event)
        self._leave_out()

    def _leave_out(self) -> None:
        headings = list(enumerate(self.model_rows.headings))
        spare = self.width() - px(_LEAST_REST + 24) - sum(px(each.width) for _, each in headings)
        for column, heading in sorted(headings, key=lambda each: -each[1].goes):
            is_left_out = spare < 0 and heading.goes > 0
            spare += px(heading.width) if is_left_out else 0
            self.setColumnHidden(column, is_left_out)

    def _restyle(self) -> None:
        self.verticalHeader().setMinimumSectionSize(px(20))
        self.verticalHeader().setDefaultSectionSize(px(27))
        header = self.horizontalHeader()
        sheet = f"QHeaderView::section {{ padding-right: {px(_ARROW_ROOM)}px; }}"
        if self._sorts and header.styleSheet() != sheet:
            header.setStyleSheet(sheet)
        for column, heading in enumerate(self.model_rows.headings):
            if heading.width:
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
                header.resizeSection(column, px(heading.width))
            else:
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        self._leave_out()


def _alignment(*, is_text: bool) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if is_text else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter
