"""The finished epochs of a training run, one row each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.look.restyled import Restyled
from app.look.theme import current_theme, font, px
from engine.training.trainer import EpochDone

_HEADINGS = (
    "Epoch",
    "Training loss",
    "Training accuracy",
    "Validation loss",
    "Validation accuracy",
    "Seconds",
)
_HINTS = (
    "The epoch that did best on the validation images is the one that is kept.",
    "Mean cross-entropy over the epoch's batches, each before its own step.",
    "Share of training images classified correctly, while the network was still changing.",
    "Mean cross-entropy on the held-out images after the epoch.",
    "Share of held-out images classified correctly after the epoch.",
    "Time for the epoch, validation included.",
)
_Index = QModelIndex | QPersistentModelIndex


class EpochModel(QAbstractTableModel):
    """Rows of ``EpochDone``; the best one so far is marked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._epochs: list[EpochDone] = []
        self.is_narrow = False

    def show_epochs(self, epochs: Sequence[EpochDone]) -> None:
        """Show these epochs; rows that are there already stay."""
        if len(epochs) < len(self._epochs) or list(epochs[: len(self._epochs)]) != self._epochs:
            self.beginResetModel()
            self._epochs = list(epochs)
            self.endResetModel()
        elif len(epochs) > len(self._epochs):
            self.beginInsertRows(QModelIndex(), len(self._epochs), len(epochs) - 1)
            self._epochs = list(epochs)
            self.endInsertRows()
            everything = self.index(0, 0), self.index(len(epochs) - 1, len(_HEADINGS) - 1)
            self.dataChanged.emit(*everything)

    @property
    def best_row(self) -> int | None:
        """The row of the epoch that is kept."""
        return max((row for row, epoch in enumerate(self._epochs) if epoch.is_best), default=None)

    def rowCount(self, parent: _Index | None = None) -> int:
        """One row per epoch."""
        return 0 if parent is not None and parent.isValid() else len(self._epochs)

    def columnCount(self, _parent: _Index | None = None) -> int:
        """One column per figure."""
        return len(_HEADINGS)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text, alignment and weight of a cell."""
        is_best = index.row() == self.best_row
        if role == Qt.ItemDataRole.DisplayRole:
            return self._texts(self._epochs[index.row()], is_best=is_best)[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole:
            return font(12, QFont.Weight.DemiBold if is_best else QFont.Weight.Normal)
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
            heading = _HEADINGS[section]
            return heading.replace(" ", "\n") if self.is_narrow else heading
        if role == Qt.ItemDataRole.ToolTipRole:
            return _HINTS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole:
            return font(12)
        return None

    @staticmethod
    def _texts(epoch: EpochDone, *, is_best: bool) -> tuple[str, ...]:
        return (
            f"best  {epoch.epoch}" if is_best else str(epoch.epoch),
            f"{epoch.training_loss:.4f}",
            f"{100 * epoch.training_accuracy:.2f} %",
            f"{epoch.validation_loss:.4f}",
            f"{100 * epoch.validation_accuracy:.2f} %",
            f"{epoch.seconds:.1f}",
        )


class _IndentedCells(QStyledItemDelegate):
    """Lets the figures end below the end of their headings."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw a cell a little narrower than it is."""
        option.rect.adjust(0, 0, -px(5), 0)
        super().paint(painter, option, index)


class EpochTable(Restyled, QTableView):
    """Follows the newest epoch; says what it is for while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._epochs = EpochModel(self)
        self.setModel(self._epochs)
        self.setItemDelegate(_IndentedCells(self))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setHighlightSections(False)
        self.follow_theme()

    def show_epochs(self, epochs: Sequence[EpochDone]) -> None:
        """Show these epochs."""
        before = self._epochs.rowCount()
        self._epochs.show_epochs(epochs)
        if self._epochs.rowCount() > before:
            self.scrollToBottom()

    def set_narrow(self, *, is_narrow: bool) -> None:
        """Write headings on two lines."""
        if is_narrow != self._epochs.is_narrow:
            self._epochs.is_narrow = is_narrow
            last = len(_HEADINGS) - 1
            self._epochs.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, last)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows, or a word in their place."""
        super().paintEvent(event)
        if self._epochs.rowCount() == 0:
            painter = QPainter(self.viewport())
            painter.setFont(font(13))
            painter.setPen(QColor(current_theme().text_muted))
            middle = Qt.AlignmentFlag.AlignCenter
            painter.drawText(self.viewport().rect(), middle, "Every finished epoch adds a row.")

    def _restyle(self) -> None:
        self.verticalHeader().setDefaultSectionSize(px(26))
        self.verticalHeader().setMinimumSectionSize(px(20))
