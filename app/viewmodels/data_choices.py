"""What can be trained on: which sources there are, and fetching MNIST when it is not there yet."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.workers.data import DataSource, Download, DownloadWorker, GeneratedSource, MnistSource
from app.workers.thread import WorkerThread
from engine.data.mnist import cache_directory, download_mnist, find_mnist
from engine.data.progress import CancelledError
from engine.errors import EngineError

WATCH_MS = 100


class DataChoices(QObject):
    """The sources, MNIST first if it is found.

    Args:
        more: Sources besides MNIST and generated digits.
        download: How MNIST is fetched.
        cache: The folder that a download goes to, instead of the user's cache folder.

    Signals:
        sources_changed: MNIST was found, or is looked for in another folder.
        download_progressed: ``download_progress`` moved on.
        download_ended: With a sentence for the user; empty if the download was cancelled.
    """

    sources_changed = Signal()
    download_progressed = Signal()
    download_ended = Signal(str)

    def __init__(
        self,
        *,
        more: tuple[DataSource, ...] = (),
        download: Download = download_mnist,
        cache: Path | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._download = download
        self._cache = cache
        self._others: tuple[DataSource, ...] = (*more, GeneratedSource())
        self._mnist: MnistSource | None = None
        self._worker: DownloadWorker | None = None
        self._thread: WorkerThread | None = None
        self._watch = QTimer(self, interval=WATCH_MS)
        self._watch.timeout.connect(self.download_progressed)

    @property
    def sources(self) -> tuple[DataSource, ...]:
        """What there is to train on, the best known first."""
        return (self._mnist, *self._others) if self._mnist else self._others

    def source(self, key: str) -> DataSource:
        """The source with this key, or the first."""
        return next((source for source in self.sources if source.key == key), self.sources[0])

    @property
    def mnist(self) -> MnistSource | None:
        """MNIST, if it was found."""
        return self._mnist

    def find(self, directory: Path | None = None) -> None:
        """Look for MNIST: in ``directory``, where CNNVIZ_DATA points to, in the cache folder.

        Raises:
            DataError: if a folder is named that does not hold it.
        """
        found = find_mnist(directory)
        if found is not None:
            self._mnist = MnistSource(found)
            self.sources_changed.emit()

    def use_folder(self, directory: Path) -> None:
        """Take MNIST from a folder that the user chose.

        Raises:
            DataError: if its files are missing or damaged; what was found before stays.
        """
        source = MnistSource(directory)
        source.check()
        self._mnist = source
        self.sources_changed.emit()

    # Download

    @property
    def is_downloading(self) -> bool:
        """Whether a download is going on."""
        return self._thread is not None

    @property
    def download_progress(self) -> tuple[int, int]:
        """Bytes received and bytes in all; both 0 as long as that is unknown."""
        return self._worker.progress if self._worker else (0, 0)

    @property
    def download_directory(self) -> Path:
        """Where a download goes to."""
        return self._cache or cache_directory()

    def start_download(self) -> None:
        """Fetch MNIST in the background; the rest goes on meanwhile."""
        if self._thread is not None:
            return
        self._worker = DownloadWorker(self.download_directory, self._download)
        self._thread = WorkerThread(self._worker, self)
        self._thread.ended.connect(self._on_download_ended)
        self._watch.start()
        self._thread.start()

    @Slot()
    def cancel_download(self) -> None:
        """Give up a download; nothing of it is kept."""
        if self._worker is not None:
            self._worker.control.stop()

    def stop_and_join(self, timeout_ms: int) -> bool:
        """Give up a download and wait for its thread; say whether it ended in time."""
        return self._thread is None or self._thread.join(timeout_ms)

    @Slot()
    def _on_download_ended(self) -> None:
        worker, thread = self._worker, self._thread
        if worker is None or thread is None:
            return
        self._watch.stop()
        self._worker = self._thread = None
        thread.deleteLater()
        error = worker.error
        if error is None:
            self._mnist = MnistSource(worker.directory)
            self.sources_changed.emit()
            self.download_ended.emit("MNIST is here, checked, and ready to train on.")
        elif isinstance(error, CancelledError):
            self.download_ended.emit("")
        elif isinstance(error, EngineError):
            self.download_ended.emit(str(error))
        else:
            self.download_ended.emit(f"The download failed: {error}.")
