"""Layers removed, moved, doubled, copied and dragged, by keys and by mouse."""

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDrag, QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.build.stack_model import CardState
from engine.layers import DenseSpec
from tests.app.build.cards import (
    CTRL,
    LEFT,
    LENET5,
    SHIFT,
    card,
    centre,
    choose,
    current_row,
    kinds,
    palette_entry,
)

ALT = Qt.KeyboardModifier.AltModifier


# The keyboard in the stack


def test_delete_undo_and_redo(panel):
    choose(panel, 3)
    QTest.keyClick(panel.stack_list, Qt.Key.Key_Delete)
    assert kinds(panel)[:3] == ["Conv2d", "ReLU", "Conv2d"]
    assert current_row(panel) == 3
    QTest.keyClick(panel.stack_list, Qt.Key.Key_Z, CTRL)
    assert panel.document.stack == LENET5
    assert panel.stack_list.chosen_layers == (2,)
    QTest.keyClick(panel.stack_list, Qt.Key.Key_Z, CTRL | SHIFT)
    assert len(kinds(panel)) == 11


def test_the_input_and_the_output_cannot_be_removed_moved_or_doubled(panel):
    for row in (0, 13):
        choose(panel, row)
        QTest.keyClick(panel.stack_list, Qt.Key.Key_Delete)
        QTest.keyClick(panel.stack_list, Qt.Key.Key_Up, ALT)
        QTest.keyClick(panel.stack_list, Qt.Key.Key_D, CTRL)
        assert not panel.stack_list.remove.isEnabled()
    assert panel.document.undo_stack.count() == 0


def test_alt_and_arrows_move_the_layer_and_stop_at_the_ends(panel):
    choose(panel, 2)
    QTest.keyClick(panel.stack_list, Qt.Key.Key_Up, ALT)
    assert kinds(panel)[:2] == ["ReLU", "Conv2d"]
    assert current_row(panel) == 1
    QTest.keyClick(panel.stack_list, Qt.Key.Key_Up, ALT)
    assert panel.document.undo_stack.count() == 1
    QTest.keyClick(panel.stack_list, Qt.Key.Key_Down, ALT)
    assert panel.document.stack == LENET5
    choose(panel, 12)
    QTest.keyClick(panel.stack_list, Qt.Key.Key_Down, ALT)
    assert panel.document.undo_stack.count() == 2


def test_several_layers_chosen_with_shift_go_together(panel):
    choose(panel, 1)
    QTest.keyClick(panel.stack_list, Qt.Key.Key_Down, SHIFT)
    QTest.keyClick(panel.stack_list, Qt.Key.Key_Down, SHIFT)
    assert panel.stack_list.chosen_layers == (0, 1, 2)
    QTest.keyClick(panel.stack_list, Qt.Key.Key_Down, ALT)
    assert kinds(panel)[:4] == ["Conv2d", "Conv2d", "ReLU", "MaxPool2d"]
    assert panel.document.stack.layers[0].out_channels == 16
    assert panel.stack_list.chosen_layers == (1, 2, 3)
    QTest.keyClick(panel.stack_list, Qt.Key.Key_Delete)
    assert len(kinds(panel)) == 9
    assert panel.undo_action.text() == "Undo Remove 3 layers"


def test_ctrl_d_duplicates(panel):
    choose(panel, 1)
    QTest.keyClick(panel.stack_list, Qt.Key.Key_D, CTRL)
    assert panel.document.stack.layers[1] == LENET5.layers[0]
    assert current_row(panel) == 2


def test_copied_layers_can_be_pasted_and_other_things_cannot(panel, qtbot):
    choose(panel, 4)
    QTest.keyClick(panel.stack_list, Qt.Key.Key_C, CTRL)
    choose(panel, 13)
    QTest.keyClick(panel.stack_list, Qt.Key.Key_V, CTRL)
    assert panel.document.stack.layers[12] == LENET5.layers[3]
    QApplication.clipboard().setText("no layers")
    with qtbot.waitSignal(panel.status_message):
        QTest.keyClick(panel.stack_list, Qt.Key.Key_V, CTRL)
    assert len(kinds(panel)) == 13


@pytest.fixture
def drag(monkeypatch):
    """Drag by mouse. Offscreen there is no drag loop: its events are sent in its place."""

    def drag(source, start, target, end, modifiers=Qt.KeyboardModifier.NoModifier):
        def carry(carried, actions, default):
            action = Qt.DropAction.CopyAction if modifiers & CTRL else default
            common = (actions, carried.mimeData(), LEFT, modifiers)
            enter = QDragEnterEvent(end, *common)
            move = QDragMoveEvent(end, *common)
            drop = QDropEvent(QPointF(end), *common)
            for event in (enter, move, drop):
                event.setDropAction(action)
                QApplication.sendEvent(target, event)
                assert event.isAccepted()
            return drop.dropAction()

        monkeypatch.setattr(QDrag, "exec", carry)
        window = source.window()
        handle, press = window.windowHandle(), source.mapTo(window, start)
        QTest.mousePress(handle, LEFT, pos=press)
        QTest.mouseMove(handle, press + QPoint(0, 30))
        QTest.mouseRelease(handle, LEFT, pos=press + QPoint(0, 30))

    return drag


# Dragging


def test_a_card_is_dragged_to_another_place(panel, drag):
    view = panel.stack_list
    above = view.visualRect(view.stack_model.index(1)).topLeft() + QPoint(100, 4)
    drag(view.viewport(), centre(view, 3), view.viewport(), above)
    assert kinds(panel)[:3] == ["MaxPool2d", "Conv2d", "ReLU"]
    assert view.chosen_layers == (0,)
    assert panel.undo_action.text() == "Undo Move Max pooling 2-D"
    QTest.keyClick(view, Qt.Key.Key_Z, CTRL)
    assert panel.document.stack == LENET5


def test_a_layer_is_dragged_in_from_the_palette(panel, drag):
    entries, view = panel.palette_box.layers, panel.stack_list
    start = entries.visualRect(palette_entry(entries, "Dense")).center()
    QTest.mouseClick(entries.viewport(), LEFT, pos=start)
    below = view.visualRect(view.stack_model.index(2)).bottomLeft() + QPoint(100, -3)
    drag(entries.viewport(), start, view.viewport(), below)
    assert kinds(panel)[:4] == ["Conv2d", "ReLU", "Linear", "MaxPool2d"]
    assert panel.document.stack.layers[2] == DenseSpec()
    assert card(panel, 3).state is CardState.FAULTY


def test_with_ctrl_a_dragged_card_is_copied(panel, drag):
    view = panel.stack_list
    below = view.visualRect(view.stack_model.index(4)).bottomLeft() + QPoint(100, -3)
    drag(view.viewport(), centre(view, 1), view.viewport(), below, CTRL)
    assert panel.document.stack.layers[4] == LENET5.layers[0]
    assert len(kinds(panel)) == 13
    assert panel.undo_action.text() == "Undo Duplicate Convolution 2-D"


def test_something_else_cannot_be_dropped(panel):
    view = panel.stack_list
    text = QMimeData()
    text.setText("no layer")
    action, nothing = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    for kind in (QDragEnterEvent, QDragMoveEvent):
        event = kind(QPoint(100, 100), action, text, LEFT, nothing)
        QApplication.sendEvent(view.viewport(), event)
        assert not event.isAccepted()


def test_the_input_and_the_output_cannot_be_dragged(panel):
    for row in (0, 13):
        flags = panel.stack_list.stack_model.index(row).flags()
        assert not flags & Qt.ItemFlag.ItemIsDragEnabled
