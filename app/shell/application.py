"""Makes the QApplication and the window, and runs them."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from app.kit.errors import ErrorReporter
from app.look.icons import app_icon
from app.look.theme import ThemeController
from app.shell.heap import share_one_heap
from app.shell.main_window import MainWindow
from app.state import settings as remembered
from app.state.settings import Settings


def run_window(file: Path | None, data: Path | None) -> int:
    """Show the window until it is closed.

    Args:
        file: A network, stack or image to open.
        data: The folder with MNIST, in place of what ``CNNVIZ_DATA`` names.
    """
    application = make_application()
    settings = Settings()
    look = ThemeController(
        application, settings.get(remembered.THEME), settings.get(remembered.SCALE)
    )
    window = MainWindow(settings, look, file, data)
    reporter = ErrorReporter(lambda: window)
    reporter.install()
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl+C in the terminal ends it
    window.show()
    code = application.exec()
    reporter.uninstall()
    if window.closing.leaves_thread_behind:
        os._exit(code)  # Qt would abort on a thread that still runs; all files are written
    return code


def make_application() -> QApplication:
    """Return the one QApplication, with the names that the desktop knows it by."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        share_one_heap()
        application = QApplication(sys.argv[:1])
    application.setApplicationName("cnnviz")
    application.setApplicationDisplayName("cnnviz")
    application.setDesktopFileName("cnnviz")
    application.setWindowIcon(app_icon())
    return application
