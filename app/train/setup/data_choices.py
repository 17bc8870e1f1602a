"""What can be trained on: which sources there are, and fetching those that are published."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from app.jobs.background import Background
from app.jobs.considerate import considerate
from app.jobs.thread import Worker
from app.state.data_sources import (
    DataSource,
    Download,
    DownloadWorker,
    DrawingsSource,
    FashionSource,
    FileFacts,
    FileSource,
    GeneratedSource,
    MnistSource,
)
from app.state.my_drawings import drawings_folder
from app.state.settings import Settings
from app.train.setup.composed_data import ComposedSource, composition_of
from app.train.setup.data_files import DataFiles
from engine.basics.errors import EngineError
from engine.data.dataset import Dataset
from engine.data.fashion import download_fashion, fashion_directory, find_fashion, is_fashion
from engine.data.mnist import cache_directory, download_mnist, find_mnist, mnist_folder
from engine.data.progress import CancelledError

WATCH_MS = 100

SAMPLES = 60
"""Images that are taken to be shown, and so many are generated where they are made to order."""


class SampleWorker(Worker):
    """Takes a few images of a source, classes in turn; ``samples`` has them once it has ended."""

    def __init__(self, source: DataSource) -> None:
        super().__init__()
        self.samples: Dataset | None = None
        self.key = source.key
        self._source = source

    def work(self) -> None:
        """Load some, and put the classes in turn."""
        with considerate():
            few = SAMPLES if self._source.key == "generated" else self._source.largest
            data = self._source.load(few, 0, lambda *_: None, self.control.is_stopped)
            self.samples = data.in_turn(SAMPLES)


class DataChoices(QObject):
    """The sources, MNIST first if it is found.

    Args:
        more: Sources other than MNIST and generated digits.
        download: How MNIST is fetched.
        cache: The folder that a download goes to, instead of the user's cache folder.
        fashion_download: How Fashion-MNIST is fetched.
        settings: Where the user's files and drawings are remembered.

    Signals:
        sources_changed: MNIST was found, or is looked for in another folder; or another source
            came or went.
        download_progressed: ``download_progress`` moved on.
        download_ended: With a sentence for the user; empty if the download was cancelled.
        samples_ready: ``samples`` of a source, by its key, are there.
    """

    sources_changed = Signal()
    download_progressed = Signal()
    download_ended = Signal(str)
    samples_ready = Signal(str)

    def __init__(
        self,
        *,
        more: tuple[DataSource, ...] = (),
        download: Download = download_mnist,
        cache: Path | None = None,
        fashion_download: Download = download_fashion,
        settings: Settings | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._downloads = {"mnist": download, "fashion": fashion_download}
        self._cache = cache
        self._others: tuple[DataSource, ...] = (*more, GeneratedSource())
        self._mnist: MnistSource | None = None
        self._fashion: FashionSource | None = None
        self._drawings: DrawingsSource | None = None
        self.files = DataFiles(parent=self)
        self.fetched = "mnist"
        self._samples: dict[str, Dataset] = {}
        self._sampling = Background[SampleWorker](self)
        self._sampling.ended.connect(self._on_samples)
        self._download = Background[DownloadWorker](self, WATCH_MS)
        self._download.progressed.connect(self.download_progressed)
        self._download.ended.connect(self._on_download_ended)
        if settings is not None:
            self.use_settings(settings)

    def use_settings(self, settings: Settings) -> None:
        """Offer the files that were opened before, and the drawings that the user kept."""
        self._drawings = DrawingsSource(drawings_folder(settings))
        self.files = DataFiles(settings, self)

    @property
    def sources(self) -> tuple[DataSource, ...]:
        """What there is to train on, the best known first."""
        found = [source for source in (self._mnist, self._fashion) if source is not None]
        drawings = self._drawings
        own = (drawings,) if drawings is not None and drawings.count_again() > 1 else ()
        return (*found, *self._others, *own, *self.files.sources)

    def source(self, key: str) -> DataSource:
        """The source with this key, or the first."""
        return next((source for source in self.sources if source.key == key), self.sources[0])

    @property
    def mnist(self) -> MnistSource | None:
        """MNIST, if it was found."""
        return self._mnist

    @property
    def fashion(self) -> FashionSource | None:
        """Fashion-MNIST, if it was found."""
        return self._fashion

    @property
    def drawings(self) -> DrawingsSource | None:
        """The user's own drawings, if it is known where they are."""
        return self._drawings

    def find(self, directory: Path | None = None) -> None:
        """Look for MNIST: in ``directory``, where CNNVIZ_DATA points to, in the cache folder.

        Raises:
            DataError: if a folder is named that does not hold it.
        """
        kept = find_fashion(self._folder_of("fashion"))
        if kept is not None and self._fashion is None:
            self._fashion = FashionSource(kept)
            self.sources_changed.emit()
        found = find_mnist(directory)
        if found is not None:
            self._mnist = MnistSource(found)
            self.sources_changed.emit()

    def use_folder(self, directory: Path) -> str:
        """Take MNIST, or data in its format, from a folder that the user chose; return its key.

        Raises:
            DataError: if its files are missing or damaged; what was found before stays.
        """
        holding = mnist_folder(directory)
        if holding is not None and is_fashion(holding):
            fashion = FashionSource(holding)
            fashion.load_test()  # says if a file is damaged
            self._fashion = fashion
            self.sources_changed.emit()
            return fashion.key
        source = MnistSource(directory)
        source.check()
        self._mnist = source
        self.sources_changed.emit()
        return source.key

    def source_of(self, recipe: dict[str, Any], key: str) -> DataSource | None:
        """The source that a run learnt from, by what was kept of it; ``None`` if it is gone.

        Raises:
            DataError: if the recipe makes no sense.
        """
        base = next((source for source in self.sources if source.key == key), None)
        path = recipe.get("path")
        if base is None and isinstance(path, str):
            base = FileSource(FileFacts(path, Path(path).name, "", 2))
        if base is None:
            return None
        composition = composition_of(recipe)
        return base if composition is None else ComposedSource(base, composition)

    # Samples

    def samples(self, source: DataSource) -> Dataset | None:
        """A few of its images, if they are there; else they are fetched, and told of later."""
        known = self._samples.get(source.key)
        if known is None and not self._sampling.is_running:
            self._sampling.start(SampleWorker(source))
        return known

    @Slot(object)
    def _on_samples(self, worker: SampleWorker) -> None:
        if worker.samples is not None:
            self._samples[worker.key] = worker.samples
            self.samples_ready.emit(worker.key)

    # Download

    @property
    def is_downloading(self) -> bool:
        """Whether a download is going on."""
        return self._download.is_running

    @property
    def download_progress(self) -> tuple[int, int]:
        """Bytes received and bytes in all; both 0 as long as that is unknown."""
        return worker.progress if (worker := self._download.worker) else (0, 0)

    @property
    def download_directory(self) -> Path:
        """Where a download of MNIST goes to."""
        return self._cache or cache_directory()

    def start_download(self, key: str = "mnist") -> None:
        """Fetch MNIST, or ``"fashion"``, in the background; the rest goes on meanwhile."""
        if self.is_downloading:
            return
        self.fetched = key
        self._download.start(DownloadWorker(self._folder_of(key), self._downloads[key]))

    @Slot()
    def cancel_download(self) -> None:
        """Give up a download; nothing of it is kept."""
        self._download.stop()

    def _folder_of(self, key: str) -> Path:
        if key == "mnist":
            return self.download_directory
        if self._cache is not None:
            return self._cache.with_name("fashion-mnist")
        return fashion_directory()

    @Slot(object)
    def _on_download_ended(self, worker: DownloadWorker) -> None:
        error = worker.error
        if error is None:
            if self.fetched == "fashion":
                self._fashion = FashionSource(worker.directory)
            else:
                self._mnist = MnistSource(worker.directory)
            self.sources_changed.emit()
            name = self.source(self.fetched).title
            self.download_ended.emit(f"{name} is here, checked, and ready to train on.")
        elif isinstance(error, CancelledError):
            self.download_ended.emit("")
        elif isinstance(error, EngineError):
            self.download_ended.emit(str(error))
        else:
            self.download_ended.emit(f"The download failed: {error}.")

    @property
    def has_fetched(self) -> bool:
        """Whether what was downloaded last is there now."""
        return (self._fashion if self.fetched == "fashion" else self._mnist) is not None
