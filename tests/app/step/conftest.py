"""Step as its tests find it: the course's example, shown, with the keys."""

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.look.theme import ThemeController
from app.step.panel import StepPanel


@pytest.fixture
def panel(qtbot: QtBot, look: ThemeController) -> StepPanel:
    panel = StepPanel(rng=np.random.default_rng(0))
    qtbot.addWidget(panel)
    panel.resize(1216, 640)
    panel.show()
    panel.activateWindow()
    panel.setFocus()
    qtbot.waitUntil(panel.hasFocus)
    return panel
