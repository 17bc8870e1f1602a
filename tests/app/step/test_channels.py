"""A convolution unfolded: a row per input channel, the sum, and the way to a row's numbers."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.lab import LabState, PictureKind
from engine.lab.layers import trace_layer
from engine.layers import Conv2dSpec
from tests.app.step.reading import Key, set_box
from tests.app.step.using import keys


def unfolded(channels=6, kernels=16, size=6):
    rng = np.random.default_rng(1)
    return LabState(
        input=rng.integers(0, 9, (channels, size, size)).astype(float),
        kernel=rng.integers(-2, 3, (kernels, channels, 3, 3)).astype(float),
        bias=np.arange(kernels, dtype=float),
        grad_output=np.zeros((kernels, size - 2, size - 2)),
        picture=PictureKind.CHANNELS,
    )


@pytest.fixture
def view(panel):
    panel.model.set_state(unfolded())
    return panel.picture.channels


def cells(grid):
    return [[grid.value_at(r, c) for c in range(grid.columns)] for r in range(grid.rows)]


def place(view, grid, row=0, column=0):
    return grid.mapTo(view, grid.cell_rect(row, column).center().toPoint())


def test_a_row_shows_input_kernel_and_what_they_add(panel, view):
    panel.stepper.go_to(5)
    state, row = panel.model.state, view.row_of(1)
    assert cells(row.input) == state.input[1].tolist()
    assert cells(row.kernel) == state.kernel[0, 1].tolist()
    window = state.input[1, 1:4, 1:4]
    assert row.partial.value_at(1, 1) == (window * state.kernel[0, 1]).sum()
    assert row.partial.value_at(1, 2) is None
    (mark,) = row.input.marks
    assert (mark.rows, mark.columns) == (range(1, 4), range(1, 4))


def test_partial_maps_and_result_fill_together_and_add_up(panel, view):
    for position in (0, 3, 15):
        panel.stepper.go_to(position)
        filled = [[value is not None for value in line] for line in cells(view.result)]
        assert sum(map(sum, filled)) == position + 1
        total = np.zeros((4, 4))
        for first in range(6):
            view.scroll_to(first)
            row = view.row_of(first)
            assert [[v is not None for v in line] for line in cells(row.partial)] == filled
            total += np.array([[v or 0.0 for v in line] for line in cells(row.partial)])
        assert total + panel.model.state.bias[0] * np.array(filled) == pytest.approx(
            np.array([[v or 0.0 for v in line] for line in cells(view.result)])
        )


def test_every_channel_can_be_scrolled_to_and_its_number_is_said(panel, qtbot):
    panel.model.set_state(unfolded(channels=512, kernels=2, size=4))
    view = panel.picture.channels
    assert view.bar.isVisible()
    view.bar.setValue(view.bar.maximum())
    assert view.in_sight.stop == 512
    assert view.label_of(view.in_sight[-1]) == "channel 512 of 512"
    assert view.remarks[0].startswith(f"Channels {view.in_sight.start + 1} to 512 of 512")
    assert "504 other channels" in panel.picture.sentence.text


def test_the_wheel_scrolls_by_whole_rows(view):
    for turned, first in ((-60, 0), (-60, 1), (-120, 2), (240, 0)):
        QApplication.sendEvent(
            view,
            QWheelEvent(
                QPointF(9, 90), view.mapToGlobal(QPointF(9, 90)), QPoint(), QPoint(0, turned),
                Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
                Qt.ScrollPhase.NoScrollPhase, False,
            ),
        )  # fmt: skip
        assert view.in_sight.start == first


def test_one_channel_is_a_row_without_a_scroll_bar(panel):
    panel.model.set_state(unfolded(channels=1, kernels=1))
    view = panel.picture.channels
    assert len(view.in_sight) == 1
    assert not view.bar.isVisible()
    assert view.label_of(0) == "channel 1 of 1"


def test_a_kernel_is_coloured_by_its_own_range(panel, view):
    state = panel.model.state
    kernel = state.kernel.copy()
    kernel[0, 0], kernel[0, 1] = 0.25, 100.0
    panel.model.set_state(replace(state, kernel=kernel))
    contents = [view.row_of(number).kernel.content for number in (0, 1)]
    assert [(c.low, c.high) for c in contents] == [(-0.25, 0.25), (-100, 100)]
    partial = [view.row_of(number).partial.content for number in (0, 1)]
    assert partial[0].high == partial[1].high


@pytest.mark.parametrize("size", [(1216, 640), (1000, 620), (1216, 900)])
def test_a_kernels_numbers_are_written_from_28_pixels_a_cell_on(panel, view, size):
    panel.model.set_state(replace(panel.model.state, kernel=panel.model.state.kernel * 0.111))
    panel.resize(*size)
    QApplication.processEvents()
    grid = view.row_of(0).kernel
    assert grid.cell_rect(0, 0).height() >= 28
    picture = grid.grab().toImage()
    cell = grid.cell_rect(0, 0).toRect()
    colours = {
        picture.pixel(x, y)
        for x in range(cell.left() + 4, cell.right() - 4)
        for y in range(cell.top() + 4, cell.bottom() - 4)
    }
    assert len(colours) > 3


def test_pointing_moves_the_window_in_all_rows(panel, view):
    row = view.row_of(0)
    QTest.mouseMove(panel, QPoint(2, 2))  # a pointer that is there already does not move
    QTest.mouseMove(row.input, row.input.cell_rect(4, 4).center().toPoint())
    for number in view.in_sight:
        (mark,) = view.row_of(number).input.marks
        assert (mark.rows, mark.columns) == (range(3, 6), range(3, 6))
    assert panel.transport.label.text() == "16 / 256"
    QApplication.sendEvent(row.input, QEvent(QEvent.Type.Leave))
    assert panel.transport.label.text() == "1 / 256"
    QTest.mouseMove(row.partial, row.partial.cell_rect(2, 1).center().toPoint())
    assert view.result.marks[0].rows == range(2, 3)


def test_a_click_on_a_row_shows_its_numbers_and_a_key_leads_back(panel, view):
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=place(view, view.row_of(1).kernel))
    assert panel.model.state.picture is PictureKind.GRIDS
    assert panel.model.state.in_channel == 1
    assert "input 2 of 6" in panel.picture.stage.pane("input").grid.accessibleName()
    QTest.keyClick(panel, Key.Key_U)
    assert panel.picture.shows_channels


def test_kernels_and_channels_beyond_nine_are_chosen_by_number(panel, view):
    assert panel.channels.count_label.text() == "of 16"
    assert panel.in_channels.count_label.text() == "of 6"
    panel.channels.box.setFocus()
    panel.channels.box.selectAll()
    keys(panel, "14", Key.Key_Return)
    assert panel.stepper.channel == 13
    panel.in_channels.box.setFocus()
    panel.in_channels.box.selectAll()
    keys(panel, "6", Key.Key_Return)
    assert panel.stepper.in_channel == 5
    assert 5 in view.in_sight


def test_a_quiz_hides_what_would_answer_it(panel, view):
    QTest.keyClick(panel, Key.Key_Q)
    assert view.result.text_at(0, 0) == "?"
    assert view.row_of(0).partial.is_covered(0, 0)


def test_only_the_forward_pass_unfolds(panel, view):
    keys(panel, "g")
    assert not panel.picture.shows_channels
    said: list[str] = []
    panel.status_message.connect(said.append)
    QTest.keyClick(panel, Key.Key_U)
    assert said[-1].startswith("Rows for the input channels")


def test_layers_of_several_channels_open_unfolded():
    for channels, picture in ((1, PictureKind.GRIDS), (3, PictureKind.CHANNELS)):
        weight = np.ones((2, channels, 3, 3))
        x, grad = np.ones((channels, 5, 5)), np.ones((2, 3, 3))
        state = trace_layer(Conv2dSpec(2, (3, 3)), {"weight": weight}, x, grad)
        assert state.picture is picture


def test_a_second_input_channel_unfolds_the_convolution(panel):
    set_box(panel, "channels", 0, 2)
    assert panel.picture.shows_channels
    panel.model.undo_stack.undo()
    assert panel.model.state.input.shape[0] == 1


@pytest.mark.parametrize("magnitude", [1e-12, 1e9])
@pytest.mark.parametrize("size", [(600, 440), (1216, 640)])
def test_values_of_any_size_overlap_nothing(panel, magnitude, size):
    state = unfolded()
    panel.model.set_state(replace(state, kernel=state.kernel * magnitude / 2))
    panel.resize(*size)
    QApplication.processEvents()
    view = panel.picture.channels
    grids = [grid for n in view.in_sight for grid in view.row_of(n).grids] + [view.result]
    for number, grid in enumerate(grids):
        assert view.rect().contains(grid.geometry())
        for other in grids[number + 1 :]:
            assert not grid.geometry().intersects(other.geometry())


def test_where_cells_are_small_it_is_said(panel, view):
    panel.resize(940, 560)
    QApplication.processEvents()
    assert view.row_of(0).kernel.cell_rect(0, 0).height() < 28
    assert "Cells are small: click a row for its numbers" in view.remarks
