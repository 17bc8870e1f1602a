"""Layers in rows: norms, update ratio with its past, histograms of weights and gradients, dead."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QHelpEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.look.painting import painted
from app.look.theme import current_theme, font, px
from engine.basics.numbers import show
from engine.insight.layer_health import Histogram, LayerHealth

LEAST_LOG, MOST_LOG = -6.0, 0.0
"""Powers of ten between which update ratios are drawn."""

USUAL_LOG = -3.0
_HEAD, _LEAST_ROW, _MOST_ROW = 22, 34, 64
_GAP = 14
_HAIR = "\N{HAIR SPACE}"


@dataclass(frozen=True)
class LayerRow:
    """One layer as it is now, and its last update ratios, oldest first."""

    health: LayerHealth
    ratios: tuple[float, ...]


@dataclass(frozen=True)
class _Column:
    """A column: ``width`` at scale 1, and what share of the room to spare it takes."""

    title: str
    about: str
    width: int
    share: float = 0.0


def norm(symbol: str) -> str:
    """The norm of what a symbol stands for, with a hair's breadth of room inside its bars."""
    return f"‖{_HAIR}{symbol}{_HAIR}‖"


COLUMNS = (
    _Column("Layer", "The layers that have weights W", 92, 0.2),
    _Column(norm("W"), "Euclidean norm of the weights, biases left out", 46),
    _Column(
        norm("dW"),
        "Euclidean norm of the latest batch's gradient, with what weight decay adds",
        54,
    ),
    _Column(
        f"{norm('ΔW')} / {norm('W')}",
        "Update ratio: how far one step moves the weights for their size, measured on steps now "
        "and then. Drawn on a logarithmic scale from 10⁻⁶ to 1; the line is at 10⁻³, as is usual.",
        120,
        1.0,
    ),
    _Column("Weights", "Histogram of W, zero in the middle", 96, 1.0),
    _Column("Gradients", "Histogram of dW, zero in the middle", 96, 1.0),
    _Column(
        "Dead",
        "Units behind the layer's ReLU that are 0 on all of 100 held-out images; of a convolution "
        "whole feature maps are counted",
        66,
        0.3,
    ),
)


_DROPPED_FIRST = (5, 4, 6)
"""Columns that go, in this order, where there is not room for all."""


class LayerHealthTable(QWidget):
    """Paints all rows itself, so that it costs little however often it changes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[LayerRow, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("How the layers are doing")

    def show_rows(self, rows: Sequence[LayerRow]) -> None:
        """Show other rows, or the same ones later."""
        if len(rows) != len(self._rows):
            self._rows = tuple(rows)
            self.setMinimumHeight(self.minimumSizeHint().height())
            self.updateGeometry()
        self._rows = tuple(rows)
        self.setAccessibleDescription(
            "; ".join(", ".join(self.texts(row)) for row in range(len(rows)))
        )
        self.update()

    def texts(self, row: int) -> tuple[str, ...]:
        """What a row says: layer, ‖W‖, ‖dW‖, update ratio, the ends of both histograms, dead."""
        found = self._rows[row]
        health, ratios = found.health, found.ratios
        dead = "" if health.dead is None else f"{health.dead} of {health.units}"
        return (
            f"{health.index + 1} {health.title}",
            _rounded(health.weight_norm),
            _rounded(health.gradient_norm),
            _rounded(ratios[-1], 2) if ratios else "–",
            f"±{_rounded(health.weights.limit, 2)}",
            f"±{_rounded(health.gradients.limit, 2)}",
            dead,
        )

    def sizeHint(self) -> QSize:
        """Rows with histograms of a comfortable height."""
        return QSize(px(700), px(_HEAD) + max(1, len(self._rows)) * px(42))

    def minimumSizeHint(self) -> QSize:
        """Rows that can still be read, with the columns that always stay; more rows scroll."""
        stay = [place for place in range(len(COLUMNS)) if place not in _DROPPED_FIRST]
        return QSize(self._width_of(stay), px(_HEAD) + max(1, len(self._rows)) * px(_LEAST_ROW))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme's sizes."""
        if event.type() == QEvent.Type.StyleChange:
            self.setMinimumHeight(self.minimumSizeHint().height())
            self.updateGeometry()
        super().changeEvent(event)

    def event(self, event: QEvent) -> bool:
        """Say what a column means where the pointer rests on it."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            for place, (left, width) in self._places().items():
                if left <= event.pos().x() <= left + width:
                    QToolTip.showText(event.globalPos(), COLUMNS[place].about, self)
                    return True
        return super().event(event)

    @staticmethod
    def _width_of(columns: Sequence[int]) -> int:
        """The least width of these columns with the gaps between them."""
        return sum(px(COLUMNS[place].width) for place in columns) + (len(columns) - 1) * px(_GAP)

    @property
    def columns(self) -> list[int]:
        """The columns that there is room for."""
        shown = list(range(len(COLUMNS)))
        for place in _DROPPED_FIRST:
            if self._width_of(shown) > self.width():
                shown.remove(place)
        return shown

    def _places(self) -> dict[int, tuple[float, float]]:
        """Left end and width of every column that is shown."""
        columns = self.columns
        spare = max(0.0, self.width() - self._width_of(columns))
        shares = sum(COLUMNS[place].share for place in columns)
        places, left = {}, 0.0
        for place in columns:
            width = px(COLUMNS[place].width) + spare * COLUMNS[place].share / shares
            places[place] = (left, width)
            left += width + px(_GAP)
        return places

    # Painting

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Draw the headings and every row."""
        theme, places = current_theme(), self._places()
        painter.setFont(font(12, QFont.Weight.Medium))
        painter.setPen(QColor(theme.text_muted))
        left_top = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        for place, (left, width) in places.items():
            room = QRectF(left, 0, width + px(_GAP), px(_HEAD))
            painter.drawText(room, left_top, COLUMNS[place].title)
        if not self._rows:
            return
        high = (self.height() - px(_HEAD)) / len(self._rows)
        high = max(px(_LEAST_ROW), min(high, px(_MOST_ROW)))
        for index, row in enumerate(self._rows):
            top = px(_HEAD) + index * high
            painter.setPen(QPen(QColor(theme.grid), 1))
            painter.drawLine(QLineF(0, top, self.width(), top))
            boxes = {
                place: QRectF(left, top + px(3), width, high - px(6))
                for place, (left, width) in places.items()
            }
            self._paint_row(painter, row, self.texts(index), boxes)

    def _paint_row(
        self, painter: QPainter, row: LayerRow, texts: Sequence[str], boxes: Mapping[int, QRectF]
    ) -> None:
        theme = current_theme()
        middle = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        for place in (0, 1, 2):
            painter.setFont(font(12, QFont.Weight.Medium if place == 0 else QFont.Weight.Normal))
            painter.setPen(QColor(theme.text))
            words = texts[place]
            if place == 0:
                elide = Qt.TextElideMode.ElideRight
                words = painter.fontMetrics().elidedText(words, elide, int(boxes[0].width()))
            painter.drawText(boxes[place], middle, words)
        ratio = QRectF(boxes[3])
        ratio.setWidth(px(62))
        painter.drawText(ratio, middle, texts[3])
        self._paint_past(painter, row.ratios, boxes[3].adjusted(px(64), 0, 0, 0))
        health = row.health
        if 4 in boxes:
            self._paint_bars(painter, health.weights, boxes[4], theme.kernel, texts[4])
        if 5 in boxes:
            self._paint_bars(painter, health.gradients, boxes[5], theme.gradient, texts[5])
        if 6 in boxes and health.dead_share is not None:
            self._paint_dead(painter, health.dead_share, boxes[6], texts[6])

    @staticmethod
    def _paint_past(painter: QPainter, ratios: Sequence[float], box: QRectF) -> None:
        """Draw the update ratios over time, logarithmically, with the usual 10⁻³."""
        theme = current_theme()

        def height_of(power: float) -> float:
            share = (min(max(power, LEAST_LOG), MOST_LOG) - LEAST_LOG) / (MOST_LOG - LEAST_LOG)
            return box.bottom() - share * box.height()

        painter.fillRect(box, QColor(theme.raised))
        painter.setPen(QPen(QColor(theme.text_muted), 1, Qt.PenStyle.DashLine))
        usual = height_of(USUAL_LOG)
        painter.drawLine(QLineF(box.left(), usual, box.right(), usual))
        if not ratios:
            return
        powers = [math.log10(max(ratio, 10**LEAST_LOG)) for ratio in ratios]
        step = box.width() / max(len(powers) - 1, 1)
        points = [
            QPointF(box.left() + index * step, height_of(power))
            for index, power in enumerate(powers)
        ]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.kernel), px(1.5)))
        if len(points) == 1:
            painter.setBrush(QColor(theme.kernel))
            painter.drawEllipse(points[0], px(2), px(2))
        else:
            painter.drawPolyline(QPolygonF(points))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)

    @staticmethod
    def _paint_bars(
        painter: QPainter, found: Histogram, box: QRectF, colour: str, words: str
    ) -> None:
        """Draw a histogram on its line of zero, the end of its range next to it."""
        theme = current_theme()
        painter.setFont(font(11))
        painter.setPen(QColor(theme.text_muted))
        wide = painter.fontMetrics().horizontalAdvance("±0.0000") + px(2)
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box, flags, words)
        area = box.adjusted(0, 0, -wide - px(2), 0)
        painter.fillRect(area, QColor(theme.raised))
        painter.setPen(QPen(QColor(theme.border), 1))
        painter.drawLine(QLineF(area.center().x(), area.top(), area.center().x(), area.bottom()))
        most = int(found.counts.max(initial=0))
        if most:
            step = area.width() / len(found.counts)
            heights = np.maximum(found.counts / most * area.height(), found.counts > 0).tolist()
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
            painter.drawRects(
                [
                    QRectF(area.left() + index * step, area.bottom() - height, step, height)
                    for index, height in enumerate(heights)
                    if height
                ]
            )

    @staticmethod
    def _paint_dead(painter: QPainter, share: float, box: QRectF, words: str) -> None:
        """Draw the share of dead units as a bar below its numbers."""
        theme = current_theme()
        painter.setFont(font(12))
        painter.setPen(QColor(theme.warning if share > 0 else theme.text))
        upper = QRectF(box.left(), box.center().y() - px(14), box.width(), px(16))
        painter.drawText(upper, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
        track = QRectF(box.left(), upper.bottom() + px(2), box.width(), px(5))
        painter.fillRect(track, QColor(theme.raised))
        filled = QRectF(track)
        filled.setWidth(track.width() * share)
        painter.fillRect(filled, QColor(theme.warning))


def _rounded(value: float, digits: int = 3) -> str:
    """A number to so many significant digits."""
    return show(float(f"{value:.{digits}g}"), digits).text
