"""Finding a learning rate by clicking: the test runs, is drawn, suggests, is cancelled."""

from __future__ import annotations

from collections.abc import Iterator

import pyqtgraph as pg
import pytest
from PySide6.QtWidgets import QScrollArea
from pytestqt.qtbot import QtBot

from app.train.panel import TrainPanel
from app.train.rate_range.dialog import RateRangeDialog
from tests.app.small_data import EndlessSource
from tests.app.train.conftest import MakePanel
from tests.app.train.driving import TIMEOUT, click, start_long_run


def open_by_button(qtbot: QtBot, panel: TrainPanel) -> RateRangeDialog:
    button = panel.form.more.find_rate
    scroller = panel.form.findChild(QScrollArea)
    assert isinstance(scroller, QScrollArea)
    panel.form.more.toggle.setChecked(True)

    def is_in_sight() -> bool:
        scroller.ensureWidgetVisible(button)
        return not button.visibleRegion().isEmpty()

    qtbot.waitUntil(is_in_sight, timeout=TIMEOUT)
    click(button)
    assert panel.range.dialog is not None
    return panel.range.dialog


def plot_of(dialog: RateRangeDialog) -> pg.PlotItem:
    (view,) = dialog.findChildren(pg.PlotWidget)
    return view.getPlotItem()


def drawn_batches(dialog: RateRangeDialog) -> int:
    return len(plot_of(dialog).listDataItems()[0].getData()[0])


def drawn_rehearsals(dialog: RateRangeDialog) -> int:
    return len(plot_of(dialog).listDataItems()[2].getData()[0])


def marked_rates(dialog: RateRangeDialog) -> list[float]:
    lines = (item for item in plot_of(dialog).items if isinstance(item, pg.InfiniteLine))
    return [10 ** line.value() for line in lines]


@pytest.fixture
def dialog(qtbot: QtBot, panel: TrainPanel) -> Iterator[RateRangeDialog]:
    """The dialog, opened by its button: the test goes on in it."""
    dialog = open_by_button(qtbot, panel)
    yield dialog
    dialog.hide()


def wait_for_the_end(qtbot: QtBot, panel: TrainPanel) -> None:
    qtbot.waitUntil(lambda: not panel.range.is_running, timeout=TIMEOUT)


def test_the_rate_that_it_finds_is_used(
    qtbot: QtBot,
    panel: TrainPanel,
    dialog: RateRangeDialog,
) -> None:
    assert not dialog.use.isEnabled()
    wait_for_the_end(qtbot, panel)
    verdict = panel.range.verdict
    assert verdict is not None
    assert verdict.suggested is not None
    assert drawn_batches(dialog) == len(panel.range.points) > 20
    assert marked_rates(dialog)[0] == pytest.approx(verdict.suggested)
    assert len(panel.range.rehearsals) == drawn_rehearsals(dialog) > 2
    assert f"Suggested: {verdict.suggested:g}" in dialog.verdict.text()
    assert dialog.use.text() == f"Use {verdict.suggested:g}"
    click(dialog.use)
    assert not dialog.isVisible()
    assert panel.form.run.boxes["learning_rate"].value() == verdict.suggested
    assert panel.choices.value("learning_rate") == verdict.suggested


def test_nothing_of_it_is_left_in_the_run_or_in_draw(
    qtbot: QtBot,
    panel: TrainPanel,
    dialog: RateRangeDialog,
) -> None:
    wait_for_the_end(qtbot, panel)
    click(dialog.close_button)
    assert panel.choices.value("learning_rate") == 0.05
    assert not panel.networks.has_network
    assert panel.session.curves.batches == 0


def test_it_can_be_cancelled_and_run_again(
    qtbot: QtBot,
    panel: TrainPanel,
    dialog: RateRangeDialog,
) -> None:
    click(dialog.run)
    wait_for_the_end(qtbot, panel)
    assert dialog.verdict.text() == "Cancelled."
    assert not dialog.use.isEnabled()
    click(dialog.run)
    assert panel.range.is_running
    wait_for_the_end(qtbot, panel)
    assert panel.range.verdict is not None


def test_closing_the_dialog_ends_it(qtbot: QtBot, make_panel: MakePanel) -> None:
    panel = make_panel(EndlessSource())
    dialog = open_by_button(qtbot, panel)
    qtbot.waitUntil(lambda: "Preparing" in dialog.figures.text(), timeout=TIMEOUT)
    click(dialog.close_button)
    wait_for_the_end(qtbot, panel)


def test_there_is_none_during_a_run(qtbot: QtBot, panel: TrainPanel) -> None:
    start_long_run(qtbot, panel)
    assert not panel.form.more.find_rate.isEnabled()
