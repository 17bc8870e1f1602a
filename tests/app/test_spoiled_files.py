"""No file locks a part of the application: each reader, given spoiled ones, reads or refuses."""

from pathlib import Path

import numpy as np
import pytest

from app.shell.main_window import MainWindow
from app.state.settings import Settings
from benchmarks.robustness.fuzz import Tally, run_case
from benchmarks.robustness.fuzz_readers import READERS
from benchmarks.robustness.fuzz_spoiling import spoiled
from engine.basics.errors import EngineError

SEED = 20
CASES = 20
"""Of each reader; ``python -m benchmarks.robustness.fuzz`` runs thousands."""

DEEP = "[" * 100_000 + "]" * 100_000


@pytest.mark.parametrize("name", sorted(READERS()))
def test_a_spoiled_file_is_read_or_refused_in_a_sentence(qapp, tmp_path: Path, name: str) -> None:
    tally = Tally()
    for number in range(CASES):
        tally.note(run_case(READERS()[name], SEED, number, tmp_path), f"case {number}")
    assert tally.failures == {}
    assert tally.cases == CASES


@pytest.mark.parametrize("name", sorted(READERS()))
def test_a_whole_file_is_read(qapp, tmp_path: Path, name: str) -> None:
    reader = READERS()[name]
    for file, content in reader.files:
        path = tmp_path / file
        path.write_bytes(content)
        reader.read(path)
        reader.clear(tmp_path)


def test_a_file_is_spoiled_in_many_ways() -> None:
    content = READERS()["stack"].files[0][1]
    made = {spoiled(content, np.random.default_rng(seed)) for seed in range(50)}
    assert len(made - {content}) > 40


def test_a_window_starts_with_every_stored_file_spoiled(
    qtbot, settings: Settings, look, no_mnist
) -> None:
    folder = settings.folder
    for name in (
        "presets/a.cnnviz",
        "drawings/1.drawing.json",
        "autosave/stack-1.json",
        "runs/20240101-100000-001/run.json",
    ):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(DEEP)
    (folder / "settings.ini").write_text(
        f"[files]\nrecent=5\n[train]\nfiles=7\n[look]\nscale=1, 2\n[window]\nworkspace={DEEP}\n"
    )
    window = MainWindow(Settings(folder / "settings.ini"), look)
    window.show()
    qtbot.waitExposed(window)
    window.start_up()
    for key in ("draw", "build", "train", "step", "reference"):
        window.workspaces.open(key)
        assert window.workspaces.current_key == key
    assert list((folder / "presets").glob("*.cnnviz")) == []
    aside = {path.name for path in folder.rglob("*.unreadable")}
    assert aside == {
        "a.cnnviz.unreadable",
        "stack-1.json.unreadable",
        "20240101-100000-001.unreadable",
    }
    window.close()
    window.deleteLater()


def test_a_message_quotes_little_of_a_large_value(tmp_path: Path) -> None:
    reader = READERS()["stack"]
    name, content = reader.files[0]
    path = tmp_path / name
    path.write_bytes(content.replace(b'"Conv2d"', b'"' + b"x" * 100_000 + b'"', 1))
    reader.read(path)  # a layer of an unknown kind is kept, and named briefly
    path.write_bytes(
        content.replace(b'"input_shape": [', b'"input_shape": ["' + b"x" * 9000 + b'",')
    )
    with pytest.raises(EngineError) as refusal:
        reader.read(path)
    assert len(str(refusal.value)) < 400
