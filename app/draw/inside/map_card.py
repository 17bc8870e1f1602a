"""One feature map in large: its numbers, the kernel that made it, and what one unit adds up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.draw.inside.editable_map import EditableMap
from app.draw.inside.map_view import MapView
from app.draw.inside.shown_layers import statistics_words
from app.draw.meddle.meddle_bar import MeddleBar
from app.draw.meddler import Meddler
from app.kit.read_out import ReadOut
from app.look.icons import icon
from app.look.nesting import nest
from app.look.restyled import STYLE, Restyled
from app.look.text import ElidedText, Text
from app.look.theme import px
from engine.basics.numbers import show
from engine.insight.shown_layer import ShownLayer, Unit

Values = NDArray[np.floating]
_LEAST_MAP = 160
"""The map is never held to less than this width, at scale 1."""
_LEAST_CELL = 28
_SMALL = "Cells of {pixels} px, under {least}: point at one, or open it in Step."
_OWN_RANGE = "Colours: this map's own range."


class MapCard(Restyled, QFrame):
    """A card in place of the answers.

    Attributes:
        numbers: What the numbers of a row are called; empty where they are just counted.

    Signals:
        closed: It is to go.
        window_wanted: The unit's window is to be shown in the lab.
        place_chosen: Another number of the map was clicked.
    """

    restyled_by = STYLE

    closed = Signal()
    window_wanted = Signal()
    place_chosen = Signal(int)

    def __init__(self, meddler: Meddler, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.title = ElidedText(size=15, weight=QFont.Weight.DemiBold)
        self.step_button = QPushButton("Open in Step")
        self.step_button.setIcon(icon("step"))
        self.step_button.setToolTip("This very window, with the real weights (double click, Enter)")
        self.close_button = QToolButton()
        self.close_button.setIcon(icon("close"))
        self.close_button.setToolTip("Close (Esc)")
        self.map = MapView(260)
        self.kernel = EditableMap(120, "Kernel: type numbers over")
        self.meddle_bar = MeddleBar(meddler)
        self.value = ReadOut(20, weight=QFont.Weight.DemiBold)
        self.field = Text(size=12, role="muted")
        self.kernel_title = Text(size=12, role="muted")
        self.inputs_title = Text("Strongest inputs", 12, QFont.Weight.DemiBold)
        self.inputs = Text(size=12)
        self.statistics: list[tuple[Text, ReadOut]] = []
        self.numbers: tuple[str, ...] = ()
        self._arrange()
        self.step_button.clicked.connect(self.window_wanted)
        self.close_button.clicked.connect(self.closed)
        self.map.place_chosen.connect(self.place_chosen)
        self.map.place_hovered.connect(self._point_at_map)
        self.kernel.place_hovered.connect(self._point_at_kernel)
        self.hide()

    def show_unit(self, layer: ShownLayer, unit: Unit, title: str, about: str) -> None:
        """Show another unit, or the same with other numbers: its map, or its layer's numbers."""
        value, values = layer.value(unit), layer.map_of(unit)
        if value is None or values is None:
            return
        is_map = len(layer.shape) == 3
        self._set(self.title, title)
        self.value.set_text(show(value).text)
        self._set(self.field, about)
        self.map.show_maps(
            values[None] if is_map else values,
            signed=layer.is_signed,
            mark=layer.flat(unit) - (unit.index[0] * values.size if is_map else 0),
            gradient=layer.is_gradient,
        )
        if not self.map.underMouse() and not self.kernel.underMouse():
            self._say_size()
        statistics = statistics_words(values)
        for (name, number), (label, words) in zip(self.statistics, statistics, strict=True):
            self._set(name, label)
            number.set_text(words)

    def show_kernel(self, kernel: Values | None, title: str) -> None:
        """Show the weights ``(in_channels, K_h, K_w)`` of the map; ``None`` if it has none."""
        self.kernel.show_maps(kernel, signed=True)
        self._set(self.kernel_title, title)
        self._fold()

    def show_inputs(self, lines: Sequence[str]) -> None:
        """Show what weighs most in the unit's sum; nothing where there is no sum."""
        self._set(self.inputs, "\n".join(lines))
        self._fold()

    def set_window(self, reason: str) -> None:
        """Say whether the lab can show the unit's window: an empty reason means that it can."""
        self.step_button.setEnabled(not reason)
        tip = "This very window, with the real weights (double click, Enter)"
        self.step_button.setToolTip(reason or tip)

    @staticmethod
    def _set(label: Text, text: str) -> None:
        if label.text() != text:  # a label lays its window out again each time
            label.setText(text)

    def _point_at_map(self, place: int) -> None:
        self._point("", self.map.values, place)

    def _point_at_kernel(self, place: int) -> None:
        self._point("weight ", self.kernel.values, place)

    def _point(self, lead: str, values: Values | None, place: int) -> None:
        if values is None or not 0 <= place < values.size:
            self._say_size()
            return
        at = [int(part) + 1 for part in np.unravel_index(place, values.shape)]
        number = f"{float(values.ravel()[place])!s}".replace("-", "\N{MINUS SIGN}")
        if len(at) == 1:
            where = self.numbers[place] if self.numbers else f"number {at[0]}"
        else:
            where = f"row {at[1]}, column {at[2]}"
            if values.shape[0] > 1:
                where = f"input channel {at[0]}, {where}"
        self.meddle_bar.pointed.setText(f"{lead}{where}: {number}")

    def _say_size(self) -> None:
        """Say whose range the colours have, and where cells are too small to be read."""
        side = self.map.cell_side
        is_small = self.map.values is not None and side < px(_LEAST_CELL)
        words = _SMALL.format(pixels=side, least=px(_LEAST_CELL)) if is_small else _OWN_RANGE
        self.meddle_bar.pointed.setText(words)
        self.meddle_bar.pointed.setToolTip(words)

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.step_button)
        head.addWidget(self.close_button)
        table = QGridLayout()
        for index in range(4):
            name = Text(size=12, role="muted")
            number = ReadOut(13, hugs=True, weight=QFont.Weight.Medium)
            number.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
            table.addWidget(name, 0, index)
            table.addWidget(number, 1, index)
            self.statistics.append((name, number))
        self._table = table
        for text in (self.field, self.kernel_title):
            text.setWordWrap(True)
        words = QVBoxLayout()
        words.addWidget(self.value)
        words.addWidget(self.field)
        nest(words, table)
        words.addWidget(self.kernel_title)
        words.addWidget(self.kernel, 1)
        words.addWidget(self.inputs_title)
        words.addWidget(self.inputs)
        words.addStretch(0)
        body = QHBoxLayout()
        body.addWidget(self.map, 1)
        nest(body, words, 1)
        self._head, self._words, self._body = head, words, body
        self._column = QVBoxLayout(self)
        nest(self._column, head)
        nest(self._column, body, 1)
        self._column.addWidget(self.meddle_bar)
        self.inputs.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        for text in (self.field, self.inputs, self.kernel_title):
            text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.follow_theme()

    def _restyle(self) -> None:
        self._column.setContentsMargins(px(14), px(8), px(10), px(8))
        self._column.setSpacing(px(6))
        self._words.setSpacing(px(2))
        self._body.setSpacing(px(16))
        self._table.setHorizontalSpacing(px(8))
        self._table.setVerticalSpacing(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the words what a map as wide as it is high leaves."""
        super().resizeEvent(event)
        self.map.setMaximumWidth(max(px(_LEAST_MAP), self._body_height))
        self._fold()
        self._say_size()

    @property
    def _body_height(self) -> int:
        """What head and buttons leave."""
        others = self._head.sizeHint().height() + self.meddle_bar.sizeHint().height()
        margins = self._column.contentsMargins()
        around = margins.top() + margins.bottom() + 2 * self._column.spacing()
        return self.height() - others - around

    def _fold(self) -> None:
        """Leave out what has no room, never the map and its number: no digit is cut off."""
        margins, gap = self._column.contentsMargins(), self._words.spacing()
        inner = self.width() - margins.left() - margins.right() - self._body.spacing()
        wide = inner - min(self.map.maximumWidth(), inner // 2)
        used = self.value.sizeHint().height() + self.field.heightForWidth(wide) + 2 * gap
        kernel = self.kernel_title.heightForWidth(wide) + self.kernel.minimumSizeHint().height()
        table = self._table_size()
        inputs = self.inputs.sizeHint() + QSize(0, self.inputs_title.sizeHint().height())
        labels = [part for pair in self.statistics for part in pair]
        for parts, is_wanted, needed in (
            ((self.kernel_title, self.kernel), self.kernel.values is not None, QSize(0, kernel)),
            (labels, True, table),
            ((self.inputs_title, self.inputs), bool(self.inputs.text()), inputs),
        ):
            high = used + needed.height() + 2 * gap
            is_shown = is_wanted and needed.width() <= wide and high <= self._body_height
            used = high if is_shown else used
            for part in parts:
                part.setVisible(is_shown)

    def _table_size(self) -> QSize:
        """What the statistics need: a layout knows it only while they are shown."""
        sizes = [[part.sizeHint() for part in pair] for pair in self.statistics]
        wide = sum(max(size.width() for size in pair) for pair in sizes)
        high = max(sum(size.height() for size in pair) for pair in sizes)
        return QSize(wide + (len(sizes) - 1) * self._table.horizontalSpacing(), high)
