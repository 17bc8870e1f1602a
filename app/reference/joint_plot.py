"""One metric of several runs in one plot, each in a colour and a dash of its own.

Importing this module imports pyqtgraph, so it is left until somebody looks at a plot.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.kit.plot_parts import PlotPointer
from app.look.nesting import nest
from app.look.painting import painted
from app.look.restyled import LOOKS, Restyled
from app.look.text import Text
from app.look.theme import current_theme, font, px

Values = NDArray[np.float64]

DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine)
ROLES = ("curve_training", "curve_validation", "output")


@dataclass(frozen=True, eq=False)
class JointCurve:
    """One run's values over epochs; with ``has_points`` each value is a measurement of its own."""

    name: str
    positions: Values
    values: Values
    has_points: bool = False


def pen_of(place: int, *, is_live: bool = False) -> QPen:
    """The pen of the run at this place."""
    colour = QColor(getattr(current_theme(), ROLES[place % len(ROLES)]))
    pen = QPen(colour, 1 if is_live else max(2, px(2)))
    pen.setCosmetic(True)
    pen.setStyle(DASHES[place % len(DASHES)])
    return pen


class LineMark(QWidget):
    """A short piece of a run's line."""

    def __init__(self, place: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = place

    def sizeHint(self) -> QSize:
        """Long enough for two dashes."""
        return QSize(px(26), px(12))

    minimumSizeHint = sizeHint

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Draw the line."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen_of(self._place))
        painter.drawLine(0, self.height() // 2, self.width(), self.height() // 2)


class JointPlot(Restyled, QFrame):
    """A titled plot with a legend; a line under the mouse says the values that it crosses.

    Args:
        title: What is plotted.
        write: How a value is written where the mouse is.
        highest: The largest value possible, ``None`` if there is none.
        usual: The largest value shown as long as there is none.
    """

    restyled_by = LOOKS

    def __init__(
        self,
        title: str,
        write: Callable[[float], str],
        *,
        highest: float | None = None,
        usual: float = 1.0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._write, self._highest, self._usual = write, highest, usual
        self._view = pg.PlotWidget()
        self._plot = self._view.getPlotItem()
        self._plot.setMenuEnabled(False)
        self._plot.hideButtons()
        self._plot.getViewBox().setMouseEnabled(False, False)
        self._view.viewport().setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents, False)
        self._items: list[pg.PlotDataItem] = []
        self._marks: list[LineMark] = []
        self._names: list[Text] = []
        self._curves: tuple[JointCurve, ...] = ()
        self._epochs = 1.0
        self._is_live = False
        self._title = Text(title, 14, QFont.Weight.DemiBold)
        self.pointer = PlotPointer(self._view, self._say_at)
        self._legend = QHBoxLayout()
        self._header = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._header.addWidget(self._title)
        self._header.addStretch(1)
        nest(self._header, self._legend)
        self._column = QVBoxLayout(self)
        nest(self._column, self._header)
        self._column.addWidget(self._view, 1)
        self.follow_theme()

    @property
    def curves(self) -> tuple[JointCurve, ...]:
        """What is shown."""
        return self._curves

    @property
    def legend(self) -> tuple[str, ...]:
        """The words beside the lines."""
        return tuple(text.text() for text in self._names if not text.isHidden())

    def show_curves(
        self, curves: Sequence[JointCurve], epochs: float, *, is_live: bool = False
    ) -> None:
        """Show these runs over so many epochs, thinly while values keep coming."""
        restyles = is_live != self._is_live or len(curves) > len(self._items)
        self._curves, self._epochs, self._is_live = tuple(curves), epochs, is_live
        while len(self._items) < len(curves):
            self._add_line()
        for place, item in enumerate(self._items):
            is_there = place < len(curves)
            self._marks[place].setVisible(is_there)
            self._names[place].setVisible(is_there)
            if not is_there:
                item.clear()
                continue
            curve = curves[place]
            item.setDownsampling(auto=len(curve.values) > 2000, method="peak")
            item.setSymbol("o" if curve.has_points else None)
            item.setData(curve.positions, curve.values)
            self._names[place].setText(curve.name)
        if restyles:
            self._style_lines()
        self._fit_header()
        self._rescale()

    def _say_at(self, position: float) -> tuple[float, str] | None:
        """The place nearest to ``position`` that has a value, and what each run has there."""
        found = [
            (float(curve.positions[at]), curve.name, float(curve.values[at]))
            for curve in self._curves
            if len(curve.positions)
            for at in [int(np.abs(curve.positions - position).argmin())]
        ]
        if not found:
            return None
        where = min((place for place, _, _ in found), key=lambda place: abs(place - position))
        lines = [f"{name}: {self._write(value)}" for _, name, value in found]
        return where, "\n".join([f"epoch {where:.2f}".removesuffix(".00"), *lines])

    def _add_line(self) -> None:
        place = len(self._items)
        self._items.append(self._plot.plot([], []))
        self._marks.append(LineMark(place))
        self._names.append(Text("", 12))
        self._legend.addWidget(self._marks[-1])
        self._legend.addWidget(self._names[-1])

    def _rescale(self) -> None:
        values = [curve.values for curve in self._curves if len(curve.values)]
        top = max((float(np.nanmax(part)) for part in values), default=self._usual)
        low = min((float(np.nanmin(part)) for part in values), default=0.0)
        bottom = 0.0 if low < top / 3 else max(0.0, low - 0.15 * (top - low) - 1e-6)
        ceiling = 1.06 * top or 1.0
        if self._highest is not None:
            ceiling = min(ceiling, 1.015 * self._highest)
        self._plot.setRange(xRange=(0, self._epochs * 1.015), yRange=(bottom, ceiling), padding=0)
        step = max(1, round(self._epochs / 8))
        ticks = [(epoch, str(epoch)) for epoch in range(0, int(self._epochs) + 1, step)]
        self._plot.getAxis("bottom").setTicks([ticks])

    def _style_lines(self) -> None:
        for place, item in enumerate(self._items):
            pen = pen_of(place, is_live=self._is_live)
            item.setPen(pen)
            item.setSymbolBrush(pen.color())
            item.setSymbolPen(None)
            item.setSymbolSize(px(8))
            item.opts["antialias"] = not self._is_live
            item.updateItems()

    def _fit_header(self) -> None:
        """The legend beside the title if there is room, else below."""
        margins = self._column.contentsMargins()
        room = self.width() - margins.left() - margins.right() - px(12)
        is_wide = self._title.sizeHint().width() + self._legend.sizeHint().width() <= room
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._header.setDirection(across if is_wide else down)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find a place for the legend."""
        super().resizeEvent(event)
        self._fit_header()

    def _restyle(self) -> None:
        theme = current_theme()
        self._column.setContentsMargins(px(12), px(10), px(12), px(8))
        self._column.setSpacing(px(6))
        self._legend.setSpacing(px(8))
        self._header.setSpacing(px(2))
        self.setMinimumHeight(px(190))
        self._view.setBackground(theme.surface)
        for side in ("left", "bottom"):
            axis = self._plot.getAxis(side)
            axis.setTickFont(font(12))
            axis.setTextPen(QColor(theme.text_muted))
            axis.setPen(QColor(theme.border))
            axis.label.setFont(font(12))
        self._plot.setLabel("bottom", "epochs", color=theme.text_muted)
        self._plot.showGrid(x=True, y=True, alpha=0.18)
        self._style_lines()
