"""Opening and saving lectures: what goes wrong is said, and what is open stays open."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMessageBox, QWidget

from app.kit.errors import show_error
from app.lecture.document import LectureDocument
from app.lecture.scenes import SUFFIX
from app.look.assets import asset
from app.state.settings import LAST_FOLDER, Settings
from engine.basics.errors import EngineError

READY_LECTURE = asset("lectures", f"convolution{SUFFIX}")
"""The lecture that comes with cnnviz."""
FILE_FILTER = f"Lectures (*{SUFFIX})"


class LectureFiles(QObject):
    """The commands of the lecture's menu.

    Signals:
        said: A sentence for the status bar.
        opened: Another lecture is open; its first scene is to be shown.
    """

    said = Signal(str)
    opened = Signal()

    def __init__(self, document: LectureDocument, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._document, self._settings, self._window = document, settings, window

    def new(self) -> None:
        """Begin an empty lecture."""
        if self.confirm_discard():
            self._document.new()

    def ask_open(self) -> None:
        """Ask for a file and open it."""
        if not self.confirm_discard():
            return
        folder = self._settings.get(LAST_FOLDER)
        name, _ = QFileDialog.getOpenFileName(self._window, "Open a lecture", folder, FILE_FILTER)
        if name:
            self.open(Path(name))

    def open(self, path: Path) -> bool:
        """Open a file; return whether that succeeded."""
        if not self._open(path, is_template=False):
            return False
        self._settings.set(LAST_FOLDER, str(path.parent))
        self.said.emit(f"Opened {path.name}.")
        return True

    def open_ready(self) -> bool:
        """Open the lecture that comes with cnnviz, as one of the user's own that has no file."""
        return self.confirm_discard() and self._open(READY_LECTURE, is_template=True)

    def _open(self, path: Path, *, is_template: bool) -> bool:
        try:
            self._document.open(path, is_template=is_template)
        except EngineError as error:
            show_error(self._window, error, "The lecture was not opened")
            return False
        self.opened.emit()
        return True

    def save(self) -> bool:
        """Save to the lecture's own file, or ask for one."""
        path = self._document.path
        return self.ask_save() if path is None else self.save_to(path)

    def ask_save(self) -> bool:
        """Ask where to save the lecture, and save it there."""
        title = "".join(c if c.isalnum() or c in " -_" else "-" for c in self._title()).strip()
        folder = Path(self._settings.get(LAST_FOLDER))
        suggestion = self._document.path or folder / f"{title or 'lecture'}{SUFFIX}"
        name, _ = QFileDialog.getSaveFileName(
            self._window, "Save the lecture", str(suggestion), FILE_FILTER
        )
        if not name:
            return False
        return self.save_to(Path(name if name.endswith(SUFFIX) else name + SUFFIX))

    def save_to(self, path: Path) -> bool:
        """Save to a file; return whether that succeeded."""
        try:
            self._document.save(path)
        except EngineError as error:
            show_error(self._window, error, "The lecture was not saved")
            return False
        self._settings.set(LAST_FOLDER, str(path.parent))
        self.said.emit(f"Saved {path.name}.")
        return True

    def ask_title(self) -> None:
        """Ask for another title of the lecture."""
        title, is_given = QInputDialog.getText(
            self._window, "Rename the lecture", "Title", text=self._title()
        )
        if is_given:
            self._document.set_title(title)

    def confirm_discard(self) -> bool:
        """Ask what to do with unsaved changes; ``False`` if the user would rather stay."""
        if not self._document.is_modified:
            return True
        button = QMessageBox.StandardButton
        answer = QMessageBox.question(
            self._window,
            "Unsaved changes",
            f"Save the changes to the lecture “{self._title()}”?",
            button.Save | button.Discard | button.Cancel,
            button.Save,
        )
        if answer == button.Save:
            return self.save()
        return answer == button.Discard

    def _title(self) -> str:
        return self._document.lecture.title
