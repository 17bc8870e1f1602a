"""The user's own drawings: kept, relabelled, deleted, each with undo."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.jobs.background import Background
from app.jobs.considerate import considerate
from app.jobs.thread import Worker
from app.state.settings import Settings
from app.state.subjects import Subject
from app.state.undo_steps import StateStep, UndoStack
from engine.basics.errors import DataError
from engine.basics.set_aside import set_aside
from engine.data.own_drawings import DrawingStore, KeptDrawing, import_drawings
from engine.data.progress import CancelledError
from engine.ink.drawings import Drawing

FOLDER = "drawings"


def drawings_folder(settings: Settings) -> Path:
    """Where the drawings are kept: next to the settings' file."""
    return settings.folder / FOLDER


_Exchange = tuple[Sequence[KeptDrawing], Sequence[KeptDrawing]]
"""Drawings that go, and those that come; one that is relabelled is in both, with the same key."""


class ImportWorker(Worker):
    """Reads a file of labelled drawings and stores them, one by one.

    ``added`` are those that are stored, ``sentence`` says what came of the file.
    """

    def __init__(self, store: DrawingStore, path: Path) -> None:
        super().__init__()
        self.added: list[KeptDrawing] = []
        self.sentence = ""
        self._store, self._path = store, path

    def work(self) -> None:
        """Read it all, or until it is stopped."""
        with considerate():
            try:
                taken, passed_over = import_drawings(self._path, self._add)
            except CancelledError:
                return
        self.sentence = f"{_counted(taken).capitalize()} came from {self._path.name}."
        if passed_over:
            self.sentence += f" {len(passed_over):,} passed over: {passed_over[0]}"

    def _add(self, drawing: Drawing, label: int) -> None:
        if self.control.is_stopped():
            raise CancelledError(f"Reading {self._path.name} was cancelled.")
        self.added.append(self._store.add(drawing, label))


class MyDrawings(QObject):
    """What is in the folder, and the edits of it that can be undone.

    The folder is read when ``drawings`` is asked for first, and at ``refresh``. ``put_aside`` is
    what was said last of files that cannot be read.

    Attributes:
        collection: What is said of all drawings together, or of the last edit, is said of this.

    Signals:
        changed: Drawings came, went, or have another label.
        problem_found: A sentence: something could not be stored, or is damaged.
        imported: A sentence on what came of a file of drawings.
    """

    changed = Signal()
    problem_found = Signal(str)
    imported = Signal(str)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.store = DrawingStore(folder)
        self.undo_stack = UndoStack(self)
        self.collection = Subject(self)
        self._drawings: dict[str, KeptDrawing] | None = None
        self.put_aside = ""
        self._told: set[str] = set()
        self._importing = Background[ImportWorker](self)
        self._importing.ended.connect(self._take_imported)

    @property
    def count(self) -> int:
        """How many there are, counted without reading them where that is enough."""
        return self.store.count() if self._drawings is None else len(self._drawings)

    @property
    def drawings(self) -> tuple[KeptDrawing, ...]:
        """The drawings, oldest first."""
        return tuple(drawing for _, drawing in sorted(self._read().items()))

    def _read(self) -> dict[str, KeptDrawing]:
        if self._drawings is None:
            kept, damaged = self.store.load()
            self._drawings = {each.key: each for each in kept}
            self._put_aside(damaged)
        return self._drawings

    def _put_aside(self, damaged: Mapping[Path, DataError]) -> None:
        """Rename what cannot be read, and say so: of each file once, of many briefly."""
        sentences = [set_aside(path, error) for path, error in damaged.items()]
        news = [sentence for sentence in sentences if sentence not in self._told]
        self._told.update(news)
        if news:
            more = f" So it is with {len(news) - 1:,} more." if len(news) > 1 else ""
            self.put_aside = f"A drawing cannot be read. {news[0]}{more}"
            self.problem_found.emit(self.put_aside)

    @Slot()
    def refresh(self) -> None:
        """Read the folder again: another window may have changed it."""
        self._drawings = None
        self._tell()

    def keep(self, drawing: Drawing, label: int) -> KeptDrawing:
        """Keep a drawing as an example of a digit.

        Raises:
            NoInkError: if it shows no ink.
            DataError: if it cannot be stored.
        """
        kept = self.store.add(drawing, label)
        self._push(f"keep an example of {label}", (), (kept,))
        return kept

    def relabel(self, keys: Collection[str], label: int) -> None:
        """Give some drawings another label."""
        before = [each for each in self.drawings if each.key in keys and each.label != label]
        if before:
            after = [each.with_label(label) for each in before]
            self._push(f"relabel {_counted(len(before))} as {label}", before, after)

    def delete(self, keys: Collection[str]) -> None:
        """Take some drawings out."""
        before = [each for each in self.drawings if each.key in keys]
        if before:
            self._push(f"delete {_counted(len(before))}", before, ())

    @property
    def is_importing(self) -> bool:
        """Whether a file is being read."""
        return self._importing.is_running

    def take_from(self, path: Path) -> None:
        """Add the labelled drawings in a file, in the background.

        ``imported`` says what came of it, ``problem_found`` why nothing did.
        """
        if not self.is_importing:
            self._importing.start(ImportWorker(self.store, path))

    def stop_and_join(self, timeout_ms: int) -> bool:
        """Give reading up, which keeps what was read; say whether it ended in time."""
        return self._importing.close(timeout_ms)

    @Slot(object)
    def _take_imported(self, worker: ImportWorker) -> None:
        if worker.added:
            self._push(f"import {_counted(len(worker.added))}", (), worker.added)
        if worker.error is not None:
            self.problem_found.emit(str(worker.error))
        else:
            self.imported.emit(worker.sentence)

    def _exchange(self, drawings: _Exchange) -> None:
        """Put some drawings in the place of others, here and in the folder."""
        gone, come = drawings
        known = self._read()
        keys = {each.key for each in come}
        try:
            for each in come:
                self.store.put(each)
                known[each.key] = each
            for each in gone:
                if each.key not in keys:
                    self.store.delete(each)
                    known.pop(each.key, None)
        except DataError as error:
            self.problem_found.emit(str(error))

    @Slot()
    def undo(self) -> None:
        """Take the last edit back."""
        self.undo_stack.undo()
        self._tell()

    def _push(self, text: str, before: Sequence[KeptDrawing], after: Sequence[KeptDrawing]) -> None:
        there, back = (before, after), (after, before)
        self.undo_stack.push(StateStep(self._exchange, back, there, text))
        self._tell()

    def _tell(self) -> None:
        self.collection.move_on()
        self.changed.emit()


def _counted(count: int) -> str:
    return f"{count:,} drawing{'s' if count != 1 else ''}"
