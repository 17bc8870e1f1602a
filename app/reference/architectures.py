"""Reference, architectures: famous networks in a table and a plot, one of them in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.kit.figure_table import Cell, FigureTable, Heading, number
from app.kit.layout.folding_choice import FoldingChoice
from app.look.nesting import nest
from app.look.restyled import Restyled
from app.look.text import ElidedText
from app.look.theme import px
from app.reference.architecture_card import ArchitectureCard, published_words, short_count
from engine.costs import ARCHITECTURES, Architecture

if TYPE_CHECKING:
    from app.reference.accuracy_plot import AccuracyPlot

_NETWORKS = (
    Heading("Network"),
    Heading("Year", "", 60, goes=1),
    Heading("Parameters", "Learnable numbers, computed from the layers.", 114),
    Heading("Multiply-adds", "Of convolutions and dense layers, for one picture.", 106, goes=3),
    Heading("Top-1 %", "Accuracy on ImageNet's validation images; hover for the source.", 76, 2),
)
_ALL = tuple(ARCHITECTURES.values())


class ArchitecturesPage(Restyled, QWidget):
    """Table or plot on the left, the chosen network on the right.

    Signals:
        build_wanted: A network (``Architecture``) is to be opened in Build.
    """

    build_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view_choice = FoldingChoice("View", ("Table", "Plot"))
        self.view_choice.set_index(0)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("Filter by name")
        self.filter.setAccessibleName("Filter by name")
        self.filter.setClearButtonEnabled(True)
        self.table = FigureTable(_NETWORKS, sorts=True)
        self.table.setAccessibleName("Networks")
        self.nothing = ElidedText("", 12, role="muted")
        self.card = ArchitectureCard()
        self.plot: AccuracyPlot | None = None
        self.views = QStackedWidget()
        self.views.addWidget(self.table)
        self._lay_out()
        self.table.show_rows([_network_cells(entry) for entry in _ALL])
        self.table.sortByColumn(
            1, self.table.horizontalHeader().sortIndicatorOrder().AscendingOrder
        )
        self.table.selectionModel().currentChanged.connect(self._show_chosen)
        self.filter.textChanged.connect(self._filter)
        self.view_choice.chosen.connect(self.show_view)
        self.card.build_clicked.connect(lambda: self.build_wanted.emit(self.current))
        self.setFocusProxy(self.table)
        self.table.choose(list(ARCHITECTURES).index("vgg16"))
        self._filter("")
        self.follow_theme()

    @property
    def current(self) -> Architecture:
        """The network on the card."""
        return self._current

    def show_view(self, index: int) -> None:
        """Show the table (0) or the plot (1), which is made when first wanted."""
        if index == 1 and self.plot is None:
            from app.reference.accuracy_plot import AccuracyPlot  # noqa: PLC0415 - pyqtgraph

            self.plot = AccuracyPlot()
            self.views.addWidget(self.plot)
            self.plot.chosen.connect(self.table.choose)
            self._show_dots()
        self.view_choice.set_index(index)
        self.views.setCurrentIndex(index)

    def _show_chosen(self) -> None:
        row = self.table.chosen
        if row is None:
            return
        self._current = _ALL[row]
        self.card.show_architecture(self._current)
        if self.plot is not None:
            self.plot.mark(row)

    def _filter(self, words: str) -> None:
        self.table.proxy.setFilterFixedString(words.strip())
        count = self.table.proxy.rowCount()
        self.nothing.setText(f"{count} of {len(_ALL)}" if count else "No network has that name.")
        if count and self.table.chosen is None:
            self.table.setCurrentIndex(self.table.proxy.index(0, 0))
        self._show_dots()

    def _show_dots(self) -> None:
        if self.plot is None:
            return
        from app.reference.accuracy_plot import Dot  # noqa: PLC0415 - pyqtgraph

        shown = {
            self.table.proxy.mapToSource(self.table.proxy.index(row, 0)).row()
            for row in range(self.table.proxy.rowCount())
        }
        dots = [
            Dot(row, entry.title, entry.report.parameters, entry.accuracy.top1)
            for row, entry in enumerate(_ALL)
            if row in shown and entry.accuracy is not None
        ]
        self.plot.show_dots(dots)
        self.plot.mark(self.table.chosen)

    def _lay_out(self) -> None:
        self._tools = QHBoxLayout()
        self._tools.addWidget(self.filter, 2)
        self._tools.addWidget(self.nothing, 1)
        left = self._side = QWidget()
        self._left = QVBoxLayout(left)
        self._left.setContentsMargins(0, 0, 0, 0)
        nest(self._left, self._tools)
        self._left.addWidget(self.views, 1)
        self.splitter = QSplitter()
        self.splitter.addWidget(left)
        self.splitter.addWidget(self.card)
        self.splitter.setChildrenCollapsible(False)
        self._has_own_widths = False
        self.splitter.splitterMoved.connect(self._keep_widths)
        self.splitter.setStretchFactor(1, 1)
        self._share_width()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.splitter)

    def _share_width(self) -> None:
        """Nine parts of twenty for the table, less where the network needs them."""
        whole = self.width()
        left = max(min(round(0.45 * whole), whole - px(560)), px(290))
        self.splitter.setSizes([left, max(whole - left, 1)])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width again, as long as nobody has dragged the border."""
        super().resizeEvent(event)
        if not self._has_own_widths:
            self._share_width()

    def _keep_widths(self) -> None:
        self._has_own_widths = True

    def _restyle(self) -> None:
        self.splitter.setHandleWidth(px(12))
        self._side.setMinimumWidth(px(290))
        self._left.setSpacing(px(8))
        self._tools.setSpacing(px(10))


def _network_cells(entry: Architecture) -> tuple[Cell, ...]:
    report, accuracy = entry.report, entry.accuracy
    top1 = Cell("–", -1.0)
    if accuracy is not None:
        top5 = "" if accuracy.top5 is None else f", top-5 {accuracy.top5:g} %"
        hint = f"Top-1 {accuracy.top1:g} %{top5}. Source: {accuracy.source}."
        top1 = number(accuracy.top1, f"{accuracy.top1:.1f}", hint)
    return (
        Cell(entry.title, entry.title.lower()),
        number(entry.year, str(entry.year)),
        number(report.parameters, hint=published_words(entry)),
        number(
            report.multiply_adds, short_count(report.multiply_adds), f"{report.multiply_adds:,}"
        ),
        top1,
    )
