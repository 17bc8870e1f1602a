"""Thin upright lines on a plot, each with a label, where something was changed in mid-run.

Importing this module imports pyqtgraph.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from app.kit.curves import PlotMark
from app.look.theme import current_theme, font

_HIGHEST, _ROW, _ROWS = 0.95, 0.075, 3
_REACH = 0.012
"""How near, as a share of what is shown, the mouse has to be to a mark."""


class PlotMarks:
    """The marks of one plot; marks at the same place share a line.

    Their labels stand at the top, or at the bottom if the curve ``rises``: where it seldom is.
    """

    def __init__(self, plot: pg.PlotItem, *, rises: bool) -> None:
        self._plot, self._rises = plot, rises
        self._marks: tuple[PlotMark, ...] = ()
        self._lines: list[pg.InfiniteLine] = []

    @property
    def marks(self) -> tuple[PlotMark, ...]:
        """What is marked."""
        return self._marks

    @property
    def labels(self) -> list[str]:
        """What stands at the lines, from left to right as they were made."""
        return [line.label.format for line in self._lines]

    def show_marks(self, marks: Sequence[PlotMark]) -> None:
        """Draw these and no others."""
        if tuple(marks) == self._marks:
            return
        self._marks = tuple(marks)
        for line in self._lines:
            self._plot.removeItem(line)
        labels: dict[float, list[str]] = {}
        for mark in self._marks:
            labels.setdefault(mark.position, []).append(mark.label)
        self._lines = [
            self._line(position, " · ".join(words), index)
            for index, (position, words) in enumerate(labels.items())
        ]
        self.restyle()

    def words_at(self, position: float) -> list[str]:
        """What is to be said of the marks near a position on the horizontal axis."""
        (left, right), _ = self._plot.viewRange()
        reach = _REACH * (right - left)
        return [mark.words for mark in self._marks if abs(mark.position - position) <= reach]

    def _line(self, position: float, label: str, index: int) -> pg.InfiniteLine:
        height = _HIGHEST - _ROW * (index % _ROWS)
        height = 1 - height if self._rises else height
        options = {"position": height, "anchors": [(1.0, 0.5), (0.0, 0.5)]}
        line = pg.InfiniteLine(position, angle=90, movable=False, label=label, labelOpts=options)
        line.setZValue(1)
        self._plot.addItem(line, ignoreBounds=True)
        return line

    def restyle(self) -> None:
        """Follow the theme."""
        for line in self._lines:
            restyle_mark(line)


def restyle_mark(line: pg.InfiniteLine) -> None:
    """Give an upright line and its label the theme's colours and size."""
    theme = current_theme()
    line.setPen(pg.mkPen(theme.text_muted, width=1, style=Qt.PenStyle.DashLine))
    line.label.setColor(QColor(theme.text))
    line.label.fill = pg.mkBrush(theme.raised)
    line.label.border = pg.mkPen(theme.border)
    line.label.setFont(font(11))
