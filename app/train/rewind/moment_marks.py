"""A line on each of the curves at the moment of a run that is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyqtgraph as pg

from app.look.theme import current_theme, px
from app.train.plots.metric_plot import MetricPlot


class MomentMarks:
    """Upright lines, one per plot; importing this imports pyqtgraph."""

    def __init__(self, plots: Sequence[MetricPlot]) -> None:
        self.position: float | None = None
        self._lines: list[Any] = []
        for plot in plots:
            line = pg.InfiniteLine(angle=90, movable=False)
            line.setZValue(5)
            line.hide()
            plot.plot_item.addItem(line, ignoreBounds=True)
            self._lines.append(line)

    def show_at(self, position: float | None) -> None:
        """Mark a position, in epochs since the start; ``None`` takes the lines away."""
        self.position = position
        for line in self._lines:
            line.setVisible(position is not None)
            if position is not None:
                line.setPen(pg.mkPen(current_theme().accent, width=px(1.5)))
                line.setValue(position)
