"""The status bar: a sentence goes once it can have been read, or with what it was said of."""

from pathlib import Path

import app
from app.shell import main_window
from app.shell.main_window import NOTICED_WITHIN, reading_time

SOURCES = Path(app.__path__[0])


def test_a_sentence_fades(window, qtbot, monkeypatch):
    asked: list[str] = []

    def soon(sentence: str) -> int:
        asked.append(sentence)
        return 30

    monkeypatch.setattr(main_window, "reading_time", soon)
    bar = window.statusBar()
    for say in (window.show_status, window.workspaces.status_changed.emit):
        say("Draw a digit first.")
        assert bar.currentMessage() == "Draw a digit first."
        qtbot.waitUntil(lambda: not bar.currentMessage())
    assert asked == ["Draw a digit first."] * 2


def test_what_a_file_is_said_to_be_fades_as_well(window, qtbot, monkeypatch, tmp_path):
    monkeypatch.setattr(main_window, "reading_time", lambda _sentence: 30)
    assert window.files.save_network(tmp_path / "kept.safetensors")
    assert window.statusBar().currentMessage() == "Saved kept.safetensors."
    qtbot.waitUntil(lambda: not window.statusBar().currentMessage())


def test_a_long_sentence_stays_longer():
    assert reading_time("Saved.") == NOTICED_WITHIN
    assert reading_time("x" * 400) > 3 * NOTICED_WITHIN
    assert reading_time("x" * 400) < 60_000


def test_only_the_window_writes_into_the_status_bar():
    writers = {
        path.relative_to(SOURCES).as_posix()
        for path in SOURCES.rglob("*.py")
        if "statusBar().showMessage" in path.read_text(encoding="utf-8")
    }
    assert writers == {"shell/main_window.py"}
