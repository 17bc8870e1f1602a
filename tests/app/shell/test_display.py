"""Whether a window can be opened: one sentence that helps, before Qt would abort."""

import ctypes
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.shell import display
from app.shell.display import display_problem

ROOT = Path(__file__).parents[3]
linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="about Linux")
OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen"}


def cnnviz(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Start the application in a process of its own, with an environment of its own."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    }
    return subprocess.run(
        [sys.executable, "-m", "app"],
        cwd=ROOT,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@linux_only
def test_without_a_display_one_sentence_and_exit_code_1():
    result = cnnviz({})
    assert result.returncode == 1
    assert "needs a display" in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


@linux_only
def test_a_platform_that_qt_does_not_have_is_named_with_those_it_has():
    result = cnnviz({"QT_QPA_PLATFORM": "hologram"})
    assert result.returncode == 1
    assert "'hologram'" in result.stderr
    assert "offscreen" in result.stderr
    assert "Traceback" not in result.stderr


@linux_only
def test_offscreen_is_no_problem():
    assert display_problem(OFFSCREEN) is None


@linux_only
def test_a_missing_library_of_the_platform_is_named_with_its_package(monkeypatch):
    pretend_missing(monkeypatch, {"libxcb-cursor.so.0", "libxkbcommon-x11.so.0"}, "libqxcb.so")
    sentence = said({"DISPLAY": ":0"})
    assert "libxcb-cursor.so.0 and libxkbcommon-x11.so.0" in sentence
    assert "sudo apt install libxcb-cursor0 libxkbcommon-x11-0" in sentence
    assert "libraries" in sentence


@linux_only
def test_a_missing_library_of_qt_itself_is_named_with_its_package(monkeypatch):
    pretend_missing(monkeypatch, {"libEGL.so.1"}, "libQt6Gui.so.6")
    sentence = said(OFFSCREEN)
    assert sentence.endswith("sudo apt install libegl1")
    assert "the system library libEGL.so.1, which Qt needs, is missing" in sentence


@linux_only
def test_a_library_that_is_in_no_table_is_still_named(monkeypatch):
    pretend_missing(monkeypatch, {"libfuture.so.9"}, "libQt6Gui.so.6")
    sentence = said(OFFSCREEN)
    assert "libfuture.so.9" in sentence
    assert "apt install" not in sentence


@linux_only
def test_x11_serves_where_wayland_has_no_library(monkeypatch):
    pretend_missing(monkeypatch, {"libwayland-cursor.so.0"}, "libqwayland.so")
    monkeypatch.setattr(display, "_x_server_answers", lambda name: name == ":0")
    assert display_problem({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}) is None
    assert "libwayland-cursor0" in said({"WAYLAND_DISPLAY": "wayland-0"})


@linux_only
def test_a_display_that_does_not_answer_is_said(monkeypatch, tmp_path):
    pretend_missing(monkeypatch, set(), "")
    monkeypatch.setattr(display, "_x_server_answers", lambda _: False)
    assert "':77'" in said({"DISPLAY": ":77"})
    sentence = said({"WAYLAND_DISPLAY": "wayland-9", "XDG_RUNTIME_DIR": str(tmp_path)})
    assert "'wayland-9'" in sentence


@linux_only
def test_without_pyside_the_sentence_says_so(monkeypatch):
    monkeypatch.setattr("app.shell.display.importlib.util.find_spec", lambda _: None)
    assert "PySide6" in said(OFFSCREEN)


def test_elsewhere_nothing_is_asked(monkeypatch):
    monkeypatch.setattr("app.shell.display.sys.platform", "win32")
    assert display_problem({}) is None


@linux_only
def test_the_check_imports_no_qt():
    code = (
        "import sys; from app.shell.display import display_problem; display_problem(); "
        "print('PySide6' in sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "False"


def said(environment: dict[str, str]) -> str:
    """Return what is said of this environment; it must be something."""
    sentence = display_problem(environment)
    assert sentence is not None
    return sentence


def pretend_missing(monkeypatch, missing: set[str], needed_by: str) -> None:
    """Let the dynamic linker fail on these libraries, and on the file that needs them."""

    def load(name: str) -> None:
        absent = sorted(missing) if name.endswith(needed_by) and needed_by else []
        if name in missing:
            absent = [name]
        if absent:
            message = f"{absent[0]}: cannot open shared object file: No such file or directory"
            raise OSError(message)

    monkeypatch.setattr(ctypes, "CDLL", load)
