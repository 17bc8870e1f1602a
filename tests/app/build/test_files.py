"""Stacks saved, opened and given up in Build; faults shown; every look drawn."""

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from app.build.stack_model import CardState
from app.kit.errors import ErrorDialog
from engine.layers import Conv2dSpec, DenseSpec, FlattenSpec
from engine.networks.presets import PRESETS
from tests.app.build.cards import (
    LEFT,
    LENET5,
    card,
    choose,
    current_row,
    kinds,
    type_into,
)

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
    assert panel.files.save()
    panel.open_preset(PRESETS["lenet5"])
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Discard)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), "cnnviz"))
    panel.open_action.trigger()
    assert panel.document.stack == PRESETS["simplecnn"].stack


def test_a_file_that_cannot_be_opened_is_explained(panel, tmp_path):
    bad = tmp_path / "bad.cnnviz"
    bad.write_text('{"format": "cnnviz-stack", "version": 99}')
    assert not panel.files.open(bad)
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
    assert not panel.files.save()
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
    assert panel.files.confirm_discard()
    panel.document.remove_layer(0)
    monkeypatch.setattr(QMessageBox, "question", lambda *_: answer)
    assert panel.files.confirm_discard() is may_go_on


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
    assert panel.files.confirm_discard()
    panel.document.remove_layer(0)
    panel.open_preset(PRESETS["nin"])
    assert not panel.files.confirm_discard()
    assert "The changes to LeNet-5 were not saved before NiN" in asked[0]
    panel.document.undo_stack.setClean()
    assert panel.files.confirm_discard()
