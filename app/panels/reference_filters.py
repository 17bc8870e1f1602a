"""Reference, filter sizes: one large kernel or several small ones, and what 1×1 is for."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.panels.reference_paired import PairedPage
from app.theme import px
from app.viewmodels.filter_timing import FilterTiming
from app.widgets.field_editors import NumberEditor
from app.widgets.field_growth import FieldGrowth
from app.widgets.mixing_picture import MixingPicture
from app.widgets.segmented import SegmentedControl
from app.widgets.stack_totals import Figure
from app.widgets.text import Text
from engine.filter_sizes import COMPARISONS, Chain, bottleneck, chains, mixing_example
from engine.geometry import times
from engine.spec import FieldInfo
from engine.stack import Report

VIEWS = ("Seeing 7×7", "Seeing 5×5", "Train side by side", "1×1 and bottleneck")
_TRAINING, _POINTWISE = 2, 3
_CHANNELS = FieldInfo(
    "channels", "int", "Channels C", "Channels in and out of every convolution.", 1, 512
)
_SIZE = FieldInfo("size", "int", "Maps", "Height and width of the maps.", 4, 128, "cells")
_NARROW = FieldInfo("narrow", "int", "Narrowed to", "Channels of the 3×3 in the middle.", 1, 512)
_REFRESH_MS = 100


class ChainCard(QFrame):
    """One chain of convolutions: what it sees and what it costs beside the first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.title = Text("", 18, QFont.Weight.DemiBold)
        self.reach = Text("", 13, role="muted")
        self.growth = FieldGrowth()
        self.parameters = Figure("Parameters")
        self.multiply_adds = Figure("Multiply-adds")
        self.relus = Figure("Non-linearities")
        self.time = Figure("Time here")
        self.time.setToolTip("One image, forward and backward: the shortest of five passes.")
        self._grid = QGridLayout()
        self._place_figures(is_wide=True)
        self._column = QVBoxLayout(self)
        for widget in (self.title, self.reach):
            self._column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addWidget(self.growth, 1)
        self._column.addLayout(self._grid)
        self._restyle()

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The four numbers."""
        return self.parameters, self.multiply_adds, self.relus, self.time

    def show_chain(
        self, chain: Chain, first: Chain, layers: int, seconds: float | None, base: float | None
    ) -> None:
        """Show a chain beside ``first``; ``seconds`` and ``base`` are their measured times."""
        self.title.setText(chain.title)
        self.growth.show_fields(chain.receptive_fields, layers)
        shown = min(layers, len(chain.kernels))
        field = self.growth.shown_field
        after = "1 layer" if shown == 1 else f"{shown} layers"
        self.reach.setText(f"after {after} one cell sees {field}×{field}")
        report, other = chain.report, first.report
        than = f" of {first.title}"
        _show(self.parameters, "Parameters", report.parameters, other.parameters, than)
        _show(self.multiply_adds, "Multiply-adds", report.multiply_adds, other.multiply_adds, than)
        self.relus.value.setText(str(chain.non_linearities))
        if seconds is None:
            self.time.caption.setText("Time here")
            self.time.value.setText("–")
        else:
            share = _share(seconds, base, "") if base else ""
            self.time.caption.setText(f"Time here{share}")
            self.time.value.setText(f"{1000 * seconds:.2f} ms")

    def _place_figures(self, *, is_wide: bool) -> None:
        """Two by two, or the long ones in rows of their own."""
        places = (
            ((0, 0, 1, 1), (0, 1, 1, 1), (1, 0, 1, 1), (1, 1, 1, 1))
            if is_wide
            else ((0, 0, 1, 2), (1, 0, 1, 2), (2, 0, 1, 1), (2, 1, 1, 1))
        )
        for figure, place in zip(self.figures, places, strict=True):
            self._grid.addWidget(figure, *place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave no figure cut where two do not fit side by side."""
        super().resizeEvent(event)
        self._place_figures(is_wide=self.width() >= px(330))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme's sizes."""
        if event.type() in {QEvent.Type.StyleChange, QEvent.Type.FontChange}:
            self._restyle()
        super().changeEvent(event)

    def _restyle(self) -> None:
        if not hasattr(self, "_column"):
            return
        self._column.setContentsMargins(px(16), px(12), px(16), px(14))
        self._column.setSpacing(px(6))
        self._grid.setVerticalSpacing(px(8))
        for figure in self.figures:
            figure.restyle()


class PointwisePage(QWidget):
    """What a 1×1 convolution does to channels, and what a bottleneck saves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mixing = mixing_example()
        self.picture = MixingPicture(self._mixing)
        self.sentence = Text("", 18, QFont.Weight.DemiBold)
        self.narrow = NumberEditor(_NARROW)
        self.narrow.set_value(16)
        self.saving = Text("", 16, QFont.Weight.DemiBold)
        self._rows: list[tuple[Text, Text, Text]] = []
        self._table = QGridLayout()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._cards = (self._mixing_card(), self._bottleneck_card())
        for card in self._cards:
            self._row.addWidget(card, 1)
        self.picture.cell_chosen.connect(self.choose)
        self.choose(0, 0, 0)
        self._restyle()

    def choose(self, out: int, row: int, column: int) -> None:
        """Say how an output cell comes about."""
        self.picture.choose((out, row, column))
        self.sentence.setText(self._mixing.sentence(out, row, column))

    def show_bottleneck(self, channels: int, size: int) -> None:
        """Compare a plain 3×3 with a bottleneck."""
        plain, narrowed = bottleneck(channels, int(self.narrow.value()), size)
        lines = [("", "Parameters", "Multiply-adds"), *_report_lines(plain)]
        lines += [*_report_lines(narrowed), ("together", *_totals(narrowed))]
        for labels, words in zip(self._rows, lines, strict=True):
            for label, word in zip(labels, words, strict=True):
                label.setText(word)
        share = narrowed.parameters / plain.parameters
        verdict = (
            f"The bottleneck has {100 * share:.0f} % of the parameters and "
            f"{100 * narrowed.multiply_adds / plain.multiply_adds:.0f} % of the multiply-adds."
        )
        self.saving.setText(verdict)

    def _mixing_card(self) -> QFrame:
        card, column = _card("A 1×1 convolution mixes channels, cell by cell")
        about = Text(
            "No neighbours are read: each output cell is a weighted sum of the channels at its "
            "own place. Click an output cell.",
            role="muted",
        )
        about.setWordWrap(True)
        column.addWidget(about)
        column.addWidget(self.picture, 1)
        column.addWidget(self.sentence, 0, Qt.AlignmentFlag.AlignHCenter)
        return card

    def _bottleneck_card(self) -> QFrame:
        card, column = _card("A bottleneck: narrow by 1×1, look around by 3×3, widen by 1×1")
        setting = QHBoxLayout()
        label = QLabel(_NARROW.label)
        label.setBuddy(self.narrow)
        setting.addWidget(label)
        setting.addWidget(self.narrow)
        setting.addStretch(1)
        column.addLayout(setting)
        kinds = ("", "plain 3×3", "1×1", "3×3", "1×1", "together")
        for number, kind in enumerate(kinds):
            weight = QFont.Weight.DemiBold if kind in {"plain 3×3", "together"} else None
            role = "muted" if number == 0 else ""
            labels = tuple(Text("", 14, weight or QFont.Weight.Normal, role=role) for _ in range(3))
            for place, text in enumerate(labels):
                side = Qt.AlignmentFlag.AlignLeft if place == 0 else Qt.AlignmentFlag.AlignRight
                self._table.addWidget(text, number, place, side)
            self._rows.append((labels[0], labels[1], labels[2]))
        self.saving.setWordWrap(True)
        column.addLayout(self._table)
        column.addWidget(self.saving)
        column.addStretch(1)
        return card

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme's sizes."""
        if event.type() in {QEvent.Type.StyleChange, QEvent.Type.FontChange}:
            self._restyle()
        super().changeEvent(event)

    def _restyle(self) -> None:
        if not hasattr(self, "_cards"):
            return
        self._row.setSpacing(px(12))
        self._table.setVerticalSpacing(px(10))
        for card in self._cards:
            column = card.layout()
            if column is not None:
                column.setContentsMargins(px(18), px(14), px(18), px(16))
                column.setSpacing(px(12))


class FiltersPage(QWidget):
    """Two comparisons and the page on 1×1, for any number of channels."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.timing = FilterTiming(self)
        self.view_choice = SegmentedControl("Comparison", VIEWS)
        self.channels, self.map_size = NumberEditor(_CHANNELS), NumberEditor(_SIZE)
        self.channels.set_value(64)
        self.map_size.set_value(32)
        self.layers = SegmentedControl("Layers shown", ("1", "2", "3"))
        self.measure = QPushButton("Measure here")
        self.measure.setToolTip("Times every chain on this machine, with this engine.")
        self.state = Text("", 12, role="muted")
        self.cards = tuple(ChainCard() for _ in range(3))
        self.paired = PairedPage()
        self.pointwise = PointwisePage()
        self._layers_label = QLabel("Layers")
        self._lay_out()
        self._timer = QTimer(self, interval=_REFRESH_MS)
        self._timer.timeout.connect(self._show_progress)
        for editor in (self.channels, self.map_size, self.pointwise.narrow):
            editor.value_edited.connect(self.compute)
        self.view_choice.chosen.connect(self.show_view)
        self.layers.chosen.connect(self.compute)
        self.measure.clicked.connect(self._measure_or_stop)
        self.timing.changed.connect(self._show_timing)
        self.setFocusProxy(self.channels)
        self.show_view(0)
        self._restyle()

    @property
    def chains(self) -> tuple[Chain, ...]:
        """The chains of the comparison shown; none on the page on 1×1."""
        index = self.view_choice.index
        if index >= len(COMPARISONS):
            return ()
        return chains(index, int(self.channels.value()), int(self.map_size.value()))

    def show_view(self, index: int) -> None:
        """Show a comparison or the page on 1×1."""
        self.view_choice.set_index(index)
        compares = index < len(COMPARISONS)
        self.views.setCurrentIndex({_TRAINING: 1, _POINTWISE: 2}.get(index, 0))
        for widget in (self._layers_label, self.layers, self.measure, self.state):
            widget.setVisible(compares)
        for setting in self._sizes:
            setting.setVisible(index != _TRAINING)
        if compares:
            deepest = max(map(len, COMPARISONS[index]))
            self.layers.set_options([str(number + 1) for number in range(deepest)])
            self.layers.set_index(deepest - 1)
        self.compute()

    def compute(self) -> None:
        """Compare what is set."""
        shown = self.chains
        for card, chain in zip(self.cards, shown, strict=False):
            card.show_chain(
                chain,
                shown[0],
                self.layers.index + 1,
                self.timing.seconds_of(chain),
                self.timing.seconds_of(shown[0]),
            )
        for number, card in enumerate(self.cards):
            card.setVisible(number < len(shown))
        if not shown:
            self.pointwise.show_bottleneck(int(self.channels.value()), int(self.map_size.value()))

    def stop_and_join(self, timeout_ms: int) -> bool:
        """Give up what runs in the background; say whether it ended in time."""
        have_ended = (
            self.timing.stop_and_join(timeout_ms),
            self.paired.runs.stop_and_join(timeout_ms),
        )
        return all(have_ended)

    def _measure_or_stop(self) -> None:
        if self.timing.is_running:
            self.timing.stop()
        else:
            self.timing.start(self.chains)

    def _show_timing(self) -> None:
        is_running = self.timing.is_running
        self.measure.setText("Stop" if is_running else "Measure here")
        if is_running:
            self._timer.start()
        else:
            self._timer.stop()
        self._show_progress()
        self.compute()

    def _show_progress(self) -> None:
        self.state.setText(self.timing.progress_text or self.timing.problem)

    def _lay_out(self) -> None:
        self._tools = QHBoxLayout()
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head.addWidget(self.view_choice, 0, Qt.AlignmentFlag.AlignLeft)
        self._head.addLayout(self._tools, 1)
        self._sizes: list[QWidget] = []
        for info, editor in ((_CHANNELS, self.channels), (_SIZE, self.map_size)):
            label = QLabel(info.label)
            label.setBuddy(editor)
            self._tools.addWidget(label)
            self._tools.addWidget(editor)
            self._sizes += [label, editor]
        for widget in (self._layers_label, self.layers, self.measure):
            self._tools.addWidget(widget)
        self._tools.addWidget(self.state, 1)
        self._tools.addStretch(1)
        comparison = QWidget()
        self._cards_row = QHBoxLayout(comparison)
        self._cards_row.setContentsMargins(0, 0, 0, 0)
        for card in self.cards:
            self._cards_row.addWidget(card, 1)
        self.views = QStackedWidget()
        self.views.addWidget(comparison)
        self.views.addWidget(self.paired)
        self.views.addWidget(self.pointwise)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._head)
        self._column.addWidget(self.views, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The settings go under the choice of the page where they do not fit beside it."""
        super().resizeEvent(event)
        direction = QBoxLayout.Direction
        is_wide = self.width() >= px(1100)
        self._head.setDirection(direction.LeftToRight if is_wide else direction.TopToBottom)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme's sizes."""
        if event.type() in {QEvent.Type.StyleChange, QEvent.Type.FontChange}:
            self._restyle()
        super().changeEvent(event)

    def _restyle(self) -> None:
        if not hasattr(self, "_column"):
            return
        self._column.setSpacing(px(10))
        for row in (self._head, self._tools):
            row.setSpacing(px(10))
        self._cards_row.setSpacing(px(12))
        for editor in (self.channels, self.map_size, self.pointwise.narrow):
            editor.setFixedWidth(px(104))


def _card(title: str) -> tuple[QFrame, QVBoxLayout]:
    card = QFrame()
    card.setProperty("role", "card")
    column = QVBoxLayout(card)
    heading = Text(title, 16, QFont.Weight.DemiBold)
    heading.setWordWrap(True)
    column.addWidget(heading)
    return card, column


def _report_lines(report: Report) -> list[tuple[str, str, str]]:
    lines = []
    for row in report.rows:
        shape, output = row.input_shape or (), row.output_shape or ()
        name = times(getattr(row.spec, "kernel_size", ()))
        words = f"{name}, {shape[0]} → {output[0]} channels"
        lines.append((words, f"{row.parameters:,}", f"{row.multiply_adds:,}"))
    return lines


def _totals(report: Report) -> tuple[str, str]:
    return f"{report.parameters:,}", f"{report.multiply_adds:,}"


def _show(figure: Figure, caption: str, value: int, base: int, than: str) -> None:
    figure.caption.setText(caption + _share(value, base, than))
    figure.value.setText(f"{value:,}")


def _share(value: float, base: float, than: str) -> str:
    return f", {100 * value / base:.0f} %{than}" if value != base else ""
