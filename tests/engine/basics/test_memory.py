"""Bytes are said in units of 1024, and never as 1024.0 of one unit."""

import pytest

from engine.basics.memory import memory_words


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
