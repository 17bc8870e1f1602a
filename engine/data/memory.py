"""How much memory is free, and refusing what does not fit before any of it is taken."""

from __future__ import annotations

import ctypes
import re
import subprocess
import sys
from pathlib import Path

from engine.basics.errors import DataError

COPIES = 2
"""Images are held once as read, and once more when they are shuffled and held out."""

_MEMINFO = Path("/proc/meminfo")


def free_memory() -> int | None:
    """Bytes that can be taken without swapping; ``None`` where the system does not tell."""
    system: str = sys.platform
    if system == "win32":
        return _free_on_windows()
    try:
        if system == "linux":
            lines = _MEMINFO.read_text(encoding="ascii").splitlines()
            return next(int(line.split()[1]) * 1024 for line in lines if "MemAvailable" in line)
        return _free_pages(subprocess.check_output("/usr/bin/vm_stat", text=True))
    except (OSError, ValueError, StopIteration, subprocess.SubprocessError):
        return None


def _free_pages(report: str) -> int:
    """What macOS's ``vm_stat`` says: free pages, and those that it would give away first."""
    page = int(next(re.finditer(r"page size of (\d+) bytes", report))[1])
    kinds = re.findall(r"Pages (?:free|inactive|speculative): +(\d+)", report)
    return page * sum(map(int, kinds))


def check_memory(what: str, images: int, bytes_each: int, spare: int = 0) -> None:
    """Refuse a data set that is larger than memory, before anything is read of it.

    Args:
        what: its name, to begin the sentence with.
        images: how many there are.
        bytes_each: of one image, as it is kept.
        spare: bytes needed besides while it is read.

    Raises:
        DataError: with both numbers.
    """
    free = free_memory()
    needed = images * bytes_each * COPIES + spare
    if free is not None and needed > free:
        raise DataError(
            f"{what} does not fit into memory: its {images:,} images need {gigabytes(needed)}, "
            f"{gigabytes(free)} are free. Close other programs, or make a smaller data set."
        )


def gigabytes(count: int) -> str:
    """A number of bytes as people say it: ``9.4 GB``, or ``31 MB``."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB"


def _free_on_windows() -> int | None:
    class Status(ctypes.Structure):
        """Windows' MEMORYSTATUSEX."""

        _fields_ = (
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            *((name, ctypes.c_ulonglong) for name in ("total", "free", "a", "b", "c", "d", "e")),
        )

    status = Status()
    status.length = ctypes.sizeof(Status)
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - only there is the name known
    return int(status.free) if kernel.GlobalMemoryStatusEx(ctypes.byref(status)) else None
