"""One metric over the epochs of a training run: per batch, smoothed, and on validation images.

Importing this module imports pyqtgraph, so it is left until somebody looks at a plot.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QElapsedTimer, Qt, Slot
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QFrame, QGraphicsItem, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.kit.curves import CurveData, PlotMark
from app.kit.plot_parts import PlotPointer, bare_plot
from app.look.restyled import COLOURS, FONT, Restyled
from app.look.theme import current_theme, font, px
from app.train.plots.overlaid_curves import OverlaidCurves, Overlay
from app.train.plots.plot_axes import PlotReach, RoomyAxis
from app.train.plots.plot_header import RUNNING, PlotHeader
from app.train.plots.plot_marks import PlotMarks

DOWNSAMPLING_FROM = 2000
RESCALE_MS = 1000
_FAINT = 0.34
_END_MARGIN = 0.015  # so that the last validation point is a whole one


class MetricPlot(Restyled, QFrame):
    """A plot with a legend that also prints the latest values.

    While live it is cheap: thin lines without antialiasing, and the axes move once a second at
    most. A zoom or pan by mouse stays until *Fit* is pressed, whatever arrives.

    Args:
        title: What is plotted.
        empty_text: Shown in the middle while there is nothing to draw.
        format_value: How a value is written in the legend.
        highest: The largest value possible, ``None`` if there is none.
        usual: Range shown at least, as a metric of an untrained network has it.
        axis_scale: What an axis label multiplies values with; 100 for per cent.
        has_log: Whether there is a button for a logarithmic scale.
    """

    restyled_by = FONT | COLOURS

    def __init__(
        self,
        title: str,
        empty_text: str,
        format_value: Callable[[float], str],
        *,
        highest: float | None = None,
        usual: tuple[float, float] = (0.0, 1.0),
        axis_scale: float = 1.0,
        has_log: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self._format_value = format_value
        self._reach = PlotReach(highest, usual)
        self._is_live = False
        self._is_zoomed = False
        self._curve: CurveData | None = None
        self._make_plot(axis_scale)
        self.header = PlotHeader(title, format_value, has_log=has_log)
        self.header.fit.clicked.connect(self.fit)
        self.header.log.toggled.connect(self.set_log)
        self._empty = QLabel(empty_text, self._view, alignment=Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.header)
        self._column.addWidget(self._view, 1)
        self._since_rescale = QElapsedTimer()
        self._marks = PlotMarks(self._plot, rises=highest is not None)
        self.overlaid = OverlaidCurves(
            self._plot, self._view, self._reach.scaled, at_top=highest is None
        )
        self.pointer = PlotPointer(self._view, self._say_at)
        self.follow_theme()
        self.clear()

    # What is shown

    @property
    def canvas(self) -> QWidget:
        """The widget that the curves are painted on."""
        canvas: QWidget = self._view.viewport()
        return canvas

    @property
    def plot_item(self) -> pg.PlotItem:
        """Axes and curves as pyqtgraph has them, for whoever adds curves of other runs."""
        return self._plot

    @property
    def point_counts(self) -> tuple[int, int]:
        """How many batches, and how many validation points, are drawn."""
        curve = self._curve
        return (len(curve.positions), len(curve.validation)) if curve else (0, 0)

    @property
    def mark_labels(self) -> list[str]:
        """What stands at the lines that mark changes."""
        return self._marks.labels

    @property
    def view_range(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """What the axes show: ``((left, right), (bottom, top))``."""
        (left, right), (bottom, top) = self._plot.viewRange()
        return (left, right), (bottom, top)

    def clear(self) -> None:
        """Show the empty state."""
        self._curve = None
        for item in (self._batch_item, self._smooth_item, self._validation_item):
            item.clear()
        self._marks.show_marks(())
        self.pointer.hide()
        self.header.clear()
        self._empty.setVisible(not self.overlaid.overlays)
        self.fit()

    def say_when_empty(self, text: str) -> None:
        """What stands in the middle while there is nothing to draw."""
        if self._empty.text() != text:
            self._empty.setText(text)

    @property
    def empty_text(self) -> str:
        """What stands in the middle while there is nothing to draw; empty if there is."""
        return "" if self._empty.isHidden() else self._empty.text()

    def set_epochs(self, epochs: float) -> None:
        """Say how far the horizontal axis may reach."""
        self._reach.epochs = max(float(epochs), 1.0)
        self.rescale()

    def set_live(self, is_live: bool) -> None:
        """Say whether values keep coming; once they do not, lines are drawn thick and smooth."""
        if is_live == self._is_live:
            return
        self._is_live = is_live
        self._style_curves()
        self.rescale()

    def show_curve(self, curve: CurveData) -> None:
        """Draw these values; they may be the last ones, grown."""
        was_empty = self._curve is None
        self._curve = curve
        is_long = len(curve.positions) > DOWNSAMPLING_FROM
        for item, values in (
            (self._batch_item, curve.per_batch),
            (self._smooth_item, curve.smoothed),
        ):
            item.setDownsampling(auto=is_long, method="peak")
            item.setData(curve.positions, self._reach.scaled(values), skipFiniteCheck=True)
        if len(curve.validation) != len(self._validation_item.data):
            self._show_validation(curve)
        self.header.print_latest(curve)
        self._empty.setVisible(not len(curve.positions) and not self.overlaid.overlays)
        if was_empty or not self._is_live or self._since_rescale.hasExpired(RESCALE_MS):
            self.rescale()

    def show_marks(self, marks: Sequence[PlotMark]) -> None:
        """Mark where something was changed."""
        self._marks.show_marks(marks)

    def show_overlays(self, overlays: Sequence[Overlay]) -> None:
        """Draw these other runs under the run of the moment."""
        self.overlaid.show(overlays)
        self._empty.setVisible(not self.point_counts[0] and not overlays)
        self.rescale()

    def _show_validation(self, curve: CurveData) -> None:
        values = self._reach.scaled(curve.validation)
        self._validation_item.setData(curve.validation_positions, values)

    def _say_at(self, position: float) -> tuple[float, str] | None:
        """The batch nearest to a position, what was measured there, and what was changed."""
        curve = self._curve
        others = [
            f"{name} {self._format_value(value)}"
            for name, value in self.overlaid.values_at(position)
        ]
        if curve is None or not len(curve.positions):
            return (position, "\n".join(["validation", *others])) if others else None
        batch = int(np.abs(curve.positions - position).argmin())
        where, step = float(curve.positions[batch]), curve.batches_per_point
        subject = "this batch" if step == 1 else f"mean of {step} batches"
        lines = [
            f"epoch {np.ceil(where):.0f}, batch {(batch + 1) * step:,}",
            f"{subject} {self._format_value(curve.per_batch[batch])}",
            f"{RUNNING} {self._format_value(curve.smoothed[batch])}",
        ]
        over = np.flatnonzero(curve.validation_positions <= where)
        if len(over):
            epoch = curve.validation_positions[over[-1]]
            value = self._format_value(curve.validation[over[-1]])
            lines.append(f"validation {value} after epoch {epoch:.0f}")
        return where, "\n".join([*lines, *others, *self._marks.words_at(position)])

    # Axes

    @property
    def is_log(self) -> bool:
        """Whether the vertical axis is logarithmic."""
        return self._reach.is_log

    @Slot(bool)
    def set_log(self, is_log: bool) -> None:
        """Make the vertical axis logarithmic or not."""
        self._reach.is_log = is_log
        self._axes[1].setLogMode(is_log)
        self._plot.setLimits(yMin=-10 if is_log else 0)
        if self._curve is not None:
            self._show_validation(self._curve)
            self.show_curve(self._curve)
        self.overlaid.redraw()
        self.fit()

    @Slot()
    def fit(self) -> None:
        """Forget the user's zoom and show everything."""
        self._is_zoomed = False
        self.header.fit.hide()
        self.rescale()

    @Slot()
    def rescale(self) -> None:
        """Let the axes show what there is, unless the user has zoomed."""
        if self._is_zoomed:
            return
        self._since_rescale.start()
        own = self._reach.vertical(self._curve)
        bottom, top = self.overlaid.vertical(*own, self._reach.highest)
        right = max(self._reach.right(self._curve), self.overlaid.right()) * (1 + _END_MARGIN)
        self._plot.setRange(xRange=(0, right), yRange=(bottom, top), padding=0)

    @Slot()
    def _on_manual_range(self) -> None:
        self._is_zoomed = True
        self.header.fit.show()

    # Making

    def _make_plot(self, axis_scale: float) -> None:
        axes = {side: RoomyAxis(side) for side in ("bottom", "left")}
        self._view = bare_plot(self, axes)
        self._plot = self._view.getPlotItem()
        self._plot.disableAutoRange()
        self._plot.setClipToView(True)
        self._axes = list(axes.values())
        for axis in self._axes:
            axis.enableAutoSIPrefix(False)
        self._axes[1].setScale(axis_scale)
        limits = {"xMin": 0, "yMin": 0, "minXRange": 0.01, "minYRange": 1e-4}
        if self._reach.highest is not None:
            limits["yMax"] = self._reach.highest
        self._plot.setLimits(**limits)
        self._batch_item = self._plot.plot()
        self._smooth_item = self._plot.plot()
        self._validation_item = pg.ScatterPlotItem()
        self._plot.addItem(self._validation_item)
        self.keep_pixels(keep=True)
        self._plot.getViewBox().sigRangeChangedManually.connect(self._on_manual_range)

    # Appearance

    def keep_pixels(self, *, keep: bool) -> None:
        """Paint axes and points from pixels kept of them, which is quick; a drawing wants lines."""
        modes = QGraphicsItem.CacheMode
        for axis in self._axes:
            axis.setCacheMode(modes.DeviceCoordinateCache if keep else modes.NoCache)
        self._view.setCacheMode(
            pg.GraphicsView.CacheModeFlag.CacheBackground
            if keep
            else pg.GraphicsView.CacheModeFlag.CacheNone
        )
        self._validation_item.opts["useCache"] = keep

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the empty text in the middle."""
        super().resizeEvent(event)
        self.pointer.hide()
        self._place_empty_text()

    def _place_empty_text(self) -> None:
        margin = px(48)
        self._empty.setGeometry(self._view.rect().adjusted(margin, 0, -margin // 2, -margin // 2))

    def _restyle(self) -> None:
        theme = current_theme()
        self.setMinimumWidth(px(200))
        self._column.setContentsMargins(px(12), px(8), px(12), px(2))
        self._column.setSpacing(px(4))
        self._view.setBackground(theme.surface)
        self._empty.setFont(font(13))
        self._empty.setStyleSheet(f"color: {theme.text_muted}; background: transparent;")
        for axis in self._axes:
            axis.restyle()
            axis.setStyle(textFillLimits=[(0, 0.6), (2, 0.3), (4, 0.2)])
        self.keep_pixels(keep=False)  # those of the other size or theme
        self.keep_pixels(keep=True)
        self._axes[0].say("epochs")
        self._axes[0].setHeight(px(38))
        self._axes[1].setWidth(px(42))
        self._plot.layout.setContentsMargins(0, px(7), px(9), 0)
        self._marks.restyle()
        self.overlaid.redraw()
        self._style_curves()
        self._place_empty_text()

    def _style_curves(self) -> None:
        theme = current_theme()
        width = round(self.devicePixelRatioF()) if self._is_live else px(2)
        faint = _mixed(theme.curve_training, theme.surface, _FAINT)
        for item, colour, pen_width in (
            (self._batch_item, faint, 1),
            (self._smooth_item, QColor(theme.curve_training), width),
        ):
            item.opts["antialias"] = not self._is_live
            item.setPen(pg.mkPen(colour, width=pen_width))
        self._validation_item.setSize(px(8))
        self._validation_item.setPen(pg.mkPen(theme.surface))
        self._validation_item.setBrush(pg.mkBrush(theme.curve_validation))


def _mixed(colour: str, background: str, share: float) -> QColor:
    """An opaque colour that looks like ``colour`` laid thinly on ``background``."""
    over, under = QColor(colour), QColor(background)
    parts = (
        share * getattr(over, name)() + (1 - share) * getattr(under, name)()
        for name in ("red", "green", "blue")
    )
    return QColor(*(round(part) for part in parts))
