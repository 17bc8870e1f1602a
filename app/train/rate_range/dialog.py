"""Loss against learning rate, as a range test goes on, and the rate that it suggests.

Importing this module imports pyqtgraph.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.kit.plot_parts import bare_plot
from app.kit.read_out import ReadOut, ThinBar
from app.look.nesting import nest
from app.look.restyled import COLOURS, FONT, Restyled
from app.look.screen_room import within_screen
from app.look.text import Text
from app.look.theme import current_theme, px
from app.train.plots.plot_axes import RoomyAxis
from app.train.plots.plot_marks import restyle_mark

ABOUT = (
    "A network made for this test is trained with a learning rate that rises with every batch "
    "(line): where the loss rises again, steps overshoot. Then a few rates before that are tried, "
    "each in a short training from the start (dots: the loss on held-out images at its end). Your "
    "own network and its settings stay as they are."
)


class RateRangeDialog(Restyled, QDialog):
    """Shows a test; ``use`` takes the suggestion.

    Signals:
        rate_chosen: The suggested rate, which the user wants to train with.
        run_wanted: The test is to begin, or to be cancelled if it goes on.
    """

    restyled_by = FONT | COLOURS

    rate_chosen = Signal(float)
    run_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Find a learning rate")
        self._suggested: float | None = None
        self._marks: list[pg.InfiniteLine] = []
        self._about = Text(ABOUT, 13, role="muted")
        self._about.setWordWrap(True)
        self.verdict = Text(size=14)
        self.verdict.setWordWrap(True)
        self.progress = ThinBar()
        self.figures = ReadOut(12, "text_muted")
        self.run = QPushButton("Cancel")
        self.use = QPushButton("Use it")
        self.use.setProperty("role", "primary")
        self.close_button = QPushButton("Close")
        self._make_plot()
        self._lay_out()
        self.run.clicked.connect(self.run_wanted)
        self.use.clicked.connect(self._choose)
        self.close_button.clicked.connect(self.reject)
        self.follow_theme()

    def show_running(self, progress: float | None, doing: str, figures: str) -> None:
        """Say how far the test has come, and what it does."""
        self._suggested = None
        self.verdict.setText(doing)
        self._show_progress(progress, figures, is_running=True)

    def show_points(
        self, rates: Sequence[float], losses: Sequence[float], averages: Sequence[float]
    ) -> None:
        """Draw the loss of each batch, and its running average."""
        where = np.log10(np.array(rates)) if rates else np.empty(0)
        self._batches.setData(where, np.array(losses))
        self._average.setData(where, np.array(averages))
        if len(averages):
            bulk = float(np.percentile(losses, 90))
            top = max(1.1 * min(max(averages), 2 * bulk), 1e-3)
            self._plot.setRange(xRange=(-5, 1), yRange=(0, top), padding=0)

    def show_tried(self, rates: Sequence[float], losses: Sequence[float]) -> None:
        """Draw what trainings at a few rates came to."""
        self._tried.setData(np.log10(np.array(rates)) if rates else np.empty(0), np.array(losses))

    def show_verdict(
        self, text: str, suggested: float | None, marks: Sequence[tuple[float, str]]
    ) -> None:
        """Say what came of it; ``marks`` are rates, each with a label."""
        self._suggested = suggested
        self.verdict.setText(text)
        for line in self._marks:
            self._plot.removeItem(line)
        self._marks = [self._mark(rate, label, at) for at, (rate, label) in enumerate(marks)]
        self._show_progress(1.0, self.figures.text(), is_running=False)
        self._style_marks()
        (self.use if suggested is not None else self.close_button).setFocus()

    def _show_progress(self, progress: float | None, figures: str, *, is_running: bool) -> None:
        self.progress.show_share(progress)
        self.figures.set_text(figures)
        self.run.setText("Cancel" if is_running else "Test again")
        self.use.setEnabled(self._suggested is not None)
        self.use.setText("Use it" if self._suggested is None else f"Use {self._suggested:g}")
        if is_running:
            for line in self._marks:
                self._plot.removeItem(line)
            self._marks = []

    def _choose(self) -> None:
        if self._suggested is not None:
            self.rate_chosen.emit(self._suggested)
            self.accept()

    # Making

    def _make_plot(self) -> None:
        self._axes = {side: RoomyAxis(side) for side in ("bottom", "left")}
        self._view = bare_plot(self, self._axes)
        self._view.setAccessibleName("Loss against learning rate")
        self._plot = self._view.getPlotItem()
        self._plot.setMouseEnabled(x=False, y=False)
        self._axes["bottom"].setLogMode(True)
        for axis in self._axes.values():
            axis.enableAutoSIPrefix(False)
        self._batches = self._plot.plot()
        self._average = self._plot.plot()
        self._average.opts["antialias"] = True
        self._tried = self._plot.plot(pen=None, symbol="o")
        self._plot.setRange(xRange=(-5, 1), yRange=(0, 2.5), padding=0)

    def _mark(self, rate: float, label: str, at: int) -> pg.InfiniteLine:
        options = {"position": 0.94 - 0.09 * at, "anchors": [(1.0, 0.5), (0.0, 0.5)]}
        line = pg.InfiniteLine(np.log10(rate), angle=90, label=label, labelOpts=options)
        self._plot.addItem(line, ignoreBounds=True)
        return line

    def _lay_out(self) -> None:
        self._card = QFrame()
        self._card.setProperty("role", "card")
        self._inside = QVBoxLayout(self._card)
        self._inside.addWidget(self._view, 1)
        self._buttons = QHBoxLayout()
        self._buttons.addWidget(self.run)
        self._buttons.addWidget(self.figures, 1)
        self._buttons.addWidget(self.close_button)
        self._buttons.addWidget(self.use)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._about)
        self._column.addWidget(self._card, 1)
        self._column.addWidget(self.progress)
        self._column.addWidget(self.verdict)
        nest(self._column, self._buttons)

    def _restyle(self) -> None:
        theme = current_theme()
        self.resize(within_screen(self, QSize(px(640), px(520))))
        self._column.setContentsMargins(px(16), px(14), px(16), px(14))
        self._column.setSpacing(px(10))
        self._buttons.setSpacing(px(10))
        self._inside.setContentsMargins(px(8), px(8), px(12), px(4))
        self.verdict.setMinimumHeight(px(58))
        self.verdict.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._view.setBackground(theme.surface)
        for axis, words in zip(self._axes.values(), ("learning rate", "loss"), strict=True):
            axis.restyle()
            axis.say(words)
        self._axes["bottom"].setHeight(px(40))
        self._axes["left"].setWidth(px(48))
        self._plot.layout.setContentsMargins(0, px(7), px(16), 0)
        faint = QColor(theme.curve_training)
        faint.setAlphaF(0.35)
        self._batches.setPen(pg.mkPen(faint, width=1))
        self._average.setPen(pg.mkPen(theme.curve_training, width=px(2)))
        self._tried.setSymbolSize(px(9))
        self._tried.setSymbolBrush(theme.curve_validation)
        self._tried.setSymbolPen(None)
        self._style_marks()

    def _style_marks(self) -> None:
        for line in self._marks:
            restyle_mark(line)
