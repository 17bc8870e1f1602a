"""The plot: what it draws, that the user's zoom stays, and how it follows the theme."""

from dataclasses import replace

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.kit.curves import CurveData
from app.look.theme import current_theme
from app.train.plots.metric_plot import MetricPlot

NONE = np.empty(0)


def falling(count: int, epochs: float = 2.0) -> CurveData:
    positions = np.linspace(epochs / count, epochs, count)
    loss = 2.3 * np.exp(-positions)
    return CurveData(positions, loss, loss, np.array([1.0]), np.array([0.9]))


@pytest.fixture
def plot(qtbot, look):
    plot = MetricPlot("Loss", "Nothing yet.", lambda value: f"{value:.2f}", usual=(0.0, 2.5))
    qtbot.addWidget(plot)
    plot.set_epochs(5)
    plot.resize(500, 320)
    plot.show()
    qtbot.waitExposed(plot)
    yield plot
    plot.hide()


def batch_line(plot: MetricPlot) -> pg.PlotDataItem:
    return plot.plot_item.listDataItems()[0]


def smooth_line(plot: MetricPlot) -> pg.PlotDataItem:
    return plot.plot_item.listDataItems()[1]


def colour_count(plot: MetricPlot, colour: str) -> int:
    image = plot.grab().toImage()
    wanted = QColor(colour).rgb()
    return sum(
        image.pixel(x, y) == wanted for x in range(image.width()) for y in range(image.height())
    )


def zoom_in(plot: MetricPlot) -> None:
    port = plot.canvas
    middle = QPointF(port.rect().center())
    event = QWheelEvent(
        middle,
        port.mapToGlobal(middle),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(port, event)


def test_the_empty_state_says_so_until_there_are_points(plot):
    assert plot.empty_text == "Nothing yet."
    assert plot.point_counts == (0, 0)
    plot.show_curve(falling(10))
    assert not plot.empty_text
    assert plot.point_counts == (10, 1)
    plot.clear()
    assert plot.empty_text == "Nothing yet."


def test_curves_are_drawn_in_the_colours_of_their_roles(plot):
    plot.set_live(True)
    plot.show_curve(falling(300))
    assert colour_count(plot, current_theme().curve_training) > 150
    with_point = colour_count(plot, current_theme().curve_validation)
    curve = falling(300)
    plot.clear()
    plot.show_curve(replace(curve, validation_positions=NONE, validation=NONE))
    assert with_point > colour_count(plot, current_theme().curve_validation) + 10


def test_the_legend_prints_the_latest_values(plot):
    plot.show_curve(falling(10))
    assert plot.header.training.text() == "training, running mean 0.31"
    assert plot.header.validation.text() == "validation 0.90"


def test_axes_begin_at_zero_and_reach_over_the_data(plot):
    plot.set_live(True)
    plot.show_curve(falling(100, epochs=0.08))
    (left, right), (bottom, top) = plot.view_range
    assert left == 0
    assert 0.08 < right < 0.2
    assert bottom == 0
    assert top > 2.2
    plot.show_curve(falling(100, epochs=4.9))
    plot.rescale()
    assert plot.view_range[0][1] == pytest.approx(5, rel=0.03)


def test_shares_are_drawn_from_0_to_100_percent_however_good_they_are(qtbot):
    plot = MetricPlot("Accuracy, %", "", lambda share: f"{share:.2f}", highest=1.0, axis_scale=100)
    qtbot.addWidget(plot)
    for least in (0.05, 0.97):
        values = np.linspace(least, 0.99, 200)
        positions = np.linspace(0.01, 2, 200)
        plot.show_curve(CurveData(positions, values, values, NONE, NONE))
        assert plot.view_range[1] == (0.0, 1.0)


def test_while_live_the_axes_keep_still_for_a_second(plot):
    plot.set_live(True)
    plot.show_curve(falling(100, epochs=0.08))
    before = plot.view_range
    plot.show_curve(falling(200, epochs=0.16))
    assert plot.view_range == before
    plot.set_live(False)
    assert plot.view_range[0][1] > 0.16


def test_one_wild_batch_does_not_flatten_the_rest(plot):
    curve = falling(1000)
    per_batch = curve.per_batch.copy()
    per_batch[500] = 1e6
    plot.show_curve(replace(curve, per_batch=per_batch))
    assert plot.view_range[1][1] < 10


def test_a_zoom_stays_while_values_arrive_until_fit_is_pressed(plot):
    plot.set_live(True)
    plot.show_curve(falling(100))
    before = plot.view_range
    zoom_in(plot)
    zoomed = plot.view_range
    assert zoomed != before
    assert plot.header.fit.isVisible()
    plot.show_curve(falling(5000, epochs=4))
    plot.rescale()
    assert plot.view_range == zoomed
    QTest.mouseClick(plot.header.fit, Qt.MouseButton.LeftButton)
    assert not plot.header.fit.isVisible()
    assert plot.view_range[0][1] > 4


def test_live_lines_are_thin_and_still_ones_smooth(plot):
    plot.set_live(True)
    plot.show_curve(falling(100))
    assert not smooth_line(plot).opts["antialias"]
    assert smooth_line(plot).opts["pen"].width() == 1
    plot.set_live(False)
    assert smooth_line(plot).opts["antialias"]
    assert smooth_line(plot).opts["pen"].width() == 2


def test_long_curves_are_drawn_by_their_peaks(plot):
    curve = falling(100_000)
    per_batch = curve.per_batch.copy()
    per_batch[70_000] = 2.0
    plot.show_curve(replace(curve, per_batch=per_batch))
    drawn, values = batch_line(plot).getData()
    assert len(drawn) < 10_000
    assert values.max() == pytest.approx(2.3, rel=0.01)
    assert values[(drawn > 1.3) & (drawn < 1.5)].max() == 2.0


def test_it_follows_the_theme_and_the_scale(plot, look):
    plot.show_curve(falling(300))
    look.set_mode("dark")
    look.set_scale(1.5)
    assert smooth_line(plot).opts["pen"].color() == QColor(current_theme().curve_training)
    assert smooth_line(plot).opts["pen"].width() == 3
    assert colour_count(plot, current_theme().surface) > 1000


def test_after_another_scale_nothing_of_the_other_picture_is_left(plot, look):
    plot.show_curve(falling(100))
    pictures = []
    for size, scale in (((500, 320), 1.0), ((380, 250), 1.5), ((500, 320), 1.0)):
        look.set_scale(scale)
        plot.resize(*size)
        QApplication.processEvents()
        pictures.append(plot.grab().toImage())
    assert pictures[2] == pictures[0]
