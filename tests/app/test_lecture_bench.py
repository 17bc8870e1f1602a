"""A lecture in the workspace Step, from the first key to the last scene."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QInputDialog, QLineEdit, QMessageBox

from app.lecture import Hidden, load_lecture
from app.panels.lecture_bench import COUNTER_IS_SHOWN, STRIP_IS_OPEN, LectureBench
from app.panels.lecture_files import READY_LECTURE
from app.panels.step import StepPanel
from app.step_export.run_job import RunFormat
from engine.lab import Pass
from tests.app.test_lecture_walk import RESULTS, STEPS

Key = Qt.Key


@pytest.fixture
def bench(qtbot, look, settings):
    bench = LectureBench(StepPanel(), settings)
    qtbot.addWidget(bench)
    bench.resize(1280, 720)
    bench.show()
    bench.activateWindow()
    bench.panel.setFocus()
    qtbot.waitUntil(bench.panel.hasFocus)
    yield bench
    if bench.presentation is not None:
        bench.presentation.close()


def click(button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def present(bench, qtbot):
    QTest.keyClick(bench.panel, Key.Key_F5)
    window = bench.presentation
    assert window is not None
    window.resize(1280, 720)
    qtbot.waitUntil(window.hasFocus)
    return window


def shown(bench, key):
    """The numbers of a grid as the presentation shows them."""
    grid = bench._picture.stage.pane(key).grid
    return [[grid.value_at(r, c) for c in range(grid.columns)] for r in range(grid.rows)]


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


def test_a_lecture_is_saved_opened_and_begun_anew(bench, tmp_path, monkeypatch):
    bench.record()
    file = tmp_path / "mine.cnnviz-lecture"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file.with_suffix("")), ""))
    bench.strip.save_requested.emit()
    assert len(load_lecture(file).scenes) == 1
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("Monday", True))
    bench.strip.rename_requested.emit()
    bench.strip.save_requested.emit()
    assert load_lecture(file).title == "Monday"
    bench.strip.new_requested.emit()
    assert not bench.document.scenes
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))
    bench.strip.open_requested.emit()
    assert bench.document.index == 0
    assert bench.strip.isVisible()


@pytest.mark.parametrize(("answer", "is_kept"), [("Cancel", True), ("Discard", False)])
def test_unsaved_scenes_are_asked_about(bench, monkeypatch, answer, is_kept):
    bench.record()
    button = getattr(QMessageBox.StandardButton, answer)
    monkeypatch.setattr(QMessageBox, "question", lambda *_: button)
    bench.strip.new_requested.emit()
    assert bool(bench.document.scenes) == is_kept


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", "not a lecture"), ('{"format": "cnnviz-lecture", "version": 9}', "newer cnnviz")],
)
def test_a_bad_lecture_is_explained_and_the_open_one_stays(bench, tmp_path, text, said, qtbot):
    bench.open_ready_lecture()
    file = tmp_path / "bad.cnnviz-lecture"
    file.write_text(text, encoding="utf-8")
    assert not bench.files.open(file)
    dialogs = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w is not bench]
    assert len(dialogs) == 1
    dialogs[0].close()
    assert len(bench.document.scenes) == 15
    assert said


def test_a_scene_of_something_else_is_said_in_the_status_bar(bench, qtbot):
    bench.document.record("broken", {"format": "cnnviz-lab", "version": 99})
    before = bench.panel.model.state
    with qtbot.waitSignal(bench.status_message) as said:
        bench.document.open_scene(0)
    assert "“broken” cannot be shown" in said.args[0]
    assert bench.panel.model.state == before


# --- presentation --------------------------------------------------------------------------------


def test_the_ready_lecture_is_walked_through_with_a_clicker(bench, qtbot):
    bench.open_ready_lecture()
    bench.panel.setFocus()
    window = present(bench, qtbot)
    ends: dict[int, list[list[float | None]]] = {}
    presses = 0
    while True:
        index = bench.document.index
        before = (index, bench.panel.stepper.position, bench.walk.hidden)
        assert window.title == bench.document.scenes[index].title
        ends[index] = shown(bench, bench.panel.stepper.trace.target.name)
        QTest.keyClick(window, Key.Key_PageDown)
        presses += 1
        if (bench.document.index, bench.panel.stepper.position, bench.walk.hidden) == before:
            break
    assert bench.document.index == 14
    hidden = sum(len(scene.hidden.names) for scene in bench.document.scenes)
    assert presses == sum(STEPS) + hidden
    assert ends[3] == RESULTS[3][0]
    assert ends[5] == RESULTS[5][0]
    assert ends[7] == RESULTS[7][0]
    assert ends[8] == ends[9] == RESULTS[8][0]
    assert ends[10] == ends[11] == RESULTS[10][1][0]
    inner = [row[1:-1] for row in ends[13][1:-1]]
    assert inner == RESULTS[13][0]
    QTest.keyClick(window, Key.Key_Escape)
    assert bench.presentation is None


def test_the_corner_counts_scenes_and_steps_unless_it_is_hidden(bench, qtbot, settings):
    window = present(bench, qtbot)
    assert window.counter == "step 1 of 8"
    QTest.keyClick(window, Key.Key_PageDown)
    assert window.counter == "step 2 of 8"
    bench.open_ready_lecture()
    assert window.counter == "scene 1 of 15 · step 1 of 8"
    QTest.keyClick(window, Key.Key_C)
    QTest.keyClick(window, Key.Key_Escape)
    assert settings.get(COUNTER_IS_SHOWN) is False
    bench.activateWindow()
    qtbot.waitUntil(bench.panel.hasFocus)
    assert present(bench, qtbot).counter == ""


def test_what_a_scene_hides_is_covered_until_each_key(bench, qtbot):
    bench.document.record(
        "ask",
        bench.panel.model.state.to_dict(),
        Hidden(kernel=True, result=True, sentence=True),
    )
    bench.document.open_scene(0)
    window = present(bench, qtbot)
    view = bench._picture
    assert view.cover.kernel
    assert view.cover.result
    assert view.sentence.text == "hidden"
    QTest.keyClick(window, Key.Key_S)
    assert "?" in view.sentence.text
    QTest.keyClick(window, Key.Key_R)
    assert shown(bench, "output")[0][0] == -4
    assert view.sentence.text.endswith("= −4")
    QTest.keyClick(window, Key.Key_K)
    assert "?" not in view.sentence.text
    QTest.keyClick(window, Key.Key_K)
    assert view.cover.kernel
    QTest.keyClick(window, Key.Key_Escape)
    assert not bench.walk.hidden


def test_space_plays_and_any_step_pauses(bench, qtbot):
    bench.panel.stepper.set_speed(8)
    window = present(bench, qtbot)
    QTest.keyClick(window, Key.Key_Space)
    assert bench.panel.stepper.is_playing
    qtbot.waitUntil(lambda: bench.panel.stepper.position >= 2)
    QTest.keyClick(window, Key.Key_PageUp)
    assert not bench.panel.stepper.is_playing
    QTest.keyClick(window, Key.Key_End)
    assert bench.panel.stepper.position == 7
    QTest.keyClick(window, Key.Key_Home)
    assert bench.panel.stepper.position == 0
    QTest.keyClick(window, Key.Key_2)
    assert bench.panel.stepper.channel == 1


def test_a_cell_can_be_pointed_at_and_the_clicker_goes_on(bench, qtbot):
    window = present(bench, qtbot)
    bench.move(4000, 4000)  # else the pointer is taken to be over this window
    grid = bench._picture.stage.pane("input").grid
    place = grid.cell_rect(0, 0).center().toPoint()
    QTest.mouseMove(grid, place)
    qtbot.waitUntil(lambda: grid.lit is not None)
    QTest.mouseClick(grid, Qt.MouseButton.LeftButton, pos=place)
    assert window.hasFocus()
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClicks(focused, "7")
    assert bench.panel.model.state.input[0, 0, 0] == 1
    QTest.keyClick(focused, Key.Key_PageDown)
    assert bench.panel.stepper.position == 1
    assert grid.lit is None


def test_the_im2col_matrix_is_presented_where_a_scene_shows_it(bench, qtbot):
    QTest.keyClick(bench.panel, Key.Key_I)
    bench.record()
    bench.panel.toggle_picture()
    bench.document.open_scene(0)
    present(bench, qtbot)
    assert bench._picture.im2col.isVisible()


def test_the_colour_bar_does_not_give_away_what_is_hidden(bench, qtbot):
    window = present(bench, qtbot)
    bar = bench._picture.stage.pane("output").bar
    assert bar.isVisible()
    QTest.keyClick(window, Key.Key_R)
    assert not bar.isVisible()
    QTest.keyClick(window, Key.Key_PageDown)
    assert bar.isVisible()
    assert bench.panel.stepper.position == 0


def test_blank_keeps_the_place(bench, qtbot):
    window = present(bench, qtbot)
    QTest.keyClick(window, Key.Key_PageDown)
    QTest.keyClick(window, Key.Key_Period)
    assert window.is_blank
    QTest.keyClick(window, Key.Key_PageDown)
    assert not window.is_blank
    assert bench.panel.stepper.position == 1


def test_the_presentation_closes_with_the_window(bench, qtbot):
    window = present(bench, qtbot)
    bench.close()
    assert not window.isVisible()
    assert bench.presentation is None


def test_f5_again_leaves_and_the_lab_has_the_keys(bench, qtbot):
    window = present(bench, qtbot)
    QTest.keyClick(window, Key.Key_F5)
    assert bench.presentation is None
    bench.activateWindow()
    qtbot.waitUntil(bench.panel.hasFocus)


# --- exports -------------------------------------------------------------------------------------


def test_the_picture_is_written_twice_as_fine(bench, tmp_path):
    file = tmp_path / "picture.png"
    bench.panel.stepper.go_to(2)
    assert bench.exports.save_png(file)
    with Image.open(file) as picture:
        assert picture.size == (2560, 1440)
        colours = picture.convert("RGB").getcolors(10_000_000)
        assert colours is not None
        assert len(colours) > 100


def test_svg_holds_numbers_as_text(bench, tmp_path):
    file = tmp_path / "picture.svg"
    bench.panel.stepper.go_to(2)
    assert bench.exports.save_svg(file)
    text = file.read_text(encoding="utf-8")
    assert QSvgRenderer(QByteArray(text.encode())).isValid()
    for number in (">16<", ">−4<", ">14 × (−1)<"):
        assert number in text


def test_a_picture_that_cannot_be_written_is_explained(bench, tmp_path):
    assert not bench.exports.save_png(tmp_path / "no folder" / "picture.png")
    (dialog,) = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w is not bench]
    dialog.close()


def test_the_run_becomes_a_gif_and_leaves_the_lab_where_it_was(bench, tmp_path, qtbot):
    bench.panel.stepper.set_speed(4)
    bench.panel.stepper.go_to(3)
    file = tmp_path / "run.gif"
    with qtbot.waitSignal(bench.exports.ended, timeout=30_000):
        bench.exports.save_run(RunFormat.GIF, file)
        assert bench.exports.dialog is not None
        assert bench.exports.dialog.isVisible()
    assert bench.panel.stepper.position == 3
    with Image.open(file) as gif:
        assert getattr(gif, "n_frames", 1) == 8
        assert gif.size == (1280, 720)
        assert gif.info["duration"] == 250


def test_a_cancelled_run_leaves_nothing(bench, tmp_path, qtbot):
    with qtbot.waitSignal(bench.exports.ended, timeout=30_000):
        bench.exports.save_run(RunFormat.PICTURES, tmp_path / "run")
        assert bench.exports.dialog is not None
        click(bench.exports.dialog.buttons.buttons()[0])
    assert not list(tmp_path.glob("run*"))


def test_a_run_that_is_too_long_is_refused(bench, monkeypatch):
    monkeypatch.setattr("app.panels.lecture_exports.MOST_STEPS", dict.fromkeys(RunFormat, 4))
    bench.exports.ask_run(RunFormat.GIF)
    (dialog,) = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w is not bench]
    dialog.close()


@pytest.mark.parametrize("form", ["NumPy", "LaTeX", "CSV"])
def test_the_menu_copies_the_grids(bench, form):
    bench.panel.stepper.last()
    action = next(a for a in bench.export_menu.actions() if a.text().endswith(form))
    action.trigger()
    text = QGuiApplication.clipboard().text()
    assert "output" in text
    assert "-4" in text
    if form == "NumPy":
        names: dict[str, np.ndarray] = {}
        exec(text, names)  # noqa: S102 - our own text
        assert names["output"].tolist() == [[[-4, -4], [-4, -4]], [[1, 1], [1, 1]]]


def test_the_ready_lecture_is_json_that_anyone_can_read():
    file = Path("resources/lectures/convolution.cnnviz-lecture")
    data = json.loads((Path(__file__).parents[2] / file).read_text(encoding="utf-8"))
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


def test_closing_asks_about_unsaved_scenes(window, monkeypatch):
    lectures = window.workspaces.lectures
    lectures.record()
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Cancel)
    window.close()
    assert window.isVisible()
    assert window.workspaces.current_key == "step"
    lectures.document.undo_stack.setClean()
