"""Memory: amounts of it in words, how much is free, and refusing what would take more."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from engine.basics.errors import DataError

STEP = 1024
_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")
_MEMINFO = Path("/proc/meminfo")


def memory_words(size: int) -> str:
    """Bytes in words, a KiB being 1024 of them: ``640 B``, ``18.4 KiB``."""
    amount, unit = float(size), _UNITS[0]
    for unit in _UNITS:
        if round(amount, 1) < STEP or unit == _UNITS[-1]:
            break
        amount /= STEP
    return f"{size} B" if unit == "B" else f"{amount:,.1f} {unit}"


def check_free(needed: int, template: str, **values: object) -> None:
    """Refuse what takes more memory than is free, before any of it is taken.

    Args:
        needed: How many bytes.
        template: Of the sentence to refuse it with: ``{needed}``, ``{free}`` and ``values``.
        values: What else the sentence names.

    Raises:
        DataError: with that sentence.
    """
    free = free_memory()
    if free is not None and needed > free:
        amounts = {"needed": memory_words(needed), "free": memory_words(free)}
        raise DataError(template.format(**amounts, **values))


def free_memory() -> int | None:
    """Bytes that can be taken without swapping; ``None`` where the system does not tell."""
    import subprocess  # noqa: PLC0415 - words for amounts are wanted before the first paint

    system: str = sys.platform
    if system == "win32":
        return _free_on_windows()
    try:
        if system == "linux":
            lines = _MEMINFO.read_text(encoding="ascii").splitlines()
            return next(int(line.split()[1]) * 1024 for line in lines if "MemAvailable" in line)
        return free_pages(subprocess.check_output("/usr/bin/vm_stat", text=True))
    except (OSError, ValueError, StopIteration, subprocess.SubprocessError):
        return None


def free_pages(report: str) -> int:
    """What macOS's ``vm_stat`` says: free pages, and those that it can free at once."""
    page = int(next(re.finditer(r"page size of (\d+) bytes", report))[1])
    kinds = re.findall(r"Pages (?:free|inactive|speculative): +(\d+)", report)
    return page * sum(map(int, kinds))


def _free_on_windows() -> int | None:
    import ctypes  # noqa: PLC0415 - likewise

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
