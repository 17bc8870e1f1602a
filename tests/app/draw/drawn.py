"""A drawing on the canvas of Draw, recognised and looked into."""

import numpy as np
from PySide6.QtCore import QTimer

from app.draw.panel import DrawPanel
from app.state.networks import NetworkHolder
from tests.app.hand import SEVEN, draw


def make_panel(qtbot, settings, width=1200, height=800, networks=None):
    """Draw, shown; with the bundled network unless others are given."""
    if networks is None:
        networks = NetworkHolder()
        networks.load_bundled()
    panel = DrawPanel(networks, settings)
    panel.resize(width, height)
    panel.show()
    qtbot.addWidget(panel, before_close_func=lambda one: one.stop_and_join(5000))
    qtbot.waitExposed(panel)
    networks.network_changed.emit()
    return panel


def draw_seven(panel, qtbot) -> np.ndarray:
    """Draw; return the image that the network then sees, (1, 1, 28, 28)."""
    draw(panel.canvas, SEVEN)
    wait(panel, qtbot)
    image: np.ndarray = panel.recognition.prepared.image
    return image[np.newaxis, np.newaxis]


def wait(panel, qtbot):
    """Until everything has caught up with the drawing."""
    soon = [timer for timer in panel.findChildren(QTimer) if not timer.interval()]
    qtbot.waitUntil(
        lambda: (
            panel.recognition.prepared is not None
            and not any(timer.isActive() and timer.isSingleShot() for timer in soon)
        )
    )


def show_view(panel, qtbot, kind):
    """Show a view of Draw by its class, and return it."""
    view = next(one for one in panel.views if isinstance(one, kind))
    panel.side.pages.show_page(1 + panel.views.index(view))
    qtbot.waitUntil(view.isVisible)
    if panel.recognition.prepared is not None:
        wait(panel, qtbot)
    return view
