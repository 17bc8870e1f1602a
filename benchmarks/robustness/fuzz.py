"""Every reader of files is given thousands of damaged ones: it reads or refuses, never worse.

For each reader there are whole files. They are spoiled at random, in bytes (cut, flipped, filled,
repeated) and, where they are JSON, in structure (another type, a list for a number, vast numbers,
deep nesting, missing and unknown names). A case passes if the reader takes the file or says in a
sentence of limited length why not. It fails if any other error escapes, if it takes longer than
``SECONDS``, or needs more memory than ``MEMORY`` (on Linux); then it is killed. What is read is
also used: drawings are rendered, stacks described, states stepped through.

    python -m benchmarks.robustness.fuzz --cases 2000 --seed 1

prints for each reader how many cases were read, refused and failed, and each kind of failure once.
The mark: no failure.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from benchmarks.robustness.fuzz_readers import READERS, Reader
from benchmarks.robustness.fuzz_spoiling import spoiled
from engine.basics.errors import EngineError

SECONDS = 20.0
MEMORY = 3 * 2**30
LONGEST_SENTENCE = 1200


@dataclass
class Tally:
    """What came of the cases of one reader; ``failures`` has each kind with its first case."""

    read: int = 0
    refused: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    failures: dict[str, str] = field(default_factory=dict)

    @property
    def cases(self) -> int:
        """How many there were."""
        return self.read + self.refused + self.kinds.total()

    def note(self, outcome: str, case: str) -> None:
        """Count one outcome: ``read``, ``refused``, or the kind of a failure."""
        if outcome == "read":
            self.read += 1
        elif outcome == "refused":
            self.refused += 1
        else:
            self.kinds[outcome] += 1
            self.failures.setdefault(outcome, case)


def outcome_of(reader: Reader, path: Path) -> str:
    """What comes of one file: ``read``, ``refused``, or the kind of a failure."""
    try:
        reader.read(path)
    except EngineError as error:
        return "refused" if len(str(error)) <= LONGEST_SENTENCE else "a sentence without end"
    except Exception as error:  # noqa: BLE001 - whatever escapes is what is looked for
        last = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} in {Path(last.filename).name}, {last.name}"
    return "read"


def run_case(reader: Reader, seed: int, number: int, folder: Path) -> str:
    """Spoil a file of a reader in a way that seed and number tell, and let it be read."""
    rng = np.random.default_rng((seed, number))
    name, content = reader.files[number % len(reader.files)]
    path = folder / name
    path.write_bytes(spoiled(content, rng))
    try:
        return outcome_of(reader, path)
    finally:
        path.unlink(missing_ok=True)
        reader.clear(folder)


def _work(name: str, seed: int, connection: Connection) -> None:
    """A process that runs cases as it is told, within limits, until it is told ``None``."""
    if sys.platform == "linux":
        import resource  # noqa: PLC0415 - other systems have none

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory() as folder:
        while (number := connection.recv()) is not None:
            connection.send(run_case(READERS()[name], seed, number, Path(folder)))


class Guarded:
    """Runs cases of one reader in a process of its own, and starts another when that is lost."""

    def __init__(self, name: str, seed: int, seconds: float = SECONDS) -> None:
        self._name, self._seed, self._seconds = name, seed, seconds
        self._context = multiprocessing.get_context("spawn")
        self._start()

    def _start(self) -> None:
        self._mine, theirs = self._context.Pipe()
        arguments = (self._name, self._seed, theirs)
        self._process = self._context.Process(target=_work, args=arguments, daemon=True)
        self._process.start()
        theirs.close()

    def outcome(self, number: int) -> str:
        """What comes of a case, also if it takes too long or ends the process."""
        self._mine.send(number)
        try:
            if self._mine.poll(self._seconds):
                return str(self._mine.recv())
            lost = f"takes longer than {self._seconds:g} s"
        except EOFError:
            self._process.join()
            lost = f"ends the process ({self._process.exitcode})"
        self.close()
        self._start()
        return lost

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()
        self._mine.close()


def fuzz(name: str, cases: int, seed: int) -> Tally:
    """Run so many cases of a reader under guard."""
    tally, guarded = Tally(), Guarded(name, seed)
    try:
        for number in range(cases):
            tally.note(guarded.outcome(number), f"--reader {name} --seed {seed}, case {number}")
    finally:
        guarded.close()
    return tally


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cases", type=int, default=2000, help="for each reader")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reader", choices=sorted(READERS()), help="only this one")
    parser.add_argument("--json", type=Path, help="also write the tally here")
    options = parser.parse_args()
    names = [options.reader] if options.reader else sorted(READERS())
    tallies = {}
    for name in names:
        started = time.monotonic()
        tally = tallies[name] = fuzz(name, options.cases, options.seed)
        print(
            f"{name:22} {tally.cases:7,} cases: {tally.read:7,} read, {tally.refused:7,} refused, "
            f"{tally.kinds.total():5,} failed; {time.monotonic() - started:.0f} s",
            flush=True,
        )
        for kind, first in tally.failures.items():
            print(f"    {tally.kinds[kind]:5,} × {kind}; first: {first}", flush=True)
    failed = sum(tally.kinds.total() for tally in tallies.values())
    print(f"{sum(tally.cases for tally in tallies.values()):,} cases, {failed:,} failures")
    if options.json:
        kinds = {name: dict(tally.kinds) for name, tally in tallies.items()}
        options.json.write_text(json.dumps(kinds, indent=1))
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
