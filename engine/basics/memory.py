"""Amounts of memory in words, in one way everywhere."""

from __future__ import annotations

STEP = 1024
_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")


def memory_words(size: int) -> str:
    """Bytes in words, a KiB being 1024 of them: ``640 B``, ``18.4 KiB``."""
    amount, unit = float(size), _UNITS[0]
    for unit in _UNITS:
        if round(amount, 1) < STEP or unit == _UNITS[-1]:
            break
        amount /= STEP
    return f"{size} B" if unit == "B" else f"{amount:,.1f} {unit}"
