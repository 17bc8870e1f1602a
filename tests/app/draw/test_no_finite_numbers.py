"""A network that overflows is said to, on every page of Draw, and nothing fails."""

import numpy as np
import pytest

from tests.app.hand import SEVEN, draw


@pytest.mark.parametrize("weight", [np.nan, np.inf, 3e38])
def test_every_page_of_draw_bears_a_network_without_finite_numbers(window, qtbot, weight):
    panel = window.workspaces.draw
    draw(panel.canvas, SEVEN)
    qtbot.waitUntil(lambda: panel.is_up_to_date)
    broken = panel.networks.network.copy()
    for array in broken.arrays():
        array[...] = weight
    with np.errstate(all="ignore"):
        panel.networks.set_network(broken, None)
        for page in range(1 + len(panel.views)):
            panel.side.pages.show_page(page)
            window.grab()
            qtbot.waitUntil(lambda: panel.is_up_to_date)
            window.grab()
        panel.side.pages.show_page(0)
    assert "no finite numbers" in panel.side.problem.text()
