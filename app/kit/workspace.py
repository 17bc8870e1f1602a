"""What the main window needs of every workspace: its keys, when to wake up, what it asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from app.state.subjects import Said, Subject

STACK, LECTURE = "stack", "lecture"
"""What can be saved: each is a document with a file of its own."""


@dataclass(frozen=True)
class ShownPage:
    """One page of a workspace: how it is shown, and what on it the reader has come for.

    ``pictures`` are its main picture, in one or several widgets, once it is shown: the rest of the
    page makes room for them.
    """

    title: str
    show: Callable[[], object]
    pictures: Callable[[], tuple[QWidget, ...]]

    @classmethod
    def of(cls, title: str, show: Callable[[], object], *pictures: QWidget) -> ShownPage:
        """A page whose picture is there from the start."""
        return cls(title, show, lambda: pictures)


class Workspace(QWidget):
    """Base of the panels that the rail opens.

    Subclasses set ``keys``, pairs of a shortcut and what it does, shown when ``?`` is pressed. What
    is slow to make or import belongs in ``first_shown``, never in ``__init__`` or at import.

    Attributes:
        subjects: What its sentences for the status bar are said of; with another one they are
            taken back, by an empty one.

    Signals:
        status_message: A sentence for the status bar; an empty one clears it.
        workspace_wanted: The key of the workspace where the user can go on.
        window_wanted: One window of the network, as a ``LabState``, is to be shown in Step.
        saved_changed: Ctrl+S saves something else here than before, see ``saved``.
        image_wanted: An image, as ink or an ``ExactImage``, is to be put on Draw's sheet.
    """

    keys: ClassVar[tuple[tuple[str, str], ...]] = ()

    status_message = Signal(str)
    workspace_wanted = Signal(str)
    window_wanted = Signal(object)
    image_wanted = Signal(object)
    saved_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.subjects: tuple[Subject, ...] = ()
        self._was_shown = False
        self._saved = STACK
        self._told = Said(self._take_back, self)
        self.status_message.connect(self._note)

    @property
    def saved(self) -> str:
        """What Ctrl+S saves while this is open, in a word: the File menu shows it."""
        return self._saved

    def set_saved(self, what: str) -> None:
        """Say what Ctrl+S saves here from now on: ``STACK`` or ``LECTURE``."""
        if what != self._saved:
            self._saved = what
            self.saved_changed.emit()

    def page_list(self) -> tuple[ShownPage, ...]:
        """Its pages in the order of their tabs; one without a title if there are no tabs."""
        return (ShownPage.of("", self.show, self),)

    @property
    def is_up_to_date(self) -> bool:
        """Whether all that it shows is of what there is now, and nothing of it is still to come."""
        return True

    @Slot(str)
    def _note(self, sentence: str) -> None:
        self._told.of(*(self.subjects if sentence else ()))

    def _take_back(self) -> None:
        self.status_message.emit("")

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
