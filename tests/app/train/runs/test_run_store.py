"""Runs on disk: begun, found again, interrupted, dropped, brought back; what is damaged is said."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.state import run_folders
from app.train.runs.run_store import RunStatus, RunStore
from engine.basics.errors import ModelFileError
from engine.networks.presets import PRESETS
from engine.training.config import TrainingConfig
from engine.training.run_file import RunData, RunFacts, RunState

DATA = RunData("bars", "Bars", 240, 40)
FACTS = RunFacts("", "", PRESETS["simplecnn"].stack, TrainingConfig(), DATA)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "runs"


@pytest.fixture
def store(folder: Path, qapp: object) -> RunStore:
    start = datetime(2026, 3, 1, 12, tzinfo=UTC)
    moments = (start + timedelta(minutes=number) for number in range(1000))
    return RunStore(folder, now=lambda: next(moments))


def finish(store: RunStore, size: int = 0, **known: object) -> str:
    """A run from start to end; its checkpoint is ``size`` bytes of nothing."""
    run = store.begin(replace(FACTS, **known))  # type: ignore[arg-type]
    if size:
        run.checkpoint.write_bytes(bytes(size))
    store.conclude(RunState.FINISHED, batches=4, epochs=1)
    return run.key


def test_runs_are_numbered_and_found_again(store: RunStore, folder: Path) -> None:
    finish(store)
    finish(store, name="wide")
    finish(store)
    again = RunStore(folder)
    again.read()
    assert [run.facts.name for run in again.runs] == ["Run 1", "wide", "Run 2"]
    assert {run.status for run in again.runs} == {RunStatus.FINISHED}
    assert again.runs[0].facts.started == "2026-03-01T12:00:00+00:00"


def test_a_run_that_goes_on_is_not_offered_to_another_window(store, folder) -> None:
    live = store.begin(FACTS)
    other = RunStore(folder)
    other.read()
    assert store.live is not None
    assert other.runs[0].status is RunStatus.ELSEWHERE
    assert not other.interrupted
    assert not run_folders.has_interrupted_run(folder)
    with pytest.raises(ModelFileError, match="Another window"):
        other.go_on(live.key)
    with pytest.raises(ModelFileError, match="no longer there"):
        other.go_on("other")
    store.let_go()


def test_the_lock_of_a_process_that_was_killed_does_not_count(store, folder) -> None:
    script = (
        "import os, sys, pathlib; from app.state.run_folders import lock_run; "
        "lock = lock_run(pathlib.Path(sys.argv[1])); os._exit(0 if lock else 1)"
    )
    run = store.begin(FACTS)
    run.checkpoint.write_bytes(b"x")
    store.let_go()
    root = Path(run_folders.__file__).parents[1]
    command = [sys.executable, "-c", script, str(run.folder)]
    assert subprocess.run(command, cwd=root, check=False).returncode == 0
    assert (run.folder / "lock").exists()
    assert run_folders.has_interrupted_run(folder)


def test_what_never_began_leaves_nothing(store: RunStore, folder: Path) -> None:
    store.begin(FACTS)
    store.let_go()
    assert not store.runs
    assert not list(folder.iterdir())


def test_a_read_only_folder_is_explained(store: RunStore, folder: Path) -> None:
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("a file where the folder should be")
    with pytest.raises(ModelFileError, match="cannot be written to"):
        store.begin(FACTS)
    assert store.live is None


def test_damaged_folders_are_passed_over_and_said(store: RunStore, folder: Path) -> None:
    key = finish(store)
    for name, content in (("20250101-000000-001", "{"), ("20250101-000000-002", "[1]")):
        (folder / name).mkdir()
        (folder / name / "run.json").write_text(content)
    (folder / "20250101-000000-003").mkdir()
    store.read()
    assert [run.key for run in store.runs] == [key]
    assert len(store.problems) == 3
    assert "cannot be read" in store.problems[0]


def test_a_deleted_run_comes_back_and_then_is_gone_for_good(store, folder) -> None:
    first, second = finish(store), finish(store)
    store.delete((first,))
    assert [run.key for run in store.runs] == [second]
    store.undo_delete()
    assert [run.key for run in store.runs] == [first, second]
    store.delete((first, second))
    store.forget_deleted()
    store.undo_delete()
    assert not store.runs


def test_the_oldest_unpinned_runs_make_room(store, monkeypatch) -> None:
    monkeypatch.setattr("app.train.runs.run_store.MOST_RUNS", 2)
    dropped: list[int] = []
    store.dropped.connect(dropped.append)
    keys = [finish(store, is_pinned=number == 0) for number in range(4)]
    assert [run.key for run in store.runs] == [keys[0], keys[2], keys[3]]
    assert dropped == [1]


def test_the_budget_counts_bytes_too_and_spares_the_latest(store, monkeypatch) -> None:
    monkeypatch.setattr("app.train.runs.run_store.MOST_BYTES", 50_000)
    finish(store, size=40_000)
    last = finish(store, size=90_000)
    assert [run.key for run in store.runs] == [last]


def test_what_is_known_of_a_run_is_on_disk_at_once(store, folder) -> None:
    key = finish(store)
    run = store.run(key)
    store.know(key, replace(run.facts, name="My best", is_hidden=True))
    again = RunStore(folder)
    again.read()
    assert (again.runs[0].facts.name, again.runs[0].facts.is_hidden) == ("My best", True)
