"""A workspace is declared once: all that the window knows of it follows from there."""

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QSignalSpy

import app
from app.look.assets import asset
from app.shell.rail import RailButton
from app.shell.workspaces import KEYS, LAST_WORKSPACE, WORKSPACES, Workspaces
from engine.networks.model_file import save_stack
from engine.networks.presets import PRESETS

SOURCES = Path(app.__path__[0])
ALL = pytest.mark.parametrize("workspace", WORKSPACES, ids=KEYS)


def test_no_two_are_alike():
    for name in ("key", "title", "icon_name", "shortcut"):
        assert len({getattr(workspace, name) for workspace in WORKSPACES}) == len(WORKSPACES)


@ALL
def test_it_has_a_folder_and_an_icon_of_its_own(workspace):
    assert asset("icons", f"{workspace.icon_name}.svg").is_file()
    assert (SOURCES / workspace.key / "panel.py").is_file()


@ALL
def test_rail_menu_and_settings_know_it(window, workspace):
    buttons = {button.text(): button for button in window.rail.findChildren(RailButton)}
    assert workspace.shortcut in buttons[workspace.title].toolTip()
    (action,) = (one for one in window.findChildren(QAction) if one.text() == workspace.title)
    assert action.shortcut() == QKeySequence(workspace.shortcut)
    assert LAST_WORKSPACE.accepts(workspace.key)
    action.trigger()
    assert window.workspaces.current_key == workspace.key
    assert window.workspaces.current_title == workspace.title
    assert buttons[workspace.title].isChecked()


@ALL
def test_it_is_made_once_when_it_is_first_wanted(window, workspace):
    window.workspaces.open(workspace.key)
    made = window.workspaces.made[workspace.title]
    assert getattr(window.workspaces, workspace.key) is made
    assert getattr(Workspaces, workspace.key) is workspace
    assert made.isVisible()
    assert made.keys


@ALL
def test_it_can_ask_for_every_other_one_and_say_something(window, workspace):
    panel = window.workspaces.panel(workspace)
    for key in KEYS:
        panel.workspace_wanted.emit(key)
        assert window.workspaces.current_key == key
    panel.window_wanted.emit(window.workspaces.step.model.state)
    assert window.workspaces.current_key == Workspaces.step.key
    panel.status_message.emit("heard")
    assert window.statusBar().currentMessage() == "heard"


def test_every_key_that_is_asked_for_is_one():
    asked = re.compile(r'workspace_wanted\.emit\("(\w+)"\)')
    sources = (file.read_text(encoding="utf-8") for file in SOURCES.rglob("*.py"))
    keys = {key for source in sources for key in asked.findall(source)}
    assert keys
    assert keys <= set(KEYS)


def test_an_opened_file_marks_its_workspace_in_the_rail(window, tmp_path):
    save_stack(tmp_path / "mine.cnnviz", PRESETS["nin"].stack)
    opened = QSignalSpy(window.workspaces.opened)
    assert window.files.open(tmp_path / "mine.cnnviz")
    assert opened.count() == 1
    assert window.rail.button(Workspaces.build.key).isChecked()
