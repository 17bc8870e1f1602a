"""What was said of a network, a run or a drawing is gone with it, wherever the user is."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from app.lecture.scenes import load_lecture
from app.look.assets import asset
from app.shell.main_window import MainWindow
from app.shell.workspaces import KEYS, LAST_WORKSPACE, Workspaces
from engine.networks.model_file import TrainingRecord, save_model, save_stack
from engine.networks.network import Sequential
from engine.networks.presets import PRESETS
from tests.app.draw.drawn import wait
from tests.app.hand import ONE, SEVEN, draw
from tests.app.seen import seen_texts

CTRL = Qt.KeyboardModifier.ControlModifier
FORMER = "Formerly"
BUTTON = QMessageBox.StandardButton


def network(name: str, preset: str = "simplecnn") -> Sequential:
    stack = replace(PRESETS[preset].stack, name=name)
    return Sequential(stack, np.random.default_rng(1))


def former_record() -> TrainingRecord:
    names = tuple(f"{FORMER.lower()} {label}" for label in range(10))
    data = f"{FORMER} data"
    return TrainingRecord(data, 10, 1, 0.5, 0, "2020-01-01", test_accuracy=0.25, class_names=names)


@pytest.fixture
def model(tmp_path):
    """A file with a network of another stack than the one in Build."""
    path = tmp_path / "other.safetensors"
    save_model(path, network("Other"), TrainingRecord("Digits", 9, 1, 0.5, 0, "2020-01-01"))
    return path


@pytest.fixture
def started_in(qtbot, settings, look):
    """Makes the window as it is when the application starts in a workspace."""
    made: list[MainWindow] = []

    def start(key: str) -> MainWindow:
        settings.set(LAST_WORKSPACE, key)
        window = MainWindow(settings, look)
        window.resize(1280, 900)
        made.append(window)
        window.show()
        qtbot.waitExposed(window)
        window.start_up()
        return window

    yield start
    for window in made:
        window.workspaces.document.undo_stack.setClean()
        window.close()
        window.deleteLater()


@pytest.mark.parametrize("key", KEYS)
def test_wherever_it_starts_draw_has_answer_and_layers(started_in, qtbot, key):
    window = started_in(key)
    window.open_workspace(Workspaces.draw.key)
    panel = window.workspaces.draw
    draw(panel.canvas, SEVEN)
    wait(panel, qtbot)
    assert panel.side.answer.text == "7"
    assert len(panel.inside.shown.layers) == len(window.networks.network.stack.layers)
    assert all(layer.values is not None for layer in panel.inside.shown.layers)


@pytest.mark.parametrize("key", KEYS)
def test_every_workspace_shows_the_same_wherever_it_started(started_in, qtbot, key):
    first, other = started_in(KEYS[0]), started_in(key)

    def texts(window: MainWindow) -> list[str]:
        return sorted(seen_texts(window.workspaces.currentWidget()))

    for shown in KEYS:
        for window in (first, other):
            window.open_workspace(shown)
        qtbot.waitUntil(lambda: texts(first) == texts(other))


def test_once_another_network_is_open_nothing_mentions_the_one_before(window, qtbot):
    networks, workspaces = window.networks, window.workspaces
    panel = workspaces.draw
    draw(panel.canvas, SEVEN)
    wait(panel, qtbot)
    panel.keeping.open_window()
    panel.keeping.window.show_tuning()
    places = [("draw", page) for page in range(1 + len(panel.views))]
    places += [(key, 0) for key in KEYS if key != "draw"]
    for key, page in places:
        window.open_workspace(key)
        panel.side.pages.show_page(page)
        networks.set_network(network(FORMER), former_record())
        window.show_status(f"{FORMER} was opened.")
        workspaces.current.status_message.emit(f"{FORMER} does something.")
        qtbot.waitUntil(lambda: workspaces.current.is_up_to_date)
        assert any(FORMER.lower() in text.lower() for text in seen_texts()), (key, page)
        networks.set_network(network("Later"), None)
        qtbot.waitUntil(lambda: workspaces.draw.is_up_to_date)
        qtbot.waitUntil(
            lambda: not [text for text in seen_texts() if FORMER.lower() in text.lower()]
        )
    panel.keeping.window.close()


def test_what_was_said_of_a_drawing_goes_with_it_and_what_is_said_of_the_next_stays(window, qtbot):
    panel = window.workspaces.draw
    draw(panel.canvas, SEVEN)
    panel.pictures.copy()
    assert "Copied the drawing" in window.statusBar().currentMessage()
    draw(panel.canvas, ONE)
    assert window.statusBar().currentMessage() == ""
    panel.setFocus()
    QTest.keyClick(panel, Qt.Key.Key_4)
    assert "Kept as an example of 4" in window.statusBar().currentMessage()


# Files


def test_a_network_from_a_file_is_the_stack_in_build_and_undo_brings_both_back(window, model):
    document, networks = window.workspaces.document, window.networks
    before, weights = document.stack, networks.original.parameters.copy()
    assert window.files.open(model)
    assert document.stack == networks.original.stack
    assert window.workspaces.build.note.edited.is_unchanged
    assert window.workspaces.build.note.model is not None
    assert not document.is_modified
    assert "other" in window.statusBar().currentMessage()
    document.undo_stack.undo()
    assert document.stack == before
    assert np.array_equal(networks.original.parameters, weights)
    window.actions_by_id["use_bundled"].trigger()
    assert document.stack.layers == networks.original.stack.layers


@pytest.mark.parametrize(("answer", "is_opened"), [(BUTTON.Cancel, False), (BUTTON.Discard, True)])
def test_unsaved_changes_are_asked_about_before_a_network_is_opened(
    window, model, monkeypatch, answer, is_opened
):
    document, networks = window.workspaces.document, window.networks
    document.remove_layer(0)
    edited, before = document.stack, networks.original
    monkeypatch.setattr(QMessageBox, "question", lambda *_: answer)
    assert window.files.open(model) == is_opened
    assert (networks.original is before) == (not is_opened)
    assert (document.stack == edited) == (not is_opened)
    if is_opened:
        assert not window.workspaces.has_unsaved_stack  # it was asked about already
        document.undo_stack.undo()
        assert document.stack == edited
        assert document.is_modified


@pytest.mark.parametrize("key", KEYS)
def test_the_rail_marks_what_is_open_after_every_kind_of_file(window, tmp_path, model, key):
    save_stack(tmp_path / "mine.cnnviz", PRESETS["nin"].stack)
    picture = QImage(40, 40, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.white)
    picture.setPixelColor(20, 20, Qt.GlobalColor.black)
    picture.save(str(tmp_path / "dot.png"))
    lecture = asset("lectures", "convolution.cnnviz-lecture")
    for file in (model, tmp_path / "mine.cnnviz", tmp_path / "dot.png", lecture):
        window.open_workspace(key)
        assert window.files.open(file)
        marked = [each for each in KEYS if window.rail.button(each).isChecked()]
        assert marked == [window.workspaces.current_key]
        assert window.workspaces.current.isVisible()


# Which document is saved


@pytest.mark.parametrize("key", KEYS)
def test_control_s_saves_what_the_file_menu_names(window, tmp_path, monkeypatch, key):
    workspaces = window.workspaces
    workspaces.document.rename("Mine")
    workspaces.step.picture.refresh()
    workspaces.lectures.record()
    window.open_workspace(key)
    what = "lecture" if key == "step" else "stack"
    save = window.actions_by_id["save"]
    assert save.text().replace("&", "") == f"Save {what}"
    assert window.actions_by_id["save_as"].text().replace("&", "") == f"Save {what} as…"
    chosen = tmp_path / ("one.cnnviz-lecture" if key == "step" else "one.cnnviz")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(chosen), ""))
    window.activateWindow()
    QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_S, CTRL)
    assert chosen.is_file()
    assert workspaces.document.is_modified == (what == "lecture")
    assert workspaces.has_unsaved_lecture == (what == "stack")
    if key == "step":
        assert len(load_lecture(chosen).scenes) == 1
    workspaces.lectures.document.undo_stack.setClean()


def test_in_step_the_stack_is_saved_as_long_as_there_is_no_lecture(window):
    window.open_workspace("step")
    assert window.actions_by_id["save"].text() == "&Save stack"
    window.workspaces.lectures.record()
    assert window.actions_by_id["save"].text() == "&Save lecture"
    window.workspaces.lectures.document.undo_stack.undo()
    assert window.actions_by_id["save"].text() == "&Save stack"
