"""The files and folders that the user opened as data: read in the background, and remembered."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.jobs.background import Background
from app.jobs.considerate import considerate
from app.jobs.thread import Worker
from app.state.data_sources import FileFacts, FileSource
from app.state.settings import Setting, Settings
from engine.basics.errors import DataError
from engine.basics.records import Record, parse_json
from engine.data.progress import CancelledError

FILES = Setting("train/files", "")
MOST_FILES = 6
_MOST_REMEMBERED = 1000
WATCH_MS = 60


class FileReadWorker(Worker):
    """Reads a file or folder. ``progress`` may be read at any time; ``source`` once it has ended.

    ``source`` knows what was read; it is ``None`` if that failed or was stopped.
    """

    def __init__(self, source: FileSource) -> None:
        super().__init__()
        self.progress = (0, 0)
        self.source: FileSource | None = None
        self._source = source

    def work(self) -> None:
        """Read it all."""
        with considerate():
            try:
                self._source.read(self._report, self.control.is_stopped)
            except CancelledError:
                return
            self.source = self._source.with_facts()

    def _report(self, done: int, total: int) -> None:
        self.progress = (done, total)


class DataFiles(QObject):
    """Sources of the user's own, the latest first.

    Signals:
        progressed: ``progress`` moved on.
        ended: The key of the source that was opened, and a sentence if it was not; both are empty
            if the reading was cancelled.
    """

    progressed = Signal()
    ended = Signal(str, str)

    def __init__(self, settings: Settings | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._reading = Background[FileReadWorker](self, WATCH_MS)
        self._reading.progressed.connect(self.progressed)
        self._reading.ended.connect(self._on_ended)
        remembered = settings.get(FILES) if settings is not None else ""
        self._sources = [FileSource(facts) for facts in _facts(remembered)]

    @property
    def sources(self) -> tuple[FileSource, ...]:
        """What was opened, the latest first."""
        return tuple(self._sources)

    @property
    def is_reading(self) -> bool:
        """Whether a file is being read."""
        return self._reading.is_running

    @property
    def progress(self) -> tuple[int, int]:
        """What is read and what there is in all, in files or bytes; both 0 if unknown."""
        return worker.progress if (worker := self._reading.worker) else (0, 0)

    def open(self, path: Path) -> None:
        """Read a file or folder in the background; ``ended`` tells what came of it."""
        if self.is_reading:
            return
        facts = FileFacts(str(path.absolute()), path.name, "", 2)
        self._reading.start(FileReadWorker(FileSource(facts)))
        self.progressed.emit()

    @Slot()
    def cancel(self) -> None:
        """Give the reading up."""
        self._reading.stop()

    def keep_only(self, key: str) -> None:
        """Free the memory of all others."""
        for source in self._sources:
            if source.key != key:
                source.forget()

    @Slot(object)
    def _on_ended(self, worker: FileReadWorker) -> None:
        source = worker.source
        if source is not None:
            others = [each for each in self._sources if each.key != source.key]
            self._sources = [source, *others][:MOST_FILES]
            self._remember()
        self.ended.emit(source.key if source else "", str(worker.error or ""))

    def _remember(self) -> None:
        if self._settings is not None:
            facts = [asdict(source.facts) for source in self._sources]
            self._settings.set(FILES, json.dumps(facts))


def _facts(text: str) -> list[FileFacts]:
    """What was remembered; entries that make no sense are dropped."""
    try:
        kept = parse_json(text or "[]", "The list of data")
        items = Record({"files": kept}, "The list of data").items("files", most=_MOST_REMEMBERED)
    except DataError:
        return []
    return list(filter(None, map(_fact, items)))[:MOST_FILES]


def _fact(item: object) -> FileFacts | None:
    try:
        record = Record(item, "Data")
        labels = [record.whole_of("labels", one) for one in record.items("labels", [])]
        return FileFacts(
            record.text("path"),
            record.text("title"),
            record.text("about"),
            record.whole("images", least=2),
            tuple(record.texts("class_names")),
            tuple(labels),  # older entries have none
        )
    except DataError:
        return None
