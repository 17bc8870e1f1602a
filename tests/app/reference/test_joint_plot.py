"""The plot of several runs: what stands above it, and beside its lines."""

import numpy as np
import pytest

from app.look.text import Text
from app.reference.joint_plot import JointCurve, JointPlot


@pytest.fixture
def plot(qtbot, look):
    plot = JointPlot("Loss, averaged", "{:.3f}".format)
    qtbot.addWidget(plot)
    return plot


def test_its_title_stands_above_it(plot):
    assert plot.findChildren(Text)[0].text() == "Loss, averaged"


def test_its_runs_are_named_beside_it(plot):
    runs = [JointCurve(name, np.arange(3.0), np.ones(3)) for name in ("one 5×5", "two 3×3")]
    plot.show_curves(runs, 3)
    assert plot.legend == ("one 5×5", "two 3×3")
    plot.show_curves(runs[:1], 3)
    assert plot.legend == ("one 5×5",)
