"""A lecture presented, from the first key to the last scene."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.lecture.bench import COUNTER_IS_SHOWN
from app.lecture.scenes import Hidden
from tests.app.lecture.test_walk import RESULTS, STEPS
from tests.app.lecture.using import Key, shown


def present(bench, qtbot):
    QTest.keyClick(bench.panel, Key.Key_F5)
    window = bench.presentation
    assert window is not None
    window.resize(1280, 720)
    qtbot.waitUntil(window.hasFocus)
    return window


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
    view = bench.presentation.picture
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
    grid = bench.presentation.picture.stage.pane("input").grid
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
    bench.panel.toggle_im2col()
    bench.document.open_scene(0)
    present(bench, qtbot)
    assert bench.presentation.picture.im2col.isVisible()


def test_the_colour_bar_does_not_give_away_what_is_hidden(bench, qtbot):
    window = present(bench, qtbot)
    bar = bench.presentation.picture.stage.pane("output").bar
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
