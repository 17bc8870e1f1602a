"""Errors: readable, with details that unfold and can be copied, and the application goes on."""

import sys
import threading

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.kit.errors import ErrorDialog, ErrorReporter, show_error
from engine.basics.errors import ShapeError


@pytest.fixture
def parent(qtbot, look):
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.resize(600, 400)
    widget.show()
    return widget


@pytest.fixture
def reporter(parent):
    made = ErrorReporter(lambda: parent)
    made.install()
    yield made
    made.uninstall()


def an_error() -> RuntimeError:
    def fail() -> None:
        raise RuntimeError("wires crossed")

    with pytest.raises(RuntimeError) as caught:
        fail()
    return caught.value


def test_an_error_meant_for_the_user_is_shown_as_it_stands(parent, qtbot):
    dialog = show_error(parent, ShapeError("Conv2d needs 5×5; it got 4×4."), "Not opened")
    assert dialog.isVisible()
    assert dialog.sentence == "Conv2d needs 5×5; it got 4×4."
    assert not dialog.details_button.isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_an_unexpected_error_has_a_sentence_first_and_its_traceback_folded(parent, qtbot):
    dialog = show_error(parent, an_error())
    assert "Traceback" not in dialog.sentence
    assert "wires crossed" not in dialog.sentence
    assert not dialog.details_view.isVisible()
    qtbot.mouseClick(dialog.details_button, Qt.MouseButton.LeftButton)
    assert dialog.details_view.isVisible()
    assert "RuntimeError: wires crossed" in dialog.details_view.toPlainText()
    assert "Qt 6" in dialog.details_view.toPlainText()
    qtbot.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    assert "RuntimeError: wires crossed" in QGuiApplication.clipboard().text()
    dialog.accept()


def test_an_error_in_a_slot_is_shown_and_the_application_goes_on(reporter, parent, qtbot, caplog):
    error = an_error()
    sys.excepthook(type(error), error, error.__traceback__)
    qtbot.waitUntil(lambda: reporter.dialog is not None and reporter.dialog.isVisible())
    assert "RuntimeError" in reporter.dialog.details
    assert "wires crossed" in caplog.text
    reporter.dialog.accept()
    qtbot.waitUntil(lambda: reporter.dialog is None)
    ticked = []
    QTimer.singleShot(0, lambda: ticked.append(True))
    qtbot.waitUntil(lambda: bool(ticked))


def test_many_errors_at_once_open_one_dialog(reporter, parent, qtbot):
    error = an_error()
    for _ in range(20):
        sys.excepthook(type(error), error, error.__traceback__)
    qtbot.waitUntil(lambda: reporter.dialog is not None)
    qtbot.wait(20)
    assert sum(d.isVisible() for d in parent.findChildren(ErrorDialog)) == 1
    reporter.dialog.accept()


def test_an_error_in_another_thread_is_shown_in_this_one(reporter, qtbot):
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: reporter.dialog is not None)
    assert "ZeroDivisionError" in reporter.dialog.details
    reporter.dialog.accept()


def test_the_hook_is_given_back(parent):
    before = (sys.excepthook, threading.excepthook)
    reporter = ErrorReporter(lambda: parent)
    reporter.install()
    assert sys.excepthook is not before[0]
    reporter.uninstall()
    assert (sys.excepthook, threading.excepthook) == before
