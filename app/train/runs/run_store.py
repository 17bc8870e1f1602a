"""The training runs that are kept: found on disk, added to, named, deleted, within a budget."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QLockFile, QObject, Signal

from app.state import run_folders as folders
from engine.basics.errors import EngineError, ModelFileError
from engine.basics.set_aside import set_aside
from engine.training.checkpoint import load_progress
from engine.training.events import Changed
from engine.training.run_file import RunFacts, RunState, load_run, save_run
from engine.training.trainer import Position

MOST_RUNS = 50
MOST_BYTES = 500_000_000
"""What is kept of the runs that nobody pinned."""


class RunStatus(Enum):
    """How a run stands, for the reader."""

    LIVE = "running"
    ELSEWHERE = "running in another window"
    INTERRUPTED = "interrupted"
    STOPPED = "stopped"
    DIVERGED = "diverged"
    FINISHED = "finished"


@dataclass(frozen=True)
class Run:
    """A run as it lies on disk. ``has_weights`` says whether there is a checkpoint."""

    folder: Path
    facts: RunFacts
    status: RunStatus
    bytes: int = 0
    has_weights: bool = False

    @property
    def key(self) -> str:
        """What it is known by."""
        return self.folder.name

    @property
    def checkpoint(self) -> Path:
        """The file with weights and curves."""
        return self.folder / folders.CHECKPOINT_FILE

    @property
    def is_busy(self) -> bool:
        """Whether somebody works on it now."""
        return self.status in {RunStatus.LIVE, RunStatus.ELSEWHERE}


@dataclass
class _Live:
    """The run that this process works on."""

    folder: Path
    lock: QLockFile
    is_new: bool


@dataclass
class Contents:
    """What the folder holds; ``problems`` are sentences."""

    runs: tuple[Run, ...] = ()
    problems: tuple[str, ...] = field(default_factory=tuple)


class RunStore(QObject):
    """All runs in ``folder``, the oldest first.

    One process works on one run at a time; others see its lock. Whatever the disk refuses is
    raised as ``ModelFileError`` where the user asked for it, and passed over where not.

    Signals:
        changed: There are other runs, or something is known about one of them.
        dropped: So many runs were deleted, because the budget was spent.
    """

    changed = Signal()
    dropped = Signal(int)

    def __init__(
        self,
        folder: Path,
        parent: QObject | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(tz=UTC),
    ) -> None:
        super().__init__(parent)
        self.folder = folder
        self._now = now
        self._contents = Contents()
        self._live: _Live | None = None
        self._deleted: list[Path] = []
        self._put_away: list[str] = []

    # What there is

    @property
    def runs(self) -> tuple[Run, ...]:
        """All that can be read."""
        return self._contents.runs

    @property
    def problems(self) -> tuple[str, ...]:
        """A sentence for each folder that cannot be read."""
        return self._contents.problems

    @property
    def interrupted(self) -> tuple[Run, ...]:
        """Those that did not come to their end, the latest first."""
        found = (run for run in self.runs if run.status is RunStatus.INTERRUPTED)
        return tuple(reversed(tuple(found)))

    @property
    def live(self) -> Run | None:
        """The one that this process works on."""
        return next((run for run in self.runs if run.status is RunStatus.LIVE), None)

    @property
    def bytes(self) -> int:
        """What all of them take on disk."""
        return sum(run.bytes for run in self.runs)

    def run(self, key: str) -> Run | None:
        """The run of that key."""
        return next((run for run in self.runs if run.key == key), None)

    def read(self) -> None:
        """Read the folder again; a run that is damaged is put aside, and told of while we run."""
        runs, problems = [], []
        for folder in folders.run_folders(self.folder):
            try:
                runs.append(self._read(folder))
            except EngineError as error:
                problems.append(self._put_aside(folder, error))
            except OSError as error:
                problems.append(f"{folder.name}: {error}")
        self._contents = Contents(tuple(runs), (*self._put_away, *filter(None, problems)))
        self.changed.emit()

    def _put_aside(self, folder: Path, error: EngineError) -> str:
        """Rename the folder of a run that cannot be read; what to say while it is still there."""
        if not (folder / folders.FACTS_FILE).is_file():  # perhaps it is being made
            return f"{folder.name}: {error}"
        sentence = set_aside(folder, error)
        if folder.exists():
            return sentence
        self._put_away.append(sentence)
        return ""

    def _read(self, folder: Path) -> Run:
        facts = load_run(folder / folders.FACTS_FILE)
        file = folder / folders.CHECKPOINT_FILE
        status = self._status(folder, facts)
        if status is RunStatus.INTERRUPTED and file.is_file():
            try:
                facts = brought_up(facts, *load_progress(file))
            except EngineError as error:
                self._put_away.append(f"{folder.name}: {set_aside(file, error)}")
        return Run(folder, _with_own_test(facts), status, folders.size_of(folder), file.is_file())

    def _status(self, folder: Path, facts: RunFacts) -> RunStatus:
        if self._live is not None and self._live.folder == folder:
            return RunStatus.LIVE
        if (folder / folders.UNFINISHED_FILE).exists():
            is_theirs = folders.is_worked_on(folder)
            return RunStatus.ELSEWHERE if is_theirs else RunStatus.INTERRUPTED
        return RunStatus.INTERRUPTED if facts.state is RunState.RUNNING else _ENDED[facts.state]

    # The run of this process

    def begin(self, facts: RunFacts) -> Run:
        """Keep a run that begins now; it gets a name if it has none.

        Raises:
            ModelFileError: if the disk refuses.
        """
        now = self._now()
        self.read()
        folder: Path | None = None
        try:
            folder = folders.new_folder(self.folder, now)
            facts = replace(facts, name=facts.name or self._fresh_name(), started=now.isoformat())
            save_run(folder / folders.FACTS_FILE, facts)
            (folder / folders.UNFINISHED_FILE).touch()
            return self._take(folder, is_new=True)
        except (EngineError, OSError) as error:
            if folder is not None:
                folders.remove(folder)
            if isinstance(error, EngineError):
                raise
            reason = error.strerror or str(error)
            raise ModelFileError(f"{self.folder} cannot be written to: {reason}.") from error

    def go_on(self, key: str, **known: Any) -> Run:
        """Work on a run that was made before; ``known`` are facts that are others from now on.

        Raises:
            ModelFileError: if it is gone, another process works on it, or the disk refuses.
        """
        run = self.run(key)
        if run is None or not run.folder.is_dir():
            raise ModelFileError("That run is no longer there.")
        facts = replace(run.facts, state=RunState.RUNNING, **known)
        try:
            live = self._take(run.folder, is_new=False)
            (run.folder / folders.UNFINISHED_FILE).touch()
        except OSError as error:
            self.let_go()
            reason = error.strerror or str(error)
            raise ModelFileError(f"{run.folder} cannot be written to: {reason}.") from error
        self.know(key, facts)
        return live

    def conclude(self, state: RunState, **known: Any) -> None:
        """The run of this process has ended, in that way."""
        if (run := self.live) is None or self._live is None:
            return
        self._live.is_new = False  # whatever it has learnt, it stays
        facts = replace(run.facts, state=state, **known)
        self.know(run.key, facts)
        (run.folder / folders.UNFINISHED_FILE).unlink(missing_ok=True)
        self.let_go()
        self.keep_to_budget()

    def let_go(self) -> None:
        """Leave the run of this process as it is: one that has not ended can be resumed.

        A new one that has learnt nothing yet leaves nothing behind.
        """
        live, self._live = self._live, None
        if live is None:
            return
        live.lock.unlock()
        if live.is_new and not _has_learnt(live.folder / folders.CHECKPOINT_FILE):
            folders.remove(live.folder)
        self.read()

    def _take(self, folder: Path, *, is_new: bool) -> Run:
        lock = folders.lock_run(folder)
        if lock is None:
            raise ModelFileError("Another window of cnnviz works on that run.")
        self._live = _Live(folder, lock, is_new)
        self.read()
        live = self.live
        if live is None:
            raise ModelFileError(f"{folder} could not be read again.")
        return live

    def _fresh_name(self) -> str:
        numbers = (re.fullmatch(r"Run (\d+)", run.facts.name) for run in self.runs)
        return f"Run {max((int(found[1]) for found in numbers if found), default=0) + 1}"

    # What the user does to them

    def know(self, key: str, facts: RunFacts, *, is_written: bool = True) -> None:
        """Note what is known about a run now; a disk that refuses is passed over.

        What the checkpoint has too need not be written.
        """
        runs = tuple(replace(run, facts=facts) if run.key == key else run for run in self.runs)
        self._contents.runs = runs
        run = self.run(key)
        if run is not None and is_written:
            try:
                save_run(run.folder / folders.FACTS_FILE, facts)
            except EngineError:
                self._contents.problems = (*self.problems, f"{key}: could not be written.")
        self.changed.emit()

    def delete(self, keys: tuple[str, ...]) -> None:
        """Delete runs that nobody works on; ``undo_delete`` brings the last ones back.

        Raises:
            ModelFileError: if the disk refuses.
        """
        self.forget_deleted()
        try:
            for run in self.runs:
                if run.key in keys and not run.is_busy:
                    self._deleted.append(folders.set_aside(run.folder))
        except OSError as error:
            raise ModelFileError(f"The run could not be deleted: {error}.") from error
        finally:
            self.read()

    def undo_delete(self) -> None:
        """Bring back what was deleted last.

        Raises:
            ModelFileError: if the disk refuses.
        """
        try:
            while self._deleted:
                folders.bring_back(self._deleted[-1])
                self._deleted.pop()
        except OSError as error:
            raise ModelFileError(f"The run could not be brought back: {error}.") from error
        finally:
            self.read()

    def forget_deleted(self) -> None:
        """Delete for good what was deleted last."""
        for folder in self._deleted:
            folders.remove(folder)
        self._deleted.clear()

    def keep_to_budget(self) -> None:
        """Delete the oldest runs that nobody pinned, and that have ended, beyond what is kept."""
        loose = [run for run in self.runs if not run.facts.is_pinned]
        spare = [run for run in loose if run.status in _SPARE]
        count, size, gone = len(loose), sum(run.bytes for run in loose), 0
        for run in spare[:-1]:  # never the latest one
            if count <= MOST_RUNS and size <= MOST_BYTES:
                break
            folders.remove(run.folder)
            count, size, gone = count - 1, size - run.bytes, gone + 1
        if gone:
            self.read()
            self.dropped.emit(gone)


def _has_learnt(checkpoint: Path) -> bool:
    """Whether there is a checkpoint with more than the weights that a run began with."""
    try:
        return checkpoint.is_file() and load_progress(checkpoint)[0].step > 0
    except ModelFileError:
        return True  # it cannot be known: kept


_ENDED = {
    RunState.STOPPED: RunStatus.STOPPED,
    RunState.FINISHED: RunStatus.FINISHED,
    RunState.DIVERGED: RunStatus.DIVERGED,
}
_SPARE = frozenset(_ENDED.values())


def brought_up(facts: RunFacts, position: Position, changes: tuple[Changed, ...]) -> RunFacts:
    """The facts of a run that has come to ``position``.

    A test accuracy is of the weights that were kept when it was measured, and goes with them.
    """
    has_best = position.best_epoch > 0
    if not (has_best or position.step == facts.batches):
        facts = replace(facts, test_accuracy=None)
    known = replace(
        facts,
        epochs=position.epoch - 1,
        batches=position.step,
        seconds=position.seconds,
        best_epoch=position.best_epoch,
        validation_accuracy=position.best_accuracy if has_best else None,
        changes=changes,
    )
    return _with_own_test(known)


def _with_own_test(facts: RunFacts) -> RunFacts:
    """The facts without a test accuracy of other weights than those that are kept now."""
    if facts.test_accuracy is not None and facts.test_epoch == facts.best_epoch:
        return facts
    return replace(facts, test_accuracy=None, test_data="", test_epoch=0)
