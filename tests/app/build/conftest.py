"""Build as its tests find it: LeNet-5, shown, the keyboard in the stack."""

from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.build.panel import BuildPanel
from app.look.theme import ThemeController
from app.state.document import StackDocument
from app.state.networks import NetworkHolder
from app.state.own_presets import OwnPresets

MakePanel = Callable[..., BuildPanel]


@pytest.fixture
def make_panel(qtbot: QtBot, look: ThemeController) -> Iterator[MakePanel]:
    """Makes Build; all that were made are hidden at the end."""
    panels: list[BuildPanel] = []

    def make(own_presets: OwnPresets | None = None) -> BuildPanel:
        panel = BuildPanel(StackDocument(), NetworkHolder(), own_presets)
        panels.append(panel)
        qtbot.addWidget(panel)
        panel.resize(1224, 800)
        panel.show()
        qtbot.waitExposed(panel)
        panel.activateWindow()
        panel.stack_list.setFocus()
        return panel

    yield make
    for panel in panels:
        panel.hide()


@pytest.fixture
def panel(make_panel: MakePanel) -> BuildPanel:
    return make_panel()
