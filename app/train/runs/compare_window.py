"""Runs side by side in a window: settings and results, and where they differ."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    Slot,
)
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.look.nesting import nest
from app.look.restyled import COLOURS, STYLE, Restyled
from app.look.screen_room import within_screen
from app.look.text import Text
from app.look.theme import current_theme, font, px
from app.train.runs.run_comparison import Row

_Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole


class _Lines(QAbstractTableModel):
    """Names of runs above, names of lines at the left, what each run has in the cells."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._rows: tuple[Row, ...] = ()

    def show_rows(self, names: tuple[str, ...], rows: tuple[Row, ...]) -> None:
        """Have other runs and lines."""
        self.beginResetModel()
        self._names, self._rows = names, rows
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        """How many lines there are."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index | None = None) -> int:
        """How many runs there are."""
        return 0 if parent is not None and parent.isValid() else len(self._names)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole
    ) -> object:
        """Names of runs and lines."""
        if role != _Role.DisplayRole:
            return super().headerData(section, orientation, role)
        is_run = orientation is Qt.Orientation.Horizontal
        return self._names[section] if is_run else self._rows[section].label

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> object:
        """What a cell says, and how: a setting that differs stands out."""
        row, theme = self._rows[index.row()], current_theme()
        text = row.texts[index.column()]
        is_tall = any("\n" in each for each in row.texts)
        stands_out = row.differs and not row.is_result and not is_tall
        upright = Qt.AlignmentFlag.AlignTop if is_tall else Qt.AlignmentFlag.AlignVCenter
        colour = theme.kernel if stands_out else None if row.differs else theme.text_muted
        answers: dict[int, object] = {
            _Role.DisplayRole: text,
            _Role.ToolTipRole: text if len(text) > 24 else None,
            _Role.FontRole: font(13, QFont.Weight.DemiBold if stands_out else QFont.Weight.Normal),
            _Role.ForegroundRole: QColor(colour) if colour is not None else None,
            _Role.TextAlignmentRole: Qt.AlignmentFlag.AlignLeft | upright,
        }
        return answers.get(role)


class CompareWindow(Restyled, QDialog):
    """A window next to the main one; it does not block it. Lines that differ stand out."""

    restyled_by = STYLE | COLOURS

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Compare runs")
        self._names: tuple[str, ...] = ()
        self._rows: tuple[Row, ...] = ()
        self.summary = Text(size=14, weight=QFont.Weight.DemiBold)
        self.only_differences = QCheckBox("Only what differs")
        self.only_differences.setChecked(True)
        self._lines = _Lines(self)
        self.table = QTableView()
        self.table.setModel(self._lines)
        self.table.setAccessibleName("Runs side by side")
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.table.setShowGrid(False)
        self.table.setWordWrap(True)
        self.table.horizontalHeader().setHighlightSections(False)
        self.table.verticalHeader().setHighlightSections(False)
        self.copy_csv = QPushButton("Copy as CSV")
        self.copy_markdown = QPushButton("Copy as Markdown")
        for button in (self.copy_csv, self.copy_markdown):
            button.setAutoDefault(False)
        self._lay_out()
        self.only_differences.toggled.connect(self._fill)
        self.follow_theme()
        self.resize(within_screen(self, self.sizeHint()))

    def show_runs(self, names: Sequence[str], rows: Sequence[Row]) -> None:
        """Compare runs of these names."""
        self._names, self._rows = tuple(names), tuple(rows)
        settings = sum(row.differs for row in rows if not row.is_result)
        differ = "1 setting differs" if settings == 1 else f"{settings} settings differ"
        same = differ if settings else "made with the same settings"
        self.summary.setText(f"{len(names)} runs: {same}")
        self.only_differences.setEnabled(any(row.differs for row in rows))
        self._fill()

    @property
    def shown(self) -> tuple[Row, ...]:
        """The lines that are in the table."""
        only = self.only_differences.isChecked() and self.only_differences.isEnabled()
        return tuple(row for row in self._rows if row.differs or not only)

    def texts(self) -> tuple[list[str], list[list[str]]]:
        """Headings and lines as they are shown."""
        return ["", *self._names], [[row.label, *row.texts] for row in self.shown]

    @Slot()
    def _fill(self) -> None:
        self._lines.show_rows(self._names, self.shown)
        self._fit()

    def _fit(self) -> None:
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setMinimumSectionSize(px(150))
        is_few = len(self._names) <= 4
        mode = QHeaderView.ResizeMode
        header.setSectionResizeMode(mode.Stretch if is_few else mode.Interactive)
        if not is_few:
            header.setDefaultSectionSize(px(220))
        self.table.verticalHeader().setSectionResizeMode(mode.ResizeToContents)
        self.table.verticalHeader().setMinimumSectionSize(px(27))

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.summary, 1)
        top.addWidget(self.only_differences)
        bottom = QHBoxLayout()
        bottom.addStretch(1)
        bottom.addWidget(self.copy_csv)
        bottom.addWidget(self.copy_markdown)
        self._column = QVBoxLayout(self)
        nest(self._column, top)
        self._column.addWidget(self.table, 1)
        nest(self._column, bottom)

    def sizeHint(self) -> QSize:
        """Room for a few runs."""
        return QSize(px(880), px(600))

    def _restyle(self) -> None:
        self._column.setContentsMargins(px(16), px(16), px(16), px(16))
        self._column.setSpacing(px(10))
        self._fill()
