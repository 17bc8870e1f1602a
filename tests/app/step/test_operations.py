"""The facts of the lab's operations, reached by stepping; and data from elsewhere."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtTest import QTest

from app.step.data import StepSources
from app.step.panel import StepPanel
from engine.lab import Operation, example_state
from engine.lab.layers import LayerState
from tests.app.step.using import (
    Key,
    choose_operation,
    choose_pass,
    choose_way,
    click_cell,
    grid,
    keys,
    paste,
    read,
    to_the_end,
)

# --- the facts of the other operations, reached by stepping --------------------------------------


@pytest.mark.parametrize(
    ("operation", "output", "gradient"),
    [
        (
            Operation.MAX_POOL,
            [[6, 8], [14, 16]],
            [[0, 0, 0, 0], [0, 6, 0, 8], [0, 0, 0, 0], [0, 14, 0, 16]],
        ),
        (
            Operation.AVG_POOL,
            [[3.5, 5.5], [11.5, 13.5]],
            [[1.5, 1.5, 2, 2], [1.5, 1.5, 2, 2], [3.5, 3.5, 4, 4], [3.5, 3.5, 4, 4]],
        ),
    ],
)
def test_pooling(panel, operation, output, gradient):
    choose_operation(panel, operation)
    if operation is Operation.MAX_POOL:
        panel.data_menu.course.trigger()
    to_the_end(panel)
    assert read(panel, "output") == output
    choose_pass(panel, 1)
    to_the_end(panel)
    assert read(panel, "grad_input") == gradient


def test_max_pooling_opens_with_a_winner_in_every_corner_and_marks_it(panel):
    choose_operation(panel, Operation.MAX_POOL)
    winners = []
    for position in range(panel.stepper.count):
        panel.stepper.go_to(position)
        window, winner = panel.picture.stage.pane("input").grid.marks
        at = winner.rows[0], winner.columns[0]
        assert winner.role == "output"
        assert len(winner.rows) == len(winner.columns) == 1
        assert read(panel, "input")[at[0]][at[1]] == max(
            read(panel, "input")[row][column] for row in window.rows for column in window.columns
        )
        winners.append((at[0] - window.rows[0], at[1] - window.columns[0]))
    assert winners == [(0, 1), (1, 1), (1, 0), (0, 0)]
    assert read(panel, "output") == [[9, 12], [15, 16]]
    choose_pass(panel, 1)
    to_the_end(panel)
    assert read(panel, "grad_input") == [[0, 1, 0, 0], [0, 0, 0, 2], [0, 0, 4, 0], [3, 0, 0, 0]]


def test_of_equal_maxima_the_first_is_marked(panel):
    choose_operation(panel, Operation.MAX_POOL)
    panel.model.set_state(replace(panel.model.state, input=np.ones((1, 4, 4))))
    _, winner = panel.picture.stage.pane("input").grid.marks
    assert (winner.rows, winner.columns) == (range(1), range(1))


@pytest.mark.parametrize("operation", [Operation.MAX_POOL, Operation.AVG_POOL])
def test_what_pooling_picks_has_the_colours_of_the_input(panel, operation):
    choose_operation(panel, operation)
    source, target = grid(panel, "input").content, grid(panel, "output").content
    assert (target.cmap is source.cmap, target.low, target.high) == (True, source.low, source.high)


def test_why_every_window_of_the_example_gives_the_same_is_said(panel):
    even = "the weights add up to 0, and the input grows by the same everywhere."
    keys(panel, "", Key.Key_Right)
    assert panel.picture.note.text() == f"Every window gives −4: {even}"
    keys(panel, "2")
    assert panel.picture.note.text() == f"Every window gives 1: {even}"


def test_conv1d_forward(panel):
    choose_operation(panel, Operation.CONV1D)
    to_the_end(panel)
    assert read(panel, "output") == [[5, 7, 9, 11]]
    keys(panel, "1")
    assert read(panel, "output") == [[-2, -2, -2, -2]]


@pytest.mark.parametrize("way", [0, 1])
def test_conv1d_gradients(panel, way):
    choose_operation(panel, Operation.CONV1D)
    choose_pass(panel, 1)
    choose_way(panel, way)
    to_the_end(panel)
    assert read(panel, "grad_input") == [[0.5, 1, 2, 4, -0.5, -3]]
    choose_pass(panel, 2)
    choose_way(panel, way)
    to_the_end(panel)
    assert read(panel, "grad_kernel") == [[10, 12, 14]]
    QTest.keyClick(panel, Key.Key_Home)
    for _ in range(panel.stepper.count // 2 - 1):
        QTest.keyClick(panel, Key.Key_Right)
    assert read(panel, "grad_kernel") == [[30, 40, 50]]
    choose_pass(panel, 3)
    to_the_end(panel)
    assert read(panel, "grad_bias") == [[10, 2]]


@pytest.mark.parametrize(
    ("box", "output", "formula"),
    [
        ("dilation", [[28, 32, 36], [48, 52, 56], [68, 72, 76]], "(5 + 2·0 − 2·(2 − 1) − 1)/1 + 1"),
        ("stride", [[16, 24], [56, 64]], "⌊(5 + 2·0 − 2)/2⌋ + 1 = 2"),
    ],
)
def test_dilation_and_stride_on_numbers_pasted_and_boxes_typed(panel, box, output, formula):
    click_cell(panel, "input", 0, 0)
    paste(panel, "\n".join("\t".join(str(5 * r + c + 1) for c in range(5)) for r in range(5)))
    click_cell(panel, "kernel", 0, 0)
    paste(panel, "[[1, 1, 0], [1, 1, 0], [0, 0, 0]]")
    settings = ((("kernel", 0), 2), (("kernel", 1), 2), ((box, 0), 2), ((box, 1), 2))
    for (name, which), value in settings:
        field = panel.geometry_strip.box(name, which)
        field.setFocus()
        field.selectAll()
        keys(panel, str(value), Key.Key_Return)
    QTest.keyClick(panel, Key.Key_1)
    for _ in range(panel.stepper.count // 2 - 1):
        QTest.keyClick(panel, Key.Key_Right)
    assert read(panel, "output") == output
    assert formula in panel.geometry_strip.formula.text()
    if box == "stride":
        assert grid(panel, "input").content.is_unread.sum() == 9
        assert "The last row is read by no window" in panel.picture.note.text()


def test_softmax_loss_and_gradient(panel):
    choose_operation(panel, Operation.SOFTMAX)
    to_the_end(panel)
    rows = [panel.picture.softmax.texts_of(place) for place in range(3)]
    assert [row["probability"] for row in rows] == ["0.659", "0.242", "0.0986"]
    choose_pass(panel, 1)
    assert panel.picture.sentence.text == "−ln 0.659 ≈ 0.417"
    choose_pass(panel, 2)
    to_the_end(panel)
    rows = [panel.picture.softmax.texts_of(place) for place in range(3)]
    assert [row["gradient"] for row in rows] == ["−0.341", "0.242", "0.0986"]


def test_dense_and_relu(panel):
    choose_operation(panel, Operation.DENSE)
    to_the_end(panel)
    assert read(panel, "output") == [[7, -1.5, 1]]
    choose_operation(panel, Operation("relu"))
    to_the_end(panel)
    assert read(panel, "output") == [[3, 0, 0], [0, 2, 5], [1, 0, 0]]


class Sources(StepSources):
    def __init__(self):
        """Neither networks nor a drawing: what they give stands here."""

    def patch(self):
        return replace(example_state(), input=np.full((1, 12, 12), 3.0))

    def layers(self):
        return (
            LayerState("1 Max pooling", example_state("max_pool")),
            LayerState("2 Flatten", None, "it computes nothing"),
        )


# --- data ----------------------------------------------------------------------------------------


def test_data_come_from_kernels_drawing_and_network(qtbot, look):
    panel = StepPanel(sources=Sources(), rng=np.random.default_rng(0))
    qtbot.addWidget(panel)
    menu = panel.data_menu
    menu.use_kernel("laplacian")
    assert panel.model.state.kernel[0, 0].tolist() == [[0, 1, 0], [1, -4, 1], [0, 1, 0]]
    menu.patch.trigger()
    assert panel.model.state.input.shape == (1, 12, 12)
    menu.fill_layers()
    first, second, _, remark = menu.layers.actions()
    assert not second.isEnabled()
    assert "second choice" in remark.text()
    with qtbot.waitSignal(panel.status_message) as said:
        first.trigger()
    assert said.args == [remark.text()]
    assert panel.model.state.operation is Operation.MAX_POOL
    menu.random.trigger()
    assert panel.model.undo_stack.count() == 4
    for _ in range(4):
        panel.model.undo_stack.undo()
    assert panel.model.state == example_state()


def test_the_layers_of_the_open_network_work_on_the_drawing(window):
    panel = window.workspaces.step
    panel.data_menu.fill_layers()
    (problem,) = panel.data_menu.layers.actions()
    assert "blank" in problem.text()
    window.workspaces.draw.sketch.paste(np.pad(np.ones((20, 6), np.float32), 10))
    panel.data_menu.fill_layers()
    *actions, _, _ = panel.data_menu.layers.actions()
    assert len(actions) == 13
    window.open_workspace("step")
    for action in actions:
        action.trigger()
    actions[3].trigger()
    assert panel.model.state.kernel.shape == (16, 6, 5, 5)
    assert panel.picture.shows_channels
    assert len(panel.picture.channels.in_sight) >= 2
