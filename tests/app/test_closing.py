"""Closing the window while something runs: what is asked stays true while it is asked."""

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox

from app.viewmodels.data_choices import DataChoices
from app.viewmodels.training_choices import TrainingChoices

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
    qtbot.waitUntil(lambda: window.header.train_button.text() != "Train")
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
    assert before == "Close while it trains?"
    assert after == "The training has ended. Close?"
    assert sentence == training.result.message
    assert sentence.startswith("Finished in ")
    assert window.isVisible() == is_left
    assert not training.is_active
