"""Reading a source's images in a thread of its own: to know what a file holds, or to show some."""

from __future__ import annotations

import numpy as np

from app.jobs.considerate import considerate
from app.jobs.thread import Worker
from app.state.data_sources import DataSource, FileSource
from engine.data.dataset import Dataset
from engine.data.progress import CancelledError

SAMPLES = 60
"""Images that are taken to be shown."""

_FEW = 60
"""So many are generated where images are made to order."""


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
            few = _FEW if self._source.key == "generated" else self._source.largest
            data = self._source.load(few, 0, lambda *_: None, self.control.is_stopped)
            self.samples = in_turn(data, SAMPLES)


def in_turn(data: Dataset, count: int) -> Dataset:
    """The first ``count`` images when one of each class is taken in turn."""
    place = np.zeros(len(data), np.int64)
    for label in np.unique(data.labels):
        of_label = np.flatnonzero(data.labels == label)
        place[of_label] = np.arange(len(of_label))
    order = np.lexsort((data.labels, place))[:count]
    return Dataset(
        data.images[order],
        data.labels[order],
        data.name,
        data.description,
        data.classes,
        data.class_names,
    )
