"""What is told outside the window: a bar on its icon in the taskbar, and a notice when it is done.

Both are courtesies of the desktop: where there is no such thing, nothing happens.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSystemTrayIcon

if TYPE_CHECKING:
    from PySide6.QtDBus import QDBusMessage

NOTICE_MS = 10_000


class TaskbarProgress:
    """The bar on the icon in Linux desktops with the launcher interface of Unity, such as KDE's.

    Specification: https://wiki.ubuntu.com/Unity/LauncherAPI, a signal on the session's D-Bus. Qt 6
    has nothing of the kind for Windows or macOS; there the window's title tells how far it is.
    """

    def __init__(self) -> None:
        self._shown: int | None = None

    def show(self, share: float | None) -> None:
        """Show how much is done, 0 to 1, in whole per cent; ``None`` takes the bar away."""
        percent = None if share is None else round(100 * share)
        if percent == self._shown:
            return
        self._shown = percent
        if sys.platform != "linux" or not os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
            return
        from PySide6.QtDBus import QDBusConnection  # noqa: PLC0415 - in a run only

        bus = QDBusConnection.sessionBus()
        if bus.isConnected():
            bus.send(launcher_message(QGuiApplication.desktopFileName(), percent))


def launcher_message(application: str, percent: int | None) -> QDBusMessage:
    """The signal that shows so much on the icon of an application, or takes its bar away."""
    from PySide6.QtDBus import QDBusMessage  # noqa: PLC0415

    message = QDBusMessage.createSignal(
        "/com/cnnviz/training", "com.canonical.Unity.LauncherEntry", "Update"
    )
    state = {"progress": (percent or 0) / 100, "progress-visible": percent is not None}
    message.setArguments([f"application://{application}.desktop", state])
    return message


class DoneNotice(QObject):
    """A notice of the desktop, for a user who looks at something else meanwhile."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tray: QSystemTrayIcon | None = None
        self._timer = QTimer(self, interval=NOTICE_MS, singleShot=True)

    def show(self, title: str, text: str) -> None:
        """Say it, where there is a tray; its icon is there only as long as the notice."""
        if not QSystemTrayIcon.isSystemTrayAvailable():
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(QGuiApplication.windowIcon(), self)
            self._timer.timeout.connect(self._tray.hide)
            self._tray.messageClicked.connect(self._tray.hide)
        self._tray.show()
        self._tray.showMessage(title, text, QGuiApplication.windowIcon(), NOTICE_MS)
        self._timer.start()
