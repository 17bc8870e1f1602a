"""The finished epochs of a training run, one row each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.kit.figure_table import Cell, FigureModel, Heading, number
from app.look.restyled import Restyled
from app.look.theme import current_theme, font, px
from engine.training.trainer import EpochDone

_HEADINGS = (
    ("Epoch", "The epoch that did best on the validation images is the one that is kept."),
    ("Training loss", "Mean cross-entropy over the epoch's batches, each before its own step."),
    (
        "Training accuracy",
        "Share of training images classified correctly, while the network was still changing.",
    ),
    ("Validation loss", "Mean cross-entropy on the held-out images after the epoch."),
    ("Validation accuracy", "Share of held-out images classified correctly after the epoch."),
    ("Seconds", "Time for the epoch, validation included."),
)
_Index = QModelIndex | QPersistentModelIndex


class EpochModel(FigureModel):
    """Rows of ``EpochDone``; the best one so far, whose weights are kept, is marked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__([Heading(*each) for each in _HEADINGS], parent)
        self._epochs: tuple[EpochDone, ...] = ()
        self._best: int | None = None
        self.is_narrow = False

    def show_epochs(self, epochs: Sequence[EpochDone]) -> None:
        """Show these epochs."""
        if tuple(epochs) != self._epochs:
            self._epochs = tuple(epochs)
            best = (row for row, epoch in enumerate(epochs) if epoch.is_best)
            self._best = max(best, default=None)
            self.show_rows([self._cells(row, epoch) for row, epoch in enumerate(epochs)])

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text, alignment and weight of a cell."""
        if role == Qt.ItemDataRole.FontRole:
            is_best = index.row() == self._best
            return font(12, QFont.Weight.DemiBold if is_best else QFont.Weight.Normal)
        return super().data(index, role)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """The name of a column, on two lines if it is narrow, and what it means."""
        found = super().headerData(section, orientation, role)
        is_name = role == Qt.ItemDataRole.DisplayRole
        return str(found).replace(" ", "\n") if is_name and self.is_narrow else found

    def _cells(self, row: int, epoch: EpochDone) -> tuple[Cell, ...]:
        return (
            number(epoch.epoch, f"best  {epoch.epoch}" if row == self._best else str(epoch.epoch)),
            number(epoch.training_loss, f"{epoch.training_loss:.4f}"),
            number(epoch.training_accuracy, f"{100 * epoch.training_accuracy:.2f} %"),
            number(epoch.validation_loss, f"{epoch.validation_loss:.4f}"),
            number(epoch.validation_accuracy, f"{100 * epoch.validation_accuracy:.2f} %"),
            number(epoch.seconds, f"{epoch.seconds:.1f}"),
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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Write headings on two lines where they would be cut on one."""
        super().resizeEvent(event)
        metrics = self.horizontalHeader().fontMetrics()
        widest = max(metrics.horizontalAdvance(title) for title, _ in _HEADINGS)
        room = self.viewport().width() / len(_HEADINGS)
        self._set_narrow(is_narrow=widest + px(16) > room)

    def _set_narrow(self, *, is_narrow: bool) -> None:
        if is_narrow != self._epochs.is_narrow:
            self._epochs.is_narrow = is_narrow
            last = len(_HEADINGS) - 1
            self._epochs.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, last)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows, or a word in their place."""
        super().paintEvent(event)
        if self._epochs.rowCount() == 0:
            with QPainter(self.viewport()) as painter:
                painter.setFont(font(13))
                painter.setPen(QColor(current_theme().text_muted))
                middle = Qt.AlignmentFlag.AlignCenter
                painter.drawText(self.viewport().rect(), middle, "Every finished epoch adds a row.")

    def _restyle(self) -> None:
        self.verticalHeader().setDefaultSectionSize(px(26))
        self.verticalHeader().setMinimumSectionSize(px(20))
