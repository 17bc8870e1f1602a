"""One metric over the epochs of a training run: per batch, smoothed, and on validation images.

Importing this module imports pyqtgraph, so it is left until somebody looks at a plot.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QElapsedTimer, QEvent, QRectF, Qt, Slot
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsItem,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.theme import current_theme, font, px
from app.widgets.plot_pointer import PlotPointer
from app.widgets.read_out import ReadOut
from app.widgets.text import Text

Values = NDArray[np.float64]

DOWNSAMPLING_FROM = 2000
RESCALE_MS = 1000
LEAST_LOGGED = 1e-6
"""What a logarithmic scale shows in place of anything smaller."""
_FAINT = 0.34
_END_MARGIN = 0.015  # so that the last validation point is a whole one
_WIDTHS = (0.1, 0.25, 0.5, 1.0)


class CurveValues(Protocol):
    """What is drawn. Positions are in epochs since the start."""

    @property
    def positions(self) -> Values:
        """Where each training batch ended."""

    @property
    def per_batch(self) -> Values:
        """The metric of each training batch."""

    @property
    def smoothed(self) -> Values:
        """The same, averaged over recent batches."""

    @property
    def validation_positions(self) -> Values:
        """Where each measurement on validation images was made."""

    @property
    def validation(self) -> Values:
        """The metric on the validation images."""


class LegendMark(QWidget):
    """A short line, or a dot, in a curve's colour."""

    def __init__(self, colour_role: str, *, is_dot: bool) -> None:
        super().__init__()
        self._colour_role = colour_role
        self._is_dot = is_dot

    def restyle(self) -> None:
        """Follow the theme's scale."""
        self.setFixedSize(px(18), px(12))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the mark as the plot draws its curve."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = QColor(getattr(current_theme(), self._colour_role))
        middle = QRectF(self.rect()).center()
        painter.setPen(QPen(colour, px(2)))
        if self._is_dot:
            painter.setBrush(colour)
            painter.drawEllipse(middle, px(3), px(3))
        else:
            painter.drawLine(0, round(middle.y()), self.width(), round(middle.y()))


class RoomyAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """An axis that also prints the labels at its very ends: 0, 100, the last epoch."""

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        """Reach as far over both ends as half a label does."""
        margin = px(14)
        return QRectF(super().boundingRect()).adjusted(-margin, -margin, margin, margin)

    def logTickStrings(  # noqa: N802 - pyqtgraph's name
        self, values: list[float], scale: float, spacing: float
    ) -> list[str]:
        """Print 1, 2 and 5 of each power of ten: more would run into each other."""
        texts: list[str] = super().logTickStrings(values, scale, spacing)
        leading = [f"{10.0**value:e}"[0] for value in values]
        return [text if digit in "125" else "" for text, digit in zip(texts, leading, strict=True)]


class MetricPlot(QFrame):
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
        self._highest = highest
        self._usual = usual
        self._epochs = 1.0
        self._is_live = False
        self._is_zoomed = False
        self._is_log = False
        self._has_log = has_log
        self._curve: CurveValues | None = None
        self._make_plot(axis_scale)
        self._make_header(title)
        self._empty = QLabel(empty_text, self._view, alignment=Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        layout = QVBoxLayout(self)
        layout.addLayout(self._header)
        layout.addWidget(self._view, 1)
        self._since_rescale = QElapsedTimer()
        self.pointer = PlotPointer(self._view, self._say_at)
        self._restyle()
        self.clear()

    # What is shown

    @property
    def canvas(self) -> QWidget:
        """The widget that the curves are painted on."""
        canvas: QWidget = self._view.viewport()
        return canvas

    @property
    def is_zoomed(self) -> bool:
        """Whether the user has zoomed or panned, so that the axes stay as they are."""
        return self._is_zoomed

    @property
    def is_live(self) -> bool:
        """Whether values are expected to keep coming."""
        return self._is_live

    @property
    def point_counts(self) -> tuple[int, int]:
        """How many batches, and how many validation points, are drawn."""
        curve = self._curve
        return (len(curve.positions), len(curve.validation)) if curve else (0, 0)

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
        self.pointer.hide()
        self._training_text.clear("training")
        self._validation_text.clear("validation")
        self._empty.show()
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
        self._epochs = max(float(epochs), 1.0)
        self.rescale()

    def set_live(self, is_live: bool) -> None:
        """Say whether values keep coming; once they do not, lines are drawn thick and smooth."""
        if is_live == self._is_live:
            return
        self._is_live = is_live
        self._style_curves()
        self.rescale()

    def show_curve(self, curve: CurveValues) -> None:
        """Draw these values; they may be the last ones, grown."""
        was_empty = self._curve is None
        self._curve = curve
        is_long = len(curve.positions) > DOWNSAMPLING_FROM
        for item, values in (
            (self._batch_item, curve.per_batch),
            (self._smooth_item, curve.smoothed),
        ):
            item.setDownsampling(auto=is_long, method="peak")
            item.setData(curve.positions, self._scaled(values), skipFiniteCheck=True)
        if len(curve.validation) != self._validation_count():
            self._show_validation(curve)
        self._print_latest(curve)
        self._empty.setVisible(not len(curve.positions))
        if was_empty or not self._is_live or self._since_rescale.hasExpired(RESCALE_MS):
            self.rescale()

    def _show_validation(self, curve: CurveValues) -> None:
        self._validation_item.setData(curve.validation_positions, self._scaled(curve.validation))

    def _say_at(self, position: float) -> tuple[float, str] | None:
        """The batch nearest to a position, and what was measured there."""
        curve = self._curve
        if curve is None or not len(curve.positions):
            return None
        batch = int(np.abs(curve.positions - position).argmin())
        where = float(curve.positions[batch])
        lines = [
            f"epoch {np.ceil(where):.0f}, batch {batch + 1:,}",
            f"this batch {self._format_value(curve.per_batch[batch])}",
            f"average {self._format_value(curve.smoothed[batch])}",
        ]
        over = np.flatnonzero(curve.validation_positions <= where)
        if len(over):
            epoch = curve.validation_positions[over[-1]]
            value = self._format_value(curve.validation[over[-1]])
            lines.append(f"validation {value} after epoch {epoch:.0f}")
        return where, "\n".join(lines)

    # Axes

    @property
    def is_log(self) -> bool:
        """Whether the vertical axis is logarithmic."""
        return self._is_log

    @Slot(bool)
    def set_log(self, is_log: bool) -> None:
        """Make the vertical axis logarithmic or not."""
        self._is_log = is_log
        self._axes[1].setLogMode(is_log)
        self._plot.setLimits(yMin=-10 if is_log else 0)
        if self._curve is not None:
            self._show_validation(self._curve)
            self.show_curve(self._curve)
        self.fit()

    def _scaled(self, values: Values) -> Values:
        return np.log10(np.maximum(values, LEAST_LOGGED)) if self._is_log else values

    @Slot()
    def fit(self) -> None:
        """Forget the user's zoom and show everything."""
        self._is_zoomed = False
        self._fit_button.hide()
        self.rescale()

    @Slot()
    def rescale(self) -> None:
        """Let the axes show what there is, unless the user has zoomed."""
        if self._is_zoomed:
            return
        self._since_rescale.start()
        bottom, top = self._vertical_range()
        right = self._reach() * (1 + _END_MARGIN)
        self._plot.setRange(xRange=(0, right), yRange=(bottom, top), padding=0)

    def _reach(self) -> float:
        """The right end: a little more than there is, in steps, so that the axis seldom moves."""
        if self._curve is None or not len(self._curve.positions):
            return self._epochs
        last = float(self._curve.positions[-1])
        for width in _WIDTHS:
            if last <= width:
                return min(width, self._epochs)
        return min(float(np.ceil(last * 1.15)), self._epochs)

    def _vertical_range(self) -> tuple[float, float]:
        """From the bulk of the values, so that one wild batch does not flatten the rest."""
        low, high = self._usual
        if self._is_log:
            return self._logarithmic_range()
        if self._curve is None or not len(self._curve.per_batch):
            return low, high
        curve = self._curve
        batches = curve.per_batch[:: max(1, len(curve.per_batch) // 5000)]
        if self._highest is None:
            bulk = float(np.percentile(batches, 98))
            tallest = max(float(curve.smoothed.max()), *curve.validation, bulk)
            top = min(tallest, 2.5 * max(bulk, float(curve.smoothed[-1])))
            return low, max(1.06 * top, min(high, 1.06 * tallest), 1e-6)
        bulk = min(float(np.percentile(batches, 10)), *curve.validation, 1.0)
        bottom = np.floor(max(bulk - 0.02, 0.0) * 10) / 10
        return min(float(bottom), 0.9 * self._highest), self._highest

    def _logarithmic_range(self) -> tuple[float, float]:
        curve = self._curve
        if curve is None or not len(curve.smoothed):
            return -2.0, 1.0
        values = self._scaled(np.concatenate([curve.smoothed, curve.validation]))
        return float(values.min()) - 0.1, float(values.max()) + 0.1

    @Slot()
    def _on_manual_range(self) -> None:
        self._is_zoomed = True
        self._fit_button.show()

    # Making

    def _make_plot(self, axis_scale: float) -> None:
        axes = {side: RoomyAxis(side) for side in ("bottom", "left")}
        self._view = pg.PlotWidget(self, axisItems=axes)
        self._view.setFrameShape(QFrame.Shape.NoFrame)
        self._plot = self._view.getPlotItem()
        self._plot.hideButtons()
        self._plot.setMenuEnabled(False)
        self._plot.disableAutoRange()
        self._plot.showGrid(x=True, y=True, alpha=1.0)
        self._plot.setClipToView(True)
        self._axes = list(axes.values())
        for axis in self._axes:
            axis.enableAutoSIPrefix(False)
            axis.setZValue(-1)
            axis.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self._axes[1].setScale(axis_scale)
        limits = {"xMin": 0, "yMin": 0, "minXRange": 0.01, "minYRange": 1e-4}
        if self._highest is not None:
            limits["yMax"] = self._highest
        self._plot.setLimits(**limits)
        self._batch_item = self._plot.plot()
        self._smooth_item = self._plot.plot()
        self._validation_item = pg.ScatterPlotItem()
        self._plot.addItem(self._validation_item)
        self._plot.getViewBox().sigRangeChangedManually.connect(self._on_manual_range)

    def _make_header(self, title: str) -> None:
        self._title = Text(title, 13, QFont.Weight.DemiBold)
        self._training_mark = LegendMark("curve_training", is_dot=False)
        self._training_text = ReadOut(12, hugs=True)
        self._validation_mark = LegendMark("curve_validation", is_dot=True)
        self._validation_text = ReadOut(12, hugs=True)
        self._fit_button = QToolButton()
        self._fit_button.setText("Fit")
        self._fit_button.setToolTip("Show the whole run again")
        self._fit_button.clicked.connect(self.fit)
        self._fit_button.hide()
        self.log_button = QToolButton()
        self.log_button.setText("Log")
        self.log_button.setCheckable(True)
        self.log_button.setToolTip("Logarithmic scale: shows what happens near zero")
        self.log_button.toggled.connect(self.set_log)
        self.log_button.setVisible(self._has_log)
        self._header = QHBoxLayout()
        self._header.addWidget(self._title)
        self._header.addStretch(1)
        self._header.addWidget(self.log_button)
        self._header.addWidget(self._fit_button)
        for mark, text in (
            (self._training_mark, self._training_text),
            (self._validation_mark, self._validation_text),
        ):
            self._header.addWidget(mark)
            self._header.addWidget(text)
        self._training_text.setToolTip(
            "Faint: every batch. Strong: an average over recent batches, printed here."
        )
        self._validation_text.setToolTip("After every epoch, on images it was not trained on.")

    def _print_latest(self, curve: CurveValues) -> None:
        if len(curve.smoothed):
            self._training_text.set_text(f"training {self._format_value(curve.smoothed[-1])}")
        if len(curve.validation):
            self._validation_text.set_text(f"validation {self._format_value(curve.validation[-1])}")

    def _validation_count(self) -> int:
        return len(self._validation_item.data)

    # Looks

    def changeEvent(self, event: QEvent) -> None:
        """Follow a new theme or scale."""
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._restyle()
        super().changeEvent(event)

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
        self._space_out()
        self._view.setBackground(theme.surface)
        for mark in (self._training_mark, self._validation_mark):
            mark.restyle()
        self._empty.setFont(font(13))
        self._empty.setStyleSheet(f"color: {theme.text_muted}; background: transparent;")
        for axis in self._axes:
            axis.setStyle(
                tickFont=font(11),
                tickTextOffset=px(5),
                tickLength=0,
                maxTickLevel=1,
                textFillLimits=[(0, 0.6), (2, 0.3), (4, 0.2)],
            )
            axis.setPen(theme.border)
            axis.setTickPen(pg.mkPen(theme.grid))
            axis.setTextPen(theme.text_muted)
        self._axes[0].setLabel("epochs", **{"font-size": f"{px(11)}px", "color": theme.text_muted})
        self._axes[0].setHeight(px(38))
        self._axes[1].setWidth(px(42))
        self._plot.layout.setContentsMargins(0, px(7), px(9), 0)
        self._style_curves()
        self._place_empty_text()

    def _space_out(self) -> None:
        self.setMinimumWidth(px(200))
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(px(12), px(8), px(12), px(2))
            layout.setSpacing(px(4))
        self._header.setSpacing(px(6))
        self._title.setMinimumHeight(px(30))  # as high as the buttons beside it, shown or not

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
