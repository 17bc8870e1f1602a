"""One famous network in full: who, what was new, what it achieved, and every layer."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.kit.figure_table import Cell, FigureTable, Heading, number
from app.kit.scrolling import scrolling
from app.kit.stack.figures import Figure
from app.look.nesting import nest
from app.look.restyled import Restyled
from app.look.text import MarkedUp, Text
from app.look.theme import px
from engine.basics.geometry import times
from engine.basics.memory import memory_words
from engine.costs import Architecture, CostRow

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


class ArchitectureCard(Restyled, QFrame):
    """One network: who, what was new, what it achieved, and every layer.

    Signals:
        build_clicked: The network shown is to be opened in Build.
    """

    build_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.title = Text("", 18, QFont.Weight.DemiBold)
        self.paper = self._lines(Text(role="muted"))
        self.novelty = self._lines(MarkedUp())
        self.result = self._lines(MarkedUp())
        self.published = self._lines(Text(role="muted"))
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
        for figure in (self.parameters, self.multiply_adds, self.weights, self.maps):
            self._figures.addWidget(figure)
        self._figures.addStretch(1)
        content = QWidget()
        self._outer = QVBoxLayout(self)
        self._outer.addWidget(scrolling(content, sideways=False))
        self._column = QVBoxLayout(content)
        nest(self._column, self._head)
        for label in (self.paper, self.novelty, self.result):
            self._column.addWidget(label)
        nest(self._column, self._figures)
        self._column.addWidget(self.published)
        self._column.addWidget(self.layers, 1)
        self.follow_theme()

    def show_architecture(self, entry: Architecture) -> None:
        """Show a network."""
        report = entry.report
        self.title.setText(entry.title)
        self.paper.setText(f"{entry.authors}: {entry.paper}")
        self.novelty.setText(f"<b>New.</b> {escape(entry.novelty)}")
        self.result.setText(f"<b>Result.</b> {escape(entry.result)}")
        self.parameters.value.setText(f"{report.parameters:,}")
        self.multiply_adds.value.setText(short_count(report.multiply_adds))
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
    def _lines(label: Text) -> Text:
        label.setWordWrap(True)
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        return label

    def _restyle(self) -> None:
        self._outer.setContentsMargins(px(3), px(3), px(3), px(3))
        self._column.setContentsMargins(px(13), px(9), px(13), px(11))
        self._column.setSpacing(px(7))
        self._figures.setSpacing(px(22))
        self.layers.setMinimumHeight(px(150))


def published_words(entry: Architecture) -> str:
    """The computed total next to the published one, with its source."""
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


def _layer_cells(row: CostRow) -> tuple[Cell, ...]:
    words = row.part.words()
    title = _SHORT_TITLES.get(row.part.title, row.part.title)
    if title == "Activation":
        title = words
    said = "" if words in {title, "max(0, x)"} else f": {words}"
    sources = ""
    if not row.follows_straight:
        rows = ", ".join("input" if source < 0 else str(source + 1) for source in row.sources)
        sources = f", reads {rows}"
    full = f"{row.index + 1}. {title}{said}{sources}"
    short = full.replace(" kernels ", "@").replace("padding", "pad")
    short = short.replace(": window", "").replace("Conv:", "Conv")
    return (
        Cell(row.block, row.block, row.block),
        Cell(short, full, full),
        Cell(times(row.output_shape), float(row.activations)),
        number(row.parameters),
        number(row.multiply_adds),
    )


def short_count(count: int) -> str:
    """A large number in millions or billions: ``15.5 billion``."""
    if count >= 1e9:
        return f"{count / 1e9:.2f} billion"
    if count >= 1e6:
        return f"{count / 1e6:.0f} million"
    return f"{count:,}"
