"""Build: cards, the palette, the form, the trained network and faults, by mouse and keyboard."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from app.build.stack_model import CardState, StackModel
from app.kit.notice_bar import NoticeAction
from app.kit.number_boxes import NumberBox
from app.state.document import StackDocument
from engine.layers import Conv2dSpec, DenseSpec, FlattenSpec, ReLUSpec
from engine.layers.spec import registered_specs
from engine.networks.network import Sequential
from engine.networks.presets import PRESETS
from tests.app.build.cards import (
    CTRL,
    LEFT,
    LENET5,
    SHIFT,
    card,
    choose,
    current_row,
    kinds,
    palette_entry,
    type_into,
)

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
        "117,600 multiply-adds, activations 18.4 KiB per picture, receptive field 5×5"
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
    position = entries.visualRect(palette_entry(entries, "Max pooling 2-D")).center()
    QTest.mouseClick(entries.viewport(), LEFT, pos=position)
    QTest.mouseDClick(entries.viewport(), LEFT, pos=position)
    assert kinds(panel)[:3] == ["Conv2d", "MaxPool2d", "ReLU"]
    assert current_row(panel) == 2
    assert panel.undo_action.text() == "Undo Add Max pooling 2-D"


def test_enter_in_the_palette_adds_one_after_the_other(panel):
    choose(panel, 0)
    entries = panel.palette_box.layers
    entries.setFocus()
    entries.setCurrentIndex(palette_entry(entries, "Convolution 2-D"))
    QTest.keyClick(entries, Qt.Key.Key_Return)
    entries.setCurrentIndex(palette_entry(entries, "ReLU"))
    QTest.keyClick(entries, Qt.Key.Key_Return)
    assert kinds(panel)[:3] == ["Conv2d", "ReLU", "Conv2d"]
    assert entries.hasFocus()


def test_the_palette_offers_every_layer_and_every_preset(panel):
    offered = [row.title for row in panel.palette_box.layers.rows[:5]]
    headed = ["Convolution", "Convolution 2-D", "Convolution 1-D", "Pooling", "Max pooling 2-D"]
    assert offered == headed
    assert sum(row.entry is not None for row in panel.palette_box.layers.rows) == len(
        registered_specs()
    )
    assert sum(row.entry is not None for row in panel.palette_box.presets.rows) == len(PRESETS)


def test_the_palette_says_what_an_entry_does(panel):
    entries = panel.palette_box.layers
    entries.setCurrentIndex(palette_entry(entries, "Flatten"))
    assert FlattenSpec.about in panel.palette_box.about.text()


def test_a_preset_replaces_the_stack_and_can_be_undone(panel):
    QTest.mouseClick(panel.palette_box.pages.choice.button(1), LEFT)
    entries = panel.palette_box.presets
    assert entries.isVisible()
    entries.setCurrentIndex(palette_entry(entries, "Scratch2dCNN"))
    entries.setFocus()
    QTest.keyClick(entries, Qt.Key.Key_Return)
    assert panel.totals.parameters.value.text() == "380,510"
    assert panel.header.name_edit.text() == "Scratch2dCNN"
    QTest.keyClick(entries, Qt.Key.Key_Z, CTRL)
    assert panel.document.stack == LENET5
    assert panel.header.name_edit.text() == "LeNet-5"


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
        "activations 18.4 KiB per picture",
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


def test_an_edit_says_which_layers_get_new_weights_and_marks_them_until_it_is_undone(panel, qtbot):
    panel.networks.set_network(Sequential.from_stack(LENET5, np.random.default_rng(0)), None)
    choose(panel, 10)
    with qtbot.waitSignal(panel.status_message) as said:
        QTest.keyClick(panel.stack_list, Qt.Key.Key_Delete)
    assert said.args[0] == (
        "Layer 11 gets new weights; the other 3 with weights keep theirs; "
        "those of the removed layer are gone. "
        "Undo brings it all back."
    )
    assert panel.header.network_state.text == "Edited: 3 of 4 layers keep their weights"
    assert [row for row in range(13) if card(panel, row).note] == [11]
    assert "new weights" in card(panel, 11).spoken
    with qtbot.waitSignal(panel.status_message) as said:
        QTest.keyClick(panel.stack_list, Qt.Key.Key_Z, CTRL)
    assert said.args[0] == "All layers have their trained weights again."
    assert not any(card(panel, row).note for row in range(14))
    assert panel.header.network_state.text == "Trained: Draw uses this network"


def test_it_says_that_the_weights_go_and_undo_brings_them_back(panel, qtbot):
    network = Sequential(LENET5, np.random.default_rng(2))
    panel.networks.set_network(network, None)
    with qtbot.waitSignal(panel.status_message) as said:
        panel.document.remove_layer(1)
    assert "Undo brings it all back" in said.args[0]
    assert "Edited" in panel.header.network_state.text
    panel.networks.set_network(Sequential(panel.document.stack, np.random.default_rng(3)), None)
    panel.undo_action.trigger()
    np.testing.assert_array_equal(panel.networks.network.parameters, network.parameters)
    assert "Trained" in panel.header.network_state.text


# What is said moves nothing


def test_no_button_moves_as_a_notice_comes_and_goes(panel):
    def places():
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        parts = (panel.header, panel.columns, panel.palette_box.pages.choice, panel.totals)
        buttons = [one for part in parts for one in part.findChildren(QAbstractButton)]
        return {one: one.mapTo(panel, QPoint()) for one in buttons if one.isVisible()}

    before = places()
    for text in ("Short.", "A sentence that is long enough for several lines. " * 8):
        panel.notice.show_notice("warning", text, NoticeAction("Do it", panel.notice.hide))
        assert places() == before
    panel.notice.hide()
    assert places() == before


# One step of undo


def all_numbers_of(panel):
    return [box for box in panel.inspector.form.findChildren(NumberBox) if box.isVisible()]


def test_each_number_confirmed_with_enter_is_one_step_of_undo(panel):
    choose(panel, 1)
    for place in range(len(all_numbers_of(panel))):
        box, stack = all_numbers_of(panel)[place], [panel.document.stack]
        for number in (box.value() + 1, box.value() + 2):
            type_into(box, str(number))
            QTest.keyClick(box, Qt.Key.Key_Return)
            stack.append(panel.document.stack)
        for earlier in (stack[1], stack[0]):
            panel.document.undo_stack.undo()
            assert panel.document.stack == earlier, box.accessibleName()


def test_digits_typed_without_a_pause_are_one_step_and_leaving_the_field_ends_it(panel):
    choose(panel, 1)
    box, before = panel.inspector.form.editors["out_channels"].box, panel.document.stack
    type_into(box, "12")
    QTest.keyClick(box, Qt.Key.Key_Up)
    panel.stack_list.setFocus()
    type_into(box, "20")
    panel.document.undo_stack.undo()
    assert panel.document.stack.layers[0].out_channels == 13
    panel.document.undo_stack.undo()
    assert panel.document.stack == before


def test_each_click_on_a_switch_is_one_step(panel):
    choose(panel, 1)
    switch, before = panel.inspector.form.editors["bias"].box, panel.document.stack
    switch.click()
    switch.click()
    assert panel.document.undo_stack.count() == 2
    panel.document.undo_stack.undo()
    assert panel.document.stack != before


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
    for figure in panel.totals.figures:  # half a sum is no total
        assert figure.value.text() == "–"
        assert "does not fit" in figure.value.toolTip()
        assert "15" in figure.value.toolTip()
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


def test_only_a_stack_that_works_leads_on_to_train(panel, qtbot):
    with qtbot.waitSignal(panel.workspace_wanted) as asked:
        QTest.mouseClick(panel.totals.train, LEFT)
    assert asked.args == ["train"]
    choose(panel, 4)
    type_into(panel.inspector.form.editors["kernel_size"].height_box, "15")
    assert panel.totals.train.isHidden()
    assert panel.totals.show_where.isVisible()


def test_in_a_small_window_the_palette_takes_the_place_of_the_form_when_asked_for(panel):
    assert panel.columns.add.isHidden()
    assert panel.palette_box.isVisible()
    panel.resize(800, 700)
    cards = panel.stack_list.geometry()
    assert panel.palette_box.isHidden()
    QTest.mouseClick(panel.columns.add, LEFT)
    assert panel.palette_box.isVisible()
    assert panel.inspector.isHidden()
    assert panel.stack_list.geometry() == cards
    panel.palette_box.layers.setFocus()
    QTest.keyClick(panel.palette_box.layers, Qt.Key.Key_Escape)
    assert panel.inspector.isVisible()
    QTest.keyClick(panel, Qt.Key.Key_F, CTRL)
    assert panel.palette_box.search.hasFocus()
    choose(panel, 1)
    QTest.keyClick(panel.stack_list, Qt.Key.Key_Return)
    assert panel.inspector.isVisible()
    panel.resize(1224, 700)
    assert panel.palette_box.isVisible()
    assert panel.inspector.isVisible()


def test_what_draw_uses_is_said_in_full_or_in_a_word_and_never_cut(panel):
    panel.networks.set_network(Sequential.from_stack(LENET5, np.random.default_rng(0)), None)
    for width in (1224, 640):
        panel.resize(width, 700)
        pill = panel.header.network_state
        assert pill.width() >= pill.sizeHint().width()
