"""The window and interrupted runs: said at the start, offered in Train, kept when it closes."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox

from app.shell.main_window import MainWindow
from app.state.run_folders import has_interrupted_run, runs_folder
from app.state.settings import Settings
from app.train.runs.page import CLOSING_NOTE, TrainRuns
from app.train.runs.run_store import RunStore
from app.train.setup.data_choices import DataChoices
from app.train.setup.training_choices import TrainingChoices
from engine.networks.presets import PRESETS
from engine.training.config import TrainingConfig
from engine.training.run_file import RunData, RunFacts

TIMEOUT = 20_000


@pytest.fixture
def interrupted(settings: Settings) -> None:
    """What a process that was killed in its first epoch leaves behind."""
    store = RunStore(runs_folder(settings.folder))
    data = RunData("generated", "Generated digits", 100, 20)
    run = store.begin(RunFacts("", "", PRESETS["lenet5"].stack, TrainingConfig(), data))
    run.checkpoint.write_bytes(b"")
    store.let_go()
    run.checkpoint.unlink(missing_ok=True)


def runs_of(window: MainWindow) -> TrainRuns:
    return next(part for part in window.workspaces.train.parts if isinstance(part, TrainRuns))


@pytest.mark.usefixtures("interrupted")
def test_the_header_says_it_until_train_offers_it(window: MainWindow) -> None:
    assert window.header.training.text() == "Interrupted run"
    assert "was interrupted" in window.statusBar().currentMessage()
    QTest.mouseClick(window.header.training, Qt.MouseButton.LeftButton)
    assert window.workspaces.current_key == "train"
    assert window.header.training.isHidden()
    notice = runs_of(window).offers.notice
    assert notice.text == (
        "Run 1, LeNet-5 on Generated digits, was interrupted before its first batch."
    )
    assert [button.text() for button in notice.buttons] == ["Start it again", "Later", "Discard"]


def test_without_one_nothing_is_said(window: MainWindow) -> None:
    assert window.header.training.isHidden()


def test_closing_keeps_the_run_and_says_so(
    window: MainWindow, settings: Settings, qtbot, tmp_path: Path
) -> None:
    choices = TrainingChoices(settings, DataChoices(cache=tmp_path / "cache"))
    choices.choose_source("generated")
    for name, value in (("images", 200), ("validation", 40), ("epochs", 500)):
        choices.set_value(name, value)
    window.open_workspace("train")
    session = window.workspaces.train.session
    window.workspaces.train.start()
    qtbot.waitUntil(lambda: session.curves.batches > 2, timeout=TIMEOUT)
    said: list[str] = []

    def answer() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            QTimer.singleShot(10, answer)
            return
        said.append(box.informativeText())
        button = next(each for each in box.buttons() if each.text() == "Stop and close")
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    QTimer.singleShot(10, answer)
    window.close()
    assert not window.isVisible()
    assert CLOSING_NOTE in said[0]
    assert has_interrupted_run(runs_folder(settings.folder))
    assert runs_of(window).store.runs[0].facts.batches > 2
