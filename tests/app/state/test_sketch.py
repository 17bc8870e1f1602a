"""The drawing: marks, ink, undo."""

import numpy as np
import pytest

from app.state.sketch import Sketch
from engine.ink.rendering import PastedImage, Stroke, render


@pytest.fixture
def sketch(qapp):
    return Sketch()


def stroke(sketch: Sketch, *points: tuple[float, float], erases: bool = False) -> None:
    sketch.begin(points[0], 18.0, erases=erases)
    for point in points[1:]:
        sketch.extend(point)
    sketch.end()


def test_a_stroke_becomes_a_mark_with_the_engines_pixels(sketch):
    stroke(sketch, (50, 50), (100, 90), (120, 200))
    assert sketch.marks == (Stroke(((50, 50), (100, 90), (120, 200)), 18.0),)
    np.testing.assert_array_equal(sketch.pixels, render(sketch.marks))


def test_ink_is_there_before_the_stroke_ends(sketch, qtbot):
    sketch.begin((140, 140), 18.0, erases=False)
    assert sketch.pixels[140, 140] == 1
    assert sketch.is_drawing
    assert not sketch.marks
    with qtbot.waitSignal(sketch.ink_changed):
        sketch.extend((180, 140))
    assert sketch.pixels[140, 180] == 1


def test_undo_and_redo_go_stroke_by_stroke(sketch):
    stroke(sketch, (50, 50), (100, 50))
    one = sketch.pixels.copy()
    stroke(sketch, (50, 150), (100, 150))
    two = sketch.pixels.copy()
    sketch.undo()
    np.testing.assert_array_equal(sketch.pixels, one)
    sketch.undo()
    assert sketch.is_blank
    assert not sketch.undo_stack.canUndo()
    sketch.undo()
    sketch.redo()
    sketch.redo()
    np.testing.assert_array_equal(sketch.pixels, two)
    assert not sketch.undo_stack.canRedo()


def test_a_new_stroke_ends_what_could_be_redone(sketch):
    stroke(sketch, (50, 50), (100, 50))
    sketch.undo()
    assert sketch.undo_stack.canRedo()
    stroke(sketch, (10, 10), (20, 20))
    assert not sketch.undo_stack.canRedo()


def test_clearing_can_be_undone_and_is_no_step_on_a_blank_sheet(sketch):
    sketch.clear()
    assert not sketch.undo_stack.canUndo()
    stroke(sketch, (50, 50), (100, 50))
    before = sketch.pixels.copy()
    sketch.clear()
    assert sketch.is_blank
    assert sketch.pixels.max() == 0
    sketch.undo()
    np.testing.assert_array_equal(sketch.pixels, before)


def test_the_eraser_takes_ink_away_and_is_a_step_of_its_own(sketch):
    stroke(sketch, (50, 140), (230, 140))
    stroke(sketch, (140, 140), erases=True)
    assert sketch.pixels[140, 140] == 0
    assert sketch.pixels[140, 60] == 1
    sketch.undo()
    assert sketch.pixels[140, 140] == 1


def test_erasing_on_a_blank_sheet_leaves_no_mark(sketch):
    stroke(sketch, (50, 140), (230, 140), erases=True)
    assert sketch.is_blank
    assert not sketch.undo_stack.canUndo()


def test_a_pasted_picture_replaces_the_drawing_and_can_be_undone(sketch):
    stroke(sketch, (50, 50), (100, 50))
    ink = np.zeros((28, 28), np.float32)
    ink[10:20, 10:20] = 1
    sketch.paste(ink)
    assert isinstance(sketch.marks[0], PastedImage)
    assert sketch.pixels[150, 150] == 1
    assert sketch.pixels[50, 75] == 0
    sketch.undo()
    assert sketch.pixels[50, 75] == 1


def test_undo_while_the_pen_is_down_takes_that_stroke_back(sketch):
    sketch.begin((50, 50), 18.0, erases=False)
    sketch.undo()
    assert sketch.is_blank
    sketch.extend((90, 90))
    assert sketch.is_blank
