"""A run that ends no better than chance says so, and Draw keeps its network unless asked."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.state.networks import NetworkHolder
from app.train.panel import TrainPanel
from app.train.runs.run_store import RunStatus
from engine.networks.network import Sequential
from engine.networks.presets import PRESETS
from engine.training.run_file import load_run
from tests.app.train.conftest import MakePanel
from tests.app.train.driving import TIMEOUT, click
from tests.app.train.kept_runs import shown_runs, train, weights_of

USELESS = {"learning_rate": 0.0001, "images": 400, "validation": 200, "batch_size": 200}


@pytest.fixture
def networks() -> NetworkHolder:
    """Draw has a network."""
    holder = NetworkHolder()
    holder.set_network(Sequential(PRESETS["lenet5"].stack, np.random.default_rng(5)), None)
    return holder


@pytest.fixture
def panel(make_panel: MakePanel, networks: NetworkHolder) -> TrainPanel:
    return make_panel(networks=networks)


def test_draw_keeps_its_network_until_the_other_is_asked_for(
    qtbot: QtBot, panel: TrainPanel
) -> None:
    before = weights_of(panel.networks)
    train(qtbot, panel, epochs=1, **USELESS)
    notice = panel.view.notice
    assert notice.kind == "warning"
    assert "no better than chance. Draw keeps the network that it has" in notice.text
    assert "of the 200 held-out images are right" in notice.text
    np.testing.assert_array_equal(weights_of(panel.networks), before)
    (use,) = notice.buttons
    click(use)
    assert panel.networks.network.stack == panel.document.stack
    assert "Draw now uses" in notice.text


def test_its_row_says_so_and_what_is_kept_of_it_too(qtbot: QtBot, panel: TrainPanel) -> None:
    key = train(qtbot, panel, epochs=1, **USELESS)
    runs = shown_runs(panel)
    (row,) = runs.page.table.texts(())[1]
    assert "1, at chance" in row
    run = runs.store.run(key)
    assert run is not None
    assert run.status is RunStatus.FINISHED
    assert "no better than chance" in load_run(run.folder / "run.json").trouble


def test_a_run_that_goes_on_to_something_good_is_taken_and_loses_the_mark(
    qtbot: QtBot, panel: TrainPanel
) -> None:
    train(qtbot, panel, epochs=1, images=400, validation=200, batch_size=200, learning_rate=0.001)
    assert panel.networks.network.stack != panel.document.stack
    panel.choices.set_value("epochs", 40)
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        panel.continue_run()
    assert panel.networks.network.stack == panel.document.stack
    ((row),) = shown_runs(panel).page.table.texts(())[1]
    assert not any("at chance" in text for text in row)


def test_a_run_resumed_from_disk_keeps_to_it_too(qtbot: QtBot, panel: TrainPanel) -> None:
    key = train(qtbot, panel, epochs=1, **USELESS)
    before = weights_of(panel.networks)
    panel.choices.set_value("epochs", 1)
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        shown_runs(panel).resume(key)
    assert "no better than chance" in panel.view.notice.text
    np.testing.assert_array_equal(weights_of(panel.networks), before)
