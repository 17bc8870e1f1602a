"""Bytes are said in units of 1024, and never as 1024.0 of one unit."""

import pytest

from engine.basics.memory import free_memory, free_pages, memory_words


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (18_816, "18.4 KiB"),
        (1024**2 - 1, "1.0 MiB"),
        (528 * 1024**2, "528.0 MiB"),
        (3 * 1024**3, "3.0 GiB"),
        (5000 * 1024**4, "5,000.0 TiB"),
    ],
)
def test_bytes_in_words(size, words):
    assert memory_words(size) == words


def test_free_memory_is_told_here():
    free = free_memory()
    assert free is None or free > 10_000_000


def test_macs_report_is_understood():
    report = (
        "Mach Virtual Memory Statistics: (page size of 16384 bytes)\n"
        "Pages free:                                3000.\n"
        "Pages active:                            400000.\n"
        "Pages inactive:                            1000.\n"
        "Pages speculative:                          500.\n"
    )
    assert free_pages(report) == 4500 * 16384
