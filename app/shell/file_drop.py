"""Opens files that are dropped anywhere on the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QTimer
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget


class FileDrop(QObject):
    """Watches a window; what its widgets do not take themselves arrives here."""

    def __init__(self, window: QWidget, open_file: Callable[[Path], object]) -> None:
        super().__init__(window)
        self._open = open_file
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Accept one local file, and open it once the drop is over."""
        kinds = {QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop}
        if event.type() in kinds and isinstance(event, QDropEvent):
            path = file_in(event.mimeData())
            if path is None:
                event.ignore()
                return True
            event.acceptProposedAction()
            if event.type() == QEvent.Type.Drop:
                # later: a question must not hold up the program that the file came from
                QTimer.singleShot(0, self, lambda: self._open(path))
            return True
        return super().eventFilter(watched, event)


def file_in(data: QMimeData) -> Path | None:
    """The first local file among what is dragged."""
    for url in data.urls():
        path = Path(url.toLocalFile())
        if url.isLocalFile() and path.is_file():
            return path
    return None
