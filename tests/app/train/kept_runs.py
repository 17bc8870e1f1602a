"""Making runs in Train, and finding them in the list."""

import numpy as np
from pytestqt.qtbot import QtBot

from app.state.networks import NetworkHolder
from app.train.panel import TrainPanel
from app.train.runs.page import TrainRuns
from tests.app.train.driving import TIMEOUT, click, part_of


def shown_runs(panel: TrainPanel) -> TrainRuns:
    runs: TrainRuns = part_of(panel, TrainRuns)
    panel.view.pages.show_page(panel.view.pages.stack.indexOf(runs.page))
    return runs


def train(qtbot: QtBot, panel: TrainPanel, epochs: int = 2, **settings: float) -> str:
    """A whole run; the key of what is kept of it."""
    for name, value in ({"epochs": epochs, "images": 240, "validation": 40} | settings).items():
        panel.choices.set_value(name, value)
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.start)
    runs: TrainRuns = part_of(panel, TrainRuns)
    return runs.store.runs[-1].key


def weights_of(networks: NetworkHolder) -> np.ndarray:
    return networks.network.parameters.copy()
