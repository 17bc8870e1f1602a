"""Choosing what to train on, opening it from disk, and fetching what is published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.kit.stack.field_editors import CalmWheel
from app.look.nesting import nest
from app.look.restyled import Restyled
from app.look.text import Text
from app.look.theme import px
from app.state.data_sources import DataSource

DOWNLOAD_MEGABYTES = 11.6
FASHION_MEGABYTES = 30.9
_CHECKED = "Checked by its published checksums, kept for next time"


@dataclass(frozen=True)
class Entry:
    """What the list offers to do, below the sources."""

    name: str
    words: str
    about: str


ENTRIES = (
    Entry("classes", "Choose classes…", "Which to keep; mix in your own drawings; see some images"),
    Entry("file", "Open a file…", "mnist.npz or its like, an IDX pair, or a CSV table"),
    Entry(
        "folder",
        "Open a folder…",
        "One folder of images per class, or four files like MNIST's. It can also be dropped here.",
    ),
    Entry("mnist", f"Download MNIST, {DOWNLOAD_MEGABYTES} MB…", _CHECKED),
    Entry("fashion", f"Download Fashion-MNIST, {FASHION_MEGABYTES} MB…", _CHECKED),
)


class SourceBox(QComboBox):
    """The sources, and below a line what else can be done; keys and wheel go through sources alone.

    Signals:
        source_chosen: The place of a source.
        entry_chosen: The name of an ``Entry``; the source stays what it was.
    """

    source_chosen = Signal(int)
    entry_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sources = 0
        self._source = 0
        self._is_picked = False
        self.setAccessibleName("What to train on")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.installEventFilter(CalmWheel(self))
        self.activated.connect(self._take)

    def fill(self, sources: Sequence[str], chosen: int, entries: Sequence[Entry]) -> None:
        """Offer these sources, one of which is chosen, and what else can be done."""
        self.clear()
        self._sources, self._source = len(sources), chosen
        self.addItems(list(sources))
        self.insertSeparator(len(sources))
        for entry in entries:
            self.addItem(entry.words, entry.name)
            self.setItemData(self.count() - 1, entry.about, Qt.ItemDataRole.ToolTipRole)
        self.setCurrentIndex(chosen)

    def showPopup(self) -> None:  # noqa: N802 - Qt's name
        """Let what is taken from the list be done."""
        self._is_picked = True
        super().showPopup()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from source to source; what else can be done is taken from the open list alone."""
        self._is_picked = False
        super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Likewise."""
        self._is_picked = False
        super().wheelEvent(event)

    @Slot(int)
    def _take(self, index: int) -> None:
        if index < self._sources:
            self._source = index
            self.source_chosen.emit(index)
            return
        self.setCurrentIndex(self._source)
        if self._is_picked:
            self.entry_chosen.emit(str(self.itemData(index)))


class DataPicker(Restyled, QWidget):
    """One list of sources and of the ways to others, with a word on the chosen one.

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
        self._chosen = 0
        self._has_mnist = self._has_fashion = self._is_busy = False
        self.combo = SourceBox()
        self.about = self._wrapped("muted")
        self.choice = self._wrapped("")
        self.problem = self._wrapped("warning")
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress_text = Text(size=12)
        self.cancel = QPushButton("Cancel")
        self._lay_out()
        self.combo.source_chosen.connect(self._tell_choice)
        self.combo.entry_chosen.connect(self._tell_entry)
        self.cancel.clicked.connect(self.download_cancelled)
        self.show_download(None)
        self.show_choice("")
        self.follow_theme()

    def show_sources(
        self, sources: Sequence[DataSource], key: str, *, has_mnist: bool, has_fashion: bool = False
    ) -> None:
        """List ``sources`` and choose the one with ``key``, or the first."""
        self._sources = tuple(sources)
        self._has_mnist, self._has_fashion = has_mnist, has_fashion
        keys = [source.key for source in self._sources]
        self._chosen = keys.index(key) if key in keys else 0
        self._fill()
        self._show_about()

    def _fill(self) -> None:
        entries = [entry for entry in ENTRIES if self._is_offered(entry.name)]
        self.combo.fill([source.title for source in self._sources], self._chosen, entries)

    def _is_offered(self, entry: str) -> bool:
        if self._is_busy:
            return entry == "classes"
        return not {"mnist": self._has_mnist, "fashion": self._has_fashion}.get(entry, False)

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
        """Lock what a run goes on with."""
        self.combo.setEnabled(is_editable)

    def _show_progress(self, words: str | None, done: int, total: int) -> None:
        self._download_row.setVisible(words is not None)
        if self._is_busy != (words is not None):
            self._is_busy = words is not None
            self._fill()
        while total > 2**30:  # Qt counts in 32 bits
            done, total = done // 1024, total // 1024
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        self.progress_text.setText(words or "")

    @Slot(int)
    def _tell_choice(self, index: int) -> None:
        self._chosen = index
        self._show_about()
        self.source_chosen.emit(self._sources[index].key)

    @Slot(str)
    def _tell_entry(self, name: str) -> None:
        if name in {"mnist", "fashion"}:
            self.download_wanted.emit(name)
        else:
            signals = {
                "classes": self.details_wanted,
                "file": self.file_wanted,
                "folder": self.folder_wanted,
            }
            signals[name].emit()

    def _show_about(self) -> None:
        self.about.setText(self._sources[self._chosen].about if self._sources else "")

    def _wrapped(self, role: str) -> Text:
        text = Text(size=12, role=role)
        text.setWordWrap(True)
        text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        return text

    def _lay_out(self) -> None:
        self._download_row = QWidget()
        download = QHBoxLayout(self._download_row)
        download.setContentsMargins(0, 0, 0, 0)
        column = QVBoxLayout()
        column.addWidget(self.progress_text)
        column.addWidget(self.progress)
        nest(download, column, 1)
        download.addWidget(self.cancel)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for widget in (
            self.combo,
            self.about,
            self.choice,
            self.problem,
            self._download_row,
        ):
            self._column.addWidget(widget)

    def _restyle(self) -> None:
        self._column.setSpacing(px(6))
        self.progress.setFixedHeight(px(6))
