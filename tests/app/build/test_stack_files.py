"""Stacks saved, opened and given up in Build."""

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox

from app.kit.errors import ErrorDialog
from engine.networks.presets import PRESETS
from tests.app.build.cards import LENET5, choose


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
    assert "The changes to LeNet-5, edited were not saved before NiN" in asked[0]
    panel.document.undo_stack.setClean()
    assert panel.files.confirm_discard()
