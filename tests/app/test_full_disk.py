"""What is written meets a disk that becomes full: every writer, at some lengths.

``python -m benchmarks.robustness.full_disk`` takes more of them.
"""

import numpy as np
import pytest

pytest.importorskip("resource", reason="Windows has no limits of files")

from benchmarks.robustness.full_disk import Contents, run_case, sizes, whats_wrong
from benchmarks.robustness.full_disk_writers import WRITERS

LIMITS = 2
OLD: Contents = {"a": b"old"}
NEW: Contents = {"a": b"new", "b": b"more"}
SENTENCE = "a could not be written: No space left on device."


def test_every_writer_leaves_the_old_or_the_new_and_says_so(look):
    rng = np.random.default_rng(3)
    failures = {
        (name, size): wrong
        for name, writer in WRITERS().items()
        for size in sizes(writer, LIMITS, rng)
        if (wrong := run_case(writer, size))
    }
    assert failures == {}


@pytest.mark.parametrize(
    ("found", "said", "wrong"),
    [
        (OLD, SENTENCE, ""),
        (NEW, "", ""),
        (OLD, "", "says nothing"),
        (OLD, "[Errno 27] File too large", "says what is no sentence: [Errno 27] File too large"),
        ({"a": b"ol"}, SENTENCE, "a is neither the old nor the new one"),
        ({"a": b""}, SENTENCE, "a is neither the old nor the new one"),
        ({}, SENTENCE, "takes away what was there"),
        ({**OLD, ".cnnviz-1.part": b""}, SENTENCE, "leaves a temporary file"),
        ({**OLD, "b": b""}, SENTENCE, "b is neither the old nor the new one"),
    ],
)
def test_what_is_left_is_judged(found, said, wrong):
    assert whats_wrong(found, OLD, NEW, said) == wrong
