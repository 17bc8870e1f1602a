"""Reference, architectures: famous networks in a table and a plot, one of them in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.theme import px
from app.widgets.figure_table import Cell, FigureTable, Heading, number
from app.widgets.restyled import Restyled
from app.widgets.scrolling import scrolling
from app.widgets.segmented import SegmentedControl
from app.widgets.stack_totals import Figure
from app.widgets.text import ElidedText, Text
from engine.costs import ARCHITECTURES, Architecture, CostRow
from engine.geometry import times
from engine.memory import memory_words

if TYPE_CHECKING:
    from app.widgets.accuracy_plot import AccuracyPlot

_NETWORKS = (
    Heading("Network"),
    Heading("Year", "", 60, goes=1),
    Heading("Parameters", "Learnable numbers, computed from the layers.", 114),
    Heading("Multiply-adds", "Of convolutions and dense layers, for one picture.", 106, goes=3),
    Heading("Top-1 %", "Accuracy on ImageNet's validation images; hover for the source.", 76, 2),
)
_LAYERS = (
    Heading("Block", "", 90, goes=2),
    Heading("Layer"),
    Heading("Output", width=110),
    Heading("Parameters", width=90),
    Heading("Multiply-adds", "", 114, goes=1),
)
_SHORT_TITLES = {
    "Convolution 2-D": "Conv",
    "Sparse convolution 2-D": "Conv",
    "Max pooling 2-D": "Max pool",
    "Average pooling 2-D": "Mean pool",
    "Batch normalisation": "Batch norm",
    "Layer normalisation": "Layer norm",
    "Squeeze-and-excitation": "Squeeze-excite",
}
_ALL = tuple(ARCHITECTURES.values())


class ArchitectureDetail(Restyled, QFrame):
    """One network: who, what was new, what it achieved, and every layer.

    Signals:
        build_clicked: The network shown is to be opened in Build.
    """

    build_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.title = Text("", 18, QFont.Weight.DemiBold)
        self.paper = self._lines("muted")
        self.novelty = self._lines()
        self.result = self._lines()
        self.published = self._lines("muted")
        self.parameters = Figure("Parameters")
        self.multiply_adds = Figure("Multiply-adds")
        self.weights = Figure("Weights, float32")
        self.maps = Figure("Activations, one picture")
        self.build = QPushButton("Open in Build")
        self.build.clicked.connect(self.build_clicked)
        self.layers = FigureTable(_LAYERS)
        self.layers.setAccessibleName("Layers")
        self._head = QHBoxLayout()
        self._head.addWidget(self.title, 1)
        self._head.addWidget(self.build)
        self._figures = QHBoxLayout()
        for figure in self.figures:
            self._figures.addWidget(figure)
        self._figures.addStretch(1)
        content = QWidget()
        self._outer = QVBoxLayout(self)
        self._outer.addWidget(scrolling(content, sideways=False))
        self._column = QVBoxLayout(content)
        self._column.addLayout(self._head)
        for label in (self.paper, self.novelty, self.result):
            self._column.addWidget(label)
        self._column.addLayout(self._figures)
        self._column.addWidget(self.published)
        self._column.addWidget(self.layers, 1)
        self.follow_theme()

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The totals."""
        return self.parameters, self.multiply_adds, self.weights, self.maps

    def show_architecture(self, entry: Architecture) -> None:
        """Show a network."""
        report = entry.report
        self.title.setText(f"{entry.title}")
        self.paper.setText(f"{entry.authors}: {entry.paper}")
        self.novelty.setText(f"<b>New.</b> {entry.novelty}")
        self.result.setText(f"<b>Result.</b> {entry.result}")
        self.parameters.value.setText(f"{report.parameters:,}")
        self.multiply_adds.value.setText(_short(report.multiply_adds))
        self.multiply_adds.value.setToolTip(f"{report.multiply_adds:,}")
        self.weights.value.setText(memory_words(report.parameter_bytes))
        self.maps.value.setText(memory_words(report.activation_bytes))
        self.published.setText(published_words(entry))
        self.layers.show_rows([_layer_cells(row) for row in report.rows])
        self.layers.scrollToTop()
        self.build.setEnabled(entry.stack is not None)
        self.build.setToolTip(
            "Its layers branch; Build edits plain sequences."
            if entry.stack is None
            else ", ".join(("As a stack that can be edited", *report.substitutions))
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out the last figure where it would be cut."""
        super().resizeEvent(event)
        self.maps.setVisible(self.width() >= px(500))

    @staticmethod
    def _lines(role: str = "") -> Text:
        label = Text("", 13, role=role)
        label.setWordWrap(True)
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        return label

    def _restyle(self) -> None:
        self._outer.setContentsMargins(px(3), px(3), px(3), px(3))
        self._column.setContentsMargins(px(13), px(9), px(13), px(11))
        self._column.setSpacing(px(7))
        self._figures.setSpacing(px(22))
        for figure in self.figures:
            figure.restyle()
        self.layers.setMinimumHeight(px(150))


class ArchitecturesPage(Restyled, QWidget):
    """Table or plot on the left, the chosen network on the right.

    Signals:
        build_wanted: A network (``Architecture``) is to be opened in Build.
    """

    build_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view_choice = SegmentedControl("View", ("Table", "Plot"))
        self.view_choice.set_index(0)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("Filter by name")
        self.filter.setAccessibleName("Filter by name")
        self.filter.setClearButtonEnabled(True)
        self.table = FigureTable(_NETWORKS, sorts=True)
        self.table.setAccessibleName("Networks")
        self.nothing = ElidedText("", 12, role="muted")
        self.detail = ArchitectureDetail()
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
        self.detail.build_clicked.connect(lambda: self.build_wanted.emit(self.current))
        self.setFocusProxy(self.table)
        self.table.choose(list(ARCHITECTURES).index("vgg16"))
        self._filter("")
        self.follow_theme()

    @property
    def current(self) -> Architecture:
        """The network in the detail."""
        return self._current

    def show_view(self, index: int) -> None:
        """Show the table (0) or the plot (1), which is made when first wanted."""
        if index == 1 and self.plot is None:
            from app.widgets.accuracy_plot import AccuracyPlot  # noqa: PLC0415 - pyqtgraph

            self.plot = AccuracyPlot()
            self.views.addWidget(self.plot)
            self.plot.chosen.connect(self._choose)
            self._show_dots()
        self.view_choice.set_index(index)
        self.views.setCurrentIndex(index)

    def _choose(self, row: int) -> None:
        self.table.choose(row)

    def _show_chosen(self) -> None:
        row = self.table.chosen
        if row is None:
            return
        self._current = _ALL[row]
        self.detail.show_architecture(self._current)
        if self.plot is not None:
            self.plot.mark(row)

    def _filter(self, words: str) -> None:
        self.table.proxy.setFilterFixedString(words.strip())
        count = self.table.proxy.rowCount()
        self.nothing.setText(f"{count} of {len(_ALL)}" if count else "No network has that name.")
        if count and self.table.chosen is None:
            self.table.setCurrentIndex(self.table.proxy.index(0, 0))
        if self.plot is not None:
            self._show_dots()

    def _show_dots(self) -> None:
        from app.widgets.accuracy_plot import Dot  # noqa: PLC0415 - pyqtgraph

        if self.plot is None:
            return
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
        self._tools.addWidget(self.view_choice)
        self._tools.addWidget(self.filter, 2)
        self._tools.addWidget(self.nothing, 1)
        left = self._side = QWidget()
        self._left = QVBoxLayout(left)
        self._left.setContentsMargins(0, 0, 0, 0)
        self._left.addLayout(self._tools)
        self._left.addWidget(self.views, 1)
        self.splitter = QSplitter()
        self.splitter.addWidget(left)
        self.splitter.addWidget(self.detail)
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
        """Share the width anew, as long as nobody has dragged the border."""
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


def published_words(entry: Architecture) -> str:
    """The computed total beside the published one, with its source."""
    published = entry.published
    about = "about " if published.is_rounded else ""
    where = "Counted in a later book" if published.is_secondary else "Published"
    words = f"{where}: {about}{published.parameters:,} ({published.source}). "
    if entry.difference == 0:
        words += "Computed: the same."
    else:
        sign = "+" if entry.difference > 0 else "−"
        words += f"Computed: {entry.counted:,}, {sign}{abs(entry.difference):,}."
    return f"{words} {published.note}".strip()


def _network_cells(entry: Architecture) -> tuple[Cell, ...]:
    report, accuracy = entry.report, entry.accuracy
    top1 = Cell("–", -1.0) if accuracy is None else number(
        accuracy.top1, f"{accuracy.top1:.1f}", _accuracy_hint(entry)
    )  # fmt: skip
    return (
        Cell(entry.title, entry.title.lower()),
        number(entry.year, str(entry.year)),
        number(report.parameters, hint=published_words(entry)),
        number(report.multiply_adds, _short(report.multiply_adds), f"{report.multiply_adds:,}"),
        top1,
    )


def _accuracy_hint(entry: Architecture) -> str:
    accuracy = entry.accuracy
    if accuracy is None:
        return ""
    top5 = "" if accuracy.top5 is None else f", top-5 {accuracy.top5:g} %"
    return f"Top-1 {accuracy.top1:g} %{top5}. Source: {accuracy.source}."


def _layer_cells(row: CostRow) -> tuple[Cell, ...]:
    words = row.part.words()
    title = _SHORT_TITLES.get(row.part.title, row.part.title)
    if title == "Activation":
        title = words
    detail = "" if words in {title, "max(0, x)"} else f": {words}"
    sources = ""
    if not row.follows_straight:
        rows = ", ".join("input" if source < 0 else str(source + 1) for source in row.sources)
        sources = f", reads {rows}"
    full = f"{row.index + 1}. {title}{detail}{sources}"
    short = full
    for long, brief in (
        (" kernels ", "@"),
        ("padding", "pad"),
        (": window", ""),
        ("Conv:", "Conv"),
    ):
        short = short.replace(long, brief)
    shape = times(row.output_shape)
    return (
        Cell(row.block, row.block, row.block),
        Cell(short, full, full),
        Cell(shape, float(row.activations)),
        number(row.parameters),
        number(row.multiply_adds),
    )


def _short(count: int) -> str:
    """A large number in millions or billions: ``15.5 billion``."""
    if count >= 1e9:
        return f"{count / 1e9:.2f} billion"
    if count >= 1e6:
        return f"{count / 1e6:.0f} million"
    return f"{count:,}"
