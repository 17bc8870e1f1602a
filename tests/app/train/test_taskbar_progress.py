"""What is told of a run outside Train: in the title, on the taskbar, by a notice at the end."""

from __future__ import annotations

import re

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.train.desktop import DoneNotice, TaskbarProgress, launcher_message
from app.train.panel import TrainPanel
from app.train.taskbar_progress import TrainTaskbar
from tests.app.train.driving import TIMEOUT, click, start_long_run, type_into


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[float | None]:
    """What the taskbar was asked to show."""
    shares: list[float | None] = []
    monkeypatch.setattr(TaskbarProgress, "show", lambda _self, share: shares.append(share))
    return shares


def test_the_title_says_how_far_the_run_is(
    qtbot: QtBot,
    shown: list[float | None],
    panel: TrainPanel,
) -> None:
    panel.setWindowTitle("cnnviz")
    start_long_run(qtbot, panel)
    qtbot.waitUntil(
        lambda: re.fullmatch(r"\d+ % · SimpleCNN – cnnviz", panel.windowTitle()) is not None,
        timeout=TIMEOUT,
    )
    click(panel.form.pause)
    assert re.fullmatch(r"Paused at \d+ % · SimpleCNN – cnnviz", panel.windowTitle())
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.stop)
    assert panel.windowTitle() == "cnnviz"
    assert shown[-1] is None
    assert any(share is not None for share in shown)


@pytest.mark.parametrize(("least_ms", "is_told"), [(0, True), (10**9, False)])
def test_the_end_of_a_long_run_is_told_to_who_looks_elsewhere(
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    panel: TrainPanel,
    least_ms: int,
    *,
    is_told: bool,
) -> None:
    told: list[str] = []
    monkeypatch.setattr("app.train.taskbar_progress.LONG_RUN_MS", least_ms)
    monkeypatch.setattr(DoneNotice, "show", lambda _self, title, _text: told.append(title))
    monkeypatch.setattr(QApplication, "activeWindow", lambda: None)
    type_into(panel.form.run.boxes["epochs"], "1")
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.start)
    assert told == (["SimpleCNN: the run is over"] if is_told else [])


def test_nothing_is_told_to_who_looks_at_the_window(
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    panel: TrainPanel,
) -> None:
    monkeypatch.setattr("app.train.taskbar_progress.LONG_RUN_MS", 0)
    monkeypatch.setattr(QApplication, "activeWindow", lambda: panel)
    part = next(part for part in panel.parts if isinstance(part, TrainTaskbar))
    monkeypatch.setattr(part.notice, "show", lambda *_args: pytest.fail("told"))
    type_into(panel.form.run.boxes["epochs"], "1")
    with qtbot.waitSignal(panel.session.ended, timeout=TIMEOUT):
        click(panel.form.start)


def test_without_a_tray_a_notice_is_no_trouble(qtbot: QtBot) -> None:
    DoneNotice().show("Over", "It is over.")


@pytest.mark.parametrize(
    ("percent", "state"),
    [
        (42, {"progress": 0.42, "progress-visible": True}),
        (None, {"progress": 0.0, "progress-visible": False}),
    ],
)
def test_the_launcher_gets_what_its_interface_wants(
    percent: int | None, state: dict[str, object]
) -> None:
    message = launcher_message("cnnviz", percent)
    assert message.interface() == "com.canonical.Unity.LauncherEntry"
    assert message.member() == "Update"
    assert message.arguments() == ["application://cnnviz.desktop", state]
