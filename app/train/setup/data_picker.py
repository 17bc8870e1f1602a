"""Choosing what to train on, opening it from disk, and fetching what is published."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.look.restyled import Restyled
from app.look.text import Text
from app.look.theme import px
from app.state.data_sources import DataSource

DOWNLOAD_MEGABYTES = 11.6
FASHION_MEGABYTES = 30.9
_CHECKED = "checked by its published checksums, kept for next time"


class DataPicker(Restyled, QWidget):
    """A list of sources with a word on the chosen one, and the ways to others.

    Signals:
        source_chosen: The key of the source that the user chose.
        download_wanted: The key of what is to be downloaded, MNIST or Fashion-MNIST.
        download_cancelled: The download, or the reading of a file, is to be given up.
        folder_wanted: The user wants to point to a folder.
        file_wanted: The user wants to point to a file.
        details_wanted: The user wants to choose classes and to mix in drawings.
    """

    source_chosen = Signal(str)
    download_wanted = Signal(str)
    download_cancelled = Signal()
    folder_wanted = Signal()
    file_wanted = Signal()
    details_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sources: tuple[DataSource, ...] = ()
        self.combo = QComboBox()
        self.combo.setAccessibleName("What to train on")
        self.combo.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.about = self._wrapped("muted")
        self.choice = self._wrapped("")
        self.problem = self._wrapped("warning")
        self.download = QPushButton("Download MNIST…")
        self.download.setToolTip(f"{DOWNLOAD_MEGABYTES} MB, {_CHECKED}")
        self.fashion = QPushButton("Fashion-MNIST…")
        self.fashion.setToolTip(f"Download it: {FASHION_MEGABYTES} MB, {_CHECKED}")
        self.folder = QPushButton("Folder…")
        self.folder.setToolTip(
            "Open a folder with one folder of images per class, or with four files like MNIST's. "
            "It can also be dropped here."
        )
        self.file = QPushButton("File…")
        self.file.setToolTip("Open mnist.npz or its like, an IDX pair, or a CSV table")
        self.details = QPushButton("Classes…")
        self.details.setToolTip("Which classes to keep; mix in your own drawings; see some images")
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress_text = Text(size=12)
        self.cancel = QPushButton("Cancel")
        self._lay_out()
        self.combo.activated.connect(self._tell_choice)
        self.download.clicked.connect(lambda: self.download_wanted.emit("mnist"))
        self.fashion.clicked.connect(lambda: self.download_wanted.emit("fashion"))
        self.cancel.clicked.connect(self.download_cancelled)
        self.folder.clicked.connect(self.folder_wanted)
        self.file.clicked.connect(self.file_wanted)
        self.details.clicked.connect(self.details_wanted)
        self.show_download(None)
        self.show_choice("")
        self.follow_theme()

    def show_sources(
        self, sources: Sequence[DataSource], key: str, *, has_mnist: bool, has_fashion: bool = False
    ) -> None:
        """List ``sources`` and choose the one with ``key``, or the first."""
        self._sources = tuple(sources)
        self.combo.clear()
        self.combo.addItems([source.title for source in self._sources])
        keys = [source.key for source in self._sources]
        self.combo.setCurrentIndex(keys.index(key) if key in keys else 0)
        self.download.setHidden(has_mnist)
        self.fashion.setHidden(has_fashion)
        self.fashion.setText("Download Fashion-MNIST…" if has_mnist else "Fashion-MNIST…")
        self._show_about()

    def show_choice(self, words: str, problem: str = "") -> None:
        """Say what is kept of the source and mixed in, and what does not fit."""
        for text, sentence in ((self.choice, words), (self.problem, problem)):
            text.setText(sentence)
            text.setVisible(bool(sentence))

    def show_download(self, progress: tuple[int, int] | None) -> None:
        """Show how far a download has come, in bytes; ``None`` if there is none."""
        done, total = progress or (0, 0)
        megabytes = f"{done / 1e6:.1f} of {total / 1e6:.1f} MB" if total else "Connecting…"
        self._show_progress(None if progress is None else megabytes, done // 1024, total // 1024)

    def show_reading(self, progress: tuple[int, int] | None) -> None:
        """Show how far the reading of a file has come; ``None`` if none is read."""
        done, total = progress or (0, 0)
        share = f"Reading… {100 * done // total} %" if total else "Reading…"
        self._show_progress(None if progress is None else share, done, total)

    def set_editable(self, *, is_editable: bool) -> None:
        """Lock what a run goes on with; looking at it is always possible."""
        for widget in (self.combo, self.folder, self.file, self.details):
            widget.setEnabled(is_editable)

    def _show_progress(self, words: str | None, done: int, total: int) -> None:
        self._download_row.setVisible(words is not None)
        self._buttons_box.setHidden(words is not None)
        while total > 2**30:  # Qt counts in 32 bits
            done, total = done // 1024, total // 1024
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        self.progress_text.setText(words or "")

    @Slot(int)
    def _tell_choice(self, index: int) -> None:
        self._show_about()
        self.source_chosen.emit(self._sources[index].key)

    def _show_about(self) -> None:
        index = self.combo.currentIndex()
        self.about.setText(self._sources[index].about if index >= 0 else "")

    def _wrapped(self, role: str) -> Text:
        text = Text(size=12, role=role)
        text.setWordWrap(True)
        text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        return text

    def _lay_out(self) -> None:
        self._buttons_box = QWidget()
        self._buttons = QGridLayout(self._buttons_box)
        self._buttons.setContentsMargins(0, 0, 0, 0)
        for place, button in enumerate((self.file, self.folder, self.details)):
            self._buttons.addWidget(button, 0, place)
        self._downloads = QHBoxLayout()
        self._downloads.addWidget(self.download)
        self._downloads.addWidget(self.fashion)
        self._buttons.addLayout(self._downloads, 1, 0, 1, 3)
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
        for widget in (
            self.combo,
            self.about,
            self.choice,
            self.problem,
            self._buttons_box,
            self._download_row,
        ):
            self._column.addWidget(widget)

    def _restyle(self) -> None:
        self._column.setSpacing(px(6))
        self._buttons.setSpacing(px(6))
        self._downloads.setSpacing(px(6))
        self.progress.setFixedHeight(px(6))
