"""Keeps unsaved changes of the stack in a file, and finds what a crash left behind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QTimer, Signal, Slot

from app.state.document import StackDocument
from app.state.stack_steps import Home
from engine.basics.errors import DataError, EngineError, ModelFileError
from engine.basics.records import Record, read_json_file
from engine.basics.set_aside import set_aside
from engine.networks.model_file import load_stack, write_whole
from engine.networks.stack import Stack

FORMAT = "cnnviz-autosave"
DELAY_MS = 1000
"""So long after the last edit the stack is written."""

_MOST = 32


@dataclass(frozen=True)
class Leftover:
    """A stack that was not saved when cnnviz ended.

    ``saved_as`` is the file that it came from; empty if it had none.
    """

    file: Path
    stack: Stack
    saved_as: str
    lock: QLockFile


class Autosave(QObject):
    """Writes the document to a file of this process's own while it differs from its own file.

    A lock next to the file tells other running windows to leave it alone; the lock of a
    process that has died does not count, and so its file is found.

    Signals:
        failed: A sentence, once: unsaved changes cannot be kept on disk.
    """

    failed = Signal(str)

    def __init__(
        self, document: StackDocument, folder: Path, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._folder = folder
        self._file: Path | None = None
        self._lock: QLockFile | None = None
        self._has_failed = False
        self.problems: tuple[str, ...] = ()
        self._timer = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._timer.timeout.connect(self.write)
        document.stack_changed.connect(self._timer.start)
        document.modified_changed.connect(self._take_modified)

    @Slot()
    def write(self) -> None:
        """Write the stack now, if there is anything unsaved; that it cannot be is said once."""
        if not self._document.is_modified:
            self._remove()
            return
        try:
            self._write(self._file or self._find_slot())
        except (EngineError, OSError) as error:
            if not self._has_failed:
                self._has_failed = True
                self.failed.emit(f"Unsaved changes would be lost in a crash: {error}")
        else:
            self._has_failed = False

    def _write(self, file: Path) -> None:
        path = self._document.path
        data = {
            "format": FORMAT,
            "saved_as": "" if path is None else str(path),
            "stack": self._document.stack.to_dict(),
        }
        write_whole(file, json.dumps(data, ensure_ascii=False).encode())

    def close(self) -> None:
        """Everything was saved or discarded: leave nothing behind."""
        self._timer.stop()
        self._remove()
        if self._lock is not None:
            self._lock.unlock()
            self._lock = self._file = None

    def leftovers(self) -> tuple[Leftover, ...]:
        """What processes that have ended left behind.

        A file that cannot be read is put aside, and ``problems`` has a sentence on it.
        """
        found: list[Leftover] = []
        problems: list[str] = []
        for file in _slots(self._folder):
            lock = _locked(file) if file != self._file and file.is_file() else None
            if lock is None:
                continue
            try:
                stack, saved_as = _read(file)
            except EngineError as error:
                problems.append(set_aside(file, error))
                lock.unlock()
            else:
                found.append(Leftover(file, stack, saved_as, lock))
        self.problems = tuple(problems)
        return tuple(found)

    def recover(self, leftover: Leftover) -> None:
        """Take a leftover into the document, as a step that can be undone.

        It gets its file back, so that saving writes where it came from; it counts as modified
        unless that very stack is there already.
        """
        self._document.replace_stack(leftover.stack, "Recover", _home_of(leftover))
        self.write()
        self.discard(leftover)

    def discard(self, leftover: Leftover) -> None:
        """Delete a leftover."""
        leftover.file.unlink(missing_ok=True)
        leftover.lock.unlock()

    def leave(self, leftover: Leftover) -> None:
        """Keep a leftover, to be found at the next start."""
        leftover.lock.unlock()

    def _find_slot(self) -> Path:
        """Take the first file that neither exists nor is locked.

        Raises:
            OSError: if the folder cannot be made.
            ModelFileError: if there is no such file.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        for file in _slots(self._folder):
            lock = None if file.exists() else _locked(file)
            if lock is not None:
                self._file, self._lock = file, lock
                return file
        raise ModelFileError(f"no file can be made in {self._folder}.")

    @Slot(bool)
    def _take_modified(self, is_modified: bool) -> None:
        if not is_modified:
            self._timer.stop()
            self._remove()

    def _remove(self) -> None:
        if self._file is not None:
            self._file.unlink(missing_ok=True)


def _read(file: Path) -> tuple[Stack, str]:
    """The stack in a file, and where it came from.

    Raises:
        EngineError: if the file cannot be read.
    """
    record = Record(read_json_file(file, "The autosave"), "The autosave")
    saved_as = record.text("saved_as", "")
    if "\0" in saved_as:
        raise DataError("The autosave names a file that cannot be.")
    return Stack.from_dict(record.data.get("stack")), saved_as


def _home_of(leftover: Leftover) -> Home:
    """The file of a leftover, with what is in it now."""
    path = Path(leftover.saved_as) if leftover.saved_as else None
    try:
        kept = None if path is None else load_stack(path)
    except (EngineError, OSError):
        kept = None
    return Home(path, kept)


def _slots(folder: Path) -> Iterator[Path]:
    return (folder / f"stack-{number}.json" for number in range(1, _MOST + 1))


def _locked(file: Path) -> QLockFile | None:
    """The lock of a file, unless a living process has it."""
    lock = QLockFile(f"{file}.lock")
    lock.setStaleLockTime(0)  # it never grows stale by age, only when its process is gone
    return lock if lock.tryLock(0) else None
