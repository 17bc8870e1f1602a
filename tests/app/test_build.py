"""Build: the stack put together by mouse and keyboard, and what each edit shows at once."""

import json

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDrag, QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from app.document import StackDocument
from app.errors import ErrorDialog
from app.panels.build import BuildPanel
from app.viewmodels.networks import NetworkHolder
from app.widgets.stack_model import CARD_ROLE, CardState, StackModel
from engine.architectures import PRESETS
from engine.layers import Conv2dSpec, DenseSpec, FlattenSpec, ReLUSpec
from engine.network import Sequential
from engine.spec import registered_specs

LEFT = Qt.MouseButton.LeftButton
ALT = Qt.KeyboardModifier.AltModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
LENET5 = PRESETS["lenet5"].stack


@pytest.fixture
def panel(qtbot, look):
    document = StackDocument()
    networks = NetworkHolder()
    panel = BuildPanel(document, networks)
    qtbot.addWidget(panel)
    panel.resize(1224, 800)
    panel.show()
    qtbot.waitExposed(panel)
    panel.activateWindow()
    panel.stack_list.setFocus()
    yield panel
    panel.hide()


def kinds(panel):
    return [layer.kind for layer in panel.document.stack.layers]


def card(panel, row):
    return panel.stack_list.stack_model.index(row).data(CARD_ROLE)


def centre(view, row):
    return view.visualRect(view.model().index(row, 0)).center()


def choose(panel, row):
    """Click a card: row 0 is the input, row 1 the first layer."""
    panel.stack_list.scrollTo(panel.stack_list.stack_model.index(row))
    position = centre(panel.stack_list, row)
    QTest.mouseClick(panel.stack_list.viewport(), LEFT, pos=position)


def current_row(panel):
    return panel.stack_list.currentIndex().row()


def palette_item(entries, title):
    (item,) = [item for item in entries.entries() if item.text() == title]
    entries.scrollToItem(item)
    return item


def type_into(box, text):
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box.lineEdit(), text)


# The cards


def test_lenet5_stands_there_with_its_published_numbers(panel):
    first, last = card(panel, 1), card(panel, 12)
    assert (first.title, first.words) == ("Convolution 2-D", "6 kernels 5×5, padding 2")
    assert (first.output, first.parameters, first.multiply_adds) == ("6×28×28", "156", "117,600")
    assert (last.output, last.parameters, last.multiply_adds) == ("10", "850", "840")
    assert card(panel, 0).output == "1×28×28"
    assert card(panel, 13).title == "Output"
    assert panel.totals.parameters.value.text() == "61,706"
    assert panel.totals.multiply_adds.value.text() == "416,520"
    assert panel.totals.output.value.text() == "10"
    assert panel.totals.verdict.text() == "Can be trained."


def test_a_card_is_spoken_as_one_sentence(panel):
    spoken = panel.stack_list.stack_model.index(1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == (
        "Convolution 2-D, 6 kernels 5×5, padding 2, output 6×28×28, 156 parameters (0.3% of all), "
        "117,600 multiply-adds, 18.4 KiB per picture, receptive field 5×5"
    )


def test_the_model_keeps_qts_rules_through_edits(qapp):
    document = StackDocument()
    model = StackModel(document)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    document.insert_layers(3, (ReLUSpec(), ReLUSpec()))
    document.remove_layers((0, 5, 9))
    document.move_layers((0, 3), 7)
    document.replace_stack(PRESETS["simplecnn"].stack, "Open preset")
    document.undo_stack.setIndex(0)
    assert model.rowCount() == 14
    assert tester.model() is model


# Adding


def test_a_double_click_in_the_palette_adds_behind_the_current_card(panel):
    choose(panel, 1)
    entries = panel.palette_box.layers
    position = entries.visualItemRect(palette_item(entries, "Max pooling 2-D")).center()
    QTest.mouseClick(entries.viewport(), LEFT, pos=position)
    QTest.mouseDClick(entries.viewport(), LEFT, pos=position)
    assert kinds(panel)[:3] == ["Conv2d", "MaxPool2d", "ReLU"]
    assert current_row(panel) == 2
    assert panel.undo_action.text() == "Undo Add Max pooling 2-D"


def test_enter_in_the_palette_adds_one_after_the_other(panel):
    choose(panel, 0)
    entries = panel.palette_box.layers
    entries.setFocus()
    entries.setCurrentItem(palette_item(entries, "Convolution 2-D"))
    QTest.keyClick(entries, Qt.Key.Key_Return)
    entries.setCurrentItem(palette_item(entries, "ReLU"))
    QTest.keyClick(entries, Qt.Key.Key_Return)
    assert kinds(panel)[:3] == ["Conv2d", "ReLU", "Conv2d"]
    assert entries.hasFocus()


def test_the_palette_offers_every_layer_and_every_preset(panel):
    offered = [panel.palette_box.layers.item(row).text() for row in range(5)]
    headed = ["Convolution", "Convolution 2-D", "Convolution 1-D", "Pooling", "Max pooling 2-D"]
    assert offered == headed
    assert len(panel.palette_box.layers.entries()) == len(registered_specs())
    assert len(panel.palette_box.presets.entries()) == len(PRESETS)


def test_the_palette_says_what_an_entry_does(panel):
    entries = panel.palette_box.layers
    entries.setCurrentItem(palette_item(entries, "Flatten"))
    assert FlattenSpec.about in panel.palette_box.about.text()


def test_a_preset_replaces_the_stack_and_can_be_undone(panel):
    tabs = panel.palette_box.tabs
    QTest.mouseClick(tabs, LEFT, pos=tabs.tabRect(1).center())
    entries = panel.palette_box.presets
    assert entries.isVisible()
    entries.setCurrentItem(palette_item(entries, "Scratch2dCNN"))
    entries.setFocus()
    QTest.keyClick(entries, Qt.Key.Key_Return)
    assert panel.totals.parameters.value.text() == "380,510"
    assert panel.header.name_edit.text() == "Scratch2dCNN"
    QTest.keyClick(entries, Qt.Key.Key_Z, CTRL)
    assert panel.document.stack == LENET5
    assert panel.header.name_edit.text() == "LeNet-5"


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


# Dragging


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
    start = entries.visualItemRect(palette_item(entries, "Dense")).center()
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


# The form


def test_the_form_shows_the_chosen_layer_and_its_formulas(panel):
    choose(panel, 1)
    assert panel.inspector.title.text() == "1  Convolution 2-D"
    assert panel.inspector.form.editors["out_channels"].value() == 6
    assert panel.inspector.formulas.lines == (
        "shape 1×28×28 → 6×28×28",
        "height (28 + 2·2 − 5)/1 + 1 = 28",
        "width (28 + 2·2 − 5)/1 + 1 = 28",
        "parameters (5·5·1 + 1)·6 = 156",
        "multiply-adds 117,600 per picture",
        "memory 18.4 KiB per picture",
        "sees 5×5 cells of the input",
    )


def test_typing_is_applied_at_once_and_undone_at_once(panel):
    choose(panel, 1)
    box = panel.inspector.form.editors["out_channels"].box
    type_into(box, "12")
    assert panel.document.stack.layers[0].out_channels == 12
    assert card(panel, 1).parameters == "312"
    assert "parameters (5·5·1 + 1)·12 = 312" in panel.inspector.formulas.lines
    assert box.hasFocus()
    assert panel.document.undo_stack.count() == 1
    QTest.keyClick(box.lineEdit(), Qt.Key.Key_Z, CTRL)
    assert panel.document.stack == LENET5
    assert box.value() == 6
    QTest.keyClick(box.lineEdit(), Qt.Key.Key_Z, CTRL | SHIFT)
    assert box.value() == 12


def test_a_pair_of_padding_cells_is_one_step(panel):
    choose(panel, 1)
    editor = panel.inspector.form.editors["padding"]
    type_into(editor.height_box, "0")
    QTest.keyClick(editor.height_box, Qt.Key.Key_Up)
    assert panel.document.stack.layers[0].padding == (1, 1)
    assert panel.document.undo_stack.count() == 1
    assert panel.undo_action.text() == "Undo Change padding"


def test_enter_goes_to_the_form_and_escape_comes_back(panel):
    choose(panel, 1)
    QTest.keyClick(panel.stack_list, Qt.Key.Key_Return)
    box = panel.inspector.form.editors["out_channels"].box
    assert box.hasFocus()
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert panel.stack_list.hasFocus()


def test_the_input_can_be_changed(panel):
    choose(panel, 0)
    type_into(panel.inspector.form.editors["Height"].box, "32")
    assert panel.document.stack.input_shape == (1, 32, 28)
    assert card(panel, 0).state is CardState.FAULTY
    assert "1×28×28" in panel.totals.verdict.text()
    QTest.mouseClick(panel.totals.show_where, LEFT)
    assert current_row(panel) == 0


def test_the_name_is_typed_in_one_step(panel):
    panel.header.name_edit.setFocus()
    panel.header.name_edit.selectAll()
    QTest.keyClicks(panel.header.name_edit, "Mine")
    assert panel.document.stack.name == "Mine"
    assert panel.document.undo_stack.count() == 1
    QTest.keyClick(panel.header.name_edit, Qt.Key.Key_Z, CTRL)
    assert panel.header.name_edit.text() == "LeNet-5"


# A stack that cannot work


def test_a_faulty_layer_says_why_and_those_below_are_unknown(panel, qtbot):
    choose(panel, 4)
    height = panel.stack_list.sizeHintForRow(4)
    type_into(panel.inspector.form.editors["kernel_size"].height_box, "15")
    faulty = card(panel, 4)
    assert faulty.state is CardState.FAULTY
    assert "15" in faulty.problem
    assert "14" in faulty.problem
    assert panel.stack_list.sizeHintForRow(4) > height
    assert [card(panel, row).state for row in range(5, 14)] == [CardState.UNKNOWN] * 9
    assert (card(panel, 8).output, card(panel, 8).parameters) == ("?", "?")
    assert panel.totals.output.value.text() == "?"
    assert "Layer 4" in panel.totals.verdict.text()
    assert panel.inspector.formulas.lines == ("input 6×14×14",)
    assert "does not fit" in panel.inspector.formulas.note.text()
    choose(panel, 13)
    QTest.mouseClick(panel.totals.show_where, LEFT)
    assert current_row(panel) == 4


def test_a_wrong_ending_is_shown_at_the_output(panel):
    choose(panel, 12)
    type_into(panel.inspector.form.editors["out_features"].box, "12")
    output = card(panel, 13)
    assert output.state is CardState.FAULTY
    assert "10 classes" in output.problem
    QTest.mouseClick(panel.totals.show_where, LEFT)
    assert current_row(panel) == 13


def test_an_empty_stack_can_be_filled_again(panel):
    panel.stack_list.selectAll()
    QTest.keyClick(panel.stack_list, Qt.Key.Key_Delete)
    assert kinds(panel) == []
    assert card(panel, 1).state is CardState.FAULTY
    panel.add_layer(FlattenSpec())
    panel.add_layer(DenseSpec())
    assert kinds(panel) == ["Flatten", "Linear"]
    assert panel.document.report.problem is None


# The trained network


def test_it_says_whether_draw_uses_this_very_stack(panel):
    assert panel.header.network_state.isHidden()
    network = Sequential.from_stack(LENET5, np.random.default_rng(0))
    panel.networks.set_network(network, None)
    assert panel.header.network_state.text == "Trained: Draw uses this network"
    panel.document.rename("Another name")
    assert panel.header.network_state.text == "Trained: Draw uses this network"
    panel.document.remove_layer(1)
    assert panel.header.network_state.text == "Edited: all layers keep their weights"
    panel.document.replace_stack(PRESETS["nin"].stack, "Open preset")
    assert panel.header.network_state.text == "Not trained: train it to use it"
    assert "Draw still uses LeNet-5" in panel.header.network_state.toolTip()
    panel.document.undo_stack.setIndex(0)
    assert panel.header.network_state.text == "Trained: Draw uses this network"


def test_an_edit_says_which_layers_start_anew_and_marks_them_until_it_is_undone(panel, qtbot):
    panel.networks.set_network(Sequential.from_stack(LENET5, np.random.default_rng(0)), None)
    choose(panel, 10)
    with qtbot.waitSignal(panel.status_message) as said:
        QTest.keyClick(panel.stack_list, Qt.Key.Key_Delete)
    assert said.args[0] == (
        "Layer 11 starts anew; the other 3 with weights keep theirs; the removed layer's go. "
        "Undo brings it all back."
    )
    assert panel.header.network_state.text == "Edited: 3 of 4 layers keep their weights"
    assert [row for row in range(13) if card(panel, row).note] == [11]
    assert "starts anew" in card(panel, 11).spoken
    with qtbot.waitSignal(panel.status_message) as said:
        QTest.keyClick(panel.stack_list, Qt.Key.Key_Z, CTRL)
    assert said.args[0] == "All layers have their trained weights again."
    assert not any(card(panel, row).note for row in range(14))
    assert panel.header.network_state.text == "Trained: Draw uses this network"


# Files


def test_save_and_open_ask_for_a_file(panel, tmp_path, monkeypatch):
    path = tmp_path / "mine.cnnviz"
    choose(panel, 1)
    QTest.keyClick(panel.stack_list, Qt.Key.Key_Delete)
    assert panel.header.file_label.text() == "no file yet, changed"
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "mine"), "cnnviz")
    )
    panel.save_action.trigger()
    assert json.loads(path.read_text())["format"] == "cnnviz-stack"
    assert panel.header.file_label.text() == "mine.cnnviz"
    panel.open_preset(PRESETS["simplecnn"])
    assert panel.save()
    panel.open_preset(PRESETS["lenet5"])
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Discard)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), "cnnviz"))
    panel.open_action.trigger()
    assert panel.document.stack == PRESETS["simplecnn"].stack


def test_a_file_that_cannot_be_opened_is_explained(panel, tmp_path):
    bad = tmp_path / "bad.cnnviz"
    bad.write_text('{"format": "cnnviz-stack", "version": 99}')
    assert not panel.open(bad)
    dialog = panel.findChild(ErrorDialog)
    assert dialog.isVisible()
    assert "newer cnnviz" in dialog.sentence
    dialog.accept()
    assert panel.document.stack == LENET5


def test_a_file_that_cannot_be_written_is_explained(panel, tmp_path):
    panel.document.save(tmp_path / "a.cnnviz")
    (tmp_path / "a.cnnviz").unlink()
    tmp_path.rmdir()
    panel.document.remove_layer(0)
    assert not panel.save()
    panel.findChild(ErrorDialog).accept()
    assert panel.document.is_modified
    tmp_path.mkdir()


@pytest.mark.parametrize(
    ("answer", "may_go_on"),
    [
        (QMessageBox.StandardButton.Discard, True),
        (QMessageBox.StandardButton.Cancel, False),
    ],
)
def test_unsaved_changes_are_asked_about(panel, monkeypatch, answer, may_go_on):
    assert panel.confirm_discard()
    panel.document.remove_layer(0)
    monkeypatch.setattr(QMessageBox, "question", lambda *_: answer)
    assert panel.confirm_discard() is may_go_on


# Looks


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_it_is_drawn_in_every_look(panel, look, mode, scale):
    look.set_mode(mode)
    look.set_scale(scale)
    panel.document.change_layer(3, Conv2dSpec(kernel_size=(15, 15)))
    QApplication.processEvents()
    picture = panel.grab().toImage()
    assert picture.width() == 1224
    colours = {picture.pixel(x, y) for x in range(0, 1224, 7) for y in range(0, 800, 7)}
    assert len(colours) > 5


def test_changes_left_unsaved_behind_a_preset_are_asked_about(panel, monkeypatch):
    asked = []

    def answer(*arguments):
        asked.append(arguments[2])
        return QMessageBox.StandardButton.Cancel

    monkeypatch.setattr(QMessageBox, "question", answer)
    assert panel.confirm_discard()
    panel.document.remove_layer(0)
    panel.open_preset(PRESETS["nin"])
    assert not panel.confirm_discard()
    assert "The changes to LeNet-5 were not saved before NiN" in asked[0]
    panel.document.undo_stack.setClean()
    assert panel.confirm_discard()
