"""The runs that are kept, a row each: checked ones are laid over the curves."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSortFilterProxyModel,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.kit.item_editing import edit_item
from app.kit.keys_and_pointer import KeepsKeys
from app.look.restyled import Restyled
from app.look.theme import current_theme, font, px
from app.train.plots.run_styles import paint_run_mark
from app.train.runs.run_model import COLUMNS, KEY_ROLE, NAME, PLOT, SORT_ROLE, RunModel, RunRow

_Index = QModelIndex | QPersistentModelIndex
_ROLE = Qt.ItemDataRole
_WIDE = 1180
_OWN_KEYS = (Qt.Key.Key_Space, Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
EMPTY_TEXT = "Every run that is started is kept here, with its settings, curves and weights."


class _RunCells(QStyledItemDelegate):
    """Quiet cells; in the first column a box, and the line that the run has on the plots."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw the ground, then the cell."""
        state = QStyle.StateFlag
        if option.state & state.State_Selected:
            painter.fillRect(option.rect, QColor(current_theme().selected))
        option.state &= ~(state.State_Selected | state.State_HasFocus | state.State_MouseOver)
        if index.column() == PLOT:
            self._paint_box(painter, option, index)
            return
        option.rect.adjust(px(5), 0, -px(5), 0)
        super().paint(painter, option, index)

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: _Index,
    ) -> bool:
        """A click anywhere in the first column checks its box."""
        if index.column() != PLOT:
            return super().editorEvent(event, model, option, index)
        is_click = event.type() == QEvent.Type.MouseButtonRelease
        if not is_click or not isinstance(event, QMouseEvent):
            return False
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        return model.setData(index, Qt.CheckState.Checked, _ROLE.CheckStateRole)

    def _paint_box(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row: RunRow = index.data(_ROW_ROLE)
        theme = current_theme()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(box_of(option.rect)).adjusted(0.5, 0.5, -0.5, -0.5)
        is_checked = row.place is not None
        painter.setPen(QColor(theme.accent if is_checked else theme.text_disabled))
        if not row.can_overlay:
            painter.setPen(QColor(theme.border))
        painter.setBrush(QColor(theme.accent if is_checked else theme.surface))
        painter.drawRoundedRect(box, px(4), px(4))
        if is_checked:
            pen = painter.pen()
            pen.setColor(QColor(theme.accent_text))
            pen.setWidthF(px(1.75))
            painter.setPen(pen)
            left, middle, right = ((0.26, 0.54), (0.44, 0.72), (0.76, 0.32))
            points = [
                QPoint(round(box.x() + x * box.width()), round(box.y() + y * box.height()))
                for x, y in (left, middle, right)
            ]
            painter.drawPolyline(points)
        painter.restore()
        if row.place is not None:
            start = box.right() + px(6)
            line = QRectF(start, option.rect.top(), px(22), option.rect.height())
            paint_run_mark(painter, line, row.place)


_ROW_ROLE = 0x0102


def box_of(cell: QRect) -> QRect:
    """Where the check box of a cell in the first column is."""
    side = px(15)
    return QRect(cell.left() + px(7), cell.center().y() - side // 2, side, side)


class _Sorted(QSortFilterProxyModel):
    """Sorts by value, and gives whole rows to the delegate."""

    def data(self, index: _Index, role: int = _ROLE.DisplayRole) -> object:
        if role == _ROW_ROLE:
            source: RunModel = self.sourceModel()  # type: ignore[assignment]
            return source.rows[self.mapToSource(index).row()]
        return super().data(index, role)


class RunTable(Restyled, KeepsKeys, QTableView):
    """A table whose rows can be selected, several at a time.

    Signals:
        renamed: The key of a run and its new name.
        overlay_wanted: The key of a run, and whether it is to be laid over the curves.
        selection_changed: Other rows are selected.
        delete_pressed: The key for it was pressed.
    """

    renamed = Signal(str, str)
    overlay_wanted = Signal(str, bool)
    selection_changed = Signal()
    delete_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Training runs")
        self.model_rows = RunModel(self)
        self.proxy = _Sorted(self)
        self.proxy.setSourceModel(self.model_rows)
        self.proxy.setSortRole(SORT_ROLE)
        self.setModel(self.proxy)
        self._shape = (False, 0)
        self._cells = _RunCells(self)
        self.setItemDelegate(self._cells)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.DoubleClicked | triggers.EditKeyPressed)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        self.setSortingEnabled(True)
        self.sortByColumn(2, Qt.SortOrder.DescendingOrder)
        self.model_rows.renamed.connect(self.renamed)
        self.model_rows.overlay_wanted.connect(self.overlay_wanted)
        self.selectionModel().selectionChanged.connect(self.selection_changed)
        self.follow_theme()

    # What is shown and chosen

    def show_rows(self, rows: Sequence[RunRow]) -> None:
        """Show other rows; what is selected stays selected."""
        selected = self.selected
        self.model_rows.show_rows(rows)
        if set(selected) != set(self.selected):
            self.select(selected)
        self.viewport().update()

    @property
    def keys(self) -> tuple[str, ...]:
        """The runs from top to bottom."""
        return tuple(
            self.proxy.index(row, 0).data(KEY_ROLE) for row in range(self.proxy.rowCount())
        )

    @property
    def selected(self) -> tuple[str, ...]:
        """The selected runs from top to bottom."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return tuple(self.proxy.index(row, 0).data(KEY_ROLE) for row in rows)

    def select(self, keys: Sequence[str]) -> None:
        """Select these runs and no others."""
        flags = QItemSelectionModel.SelectionFlag
        selection = self.selectionModel()
        selection.clearSelection()
        for row, key in enumerate(self.keys):
            if key in keys:
                index = self.proxy.index(row, NAME)
                selection.select(index, flags.Select | flags.Rows)
                selection.setCurrentIndex(index, flags.NoUpdate)

    def edit_name(self, key: str) -> None:
        """Let the user type another name."""
        if key in self.keys:
            edit_item(self, self.proxy.index(self.keys.index(key), NAME))

    def texts(self, keys: Sequence[str] = ()) -> tuple[list[str], list[list[str]]]:
        """Headings and rows as they are shown, of all runs or of some."""
        wanted = [key for key in self.keys if not keys or key in keys]
        rows = {row.key: row for row in self.model_rows.rows}
        return (
            [column.title for column in COLUMNS[NAME:]],
            [list(rows[key].texts[NAME:]) for key in wanted],
        )

    # What the user does

    def _is_own_key(self, event: QKeyEvent) -> bool:
        return event.key() in _OWN_KEYS

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space checks the selected runs; Delete deletes them."""
        if event.key() == Qt.Key.Key_Space:
            self._toggle_selected()
        elif event.key() in _OWN_KEYS:
            self.delete_pressed.emit()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _toggle_selected(self) -> None:
        rows = [row for row in self.model_rows.rows if row.key in self.selected]
        usable = [row for row in rows if row.can_overlay]
        wanted = any(row.place is None for row in usable)
        for row in usable:
            if (row.place is None) is wanted:
                self.overlay_wanted.emit(row.key, wanted)

    # Looks

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows, or a sentence in their place."""
        super().paintEvent(event)
        if self.model_rows.rowCount() == 0:
            with QPainter(self.viewport()) as painter:
                painter.setFont(font(13))
                painter.setPen(QColor(current_theme().text_muted))
                flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
                painter.drawText(self.viewport().rect(), int(flags), EMPTY_TEXT)

    def _restyle(self) -> None:
        self.verticalHeader().setMinimumSectionSize(px(20))
        self.verticalHeader().setDefaultSectionSize(px(26))
        self._share_width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the columns more where there is more."""
        super().resizeEvent(event)
        self._share_width()

    def _share_width(self) -> None:
        """Set the widths when the table becomes wide or narrow, and leave the user's own else."""
        shape = (self.width() >= px(_WIDE), px(100))
        if shape == self._shape:
            return
        self._shape = shape
        header = self.horizontalHeader()
        for section, column in enumerate(COLUMNS):
            width = column.roomy if shape[0] else column.width
            if width:
                header.setSectionResizeMode(section, QHeaderView.ResizeMode.Interactive)
                header.resizeSection(section, px(width))
            else:
                header.setSectionResizeMode(section, QHeaderView.ResizeMode.Stretch)
