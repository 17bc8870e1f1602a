"""A lecture in the workspace Step: scenes recorded and kept in files, and the whole window."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QInputDialog, QLineEdit, QMessageBox

from app.kit.errors import ErrorDialog
from app.lecture.bench import STRIP_IS_OPEN
from app.lecture.files import READY_LECTURE
from app.lecture.scenes import load_lecture
from engine.lab import Pass
from tests.app.lecture.using import Key, choose, click

# --- scenes --------------------------------------------------------------------------------------


def test_the_scenes_are_unfolded_by_a_button_and_that_is_remembered(bench, settings):
    assert not bench.strip.isVisible()
    click(bench.scenes_button)
    assert bench.strip.isVisible()
    assert settings.get(STRIP_IS_OPEN)
    click(bench.strip.fold)
    assert not bench.strip.isVisible()
    assert not settings.get(STRIP_IS_OPEN)


def test_a_scene_is_recorded_shown_again_and_updated(bench, qtbot):
    click(bench.scenes_button)
    QTest.keyClick(bench.panel, Key.Key_G)
    QTest.keyClick(bench.panel, Key.Key_PageDown)
    click(bench.strip.record)
    qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), QLineEdit))
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit)
    editor.selectAll()
    QTest.keyClicks(editor, "Back")
    QTest.keyClick(editor, Key.Key_Return)
    qtbot.waitUntil(lambda: bench.document.scenes[0].title == "Back")
    bench.panel.setFocus()
    QTest.keyClick(bench.panel, Key.Key_G)
    assert bench.panel.model.state.pass_ is Pass.FORWARD
    box = bench.strip.list.visualRect(bench.strip.list.model().index(0, 0))
    QTest.mouseClick(bench.strip.list.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    state = bench.panel.model.state
    assert (state.pass_, state.step) == (Pass.GRAD_INPUT, 1)
    bench.panel.stepper.go_to(5)
    click(bench.strip.update_scene)
    assert bench.document.scenes[0].lab["step"] == 5


def test_page_keys_in_the_lab_cross_from_scene_to_scene(bench):
    bench.open_ready_lecture()
    bench.document.open_scene(4)
    bench.panel.setFocus()
    for _ in range(3):
        QTest.keyClick(bench.panel, Key.Key_PageDown)
    assert (bench.document.index, bench.panel.stepper.position) == (4, 3)
    QTest.keyClick(bench.panel, Key.Key_PageDown)
    assert (bench.document.index, bench.panel.stepper.position) == (5, 0)
    QTest.keyClick(bench.panel, Key.Key_PageUp)
    assert (bench.document.index, bench.panel.stepper.position) == (4, 3)


def test_a_clicker_steps_on_although_a_scene_was_clicked(bench):
    bench.open_ready_lecture()
    bench.strip.list.setFocus()
    QTest.keyClick(bench.strip.list, Key.Key_PageDown)
    assert (bench.document.index, bench.panel.stepper.position) == (0, 1)
    QTest.keyClick(bench.strip.list, Key.Key_PageUp)
    assert (bench.document.index, bench.panel.stepper.position) == (0, 0)


# --- files ---------------------------------------------------------------------------------------


def test_a_lecture_is_saved_opened_and_begun_again(bench, tmp_path, monkeypatch):
    bench.record()
    file = tmp_path / "mine.cnnviz-lecture"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file.with_suffix("")), ""))
    choose(bench, "Save")
    assert len(load_lecture(file).scenes) == 1
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("Monday", True))
    choose(bench, "Rename")
    choose(bench, "Save")
    assert load_lecture(file).title == "Monday"
    choose(bench, "New")
    assert not bench.document.scenes
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))
    choose(bench, "Open")
    assert bench.document.index == 0
    assert bench.strip.isVisible()


@pytest.mark.parametrize(("answer", "is_kept"), [("Cancel", True), ("Discard", False)])
def test_unsaved_scenes_are_asked_about(bench, monkeypatch, answer, is_kept):
    bench.record()
    button = getattr(QMessageBox.StandardButton, answer)
    monkeypatch.setattr(QMessageBox, "question", lambda *_: button)
    choose(bench, "New")
    assert bool(bench.document.scenes) == is_kept


@pytest.mark.parametrize(
    ("title", "name"),
    [("Week 3: pooling", "Week 3- pooling"), ("…", "-"), (" ", "Untitled lecture")],
)
def test_a_lecture_is_saved_under_its_title_unless_another_name_is_given(
    bench, monkeypatch, title, name
):
    suggested = []

    def cancel(_window, _title, suggestion, _filter):
        suggested.append(suggestion)
        return "", ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", cancel)
    bench.document.set_title(title)
    bench.files.ask_save()
    assert Path(suggested[0]).name == f"{name}.cnnviz-lecture"


@pytest.mark.parametrize("entry", ["New", "Open", "The included lecture"])
def test_a_cancelled_save_dialog_keeps_the_unsaved_lecture(bench, monkeypatch, entry):
    """Who wants to save, and then does not say where, has neither saved nor discarded."""
    bench.record()
    before = bench.document.lecture
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Save)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(READY_LECTURE), ""))
    choose(bench, entry)
    assert bench.document.lecture is before
    assert bench.document.is_modified
    assert bench.document.path is None
    assert not bench.files.save()


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", "not a lecture"), ('{"format": "cnnviz-lecture", "version": 9}', "newer cnnviz")],
)
def test_a_bad_lecture_is_explained_and_the_open_one_stays(bench, tmp_path, text, said, qtbot):
    bench.open_ready_lecture()
    file = tmp_path / "bad.cnnviz-lecture"
    file.write_text(text, encoding="utf-8")
    assert not bench.files.open(file)
    (dialog,) = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w is not bench]
    assert isinstance(dialog, ErrorDialog)
    assert said in dialog.sentence
    dialog.close()
    assert len(bench.document.scenes) == 15


def test_a_scene_of_something_else_is_said_in_the_status_bar(bench, qtbot):
    bench.document.record("broken", {"format": "cnnviz-lab", "version": 99})
    before = bench.panel.model.state
    with qtbot.waitSignal(bench.status_message) as said:
        bench.document.open_scene(0)
    assert "“broken” cannot be shown" in said.args[0]
    assert bench.panel.model.state == before


# --- exports -------------------------------------------------------------------------------------


def test_the_ready_lecture_is_json_that_anyone_can_read():
    file = Path("resources/lectures/convolution.cnnviz-lecture")
    data = json.loads((Path(__file__).parents[3] / file).read_text(encoding="utf-8"))
    assert data["version"] == 1


# --- in the whole window -------------------------------------------------------------------------


def test_the_menu_of_the_course_opens_the_ready_lecture(window):
    window.actions_by_id["ready_lecture"].trigger()
    assert window.workspaces.current_key == "step"
    assert window.workspaces.lectures.document.index == 0
    assert window.workspaces.lectures.strip.isVisible()


def test_a_lecture_file_is_opened_by_the_file_menu(window, tmp_path):
    file = tmp_path / "mine.cnnviz-lecture"
    file.write_bytes(READY_LECTURE.read_bytes())
    window.open_workspace("draw")
    assert window.files.open(file)
    assert window.workspaces.current_key == "step"
    assert window.workspaces.lectures.document.path == file


@pytest.mark.parametrize("answer", ["Cancel", "Save"])
def test_closing_asks_about_unsaved_scenes(window, monkeypatch, answer):
    """To answer Save and then to cancel the dialog for the file is to stay, as Cancel is."""
    lectures = window.workspaces.lectures
    lectures.record()
    button = getattr(QMessageBox.StandardButton, answer)
    monkeypatch.setattr(QMessageBox, "question", lambda *_: button)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    window.close()
    assert window.isVisible()
    assert window.workspaces.current_key == "step"
    assert lectures.document.is_modified
    lectures.document.undo_stack.setClean()
