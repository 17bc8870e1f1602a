"""What Train trains on: looking for MNIST, choosing a source or a folder, the download."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog

from app.state.settings import LAST_FOLDER, Setting
from app.train.part import TrainContext, TrainPart
from engine.basics.errors import DataError
from engine.data.mnist import mnist_folder

DATA_FOLDER = Setting("train/folder", "")
FILE_FILTER = "Data (*.npz *.csv *.tsv *.txt *.gz *.idx *-ubyte);;All files (*)"


class TrainData(TrainPart):
    """Connects the picker of sources with what there is to train on.

    Signals:
        source_changed: Another source is chosen, or the one that is chosen has other images.
    """

    source_changed = Signal()

    def __init__(self, context: TrainContext, directory: Path | None, parent: QObject) -> None:
        super().__init__(context, parent)
        data, picker = context.data, context.form.picker
        self._picker, self._notice, self._data = picker, context.view.notice, data
        self._choices, self._session = context.choices, context.session
        self._settings, self._directory = context.settings, directory
        self._has_looked = False
        picker.source_chosen.connect(self.choose_source)
        picker.folder_wanted.connect(self.choose_folder)
        picker.file_wanted.connect(self.choose_file)
        picker.download_wanted.connect(self._start_download)
        picker.download_cancelled.connect(data.cancel_download)
        data.use_settings(context.settings)
        picker.download_cancelled.connect(data.files.cancel)
        data.files.progressed.connect(self._show_reading)
        data.files.ended.connect(self._on_read)
        data.sources_changed.connect(self.show_sources)
        data.download_progressed.connect(self._show_download)
        data.download_ended.connect(self._on_download_ended)

    def look_for_data(self) -> None:
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
        """Ask for a folder with images by class, or with files like MNIST's."""
        before = self._settings.get(DATA_FOLDER)
        title = "A folder with one folder of images per class, or with files like MNIST's"
        name = QFileDialog.getExistingDirectory(self._picker.window(), title, before)
        if name:
            self.open(Path(name))

    @Slot()
    def choose_file(self) -> None:
        """Ask for a file of images."""
        before = self._settings.get(LAST_FOLDER)
        window = self._picker.window()
        name, _ = QFileDialog.getOpenFileName(window, "Open data", before, FILE_FILTER)
        if name:
            self._settings.set(LAST_FOLDER, str(Path(name).parent))
            self.open(Path(name))

    def open(self, path: Path) -> None:
        """Train on what a file or folder holds, or say why that cannot be."""
        if self._session.is_active or self._data.files.is_reading or self._data.is_downloading:
            self.context.status_message.emit(
                "Something else is going on: wait for its end, or stop it."
            )
        elif path.is_dir() and mnist_folder(path) is not None:
            self.use_folder(path)
        else:
            self._notice.hide()
            self._data.files.open(path)

    def use_folder(self, directory: Path) -> None:
        """Train on the files like MNIST's in ``directory``, or say why that cannot be."""
        try:
            key = self._data.use_folder(directory)
        except DataError as error:
            self._notice.show_notice("error", str(error))
            return
        if key != "fashion":
            self._settings.set(DATA_FOLDER, str(directory))
        self._notice.hide()
        self.choose_source(key)

    @Slot()
    def _show_reading(self) -> None:
        files = self._data.files
        self._picker.show_reading(files.progress if files.is_reading else None)

    @Slot(str, str)
    def _on_read(self, key: str, problem: str) -> None:
        self._picker.show_reading(None)
        if problem:
            self._notice.show_notice("error", f"The data was not opened. {problem}")
        elif not key:
            self.context.status_message.emit("Reading was cancelled; nothing has changed.")
        else:
            self._data.sources_changed.emit()
            self.choose_source(key)
            self._notice.show_notice("success", self._choices.source.about)

    @Slot(str)
    def choose_source(self, key: str) -> None:
        """Train on another source from now on."""
        self._choices.choose_source(key)
        self._data.files.keep_only(key)
        self.show_sources()

    @Slot()
    def show_sources(self) -> None:
        """Show what there is, and what is chosen."""
        self._picker.show_sources(
            self._data.sources,
            self._choices.source_key,
            has_mnist=self._data.mnist is not None,
            has_fashion=self._data.fashion is not None,
        )
        self.source_changed.emit()

    @Slot(str)
    def _start_download(self, key: str) -> None:
        self._data.start_download(key)
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
            self.context.status_message.emit("The download was cancelled; nothing was kept of it.")
            return
        has_it = self._data.has_fetched
        self._notice.show_notice("success" if has_it else "error", message)
        if has_it and not self._session.is_active:
            self.choose_source(self._data.fetched)
