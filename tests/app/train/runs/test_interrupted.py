"""Runs that were interrupted are offered, and end as if nothing had been."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from safetensors.numpy import load

from app.state.settings import Settings
from app.train.panel import TrainPanel
from app.train.runs.page import CLOSING_NOTE, LOST_NOTE, TrainRuns
from app.train.runs.run_store import RunStatus
from engine.basics.errors import ModelFileError
from engine.training.run_file import RunState
from tests.app.small_data import BarsSource
from tests.app.train.conftest import MakePanel
from tests.app.train.driving import TIMEOUT, click, part_of
from tests.app.train.kept_runs import shown_runs, train, weights_of


class ChangedBars(BarsSource):
    """The same source with other images."""

    def load(self, images, seed, report, is_cancelled):
        return super().load(images, seed + 1, report, is_cancelled)


def interrupt(qtbot: QtBot, panel: TrainPanel, epochs: int = 3) -> None:
    """A run that the window's end has interrupted in its second epoch."""
    for name, value in (("epochs", epochs), ("images", 240), ("validation", 40)):
        panel.choices.set_value(name, value)
    panel.choices.set_value("batch_size", 16)
    click(panel.form.one_epoch)
    qtbot.waitUntil(lambda: len(panel.session.curves.epochs) == 1, timeout=TIMEOUT)
    click(panel.form.one_batch)
    qtbot.waitUntil(lambda: panel.session.curves.batches > 13, timeout=TIMEOUT)
    assert panel.stop_and_join(TIMEOUT)
    panel.hide()


def test_an_interrupted_run_is_offered_and_ends_as_if_nothing_had_been(
    qtbot: QtBot, make_panel: MakePanel
) -> None:
    undisturbed = make_panel()
    train(qtbot, undisturbed, epochs=3, batch_size=16)
    first = make_panel()
    interrupt(qtbot, first)
    second = make_panel()
    runs = part_of(second, TrainRuns)
    notice = runs.offers.notice
    assert notice.text.startswith("Run 2, SimpleCNN on Bars, was interrupted in epoch 2 of 3: ")
    assert [button.text() for button in notice.buttons] == [
        "Resume",
        "Use its weights",
        "Later",
        "Discard",
    ]
    with qtbot.waitSignal(second.session.ended, timeout=TIMEOUT):
        click(notice.buttons[0])
    assert np.array_equal(weights_of(second.networks), weights_of(undisturbed.networks))
    whole, resumed = undisturbed.session.curves, second.session.curves
    assert np.array_equal(resumed.loss.per_batch, whole.loss.per_batch)
    assert np.array_equal(resumed.loss.smoothed, whole.loss.smoothed)
    assert np.array_equal(resumed.accuracy.validation, whole.accuracy.validation)
    assert [run.status for run in runs.store.runs] == [RunStatus.FINISHED] * 2
    assert second.view.plots[0].point_counts == (39, 3)
    assert notice.isHidden()


def test_each_of_several_is_offered_and_a_discarded_one_comes_back(
    qtbot: QtBot, make_panel: MakePanel
) -> None:
    for _ in range(2):
        panel = make_panel()
        if part_of(panel, TrainRuns).offers.notice.buttons:
            click(part_of(panel, TrainRuns).offers.notice.buttons[2])  # later
        interrupt(qtbot, panel)
    runs = part_of(make_panel(), TrainRuns)
    notice = runs.offers.notice
    assert notice.text.startswith("Run 2")
    assert notice.text.endswith("(1 of 2).")
    click(notice.buttons[3])
    assert notice.text.startswith("Run 1")
    assert len(runs.store.runs) == 1
    click(notice.buttons[4])
    assert notice.text.startswith("Run 2")
    click(notice.buttons[1])
    assert runs.context.networks.has_network
    record = runs.context.networks.record
    assert record is not None
    assert record.best_epoch == 1
    assert notice.text.startswith("Run 1")
    click(notice.buttons[3])
    assert notice.text == "Run 1 was discarded."
    assert [run.facts.name for run in runs.store.runs] == ["Run 2"]


def test_the_live_run_of_one_window_is_not_offered_in_another(
    qtbot: QtBot, make_panel: MakePanel
) -> None:
    first = make_panel()
    first.choices.set_value("epochs", 500)
    click(first.form.one_batch)
    qtbot.waitUntil(lambda: first.session.curves.batches == 1, timeout=TIMEOUT)
    other = part_of(make_panel(), TrainRuns)
    assert other.offers.notice.isHidden()
    assert other.store.runs[0].status is RunStatus.ELSEWHERE
    shown_runs(make_panel())


def test_other_images_stop_a_run_before_it_goes_on(qtbot: QtBot, make_panel) -> None:
    interrupt(qtbot, make_panel())
    panel = make_panel(ChangedBars())
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(part_of(panel, TrainRuns).offers.notice.buttons[0])
    assert "not those that the run began with" in panel.view.notice.text
    assert part_of(panel, TrainRuns).store.runs[0].status is RunStatus.INTERRUPTED


def test_a_run_killed_after_its_last_epoch_is_only_brought_to_its_end(
    qtbot: QtBot, make_panel: MakePanel
) -> None:
    first = make_panel()
    key = train(qtbot, first, epochs=2)
    store = part_of(first, TrainRuns).store
    run = store.run(key)
    assert run is not None
    before = run.checkpoint.read_bytes()
    store.know(key, replace(run.facts, state=RunState.RUNNING))  # the end was not written down
    first.hide()
    panel = make_panel()
    runs = part_of(panel, TrainRuns)
    panel.choices.set_value("epochs", 7)
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(runs.offers.notice.buttons[0])
    now = runs.store.run(key)
    assert now is not None
    assert (now.status, now.facts.epochs, now.facts.config.epochs) == (RunStatus.FINISHED, 2, 2)
    after = load(now.checkpoint.read_bytes())
    for name, value in load(before).items():
        if name.startswith(("weights/", "best_weights/", "optimizer/")):
            np.testing.assert_array_equal(after[name], value)


def test_a_source_that_is_gone_is_named(qtbot: QtBot, make_panel: MakePanel) -> None:
    interrupt(qtbot, make_panel())
    panel = make_panel()
    runs = part_of(panel, TrainRuns)
    facts = runs.store.runs[0].facts
    data = replace(facts.data, key="mnist", title="MNIST", recipe={"directory": "/nowhere"})
    runs.store.know(runs.store.runs[0].key, replace(facts, data=data))
    click(runs.offers.notice.buttons[0])
    assert panel.view.notice.kind == "error"
    assert "/nowhere" in panel.view.notice.text
    assert not panel.session.is_active


def test_a_run_that_cannot_be_kept_is_said_and_goes_on(
    qtbot: QtBot, panel: TrainPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, _content: bytes) -> None:
        raise ModelFileError(f"{path} could not be written: No space left on device.")

    assert part_of(panel, TrainRuns).closing_note() == CLOSING_NOTE
    monkeypatch.setattr("app.train.runs.run_keeper.write_whole", full)
    said: list[str] = []
    part_of(panel, TrainRuns).recorder.troubled.connect(said.append)
    panel.choices.set_value("epochs", 2)
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.start)
    assert len(said) == 1
    assert "No space left on device" in said[0]
    assert panel.session.result is not None
    assert panel.session.result.is_in_use
    assert part_of(panel, TrainRuns).closing_note() == LOST_NOTE


def test_a_folder_that_cannot_be_made_does_not_stop_training(
    qtbot: QtBot, panel: TrainPanel, settings: Settings
) -> None:
    (settings.folder / "runs").write_text("a file in the way")
    panel.choices.set_value("epochs", 1)
    said: list[str] = []
    part_of(panel, TrainRuns).recorder.troubled.connect(said.append)
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.start)
    assert len(said) == 1
    assert panel.session.result is not None
    assert panel.session.result.is_in_use
