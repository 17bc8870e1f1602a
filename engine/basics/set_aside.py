"""Puts what is damaged out of the way, under another name: it is kept, and hinders nothing."""

from __future__ import annotations

from pathlib import Path

from engine.basics.errors import EngineError, NewerFileError

SUFFIX = ".unreadable"
_MOST = 100


def set_aside(path: Path, error: EngineError) -> str:
    """Rename a stored file or folder that cannot be read to ``NAME.unreadable``.

    What the system would not open is left alone, for it may be whole, and so is what a newer
    cnnviz wrote.

    Args:
        path: What was to be read.
        error: Why that failed.

    Returns:
        A sentence for the user on what was found and what was done.
    """
    because = str(error) if str(error).startswith(path.name) else f"{path.name}: {error}"
    if isinstance(error, NewerFileError) or _is_of_the_system(error):
        return because
    for number in range(1, _MOST):
        place = path.with_name(f"{path.name}{SUFFIX}{f'-{number}' if number > 1 else ''}")
        if not place.exists():
            try:
                path.rename(place)
            except OSError:
                return because
            return f"{because} It is kept as {place.name}."
    return because


def is_set_aside(path: Path) -> bool:
    """Whether a file or folder has the name of one that was put out of the way."""
    return SUFFIX in path.suffix


def _is_of_the_system(error: BaseException) -> bool:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError):
            return True
        cause = cause.__cause__
    return False
