"""Reference, filter sizes: one large kernel or several small ones, and what 1×1 is for."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.kit.layout.folding_choice import FoldingChoice
from app.kit.layout.summary_button import SummaryButton
from app.kit.scrolling import scrolling
from app.kit.segmented import SegmentedControl
from app.kit.stack.field_editors import NumberEditor
from app.look.restyled import Restyled
from app.look.text import Text
from app.look.theme import px
from app.reference.chain_card import ChainCard
from app.reference.filter_timing import FilterTiming
from app.reference.paired_page import PairedPage
from app.reference.pointwise import PointwisePage
from engine.basics.geometry import times
from engine.layers.spec import FieldInfo
from engine.training.filter_sizes import COMPARISONS, Chain, chains

_SETTINGS_WIDTH = 560
_CARD_WIDTH = 262
"""What a card takes, with the gap before the next, so that no figure on it is cut."""
_TWO_FIGURES = 350
"""A card of this width has room for two figures next to each other."""
VIEWS = ("Seeing 7×7", "Seeing 5×5", "Train side by side", "1×1 and bottleneck")
_TRAINING, _POINTWISE = 2, 3
_CHANNELS = FieldInfo(
    "channels", "int", "Channels C", "Channels in and out of every convolution.", 1, 512
)
_SIZE = FieldInfo("size", "int", "Maps", "Height and width of the maps.", 4, 128, "cells")


class FilterSizesPage(Restyled, QWidget):
    """Two comparisons and the page on 1×1, for any number of channels.

    Signals:
        folded: The settings are folded or not, perhaps in another way than before.
    """

    folded = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_folded = False
        self.timing = FilterTiming(self)
        self.view_choice = FoldingChoice("Comparison", VIEWS)
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
        for editor in (self.channels, self.map_size, self.pointwise.narrow):
            editor.value_edited.connect(self.compute)
        self.view_choice.chosen.connect(self.show_view)
        self.layers.chosen.connect(self.compute)
        self.measure.clicked.connect(self._measure_or_stop)
        self.timing.changed.connect(self._show_timing)
        self.timing.progressed.connect(self._show_progress)
        self.setFocusProxy(self.channels)
        self.show_view(0)
        self.follow_theme()

    @property
    def chains(self) -> tuple[Chain, ...]:
        """The chains of the comparison shown; none on the page on 1×1."""
        index = self.view_choice.index
        if index >= len(COMPARISONS):
            return ()
        return chains(index, int(self.channels.value()), int(self.map_size.value()))

    @property
    def action(self) -> QWidget | None:
        """The primary action of the view that is shown."""
        return self.paired.start_button if self.view_choice.index == _TRAINING else None

    def show_view(self, index: int) -> None:
        """Show a comparison or the page on 1×1."""
        self.view_choice.set_index(index)
        compares = index < len(COMPARISONS)
        self.views.setCurrentIndex({_TRAINING: 1, _POINTWISE: 2}.get(index, 0))
        for widget in (self._layers_label, self.layers, self.measure, self.state):
            widget.setVisible(compares)
        self._fit()
        if compares:
            deepest = max(map(len, COMPARISONS[index]))
            self.layers.set_options([str(number + 1) for number in range(deepest)])
            self.layers.set_index(deepest - 1)
        self.compute()

    def compute(self) -> None:
        """Compare what is set."""
        size = int(self.map_size.value())
        self.summary.show_facts(
            (f"C = {int(self.channels.value())}", f"maps {times((size, size))}")
        )
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
        has_timing_ended = self.timing.stop_and_join(timeout_ms)
        return self.paired.runs.stop_and_join(timeout_ms) and has_timing_ended

    def _measure_or_stop(self) -> None:
        if self.timing.is_running:
            self.timing.stop()
        else:
            self.timing.start(self.chains)

    def _show_timing(self) -> None:
        self.measure.setText("Stop" if self.timing.is_running else "Measure here")
        self._show_progress()
        self.compute()

    def _show_progress(self) -> None:
        self.state.setText(self.timing.progress_text or self.timing.problem)

    def _lay_out(self) -> None:
        self._settings = QWidget()
        self._tools = QHBoxLayout(self._settings)
        self._tools.setContentsMargins(0, 0, 0, 0)
        for info, editor in ((_CHANNELS, self.channels), (_SIZE, self.map_size)):
            label = QLabel(info.label)
            label.setBuddy(editor)
            self._tools.addWidget(label)
            self._tools.addWidget(editor)
        for widget in (self._layers_label, self.layers, self.measure):
            self._tools.addWidget(widget)
        self._tools.addWidget(self.state, 1)
        self._tools.addStretch(1)
        comparison = QWidget()
        self._cards_row = QBoxLayout(QBoxLayout.Direction.LeftToRight, comparison)
        self._cards_row.setContentsMargins(0, 0, 0, 0)
        for card in self.cards:
            self._cards_row.addWidget(card, 1)
        self.views = QStackedWidget()
        for view in (scrolling(comparison, sideways=False), self.paired, self.pointwise):
            self.views.addWidget(view)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._settings)
        self._column.addWidget(self.views, 1)
        self.summary = SummaryButton(
            self._settings, "settings", _SETTINGS_WIDTH, self.channels.setFocus
        )
        self.summary.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold the settings, and put the cards below one another, where there is little room."""
        super().resizeEvent(event)
        self._fit()

    @property
    def is_folded(self) -> bool:
        """Whether one button stands for the settings, which the training does without."""
        return self._is_folded and self.view_choice.index != _TRAINING

    def _fit(self) -> None:
        cards = len(self.chains) or len(self.cards)
        is_wide = self.width() >= px(_CARD_WIDTH) * cards
        direction = QBoxLayout.Direction
        self._cards_row.setDirection(direction.LeftToRight if is_wide else direction.TopToBottom)
        each = self.width() // cards if is_wide else self.width()
        for card in self.cards:
            card.set_narrow(is_narrow=each < px(_TWO_FIGURES))
        is_folded = self._settings.sizeHint().width() > self.width()
        if is_folded != self._is_folded:
            self._is_folded = is_folded
            self.setFocusProxy(self.summary if is_folded else self.channels)
            if is_folded:
                self.summary.take_in()
            else:
                self._column.insertWidget(0, self.summary.give_back())
        self._settings.setVisible(self._is_folded or self.view_choice.index != _TRAINING)
        self.folded.emit()

    def _restyle(self) -> None:
        self._column.setSpacing(px(10))
        self._tools.setSpacing(px(10))
        self._cards_row.setSpacing(px(12))
        for editor in (self.channels, self.map_size, self.pointwise.narrow):
            editor.setFixedWidth(px(104))
        self._fit()
