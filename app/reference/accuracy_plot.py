"""Parameters against accuracy, a dot per network; importing this imports pyqtgraph."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.kit.plot_parts import bare_plot
from app.look.restyled import LOOKS, Restyled
from app.look.theme import current_theme, font, px

_REACH = 14
_ANCHORS = ((0.5, 1.15), (0.5, -0.15), (-0.06, 0.5), (1.06, 0.5), (0.0, 1.05), (1.0, 1.05))
"""Where a label may stand: above its dot, below, right, left, and two corners."""


@dataclass(frozen=True)
class Dot:
    """A network: its place in the table, name, parameters and accuracy in per cent."""

    row: int
    name: str
    parameters: int
    accuracy: float


class MillionsAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """A logarithmic axis in millions: 1 M, 2 M, 5 M, 10 M."""

    def tickValues(self, low: float, high: float, _size: float) -> list[tuple[float, list[float]]]:  # noqa: N802 - pyqtgraph's name
        """At 1, 2 and 5 of every power of ten."""
        powers = range(math.floor(low), math.ceil(high) + 1)
        places = [math.log10(step) + power for power in powers for step in (1, 2, 5)]
        return [(1.0, [place for place in places if low <= place <= high])]

    def tickStrings(self, values: list[float], _scale: float, _spacing: float) -> list[str]:
        """Whole millions."""
        return [f"{10**value / 1e6:g} M" for value in values]


class AccuracyPlot(Restyled, QFrame):
    """One dot per network; a click chooses it.

    Signals:
        chosen: The row of the network that was clicked.
    """

    restyled_by = LOOKS

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._dots: tuple[Dot, ...] = ()
        self._labels: list[pg.TextItem] = []
        self._current: int | None = None
        self._bottom = MillionsAxis("bottom")
        self._left = pg.AxisItem("left")
        self.view = bare_plot(self, {"bottom": self._bottom, "left": self._left})
        self._plot = self.view.getPlotItem()
        self._plot.setMouseEnabled(x=False, y=False)
        self._scatter = pg.ScatterPlotItem()
        self._plot.addItem(self._scatter)
        self._plot.scene().sigMouseClicked.connect(self._click)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.view)
        self.follow_theme()

    def show_dots(self, dots: Sequence[Dot]) -> None:
        """Show these networks."""
        for label in self._labels:
            self._plot.removeItem(label)
        self._dots = tuple(dots)
        self._labels = []
        for dot in self._dots:
            label = pg.TextItem(dot.name, anchor=(0.5, 1.15))
            label.setPos(math.log10(dot.parameters), dot.accuracy)
            self._plot.addItem(label)
            self._labels.append(label)
        if self._dots:
            places = [math.log10(dot.parameters) for dot in self._dots]
            heights = [dot.accuracy for dot in self._dots]
            self._plot.setRange(
                xRange=(min(places) - 0.28, max(places) + 0.25),
                yRange=(min(heights) - 2.5, max(heights) + 3.5),
                padding=0,
            )
        self._restyle()

    def mark(self, row: int | None) -> None:
        """Let a network stand out."""
        self._current = row
        self._style_dots()

    def place_of(self, row: int) -> QPointF:
        """Where a network's dot is, in the view's pixels."""
        dot = next(dot for dot in self._dots if dot.row == row)
        place = QPointF(math.log10(dot.parameters), dot.accuracy)
        scene = self._plot.getViewBox().mapViewToScene(place)
        return QPointF(self.view.mapFromScene(scene))

    def _click(self, event: QMouseEvent) -> None:
        place = QPointF(self.view.mapFromScene(event.scenePos()))  # type: ignore[attr-defined]
        nearest = min(
            self._dots,
            key=lambda dot: (self.place_of(dot.row) - place).manhattanLength(),
            default=None,
        )
        if nearest is None:
            return
        if (self.place_of(nearest.row) - place).manhattanLength() <= px(2 * _REACH):
            self.chosen.emit(nearest.row)

    def _style_dots(self) -> None:
        theme = current_theme()
        spots = []
        for dot, label in zip(self._dots, self._labels, strict=True):
            is_current = dot.row == self._current
            colour = QColor(theme.accent if is_current else theme.input)
            label.setColor(QColor(theme.text if is_current else theme.text_muted))
            label.setFont(font(13 if is_current else 11))
            label.setZValue(2 if is_current else 1)
            spots.append(
                {
                    "pos": (math.log10(dot.parameters), dot.accuracy),
                    "size": px(14 if is_current else 9),
                    "brush": colour,
                    "pen": QPen(Qt.PenStyle.NoPen),
                }
            )
        self._scatter.setData(spots)
        self._place_labels()

    def _place_labels(self) -> None:
        """Give each label the first place around its dot where nothing else is yet."""
        places = [self.place_of(dot.row) for dot in self._dots]
        radius = px(6)
        taken = [
            QRectF(place.x() - radius, place.y() - radius, 2 * radius, 2 * radius)
            for place in places
        ]
        room = QRectF(self.view.rect())
        for dot, label, place in zip(self._dots, self._labels, places, strict=True):
            metrics = QFontMetricsF(font(13 if dot.row == self._current else 11))
            margin = 8  # around the text of a QGraphicsTextItem
            width = metrics.horizontalAdvance(dot.name) + margin
            height = metrics.height() + margin
            boxes = [
                QRectF(place.x() - x * width, place.y() - y * height, width, height)
                for x, y in _ANCHORS
            ]
            overlaps = [_overlap(box, taken) + (0 if room.contains(box) else 1e6) for box in boxes]
            best = overlaps.index(min(overlaps))
            label.setAnchor(_ANCHORS[best])
            taken.append(boxes[best])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the labels again, once the plot has its size."""
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._place_labels)

    def showEvent(self, event: QShowEvent) -> None:
        """The same when first seen."""
        super().showEvent(event)
        QTimer.singleShot(0, self, self._place_labels)

    def _restyle(self) -> None:
        theme = current_theme()
        self._column.setContentsMargins(px(8), px(10), px(14), px(8))
        self.view.setBackground(QColor(theme.surface))
        self.view.setRenderHint(QPainter.RenderHint.Antialiasing)
        style = {"color": theme.text_muted, "font-size": f"{px(12)}px"}
        for axis, words in ((self._bottom, "parameters"), (self._left, "top-1 accuracy, %")):
            axis.setPen(QPen(QColor(theme.grid), 1))
            axis.setTextPen(QColor(theme.text_muted))
            axis.setStyle(tickFont=font(12), tickLength=0)
            axis.setLabel(words, **style)
        self._style_dots()


def _overlap(box: QRectF, others: list[QRectF]) -> float:
    """The area of ``box`` that others cover."""
    shared = (box.intersected(other) for other in others)
    return sum(part.width() * part.height() for part in shared)
