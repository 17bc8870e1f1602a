"""Opening and saving the stack that Build edits, and what is asked before changes are given up."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.kit.errors import show_error
from app.state.document import StackDocument
from engine.basics.errors import EngineError
from engine.networks.stack import Stack

FILE_FILTER = "cnnviz stacks (*.cnnviz);;All files (*)"
SUFFIX = ".cnnviz"

_UNSAVED = "Unsaved changes"
_BUTTON = QMessageBox.StandardButton


class StackFiles:
    """Between the document and the disk; dialogs appear over ``owner``."""

    def __init__(
        self, document: StackDocument, owner: QWidget, status_message: SignalInstance
    ) -> None:
        self._document = document
        self._owner = owner
        self._status_message = status_message

    def open_dialog(self) -> None:
        """Ask for a stack file and open it; unsaved changes are asked about first."""
        if not self.confirm_discard():
            return
        folder = str(self._folder())
        name, _ = QFileDialog.getOpenFileName(self._owner, "Open a stack", folder, FILE_FILTER)
        if name:
            self.open(Path(name))

    def open(self, path: Path) -> bool:
        """Open a stack file; if it cannot be used, say why and leave the stack as it is."""
        try:
            self._document.open(path)
        except EngineError as error:
            show_error(self._owner, error, "The stack was not opened")
            return False
        self._status_message.emit(f"Opened {path.name}.")
        return True

    def save(self) -> bool:
        """Save to the stack's own file, or ask for one; ``False`` if nothing was saved."""
        if self._document.path is None:
            return self.save_dialog()
        return self._save_to(self._document.path)

    def save_dialog(self) -> bool:
        """Ask where to save the stack, and save it there."""
        suggestion = self._document.path or self._folder() / file_name(self._document.stack)
        name, _ = QFileDialog.getSaveFileName(
            self._owner, "Save the stack", str(suggestion), FILE_FILTER
        )
        if not name:
            return False
        path = Path(name)
        return self._save_to(path if path.suffix else path.with_suffix(SUFFIX))

    def _save_to(self, path: Path) -> bool:
        try:
            self._document.save(path)
        except EngineError as error:
            show_error(self._owner, error, "The stack was not saved")
            return False
        self._status_message.emit(f"Saved {path.name}.")
        return True

    def _folder(self) -> Path:
        path = self._document.path
        return path.parent if path is not None else Path.home()

    def confirm_discard(self) -> bool:
        """Ask what to do with unsaved changes; ``False`` if the user would rather stay."""
        abandoned = self._document.abandoned
        if self._document.is_modified:
            return self._save_or_discard()
        return abandoned is None or self._give_up(abandoned)

    def _save_or_discard(self) -> bool:
        answer = QMessageBox.question(
            self._owner,
            _UNSAVED,
            f"Save the changes to {self._document.stack.name}?",
            _BUTTON.Save | _BUTTON.Discard | _BUTTON.Cancel,
            _BUTTON.Save,
        )
        if answer == _BUTTON.Save:
            return self.save()
        return answer == _BUTTON.Discard

    def _give_up(self, abandoned: Stack) -> bool:
        answer = QMessageBox.question(
            self._owner,
            _UNSAVED,
            f"The changes to {abandoned.name} were not saved before {self._document.stack.name} "
            "was opened; undo leads back to them. Give them up?",
            _BUTTON.Discard | _BUTTON.Cancel,
            _BUTTON.Cancel,
        )
        return answer == _BUTTON.Discard


def file_name(stack: Stack, suffix: str = SUFFIX) -> str:
    """Return a name for a file about a stack, without what a file system may refuse."""
    allowed = (c if c.isalnum() or c in " -_." else "-" for c in stack.name)
    return ("".join(allowed).strip() or "stack") + suffix
