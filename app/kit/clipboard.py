"""What is on the clipboard, which may be nothing at all."""

from __future__ import annotations

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication


def clipboard_data() -> QMimeData:
    """The data on the clipboard; without formats if it is empty, where Qt has no data then."""
    data: QMimeData | None = QGuiApplication.clipboard().mimeData()
    return QMimeData() if data is None else data
