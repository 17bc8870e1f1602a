"""Errors as the user sees them: a sentence first, the technical part folded away but copyable."""

from __future__ import annotations

import logging
import platform
import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal, Slot, qVersion
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.look.icons import icon
from app.look.nesting import nest
from app.look.text import IconLabel, Text
from app.look.theme import px
from engine.basics.errors import EngineError

logger = logging.getLogger(__name__)


class ErrorDialog(QDialog):
    """Says what happened; details, if there are any, unfold on request and can be copied."""

    def __init__(
        self, sentence: str, details: str = "", title: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("cnnviz")
        self.sentence = sentence
        self.details = details
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(24), px(24), px(24), px(20))
        layout.setSpacing(px(16))
        nest(layout, self._message(title))
        self.details_view = QPlainTextEdit(details, readOnly=True)
        self.details_view.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.details_view.setMinimumHeight(px(220))
        self.details_view.hide()
        layout.addWidget(self.details_view)
        nest(layout, self._buttons())
        self.setMinimumWidth(px(520))
        self.close_button.setFocus()

    def _message(self, title: str) -> QHBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(px(6))
        if title:
            words.addWidget(Text(title, 16, QFont.Weight.DemiBold))
        text = Text(self.sentence, 13)
        text.setWordWrap(True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words.addWidget(text)
        words.addStretch()
        row = QHBoxLayout()
        row.setSpacing(px(16))
        row.addWidget(IconLabel("warning", 32, "warning"), 0, Qt.AlignmentFlag.AlignTop)
        nest(row, words, 1)
        return row

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(px(8))
        self.details_button = QToolButton()
        self.details_button.setText("Details")
        self.details_button.setCheckable(True)
        self.details_button.setIcon(icon("down"))
        self.details_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.details_button.toggled.connect(self._show_details)
        self.copy_button = QPushButton("Copy details")
        self.copy_button.clicked.connect(self._copy)
        for button in (self.details_button, self.copy_button):
            button.setVisible(bool(self.details))
            row.addWidget(button)
        row.addStretch()
        self.close_button = QPushButton("Close")
        self.close_button.setDefault(True)
        self.close_button.clicked.connect(self.accept)
        row.addWidget(self.close_button)
        return row

    @Slot(bool)
    def _show_details(self, is_open: bool) -> None:
        self.details_view.setVisible(is_open)
        self.details_button.setIcon(icon("up" if is_open else "down"))
        self.adjustSize()

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(f"{self.sentence}\n\n{self.details}")


def show_error(parent: QWidget | None, error: Exception | str, title: str = "") -> ErrorDialog:
    """Show an error to the user; returns at once, the dialog deletes itself when closed.

    An ``EngineError`` has a sentence for the user; any other gets a general one, and its
    traceback in the details.
    """
    sentence, details = (error, "") if isinstance(error, str) else words_of(error)
    return _show(parent, sentence, details, title)


def _show(parent: QWidget | None, sentence: str, details: str, title: str = "") -> ErrorDialog:
    title = title or ("Something went wrong" if details else "")
    dialog = ErrorDialog(sentence, details, title, parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog


def words_of(error: BaseException) -> tuple[str, str]:
    """An error as a sentence and, if it was not expected, details."""
    if isinstance(error, EngineError):
        return str(error), ""
    if isinstance(error, OSError):
        return _words_of_the_system(error), ""
    sentence = (
        "cnnviz met an error that it did not expect. Your last action may not have been "
        "carried out. The application keeps running; save your work to be safe."
    )
    trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    return sentence, f"{environment()}\n\n{trace}"


def _words_of_the_system(error: OSError) -> str:
    """What the system refused, without the number that it has there."""
    if error.strerror is None:
        return str(error)  # ours, and a sentence
    if error.filename is None:
        return f"The file could not be read or written: {error.strerror}."
    return f"{error.filename} could not be read or written: {error.strerror}."


def environment() -> str:
    """Return the versions that a report of an error needs, one per line."""
    system = f"{platform.system()} {platform.release()} ({platform.machine()})"
    return (
        f"cnnviz {QApplication.applicationVersion() or 'unknown'}\n"
        f"Python {platform.python_version()}, Qt {qVersion()}\n"
        f"{system}, {QGuiApplication.platformName()}"
    )


class ErrorReporter(QObject):
    """Takes the place of ``sys.excepthook``: logs an error, shows it, lets the application go on.

    Errors of other threads are passed to the GUI thread, as words: frames that travel hold widgets,
    and the last thread to let go of them would destroy those. While a dialog is open, further
    errors are only logged: an error in a paint event would otherwise bury the screen under dialogs.
    """

    error_raised = Signal(str, str)

    def __init__(self, window: Callable[[], QWidget | None]) -> None:
        super().__init__()
        self._window = window
        self._previous = (sys.excepthook, threading.excepthook)
        self.dialog: ErrorDialog | None = None
        self.error_raised.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Start to take errors."""
        sys.excepthook = self._on_error
        threading.excepthook = self._on_thread_error

    def uninstall(self) -> None:
        """Give the place back."""
        sys.excepthook, threading.excepthook = self._previous

    def _on_error(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        logger.error("An error that nothing caught.", exc_info=(kind, error, trace))
        self.error_raised.emit(*words_of(error))
        # Python keeps the last one, with all its frames and what they hold, until the next one.
        sys.last_type = sys.last_value = sys.last_traceback = None
        if sys.version_info >= (3, 12):
            sys.last_exc = None  # type: ignore[assignment]

    def _on_thread_error(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            self._on_error(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    @Slot(str, str)
    def _show(self, sentence: str, details: str) -> None:
        if self.dialog is None:
            self.dialog = _show(self._window(), sentence, details)
            self.dialog.finished.connect(self._forget)

    @Slot()
    def _forget(self) -> None:
        self.dialog = None
