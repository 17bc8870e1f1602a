"""Curves of other runs on a plot, under the run of the moment, with their legend.

Importing this module imports pyqtgraph.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.kit.curves import CurveData, Values
from app.look.painting import painted
from app.look.theme import current_theme, font, px
from app.train.plots.run_styles import paint_run_mark, run_colour, run_style, run_symbol

MOST_POINTS = 400
"""So many points of a line are drawn; more could not be told apart."""

MOST_NAMES = 6
_LINE_ALPHA, _POINT_ALPHA = 150, 230
_BELOW = -0.5  # over the axes' grid, under the run of the moment


@dataclass(frozen=True)
class Overlay:
    """One run's curve of one metric; ``place`` decides how it looks."""

    name: str
    place: int
    curve: CurveData


class OverlaidCurves:
    """Draws the runs that it is given on a plot; they do not move while another run goes on.

    Args:
        plot: Where they are drawn.
        view: The widget of the plot, over which the legend lies.
        scaled: Gives values as they lie on the vertical axis.
        at_top: Whether the legend is in the upper right corner, or in the lower one.
    """

    def __init__(
        self,
        plot: pg.PlotItem,
        view: QWidget,
        scaled: Callable[[Values], Values],
        *,
        at_top: bool,
    ) -> None:
        self._plot, self._scaled = plot, scaled
        self._items: list[pg.PlotDataItem] = []
        self.overlays: tuple[Overlay, ...] = ()
        self.legend = RunLegend(view, at_top=at_top)

    def show(self, overlays: Sequence[Overlay]) -> None:
        """Draw these runs and no others."""
        self.overlays = tuple(overlays)
        self.redraw()
        self.legend.show_runs([(overlay.name, overlay.place) for overlay in self.overlays])

    def redraw(self) -> None:
        """Draw them again: in other colours, or on another scale."""
        for item in self._items:
            self._plot.removeItem(item)
        self._items = [item for overlay in self.overlays for item in self._drawn(overlay)]
        for item in self._items:
            item.setZValue(_BELOW)
            self._plot.addItem(item, ignoreBounds=True)
        self.legend.restyle()

    def right(self) -> float:
        """How far to the right they go."""
        ends = (float(overlay.curve.positions[-1]) for overlay in self._with_values())
        return max(ends, default=0.0)

    def vertical(self, bottom: float, top: float, highest: float | None) -> tuple[float, float]:
        """The range given, widened for the bulk of their values."""
        for overlay in self._with_values():
            smoothed = self._scaled(overlay.curve.smoothed)
            ends = self._scaled(overlay.curve.validation)
            bottom = min(bottom, float(np.percentile(smoothed, 5)), *ends)
            if highest is None:
                top = max(top, 1.03 * float(np.percentile(smoothed, 95)), *ends)
        return bottom, top

    def values_at(self, position: float) -> list[tuple[str, float]]:
        """What each of them had on the validation images after that epoch, or else before it."""
        found = []
        for overlay in self.overlays:
            curve = overlay.curve
            over = np.flatnonzero(curve.validation_positions <= position)
            if len(over):
                found.append((overlay.name, float(curve.validation[over[-1]])))
        return found

    def _with_values(self) -> list[Overlay]:
        return [overlay for overlay in self.overlays if len(overlay.curve.positions)]

    def _drawn(self, overlay: Overlay) -> list[pg.PlotDataItem]:
        curve, place = overlay.curve, overlay.place
        every = max(1, len(curve.positions) // MOST_POINTS)
        colour = run_colour(place)
        line_colour, point_colour = QColor(colour), QColor(colour)
        line_colour.setAlpha(_LINE_ALPHA)
        point_colour.setAlpha(_POINT_ALPHA)
        line = pg.PlotDataItem(
            curve.positions[::every],
            self._scaled(curve.smoothed[::every]),
            pen=pg.mkPen(line_colour, width=px(1.25), style=run_style(place)),
            antialias=True,
        )
        points = pg.PlotDataItem(
            curve.validation_positions,
            self._scaled(curve.validation),
            pen=None,
            symbol=run_symbol(place),
            symbolSize=px(7),
            symbolBrush=pg.mkBrush(point_colour),
            symbolPen=pg.mkPen(current_theme().surface),
        )
        return [line, points]


class RunLegend(QWidget):
    """Names of the overlaid runs, in a corner of the plot where curves seldom are."""

    def __init__(self, view: QWidget, *, at_top: bool) -> None:
        super().__init__(view)
        self._view, self._at_top = view, at_top
        self._runs: list[tuple[str, int]] = []
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        view.installEventFilter(self)
        self.hide()

    @property
    def names(self) -> list[str]:
        """What stands in it, a line each."""
        names = [name for name, _ in self._runs[:MOST_NAMES]]
        more = len(self._runs) - MOST_NAMES
        return [*names, f"and {more} more"] if more > 0 else names

    def show_runs(self, runs: list[tuple[str, int]]) -> None:
        """Name these runs, each with its place."""
        self._runs = runs
        self.setAccessibleName("Overlaid: " + ", ".join(name for name, _ in runs))
        self.setVisible(bool(runs))
        self.restyle()

    def restyle(self) -> None:
        """Follow theme, scale and room."""
        metrics = QFontMetricsF(font(11))
        text = max((metrics.horizontalAdvance(name) for name in self.names), default=0.0)
        width = min(round(text) + px(44), max(self._view.width() // 2, px(90)))
        height = len(self.names) * px(17) + px(8)
        x = self._view.width() - width - px(14)
        y = px(12) if self._at_top else self._view.height() - height - px(46)
        self.setGeometry(x, max(y, 0), width, height)
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the corner."""
        if event.type() == QEvent.Type.Resize:
            self.restyle()
        return super().eventFilter(watched, event)

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Draw the ground, and a line for each run."""
        theme = current_theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(theme.surface)
        ground.setAlpha(225)
        painter.setBrush(ground)
        painter.setPen(QPen(QColor(theme.grid), 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), px(4), px(4))
        painter.setFont(font(11))
        painter.setPen(QColor(theme.text))
        metrics, left = painter.fontMetrics(), px(36)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        for row, name in enumerate(self.names):
            top = px(4) + row * px(17)
            if row < MOST_NAMES:
                paint_run_mark(painter, QRectF(px(8), top, px(22), px(17)), self._runs[row][1])
            room = self.width() - left - px(6)
            words = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRectF(left, top, room, px(17)), int(flags), words)
