"""Writes a file whole or not at all, as the user's own: nobody ever reads half of one.

A new file gets the rights that the user's other new files get (the umask), one that is there keeps
its own. A symbolic link is followed, not replaced; what may not be written is refused, although
its folder would allow to replace it.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import time
from contextlib import suppress
from pathlib import Path

_RIGHTS = stat.S_IRWXU | stat.S_IRWXG | stat.S_IRWXO
_USUAL_RIGHTS = 0o666
"""Of a new file, before the umask takes from them."""
_LEFT_OVER_SECONDS = 24 * 3600
"""So old is a temporary file that a process left behind which was ended while it wrote."""

_TEMPORARY = re.compile(r"\.cnnviz-[0-9a-f]{16}\.part")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file under a temporary name next to it, and move it into place.

    Raises:
        OSError: if it cannot be written; nothing half-written is left, what was there stays.
    """
    place = Path(os.path.realpath(path))
    rights = _rights_of(place)
    if rights is not None and not os.access(place, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    sweep(place.parent)
    temporary = place.with_name(f".cnnviz-{os.urandom(8).hex()}.part")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    handle = os.open(temporary, flags, _USUAL_RIGHTS if rights is None else rights)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if rights is not None:
            temporary.chmod(rights)
        temporary.replace(place)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def sweep(folder: Path, *, now: float | None = None) -> None:
    """Delete the temporary files of ours that are more than a day old: nobody writes them now."""
    latest = (time.time() if now is None else now) - _LEFT_OVER_SECONDS
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _TEMPORARY.fullmatch(entry.name):
                with suppress(OSError):
                    if entry.is_file(follow_symlinks=False) and entry.stat().st_mtime < latest:
                        Path(entry.path).unlink()


def _rights_of(place: Path) -> int | None:
    """The rights of a file that is there; ``None`` if there is none.

    Raises:
        OSError: if something else than a file has the name.
    """
    try:
        mode = place.stat().st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(place))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is no file but a device", str(place))
    return mode & _RIGHTS
