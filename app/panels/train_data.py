"""What Train trains on: looking for MNIST, choosing a source or a folder, the download."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from app.settings import Setting, Settings
from app.viewmodels.data_choices import DataChoices
from app.viewmodels.training_choices import TrainingChoices
from app.viewmodels.training_session import TrainingSession
from app.widgets.data_picker import DataPicker
from app.widgets.notice_bar import NoticeBar
from engine.errors import DataError

DATA_FOLDER = Setting("train/folder", "")


class TrainData(QObject):
    """Connects the picker of sources with what there is to train on.

    Signals:
        source_changed: Another source is chosen, or the one that is chosen has other images.
        status_message: A sentence for the status bar.
    """

    source_changed = Signal()
    status_message = Signal(str)

    def __init__(
        self,
        picker: DataPicker,
        notice: NoticeBar,
        data: DataChoices,
        choices: TrainingChoices,
        session: TrainingSession,
        settings: Settings,
        directory: Path | None,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._window = parent
        self._picker, self._notice, self._data = picker, notice, data
        self._choices, self._session = choices, session
        self._settings, self._directory = settings, directory
        self._has_looked = False
        picker.source_chosen.connect(self.choose_source)
        picker.folder_wanted.connect(self.choose_folder)
        picker.download_wanted.connect(self._start_download)
        picker.download_cancelled.connect(data.cancel_download)
        data.sources_changed.connect(self.show_sources)
        data.download_progressed.connect(self._show_download)
        data.download_ended.connect(self._on_download_ended)

    def look_once(self) -> None:
        """Find out, the first time, whether MNIST is there."""
        if self._has_looked:
            return
        self._has_looked = True
        remembered = self._settings.get(DATA_FOLDER)
        try:
            self._data.find(self._directory)
            if self._data.mnist is None and remembered:
                self._data.find(Path(remembered))
        except DataError as error:
            self._notice.show_notice("warning", str(error))
        self.show_sources()

    @Slot()
    def choose_folder(self) -> None:
        """Ask for a folder with MNIST files."""
        before = self._settings.get(DATA_FOLDER)
        title = "Folder with the four MNIST files"
        name = QFileDialog.getExistingDirectory(self._window, title, before)
        if name:
            self.use_folder(Path(name))

    def use_folder(self, directory: Path) -> None:
        """Train on the files in ``directory``, or say why that cannot be."""
        try:
            self._data.use_folder(directory)
        except DataError as error:
            self._notice.show_notice("error", str(error))
            return
        self._settings.set(DATA_FOLDER, str(directory))
        self._notice.hide()
        self.choose_source(self._data.sources[0].key)

    @Slot(str)
    def choose_source(self, key: str) -> None:
        """Train on another source from now on."""
        self._choices.choose_source(key)
        self.show_sources()

    @Slot()
    def show_sources(self) -> None:
        """Show what there is, and what is chosen."""
        self._picker.show_sources(
            self._data.sources, self._choices.source_key, has_mnist=self._data.mnist is not None
        )
        self.source_changed.emit()

    @Slot()
    def _start_download(self) -> None:
        self._data.start_download()
        self._show_download()
        self._picker.cancel.setFocus()

    @Slot()
    def _show_download(self) -> None:
        progress = self._data.download_progress if self._data.is_downloading else None
        self._picker.show_download(progress)

    @Slot(str)
    def _on_download_ended(self, message: str) -> None:
        self._show_download()
        if not message:
            self.status_message.emit("The download was cancelled; nothing was kept of it.")
            return
        has_it = self._data.mnist is not None
        self._notice.show_notice("success" if has_it else "error", message)
        if has_it and not self._session.is_active:
            self.choose_source(self._data.sources[0].key)
