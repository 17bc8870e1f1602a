"""Reference, filter sizes: what a 1×1 convolution does to channels, and what a bottleneck saves."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from app.kit.scrolling import scrolling
from app.kit.stack.field_editors import NumberEditor
from app.look.nesting import nest
from app.look.restyled import Restyled
from app.look.text import Text
from app.look.theme import px
from app.reference.mixing_picture import MixingPicture
from engine.basics.geometry import times
from engine.layers.spec import FieldInfo
from engine.networks.stack import Report
from engine.training.filter_sizes import bottleneck, mixing_example

_SIDE_BY_SIDE = 860
"""From this width on, at scale 1, the cards stand next to each other."""
_NARROW = FieldInfo("narrow", "int", "Narrowed to", "Channels of the 3×3 in the middle.", 1, 512)


class PointwisePage(Restyled, QWidget):
    """What a 1×1 convolution does to channels, and what a bottleneck saves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mixing = mixing_example()
        self.picture = MixingPicture(self._mixing)
        self.sentence = Text("", 18, QFont.Weight.DemiBold)
        self.narrow = NumberEditor(_NARROW)
        self.narrow.set_value(16)
        self.saving = Text("", 16, QFont.Weight.DemiBold)
        self._rows: list[list[Text]] = []
        self._table = QGridLayout()
        self._columns: list[QVBoxLayout] = []
        content = QWidget()
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, content)
        self._row.setContentsMargins(0, 0, 0, 0)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolling(content, sideways=False))
        self._fill_mixing_card(self._card("A 1×1 convolution mixes channels, cell by cell"))
        self._fill_bottleneck_card(
            self._card("A bottleneck: narrow with 1×1, convolve with 3×3, widen with 1×1")
        )
        self.picture.cell_chosen.connect(self.choose)
        self.choose(0, 0, 0)
        self.follow_theme()

    def choose(self, out: int, row: int, column: int) -> None:
        """Say how an output cell comes about."""
        self.picture.choose((out, row, column))
        self.sentence.setText(self._mixing.sentence(out, row, column))

    def show_bottleneck(self, channels: int, size: int) -> None:
        """Compare a plain 3×3 with a bottleneck."""
        plain, narrowed = bottleneck(channels, int(self.narrow.value()), size)
        lines = [("", "Parameters", "Multiply-adds"), *_report_lines(plain)]
        together = f"{narrowed.parameters:,}", f"{narrowed.multiply_adds:,}"
        lines += [*_report_lines(narrowed), ("together", *together)]
        for labels, words in zip(self._rows, lines, strict=True):
            for label, word in zip(labels, words, strict=True):
                label.setText(word)
        self.saving.setText(
            f"The bottleneck has {100 * narrowed.parameters / plain.parameters:.0f} % of the "
            f"parameters and {100 * narrowed.multiply_adds / plain.multiply_adds:.0f} % of the "
            "multiply-adds."
        )

    def _card(self, title: str) -> QVBoxLayout:
        card = QFrame()
        card.setProperty("role", "card")
        column = QVBoxLayout(card)
        heading = Text(title, 16, QFont.Weight.DemiBold)
        heading.setWordWrap(True)
        column.addWidget(heading)
        self._row.addWidget(card, 1)
        self._columns.append(column)
        return column

    def _fill_mixing_card(self, column: QVBoxLayout) -> None:
        about = Text(
            "No neighbours are read: each output cell is a weighted sum of the channels at its "
            "own place. Click an output cell.",
            role="muted",
        )
        about.setWordWrap(True)
        column.addWidget(about)
        column.addWidget(self.picture, 1)
        column.addWidget(self.sentence, 0, Qt.AlignmentFlag.AlignHCenter)

    def _fill_bottleneck_card(self, column: QVBoxLayout) -> None:
        setting = QHBoxLayout()
        label = QLabel(_NARROW.label)
        label.setBuddy(self.narrow)
        setting.addWidget(label)
        setting.addWidget(self.narrow)
        setting.addStretch(1)
        nest(column, setting)
        for number in range(6):  # headings, plain 3×3, 1×1, 3×3, 1×1, together
            weight = QFont.Weight.DemiBold if number in {1, 5} else QFont.Weight.Normal
            role = "muted" if number == 0 else ""
            labels = [Text("", 14, weight, role=role) for _ in range(3)]
            for place, text in enumerate(labels):
                side = Qt.AlignmentFlag.AlignLeft if place == 0 else Qt.AlignmentFlag.AlignRight
                self._table.addWidget(text, number, place, side)
            self._rows.append(labels)
        self.saving.setWordWrap(True)
        nest(column, self._table)
        column.addWidget(self.saving)
        column.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The cards go below one another where there is little room."""
        super().resizeEvent(event)
        direction = QBoxLayout.Direction
        is_wide = self.width() >= px(_SIDE_BY_SIDE)
        self._row.setDirection(direction.LeftToRight if is_wide else direction.TopToBottom)

    def _restyle(self) -> None:
        self._row.setSpacing(px(12))
        self._table.setVerticalSpacing(px(10))
        for column in self._columns:
            column.setContentsMargins(px(18), px(14), px(18), px(16))
            column.setSpacing(px(12))


def _report_lines(report: Report) -> list[tuple[str, str, str]]:
    lines = []
    for row in report.rows:
        shape, output = row.input_shape or (), row.output_shape or ()
        name = times(getattr(row.spec, "kernel_size", ()))
        words = f"{name}, {shape[0]} → {output[0]} channels"
        lines.append((words, f"{row.parameters:,}", f"{row.multiply_adds:,}"))
    return lines
