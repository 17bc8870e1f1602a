"""The whole application in a process of its own: it opens, does something, and ends in silence."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]

VISIT = """
import sys
from PySide6.QtCore import QTimer
from app.cli import main
from app.shell.main_window import MainWindow
from app.shell.workspaces import KEYS

def visit(window):
    for key in KEYS if len(sys.argv) == 1 else ():
        window.open_workspace(key)
    QTimer.singleShot(50, window.close)

make = MainWindow.__init__
def make_and_visit(window, *arguments):
    make(window, *arguments)
    window.started_up.connect(lambda: QTimer.singleShot(0, lambda: visit(window)))
MainWindow.__init__ = make_and_visit
sys.exit(main(sys.argv[1:]))
"""
FAIL_IN_A_SLOT = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from app.cli import main
from app.kit.errors import ErrorDialog
from app.shell.main_window import MainWindow

def look(window):
    dialog = window.findChild(ErrorDialog)
    if dialog is None:
        QTimer.singleShot(20, lambda: look(window))
        return
    print(dialog.sentence)
    dialog.accept()
    QTimer.singleShot(0, window.close)

def fail(window):
    QTimer.singleShot(0, lambda: look(window))
    QTimer.singleShot(0, lambda: 1 / 0)

make = MainWindow.__init__
def make_and_fail(window, *arguments):
    make(window, *arguments)
    window.started_up.connect(lambda: fail(window))
MainWindow.__init__ = make_and_fail
sys.exit(main([]))
"""


def run(code: str, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_CONFIG_HOME": str(home),
        "XDG_CACHE_HOME": str(home),
        "PYTHONPATH": str(ROOT),
    }
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def complaints(result: subprocess.CompletedProcess[str]) -> list[str]:
    lines = result.stderr.splitlines()
    return [line for line in lines if line and not line.startswith("This plugin does not support")]


def test_it_opens_visits_every_workspace_and_ends_without_a_word(tmp_path):
    result = run(VISIT, tmp_path)
    assert complaints(result) == []
    assert result.returncode == 0
    assert any(tmp_path.rglob("cnnviz.ini"))


def test_a_file_that_is_not_there_is_a_dialog_and_no_end(tmp_path):
    result = run(VISIT, tmp_path, "--model", str(tmp_path / "absent.safetensors"))
    assert complaints(result) == []
    assert result.returncode == 0


def test_an_error_in_a_slot_shows_a_dialog_and_the_application_ends_well(tmp_path):
    result = run(FAIL_IN_A_SLOT, tmp_path)
    assert "did not expect" in result.stdout
    assert result.returncode == 0
