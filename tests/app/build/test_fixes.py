"""Build: a faulty layer offers ways to fix it, and takes them back in one step."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.build.card_delegate import fix_boxes
from app.build.stack_model import CARD_ROLE, CardState
from app.state.document import StackDocument
from engine.basics.memory import memory_words
from engine.layers import FlattenSpec
from engine.layers.reading import UnknownSpec
from engine.networks.presets import PRESETS
from tests.app.build.cards import card

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
LENET5 = PRESETS["lenet5"].stack


def click_fix(panel, row, number):
    view = panel.stack_list
    index = view.stack_model.index(row)
    view.scrollTo(index)
    box = fix_boxes(index.data(CARD_ROLE), view.visualRect(index))[number]
    QTest.mouseMove(view.viewport(), box.center())
    QTest.mouseClick(view.viewport(), LEFT, pos=box.center())


def test_flatten_is_inserted_by_a_click_and_taken_back_by_one_undo(panel):
    panel.document.remove_layer(6)
    broken = panel.document.stack
    assert card(panel, 7).fixes[0] == "Insert Flatten"
    assert panel.totals.fix.text() == "Insert Flatten"
    click_fix(panel, 7, 0)
    assert panel.document.stack.layers == LENET5.layers
    assert card(panel, 7).title == "Flatten"
    assert panel.stack_list.currentIndex().row() == 7
    assert panel.undo_action.text() == "Undo Insert Flatten"
    assert panel.totals.fix.isHidden()
    QTest.keyClick(panel.stack_list, Qt.Key.Key_Z, CTRL)
    assert panel.document.stack == broken


def test_the_second_fix_is_another_one(panel):
    panel.document.remove_layer(6)
    click_fix(panel, 7, 1)
    assert panel.document.stack.layers[6].kind == "GlobalAvgPool"
    assert panel.document.report.problem is None


def test_a_fix_is_within_reach_of_the_keyboard(panel):
    panel.document.remove_layer(6)
    panel.stack_list.setFocus()
    QTest.keyClick(panel.stack_list, Qt.Key.Key_Period, CTRL)
    assert panel.document.stack.layers[6] == FlattenSpec()
    panel.document.undo_stack.undo()
    panel.totals.fix.setFocus()
    QTest.keyClick(panel.totals.fix, Qt.Key.Key_Space)
    assert panel.document.stack.layers[6] == FlattenSpec()


def test_a_press_that_leaves_the_fix_does_nothing(panel):
    panel.document.remove_layer(6)
    view = panel.stack_list
    index = view.stack_model.index(7)
    view.scrollTo(index)
    box = fix_boxes(card(panel, 7), view.visualRect(index))[0]
    QTest.mousePress(view.viewport(), LEFT, pos=box.center())
    QTest.mouseRelease(
        view.viewport(), LEFT, pos=box.topLeft() - QPoint(box.right() // 4, box.bottom() // 4)
    )
    assert panel.document.undo_stack.count() == 1


@pytest.mark.parametrize(
    ("break_it", "row", "label"),
    [
        (lambda d: d.change_input((3, 28, 28)), 0, "Set the input to 1×28×28"),
        (lambda d: d.remove_layer(11), 12, "Give layer 10 10 outputs"),
    ],
)
def test_the_ends_of_the_stack_offer_fixes_too(panel, break_it, row, label):
    break_it(panel.document)
    assert card(panel, row).fixes[0] == label
    click_fix(panel, row, 0)
    assert panel.document.report.problem is None


def test_an_unknown_layer_is_shown_kept_and_can_be_removed(panel, tmp_path):
    layers = (*LENET5.layers[:1], UnknownSpec.from_dict({"kind": "Magic"}), *LENET5.layers[1:])
    panel.document.replace_stack(LENET5.with_layers(layers), "Open")
    assert card(panel, 2).state is CardState.FAULTY
    assert "'Magic'" in card(panel, 2).problem
    panel.document.save(tmp_path / "a.cnnviz")
    other = StackDocument()
    other.open(tmp_path / "a.cnnviz")
    assert other.stack.layers == layers
    panel.stack_list.choose_layers((1,))
    assert panel.inspector.title.text() == "2  Unknown layer"
    click_fix(panel, 2, 0)
    assert panel.document.stack.layers == LENET5.layers


def test_a_card_knows_its_share_of_the_parameters(panel):
    shares = [card(panel, row).share for row in range(1, 13)]
    assert sum(shares) == pytest.approx(1)
    assert shares[7] == pytest.approx(48_120 / 61_706)
    words = [memory_words(size) for size in (40, 18_816, 3_000_000)]
    assert words == ["40 B", "18.4 KiB", "2.9 MiB"]
