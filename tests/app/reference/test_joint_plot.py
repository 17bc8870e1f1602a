"""The plot of several runs: what stands above it, and beside its lines."""

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtGui import QColor

from app.look.text import Text
from app.look.theme import current_theme
from app.reference.joint_plot import ROLES, JointCurve, JointPlot


@pytest.fixture
def plot(qtbot, look):
    plot = JointPlot("Loss, averaged", "{:.3f}".format)
    qtbot.addWidget(plot)
    return plot


def test_its_title_stands_above_it(plot):
    assert plot.findChildren(Text)[0].text() == "Loss, averaged"


def pixels_in(role, widget):
    """How many pixels have the hue of this colour of the theme; lines are smoothed."""
    image, wanted = widget.grab().toImage(), QColor(getattr(current_theme(), role)).hue()
    colours = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return sum(one.saturation() > 50 and abs(one.hue() - wanted) < 10 for one in colours)


def test_each_run_has_a_colour_of_its_own_and_a_thin_line_while_values_come(qtbot, plot):
    plot.resize(500, 300)
    plot.show()
    qtbot.waitExposed(plot)
    view = plot.findChild(pg.PlotWidget)
    levels = [JointCurve(f"run {place}", np.arange(3.0), np.full(3, place)) for place in (1, 2, 3)]
    for count in (1, 2, 3):
        plot.show_curves(levels[:count], 2)
        shown = [pixels_in(role, view) > 50 for role in ROLES]
        assert shown == [place < count for place in range(3)]
    at_rest = pixels_in(ROLES[0], view)
    plot.show_curves(levels, 2, is_live=True)
    assert 50 < pixels_in(ROLES[0], view) < 0.7 * at_rest


def test_its_runs_are_named_beside_it(plot):
    runs = [JointCurve(name, np.arange(3.0), np.ones(3)) for name in ("one 5×5", "two 3×3")]
    plot.show_curves(runs, 3)
    assert plot.legend == ("one 5×5", "two 3×3")
    plot.show_curves(runs[:1], 3)
    assert plot.legend == ("one 5×5",)
