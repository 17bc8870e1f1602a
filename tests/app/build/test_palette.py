"""Build's palette: search, headings, and presets of one's own."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox

from app.state.own_presets import OwnPresets
from engine.layers import ReLUSpec, TanhSpec
from engine.networks.presets import PRESETS

CTRL = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(make_panel, tmp_path):
    return make_panel(OwnPresets(tmp_path / "presets"))


def shown(entries):
    return [row.title for row in entries.shown]


def test_ctrl_f_searches_and_enter_adds_the_first_match(panel):
    palette = panel.palette_box
    QTest.keyClick(panel.stack_list, Qt.Key.Key_F, CTRL)
    assert palette.search.hasFocus()
    QTest.keyClicks(palette.search, "tan")
    assert shown(palette.layers) == ["Activation", "Tanh"]
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert panel.document.stack.layers[0] == TanhSpec()
    QTest.keyClick(palette.search, Qt.Key.Key_Escape)
    assert palette.search.text() == ""
    assert len(shown(palette.layers)) == len(palette.layers.rows)
    assert palette.layers.hasFocus()


def test_a_letter_typed_in_the_list_starts_the_search(panel):
    palette = panel.palette_box
    palette.layers.setFocus()
    QTest.keyClick(palette.layers, Qt.Key.Key_R)
    assert palette.search.hasFocus()
    QTest.keyClicks(palette.search, "elu")
    assert shown(palette.layers) == ["Activation", "ReLU", "Leaky ReLU"]
    QTest.keyClick(palette.search, Qt.Key.Key_Down)
    assert palette.layers.hasFocus()
    QTest.keyClick(palette.layers, Qt.Key.Key_Return)
    assert panel.document.stack.layers[0] == ReLUSpec()


def test_the_search_looks_at_presets_too_and_says_when_nothing_matches(panel):
    palette = panel.palette_box
    palette.search.setFocus()
    QTest.keyClicks(palette.search, "vgg")
    palette.pages.show_page(1)
    assert shown(palette.presets) == ["Small VGG"]
    QTest.keyClicks(palette.search, "zzz")
    assert shown(palette.presets) == []
    assert "Nothing matches" in palette.about.text()
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert panel.document.undo_stack.count() == 0


def test_a_stack_is_kept_opened_renamed_and_removed(panel, qtbot, monkeypatch):
    palette = panel.palette_box
    panel.document.rename("Mine")
    panel.document.remove_layer(0)
    kept = panel.document.stack
    palette.pages.show_page(1)
    QTest.mouseClick(palette.keep, LEFT)
    assert shown(palette.presets)[:3] == ["Your own", "Mine", "With cnnviz"]
    assert palette.presets.current.title == "Mine"
    panel.open_preset(PRESETS["nin"])
    palette.presets.setFocus()
    QTest.keyClick(palette.presets, Qt.Key.Key_Return)
    assert panel.document.stack == kept
    QTest.keyClick(palette.presets, Qt.Key.Key_F2)
    editor = palette.presets.viewport().focusWidget() or palette.presets.focusWidget()
    editor.selectAll()
    QTest.keyClicks(editor, "Yours")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [preset.title for preset in panel.own_presets.all()] == ["Yours"])
    assert "Mine" not in shown(palette.presets)
    palette.show_preset(panel.own_presets.all()[0])
    palette.presets.setFocus()
    answers = [QMessageBox.StandardButton.No, QMessageBox.StandardButton.Yes]
    monkeypatch.setattr(QMessageBox, "question", lambda *_: answers.pop(0))
    QTest.keyClick(palette.presets, Qt.Key.Key_Delete)
    assert "Yours" in shown(palette.presets)
    QTest.keyClick(palette.presets, Qt.Key.Key_Delete)
    assert "Yours" not in shown(palette.presets)
    assert panel.own_presets.all() == ()


def test_a_name_that_is_taken_gets_a_number_and_a_damaged_file_is_passed_over(qapp, tmp_path):
    own = OwnPresets(tmp_path)
    stack = PRESETS["lenet5"].stack
    assert [own.keep(stack).title for _ in range(3)] == ["LeNet-5", "LeNet-5 2", "LeNet-5 3"]
    (tmp_path / "damaged.cnnviz").write_text("{")
    assert [preset.title for preset in own.all()] == ["LeNet-5", "LeNet-5 2", "LeNet-5 3"]
    assert all(preset.stack.layers == stack.layers for preset in own.all())
