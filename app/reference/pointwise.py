"""Reference, filter sizes: what a 1×1 convolution does to channels, and what a bottleneck saves."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from app.kit.stack.field_editors import NumberEditor
from app.look.restyled import Restyled
from app.look.text import Text
from app.look.theme import px
from app.reference.mixing_picture import MixingPicture
from engine.basics.geometry import times
from engine.layers.spec import FieldInfo
from engine.networks.stack import Report
from engine.training.filter_sizes import bottleneck, mixing_example

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
        self._rows: list[tuple[Text, Text, Text]] = []
        self._table = QGridLayout()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._cards = (self._mixing_card(), self._bottleneck_card())
        for card in self._cards:
            self._row.addWidget(card, 1)
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

    def _restyle(self) -> None:
        self._row.setSpacing(px(12))
        self._table.setVerticalSpacing(px(10))
        for card in self._cards:
            column = card.layout()
            if column is not None:
                column.setContentsMargins(px(18), px(14), px(18), px(16))
                column.setSpacing(px(12))


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
