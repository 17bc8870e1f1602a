"""The course's example, reached by stepping, read back cell by cell; and what one step says."""

import pytest
from PySide6.QtTest import QTest

from tests.app.step.reading import Key, click, pad, read, ways


def texts(panel, key):
    grid = panel.picture.stage.pane(key).grid
    return [[grid.text_at(r, c) for c in range(grid.columns)] for r in range(grid.rows)]


def step_through(panel, key=Key.Key_Right):
    """Press a key until the last step, and count."""
    steps = 1
    while panel.stepper.position < panel.stepper.count - 1:
        QTest.keyClick(panel, key)
        steps += 1
        assert steps <= panel.stepper.count
    return steps


def inside(values, padding):
    return [row[padding:-padding] for row in values[padding:-padding]] if padding else values


FORWARD = {
    0: ([[-4, -4], [-4, -4]], [[1, 1], [1, 1]]),
    1: (
        [[-4, -4, -4, -4], [-4, -4, -4, -4], [-4, -4, -4, -4], [13, 14, 15, 16]],
        [[1, 1, 1, -4], [1, 1, 1, -8], [1, 1, 1, -12], [1, 1, 1, -16]],
    ),
}


GRAD_INPUT = {
    0: [[0, 0, 0, 0], [0, -5, 4, -7], [0, 13, 27, -11], [0, -10, -11, 0]],
    1: [[-5, 4, -7, 0], [13, 27, -11, 0], [-10, -11, 0, 0], [0, 0, 0, 0]],
}


GRAD_KERNEL = {
    0: (
        [[104, 117, 130], [156, 169, 182], [208, 221, 234]],
        [[-74, -90, -106], [-138, -154, -170], [-202, -218, -234]],
    ),
    1: (
        [[11, 32, 53], [51, 104, 117], [79, 156, 169]],
        [[-11, -21, -31], [-62, -74, -90], [-134, -138, -154]],
    ),
}


# --- every grid of the course's example, reached by stepping -------------------------------------


@pytest.mark.parametrize("padding", [0, 1])
def test_forward_reaches_the_outputs_of_both_kernels(panel, padding):
    pad(panel, padding)
    assert step_through(panel) == {0: 8, 1: 32}[padding]
    assert read(panel, "output") == FORWARD[padding][1]
    assert texts(panel, "kernel") == [["0", "0", "0"], ["0", "−1", "1"], ["0", "0", "0"]]
    QTest.keyClick(panel, Key.Key_1)
    assert texts(panel, "kernel") == [["0", "0", "0"], ["0", "1", "0"], ["0", "−1", "0"]]
    assert read(panel, "output") == FORWARD[padding][0]


@pytest.mark.parametrize("padding", [0, 1])
def test_handing_back_reaches_the_gradient_of_the_input(panel, padding):
    click(panel.controls.passes, 1)
    pad(panel, padding)
    assert step_through(panel, Key.Key_PageDown) == {0: 8, 1: 32}[padding]
    assert inside(read(panel, "grad_input"), padding) == GRAD_INPUT[padding]


@pytest.mark.parametrize("padding", [0, 1])
def test_gathering_reaches_the_same_gradient_of_the_input(panel, padding):
    click(panel.controls.passes, 1)
    click(panel.controls.ways, 1)
    pad(panel, padding)
    assert step_through(panel) == 16
    assert read(panel, "grad_input") == GRAD_INPUT[padding]
    assert texts(panel, "rotated_kernel") == [["0", "−1", "0"], ["0", "1", "0"], ["0", "0", "0"]]


@pytest.mark.parametrize("way", [0, 1])
@pytest.mark.parametrize("padding", [0, 1])
def test_both_ways_reach_the_gradients_of_both_kernels(panel, padding, way):
    click(panel.controls.passes, 2)
    click(panel.controls.ways, way)
    pad(panel, padding)
    step_through(panel)
    assert read(panel, "grad_kernel") == GRAD_KERNEL[padding][1]
    QTest.keyClick(panel, Key.Key_1)
    if way == 1:  # this way fills the cells of one kernel one by one
        QTest.keyClick(panel, Key.Key_Home)
        for _ in range(8):
            QTest.keyClick(panel, Key.Key_Right)
    else:
        assert panel.stepper.position == panel.stepper.count // 2 - 1
    assert read(panel, "grad_kernel") == GRAD_KERNEL[padding][0]


@pytest.mark.parametrize("padding", [0, 1])
def test_the_gradient_of_the_bias(panel, padding):
    click(panel.controls.passes, 3)
    pad(panel, padding)
    step_through(panel)
    assert read(panel, "grad_bias") == [[13, -16]]


# --- one step ------------------------------------------------------------------------------------


def test_the_first_step_shows_window_products_and_sentence(panel):
    assert panel.picture.stage.shown == ("input", "kernel", "products", "output")
    assert texts(panel, "input")[1] == ["5", "6", "7", "8"]
    assert texts(panel, "products") == [
        ["1 × 0", "2 × 0", "3 × 0"],
        ["5 × 0", "6 × 1", "7 × 0"],
        ["9 × 0", "10 × (−1)", "11 × 0"],
    ]
    assert read(panel, "products") == [[0, 0, 0], [0, 6, 0], [0, -10, 0]]
    assert read(panel, "output") == [[-4, None], [None, None]]
    assert panel.picture.sentence.text == (
        "1·0 + 2·0 + 3·0 + 5·0 + 6·1 + 7·0 + 9·0 + 10·(−1) + 11·0 + bias 0 = −4"
    )
    (window,) = panel.picture.stage.pane("input").grid.marks
    assert (window.rows, window.columns) == (range(3), range(3))
    (cell,) = panel.picture.stage.pane("output").grid.marks
    assert (cell.rows, cell.columns) == (range(1), range(1))
    assert panel.picture.where.text() == "Output channel 1, row 1, column 1"


def test_the_window_moves_with_the_step(panel):
    QTest.keyClick(panel, Key.Key_Right)
    QTest.keyClick(panel, Key.Key_Right)
    (window,) = panel.picture.stage.pane("input").grid.marks
    assert (window.rows, window.columns) == (range(1, 4), range(3))


def test_running_sums_grow_step_by_step(panel):
    click(panel.controls.passes, 3)
    seen = [panel.picture.sentence.text]
    for _ in range(3):
        QTest.keyClick(panel, Key.Key_Right)
        seen.append(panel.picture.sentence.text)
    assert seen == [
        "grad_bias 1: 0 + (−4) = −4",
        "grad_bias 1: −4 + (−4) = −8",
        "grad_bias 1: −8 + 10 = 2",
        "grad_bias 1: 2 + 11 = 13",
    ]


def test_padding_is_drawn_as_padding_and_enters_the_formula(panel):
    assert "(4 + 2·0 − 3)/1 + 1 = 2" in panel.geometry_strip.formula.text()
    pad(panel, 1)
    assert "(4 + 2·1 − 3)/1 + 1 = 4" in panel.geometry_strip.formula.text()
    is_padding = panel.picture.stage.pane("input").grid.content.is_padding
    assert is_padding.sum() == 20
    assert not is_padding[1:5, 1:5].any()


def test_cross_correlation_is_said_once(panel):
    assert "cross-correlation" in panel.picture.note.text()
    assert panel.picture.note.isVisible()


@pytest.mark.parametrize("operation", range(4))
@pytest.mark.parametrize("padding", [0, 1])
def test_every_sentence_fits_its_card(panel, operation, padding):
    click(panel.controls.passes, operation)
    pad(panel, padding)
    for way in range(len(ways(panel.stepper))):
        panel.model.choose_way(way)
        for position in range(panel.stepper.count):
            panel.stepper.go_to(position)
            assert panel.picture.sentence.fits
            assert panel.picture.sentence.type_size >= 14
