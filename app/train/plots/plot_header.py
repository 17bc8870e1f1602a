"""The row above a plot: its title, its buttons, and a legend that prints the latest values."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QToolButton, QWidget

from app.kit.curves import CurveData
from app.kit.read_out import ReadOut
from app.look.nesting import nest
from app.look.painting import painted
from app.look.restyled import Restyled
from app.look.text import Text
from app.look.theme import current_theme, px

RUNNING = "running mean"
"""What the strong curve of the training batches is, unlike the epochs' means in the table."""


class LegendMark(QWidget):
    """A short line, or a dot, in a curve's colour."""

    def __init__(self, colour_role: str, *, is_dot: bool) -> None:
        super().__init__()
        self._colour_role = colour_role
        self._is_dot = is_dot

    def restyle(self) -> None:
        """Follow the theme's scale."""
        self.setFixedSize(px(18), px(12))

    @painted
    def paintEvent(self, _event: QPaintEvent, painter: QPainter) -> None:
        """Draw the mark as the plot draws its curve."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = QColor(getattr(current_theme(), self._colour_role))
        middle = QRectF(self.rect()).center()
        painter.setPen(QPen(colour, px(2)))
        if self._is_dot:
            painter.setBrush(colour)
            painter.drawEllipse(middle, px(3), px(3))
        else:
            painter.drawLine(0, round(middle.y()), self.width(), round(middle.y()))


class PlotHeader(Restyled, QWidget):
    """Says what is plotted and what it is now; ``format_value`` writes a value."""

    def __init__(self, title: str, format_value: Callable[[float], str], *, has_log: bool) -> None:
        super().__init__()
        self._format_value = format_value
        self.title = Text(title, 13, QFont.Weight.DemiBold)
        self.training = ReadOut(12, hugs=True)
        self.validation = ReadOut(12, hugs=True)
        self._marks = (
            LegendMark("curve_training", is_dot=False),
            LegendMark("curve_validation", is_dot=True),
        )
        self.fit = QToolButton()
        self.fit.setText("Fit")
        self.fit.setToolTip("Show the whole run again")
        self.fit.hide()
        self.log = QToolButton()
        self.log.setText("Log scale")
        self.log.setCheckable(True)
        self.log.setToolTip("Logarithmic: each step up is ten times as much, so small losses show")
        if not has_log:  # shown before it has a parent, it would open as a window
            self.log.hide()
        self.training.setToolTip(
            "Faint: every batch. Strong, and printed here: a running mean over the latest batches. "
            "The table of epochs has the mean over each whole epoch."
        )
        self.validation.setToolTip("After every epoch, on images it was not trained on.")
        self._lay_out()
        self.follow_theme()
        self.clear()

    def clear(self) -> None:
        """Print no values."""
        self.training.clear(f"training, {RUNNING}")
        self.validation.clear("validation")

    def print_latest(self, curve: CurveData) -> None:
        """Print what the curves end with."""
        if len(curve.smoothed):
            value = self._format_value(curve.smoothed[-1])
            self.training.set_text(f"training, {RUNNING} {value}", f"{RUNNING} {value}", value)
        if len(curve.validation):
            value = self._format_value(curve.validation[-1])
            self.validation.set_text(f"validation {value}", value)

    def _lay_out(self) -> None:
        self._buttons = QHBoxLayout()
        self._buttons.addWidget(self.log)
        self._buttons.addWidget(self.fit)
        self._buttons.addStretch(1)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.addWidget(self.title, 0, 0)
        nest(self._grid, self._buttons, 1, 0)
        self._grid.setColumnStretch(1, 1)
        for row, text in enumerate((self.training, self.validation)):
            self._grid.addWidget(self._marks[row], row, 2)
            self._grid.addWidget(text, row, 3)

    def _restyle(self) -> None:
        self._grid.setHorizontalSpacing(px(6))
        self._grid.setVerticalSpacing(px(2))
        self._buttons.setSpacing(px(6))
        self._grid.setRowMinimumHeight(0, px(18))
        self._grid.setRowMinimumHeight(1, px(28))  # as high as the buttons, shown or not
        for mark in self._marks:
            mark.restyle()
