"""Train as its tests find it: shown, with ten bright bars to learn, and no MNIST on the machine."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from app.look.theme import ThemeController
from app.state.document import StackDocument
from app.state.networks import NetworkHolder
from app.state.settings import Settings
from app.train.panel import TrainPanel
from app.train.setup.data_choices import DataChoices
from app.train.setup.training_choices import SOURCE
from engine.networks.presets import PRESETS
from tests.app.small_data import BarsSource, bars
from tests.app.train.driving import TIMEOUT

MakePanel = Callable[..., TrainPanel]


@pytest.fixture(autouse=True)
def _no_data_and_no_proxy(no_mnist: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture
def make_panel(
    qtbot: QtBot, look: ThemeController, settings: Settings, tmp_path: Path
) -> Iterator[MakePanel]:
    """Makes Train on a source of bars; all of them are joined and hidden at the end."""
    panels: list[TrainPanel] = []

    def make(
        source: BarsSource | None = None, networks: NetworkHolder | None = None, **options: Any
    ) -> TrainPanel:
        settings.set(SOURCE, "bars")
        data = DataChoices(more=(source or BarsSource(),), cache=tmp_path / "cache", **options)
        document = StackDocument(PRESETS["simplecnn"].stack)
        panel = TrainPanel(document, networks or NetworkHolder(), settings, data=data)
        panels.append(panel)
        qtbot.addWidget(panel)
        panel.resize(1216, 644)
        panel.show()
        qtbot.waitExposed(panel)
        panel.activateWindow()
        return panel

    yield make
    for panel in panels:
        assert panel.stop_and_join(TIMEOUT)
        panel.hide()


@pytest.fixture
def panel_again(qtbot: QtBot, settings: Settings, tmp_path: Path) -> Callable[[], TrainPanel]:
    """Saves the settings, and makes Train as the next start of the application finds it."""

    def make() -> TrainPanel:
        settings.save()
        data = DataChoices(more=(BarsSource(),), cache=tmp_path / "cache")
        kept = Settings(tmp_path / "settings.ini")
        panel = TrainPanel(StackDocument(), NetworkHolder(), kept, data=data)
        qtbot.addWidget(panel)
        return panel

    return make


@pytest.fixture
def panel(make_panel: MakePanel) -> TrainPanel:
    return make_panel()


@pytest.fixture
def npz(tmp_path: Path) -> Path:
    """Bars in an npz file."""
    data = bars(120, 1)
    np.savez(tmp_path / "my.npz", x_train=data.images[:, 0], y_train=data.labels)
    return tmp_path / "my.npz"


@pytest.fixture
def shapes(tmp_path: Path) -> Path:
    """A folder of three classes, in colour and of another size."""
    for label, name in enumerate(("cat", "dog", "eel")):
        (tmp_path / "pets" / name).mkdir(parents=True)
        for number in range(10):
            pixels = np.zeros((20, 30, 3), np.uint8)
            pixels[5 * label + 3 : 5 * label + 6, 5:25] = (200, 20, 20)
            Image.fromarray(pixels).save(tmp_path / "pets" / name / f"{number}.png")
    return tmp_path / "pets"
