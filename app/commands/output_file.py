"""Files that commands write: asked about before the work, and never in place of another's."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from engine.basics.errors import DataError
from engine.basics.memory import memory_words


def check_output(out: Path, *, force: bool, needed: int = 0) -> None:
    """Ask before the work, not after it, whether its file can be saved.

    Args:
        out: The file.
        force: Whether a file that is there may be replaced.
        needed: About how many bytes it will have.

    Raises:
        DataError: if it is a folder or device, exists, or cannot be written for want of a folder,
            of permission or of room.
    """
    folder = out.absolute().parent
    try:
        if not folder.is_dir():
            raise DataError(
                f"There is no folder {out.parent} to save in. Make it first, or choose another."
            )
        if out.is_dir():
            raise DataError(f"{out} is a folder. Give the name of a file in it.")
        if out.exists() and not out.is_file():
            raise DataError(f"{out} is a device, and no file. Choose another name.")
        if out.exists() and not force:
            raise DataError(f"{out} exists already. Choose another name, or replace it by --force.")
        with suppress(FileNotFoundError):
            out.lstat()  # refuses a name that is too long, which all questions above say no to
        with tempfile.NamedTemporaryFile(dir=folder) as trial:
            trial.write(bytes(1))
        free = shutil.disk_usage(folder).free
    except OSError as error:
        reason = error.strerror or str(error)
        raise DataError(f"{out} could not be written: {reason}.") from error
    if free < needed:
        raise DataError(
            f"{out} could not be written: about {memory_words(needed)} are needed, and "
            f"{memory_words(free)} are free. Make room, or choose another folder."
        )


def unused(path: Path, is_taken: Callable[[Path], bool] = Path.exists, joint: str = "-") -> Path:
    """The path, or if that is taken the first of ``NAME-2``, ``NAME-3`` and so on that is not."""
    number, candidate = 1, path
    while is_taken(candidate):
        number += 1
        candidate = path.with_name(f"{path.stem}{joint}{number}{path.suffix}")
    return candidate
