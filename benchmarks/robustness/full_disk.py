"""Everything that is written meets a disk that becomes full: is it old or new, whole, and said?

For each writer there are two contents. The first is written with room, the second with a limit on
the length of files (``RLIMIT_FSIZE``: after so many bytes the system refuses), at lengths from
nothing to the whole. Afterwards each file must be the old one or the new one, to the last byte;
there may be no other file and no folder that neither had; and unless all are new, one sentence must
have been said, without a traceback or an error number. What is printed to a full device is tested
in ``tests/app/commands/test_output.py``.

    python -m benchmarks.robustness.full_disk [--limits 40] [--seed 1] [--writer NAME]

No display is needed. The mark: no failure.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PySide6.QtCore import qInstallMessageHandler

from benchmarks.robustness.full_disk_writers import WRITERS, Writer

LONGEST_SENTENCE = 1200

Contents = dict[str, bytes | None]
"""Files by their path in a folder; ``None`` for a folder."""


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Within, no file can be longer than so many bytes."""
    import resource  # noqa: PLC0415 - Windows has none

    before, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, hard))


def contents(folder: Path) -> Contents:
    """What there is in a folder."""
    return {
        str(path.relative_to(folder)): _content(path) if path.is_file() else None
        for path in folder.rglob("*")
    }


def _content(path: Path) -> bytes:
    """The bytes of a file; the header of a network, whose entries come in any order, sorted."""
    content = path.read_bytes()
    if path.suffix != ".safetensors" or len(content) < 8:
        return content
    end = 8 + int.from_bytes(content[:8], "little")
    try:
        return json.dumps(json.loads(content[8:end]), sort_keys=True).encode() + content[end:]
    except ValueError:
        return content


def whats_wrong(found: Contents, old: Contents, new: Contents, said: str) -> str:
    """The kind of a failure; "" if all is well."""
    for name, content in found.items():
        if name not in old and name not in new:
            return f"leaves {_kind_of(name)}"
        if content not in (old.get(name, b"?"), new.get(name, b"?")):
            return f"{name} is neither the old nor the new one"
    if not old.keys() <= found.keys():
        return "takes away what was there"
    if found.keys() != new.keys() and found.keys() != old.keys():
        return f"leaves {sorted(found.keys() - old.keys())} of {sorted(new.keys() - old.keys())}"
    return "" if found == new else _wrong_words(said)


def _wrong_words(said: str) -> str:
    if not said.strip():
        return "says nothing"
    if "Traceback" in said or "[Errno" in said:
        return f"says what is no sentence: {said[:90]}"
    if len(said) > LONGEST_SENTENCE:
        return "a sentence without end"
    return ""


def _kind_of(name: str) -> str:
    return "a temporary file" if ".cnnviz-" in name or ".part" in name else f"{name}"


def run_case(writer: Writer, size: int) -> str:
    """Let a writer meet a disk with so much room; return the kind of a failure, "" if none."""
    with tempfile.TemporaryDirectory() as name:
        folder, whole = Path(name) / "met", Path(name) / "whole"
        old, new = _whole_ones(writer, folder, whole)
        try:
            with room_for(size):
                said = writer.write(folder, 1)
        except Exception as error:  # noqa: BLE001 - whatever escapes is what is looked for
            last = traceback.extract_tb(error.__traceback__)[-1]
            return f"raises {type(error).__name__}: {error} ({last.filename}:{last.lineno})"
        found = contents(folder)
        for left in writer.may_leave:
            if found.get(left):
                del found[left]
        return whats_wrong(found, old, new, said)


def _whole_ones(writer: Writer, folder: Path, whole: Path) -> tuple[Contents, Contents]:
    """What there is before, in both folders, and with room also after; ``whole`` has that."""
    folder.mkdir()
    writer.write(folder, 0)
    shutil.copytree(folder, whole)
    if said := writer.write(whole, 1):
        raise RuntimeError(f"could not write with room: {said}")
    return contents(folder), contents(whole)


def sizes(writer: Writer, count: int, rng: np.random.Generator) -> list[int]:
    """How much room there is: none, a byte, one too few, enough, and what is drawn."""
    with tempfile.TemporaryDirectory() as name:
        folder, whole = Path(name) / "met", Path(name) / "whole"
        _, new = _whole_ones(writer, folder, whole)
    lengths = sorted({len(content) for content in new.values() if content})
    edges = [lengths[-1] - 1, 0, lengths[-1], 1]
    return (edges + [int(rng.integers(0, lengths[-1] + 1)) for _ in range(count)])[:count]


def main() -> int:
    """Let all writers meet a full disk; 1 if anything failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--limits", type=int, default=40, help="for each writer")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--writer", choices=sorted(WRITERS()), help="only this one")
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    qInstallMessageHandler(lambda *_: None)  # offscreen has no window manager, and says so
    cases, failures = 0, Counter[str]()
    rng = np.random.default_rng(options.seed)
    for name in [options.writer] if options.writer else sorted(WRITERS()):
        writer, kinds = WRITERS()[name], Counter[str]()
        for size in sizes(writer, options.limits, rng):
            if kind := run_case(writer, size):
                kinds[f"{name}, {kind}"] += 1
            cases += 1
        print(f"{name:26} {options.limits:5,} limits, {kinds.total():5,} failed", flush=True)
        for kind, count in kinds.items():
            print(f"    {count:5,} × {kind}", flush=True)
        failures += kinds
    print(f"{cases:,} cases, {failures.total():,} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
