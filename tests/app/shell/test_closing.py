"""Closing the window while something runs: what is asked stays true while it is asked."""

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from app.shell.workspaces import KEYS, WORKSPACES
from app.train.setup.data_choices import DataChoices
from app.train.setup.training_choices import TrainingChoices
from engine.networks.model_file import load_model

LEFT = Qt.MouseButton.LeftButton
TIMEOUT = 60_000


@pytest.fixture
def training(window, settings, qtbot):
    """A short run that goes on."""
    choices = TrainingChoices(settings, DataChoices())
    choices.choose_source("generated")
    for name, value in (("images", 600), ("validation", 100), ("epochs", 1)):
        choices.set_value(name, value)
    window.open_workspace("train")
    window.workspaces.train.start()
    session = window.workspaces.train.session
    qtbot.waitUntil(window.header.training.isVisible)
    assert session.is_active
    return session


def press_when_it_has_ended(session, text, seen):
    """Wait with the question open until the run has ended, then press a button."""

    def look():
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox) or session.is_active:
            if isinstance(box, QMessageBox) and not seen:
                seen.append(box.text())
            QTimer.singleShot(10, look)
            return
        seen.append(box.text())
        seen.append(box.informativeText())
        button = next(one for one in box.buttons() if one.text().replace("&", "") == text)
        QTest.mouseClick(button, LEFT)

    QTimer.singleShot(0, look)


@pytest.mark.parametrize(("answer", "is_left"), [("Close", False), ("Stay", True)])
def test_a_run_that_ends_while_it_is_asked_about_changes_the_question(
    window, training, answer, is_left
):
    seen: list[str] = []
    press_when_it_has_ended(training, answer, seen)
    window.close()
    before, after, sentence = seen
    assert before == "Stop the training and close?"
    assert after == "The training has ended. Close?"
    assert sentence == training.result.message
    assert sentence.startswith("Finished in ")
    assert window.isVisible() == is_left
    assert not training.is_active


def press(text, seen):
    """Press a button of the question that is about to be asked."""

    def look():
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            QTimer.singleShot(10, look)
            return
        seen.append(box.text())
        QTest.mouseClick(next(one for one in box.buttons() if one.text() == text), LEFT)

    QTimer.singleShot(0, look)


@pytest.fixture
def fine_tuned(window):
    """A network that is in no file, in use."""
    networks = window.networks
    networks.set_network(networks.original, networks.record, is_only_here=True)
    return networks


@pytest.mark.parametrize(("answer", "is_left"), [("Close without it", False), ("Stay", True)])
def test_a_network_that_is_in_no_file_is_asked_about(window, fine_tuned, answer, is_left):
    seen: list[str] = []
    press(answer, seen)
    window.close()
    assert seen == ["Save the fine-tuned network?"]
    assert window.isVisible() == is_left
    fine_tuned.load_bundled()


@pytest.mark.usefixtures("fine_tuned")
def test_it_can_be_saved_when_it_is_asked_about(window, tmp_path, monkeypatch):
    file = tmp_path / "mine.safetensors"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    press("Save…", [])
    window.close()
    assert load_model(file).network.stack.name == "LeNet-5"
    assert not window.isVisible()


def test_once_saved_or_another_is_opened_nothing_is_asked(window, fine_tuned, tmp_path):
    assert window.files.save_network(tmp_path / "mine.safetensors")
    assert not fine_tuned.is_only_here
    fine_tuned.set_network(fine_tuned.original, None, is_only_here=True)
    fine_tuned.load_bundled()
    assert not fine_tuned.is_only_here
    window.close()
    assert not window.isVisible()


@pytest.mark.parametrize("workspace", WORKSPACES, ids=KEYS)
def test_what_does_not_stop_is_named_and_can_be_left_behind(window, monkeypatch, workspace):
    window.open_workspace(workspace.key)
    panel = window.workspaces.current
    monkeypatch.setattr(panel, "stop_and_join", lambda _: False)
    seen: list[str] = []
    press("Wait", seen)
    window.close()
    assert window.isVisible()
    assert seen == ["Not everything has stopped yet"]
    press("Close anyway", seen)
    window.close()
    assert not window.isVisible()
    assert window.closing.leaves_thread_behind
