"""Where training runs are kept, and whose they are: one folder each, with a lock while it runs.

Light to import: the window asks at its start whether a run was interrupted.
"""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QLockFile

from engine.basics.set_aside import is_set_aside

FACTS_FILE = "run.json"
CHECKPOINT_FILE = "run.safetensors"
UNFINISHED_FILE = "unfinished"
"""Lies in the folder of a run until it has ended; after a crash it still does."""

_LOCK_FILE = "lock"
_DELETED = ".deleted"


def runs_folder(settings_folder: Path) -> Path:
    """The folder of all runs."""
    return settings_folder / "runs"


def run_folders(folder: Path) -> Iterator[Path]:
    """The folder of each run, in the order in which they began."""
    children = sorted(folder.glob("[!.]*"))
    return (child for child in children if child.is_dir() and not is_set_aside(child))


def has_interrupted_run(folder: Path) -> bool:
    """Whether a run did not come to its end and no living process works on it."""
    for run in run_folders(folder):
        if not (run / UNFINISHED_FILE).exists():
            continue
        if not is_worked_on(run):
            return True
    return False


def new_folder(folder: Path, moment: datetime) -> Path:
    """Make a folder for a run that begins now; its name sorts by time.

    Raises:
        OSError: if that cannot be.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{moment:%Y%m%d-%H%M%S}"
    for number in range(1, 1000):
        made = folder / f"{name}-{number:03}"
        with suppress(FileExistsError):
            made.mkdir()
            return made
    raise FileExistsError(f"{folder} has too many runs of {name}")


def is_worked_on(run: Path) -> bool:
    """Whether a living process has the run's lock; where none can be made, nobody has one."""
    try:
        lock = lock_run(run)
    except OSError:
        return False
    if lock is None:
        return True
    lock.unlock()
    return False


def lock_run(run: Path) -> QLockFile | None:
    """The lock of a run, unless a living process has it; to be unlocked when it is not needed.

    Raises:
        OSError: if no lock can be made: the folder may not be written, or the disk is full.
    """
    lock = QLockFile(str(run / _LOCK_FILE))
    lock.setStaleLockTime(0)  # it never grows stale by age, only when its process is gone
    if lock.tryLock(0):
        return lock
    if lock.error() == QLockFile.LockError.LockFailedError:
        return None
    raise OSError(errno.EIO, "no lock can be made there; see whether the disk has room", str(run))


def set_aside(run: Path) -> Path:
    """Move a run to where the deleted ones are, from where it can be brought back.

    Raises:
        OSError: if that cannot be.
    """
    place = run.parent / _DELETED
    place.mkdir(exist_ok=True)
    return run.rename(place / run.name)


def bring_back(run: Path) -> Path:
    """Undo ``set_aside``.

    Raises:
        OSError: if that cannot be.
    """
    return run.rename(run.parent.parent / run.name)


def remove(run: Path) -> None:
    """Delete the folder of a run for good; what cannot be deleted is left."""
    shutil.rmtree(run, ignore_errors=True)


def size_of(run: Path) -> int:
    """Bytes of a run's files."""
    total = 0
    for file in run.iterdir():
        with suppress(OSError):  # a temporary file that has just been moved into place
            total += file.stat().st_size
    return total
