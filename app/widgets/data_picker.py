"""Choosing what to train on, and fetching or finding MNIST."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.theme import px
from app.widgets.text import Text

DOWNLOAD_MEGABYTES = 11.6


class SourceInfo(Protocol):
    """What the picker shows of a source of data."""

    key: str
    title: str
    about: str


class DataPicker(QWidget):
    """A list of sources with a word on the chosen one, and two ways to get MNIST.

    Signals:
        source_chosen: The key of the source that the user chose.
        download_wanted: MNIST is to be downloaded.
        download_cancelled: The download is to be given up.
        folder_wanted: The user wants to point to a folder.
    """

    source_chosen = Signal(str)
    download_wanted = Signal()
    download_cancelled = Signal()
    folder_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sources: tuple[SourceInfo, ...] = ()
        self.combo = QComboBox()
        self.combo.setAccessibleName("What to train on")
        self.about = Text(size=12, role="muted")
        self.about.setWordWrap(True)
        self.about.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.download = QPushButton("Download MNIST…")
        self.download.setToolTip(
            f"{DOWNLOAD_MEGABYTES} MB, checked by its published checksums, kept for next time"
        )
        self.folder = QPushButton("Choose folder…")
        self.folder.setToolTip("A folder with the four MNIST files, or others in their format")
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress_text = Text(size=12)
        self.cancel = QPushButton("Cancel")
        self._lay_out()
        self.combo.activated.connect(self._tell_choice)
        self.download.clicked.connect(self.download_wanted)
        self.cancel.clicked.connect(self.download_cancelled)
        self.folder.clicked.connect(self.folder_wanted)
        self.show_download(None)
        self._restyle()

    def show_sources(self, sources: Sequence[SourceInfo], key: str, *, has_mnist: bool) -> None:
        """List ``sources`` and choose the one with ``key``, or the first."""
        self._sources = tuple(sources)
        self.combo.clear()
        self.combo.addItems([source.title for source in self._sources])
        keys = [source.key for source in self._sources]
        self.combo.setCurrentIndex(keys.index(key) if key in keys else 0)
        self.download.setHidden(has_mnist)
        self._show_about()

    def show_download(self, progress: tuple[int, int] | None) -> None:
        """Show how far a download has come, in bytes; ``None`` if there is none."""
        is_running = progress is not None
        self._download_row.setVisible(is_running)
        self._buttons_row.setHidden(is_running)
        done, total = progress or (0, 0)
        self.progress.setRange(0, total // 1024)
        self.progress.setValue(done // 1024)
        self.progress_text.setText(
            f"{done / 1e6:.1f} of {total / 1e6:.1f} MB" if total else "Connecting…"
        )

    @Slot(int)
    def _tell_choice(self, index: int) -> None:
        self._show_about()
        self.source_chosen.emit(self._sources[index].key)

    def _show_about(self) -> None:
        index = self.combo.currentIndex()
        self.about.setText(self._sources[index].about if index >= 0 else "")

    def _lay_out(self) -> None:
        self._buttons_row = QWidget()
        buttons = QHBoxLayout(self._buttons_row)
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.addWidget(self.download)
        buttons.addWidget(self.folder)
        self._download_row = QWidget()
        download = QHBoxLayout(self._download_row)
        download.setContentsMargins(0, 0, 0, 0)
        column = QVBoxLayout()
        column.addWidget(self.progress_text)
        column.addWidget(self.progress)
        download.addLayout(column, 1)
        download.addWidget(self.cancel)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for widget in (self.combo, self.about, self._buttons_row, self._download_row):
            self._column.addWidget(widget)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme's sizes."""
        if event.type() in {QEvent.Type.StyleChange, QEvent.Type.FontChange}:
            self._restyle()
        super().changeEvent(event)

    def _restyle(self) -> None:
        self._column.setSpacing(px(6))
        self.progress.setFixedHeight(px(6))
