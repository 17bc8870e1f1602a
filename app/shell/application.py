"""Makes the QApplication and the window, and runs them."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from pathlib import Path

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from app.jobs.collector import Collector
from app.kit.errors import ErrorReporter
from app.look.icons import app_icon
from app.look.screen_room import bring_into_sight
from app.look.theme import ThemeController
from app.shell.main_window import MainWindow
from app.state import settings as remembered
from app.state.settings import Settings

_M_ARENA_MAX = -8
"""The setting's number in glibc's ``malloc.h``."""


def run_window(file: Path | None, data: Path | None) -> int:
    """Show the window until it is closed.

    Args:
        file: A network, stack or image to open.
        data: The folder with MNIST, in place of what ``CNNVIZ_DATA`` names.
    """
    application = make_application()
    collector = Collector()
    settings = Settings()
    look = ThemeController(
        application, settings.get(remembered.THEME), settings.get(remembered.SCALE)
    )
    window = MainWindow(settings, look, file, data)
    reporter = ErrorReporter(lambda: window)
    reporter.install()
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl+C in the terminal ends it
    window.started_up.connect(collector.start)
    window.started_up.connect(lambda: bring_into_sight(window))  # now its frame is known
    window.show()
    code = application.exec()
    reporter.uninstall()
    if window.closing.leaves_thread_behind:
        os._exit(code)  # Qt would abort on a thread that still runs; all files are written
    collector.stop()
    return code


def make_application() -> QApplication:
    """Return the one QApplication, with the names that the desktop knows it by."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        share_one_heap()
        application = QApplication(sys.argv[:1])
    QLocale.setDefault(QLocale.c())  # digits and points of all that Qt writes by itself
    application.setApplicationName("cnnviz")
    application.setApplicationDisplayName("cnnviz")
    application.setDesktopFileName("cnnviz")
    application.setWindowIcon(app_icon())
    return application


def share_one_heap() -> bool:
    """Let threads share the first one's heap; return whether the system knew how.

    Otherwise a window that trains for hours grows: glibc gives each thread a heap of its own, and
    what one of them frees is not used by the others; with a training thread and its observers that
    came to 20 MB. To be called before threads are started. Other systems, and other C libraries,
    are left as they are.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        return bool(ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1))
    except (AttributeError, OSError):  # musl has no such setting
        return False
