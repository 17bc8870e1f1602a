"""What the main window needs of every workspace: its keys, when to wake up, what it asks for."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget


class Workspace(QWidget):
    """Base of the panels that the rail opens.

    Subclasses set ``keys``, pairs of a shortcut and what it does, shown when ``?`` is pressed. What
    is slow to make or import belongs in ``first_shown``, never in ``__init__`` or at import.

    Signals:
        status_message: A sentence for the status bar; an empty one clears it.
        workspace_wanted: The key of the workspace where the user can go on.
        window_wanted: One window of the network, as a ``LabState``, is to be shown in Step.
        image_wanted: An image, as ink or an ``ExactImage``, is to be put on Draw's sheet.
    """

    keys: ClassVar[tuple[tuple[str, str], ...]] = ()

    status_message = Signal(str)
    workspace_wanted = Signal(str)
    window_wanted = Signal(object)
    image_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._was_shown = False

    def first_shown(self) -> None:
        """Do what waits until somebody looks; called once, before the first ``showEvent`` ends."""

    def stop_and_join(self, timeout_ms: int) -> bool:  # noqa: ARG002 - for subclasses
        """End everything that runs in the background; say whether it ended in time."""
        return True

    def showEvent(self, event: QShowEvent) -> None:
        """Call ``first_shown`` the first time."""
        if not self._was_shown:
            self._was_shown = True
            self.first_shown()
        super().showEvent(event)
