"""``cnnviz train`` as a program of its own, ended at a moment, that goes on with ``--resume``.

Compared bit for bit are the network with all that is known of it, and the table of epochs as it was
printed. A program that could still say something must have said how to go on, without a traceback,
and ended with the status of its signal. What is left in the folder afterwards is the network alone.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.robustness.kill_moments import Moment, Result, kills_at_random

ROOT = Path(__file__).parents[2]
TIMEOUT_SECONDS = 300
NAME = "net.safetensors"
CHECKPOINT = f"{NAME}.checkpoint"
TRAIN = (
    *("train", "--preset", "simplecnn", "--digits", "600", "--validation", "100"),
    *("--epochs", "12", "--batch-size", "32", "--seed", "5", "--out", NAME),
)
ERRORS = "errors.txt"
BEGINS = "epoch "
"""The heading of the table: the training begins."""
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)


@dataclass(frozen=True)
class Trained:
    """What a run left: its network, whose header has no order, and its table without seconds."""

    header: dict[str, Any]
    numbers: bytes
    epochs: tuple[str, ...]


def child(arguments: list[str]) -> int:
    """In the process that is ended, or the one that goes on: train, and write very often."""
    from app.cli import main  # noqa: PLC0415 - the parent needs none of it
    from app.commands import train  # noqa: PLC0415
    from app.train.runs import run_keeper  # noqa: PLC0415

    signal.signal(signal.SIGINT, signal.default_int_handler)  # who runs us may ignore Ctrl-C
    run_keeper.FIRST_SECONDS = run_keeper.USUAL_SECONDS = 0.1
    run_keeper.REST = 5.0
    train.GENERATED_TEST_IMAGES = 200
    return main(arguments)


def launch(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "benchmarks.robustness.kill_command_line", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(folder.parent)}
    environment |= {"XDG_CACHE_HOME": str(folder.parent)}
    environment.pop("CNNVIZ_DATA", None)
    with (folder.parent / ERRORS).open("w") as errors:
        return subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True
        )


def rest_of(process: subprocess.Popen[str], folder: Path) -> tuple[str, str]:
    """What it still writes to its end, and all that it wrote to standard error."""
    said = process.stdout.read() if process.stdout else ""
    process.wait(TIMEOUT_SECONDS)
    return said, (folder.parent / ERRORS).read_text()


def until_it_trains(process: subprocess.Popen[str]) -> None:
    """Read what it says up to the heading of its table."""
    for line in process.stdout or ():
        if line.startswith(BEGINS):
            return
    sys.exit("The command ended before it trained.")


def trained(folder: Path, said: str) -> Trained:
    content = (folder / NAME).read_bytes()
    end = 8 + int.from_bytes(content[:8], "little")
    lines = said.splitlines()
    return Trained(
        json.loads(content[8:end]),
        content[end:],
        tuple(line[:-10] for line in lines if line[:5].strip().isdigit()),
    )


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def kill_once(reference: Trained, moment: Moment) -> Result | None:
    """End a run at a moment, and go on with it; ``None`` if it had ended by then."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "work"
        folder.mkdir()
        process = launch(folder, *TRAIN)
        until_it_trains(process)
        moment.end(process, folder)
        said, complaints = rest_of(process, folder)
        is_over = (folder / NAME).exists() and not (folder / CHECKPOINT).exists()
        if process.returncode == 0 or is_over:  # the last thing that a run does
            return None
        where, is_offered = _how_it_ended(folder, process.returncode, moment, said + complaints)
        half_written = {name for name in names_in(folder) if name.startswith(".")}
        again = launch(folder, *(("train", "--resume", CHECKPOINT) if where else TRAIN))
        told, errors = rest_of(again, folder)
        is_equal = (
            again.returncode == 0
            and not errors
            and names_in(folder) - half_written == {NAME}
            and trained(folder, told) == reference
        )
        if not (is_offered and is_equal):
            print(said, complaints, told, errors, names_in(folder), sep="\n")
    return Result(moment, where or "nothing written yet", is_offered, is_equal)


def _how_it_ended(folder: Path, code: int, moment: Moment, said: str) -> tuple[str, bool]:
    """Where a run stood, "" before its first checkpoint, and whether it ended as it should."""
    from engine.training.checkpoint import load_progress  # noqa: PLC0415

    file, where = folder / CHECKPOINT, ""
    if file.is_file():
        position, _ = load_progress(file)
        where = f"epoch {position.epoch}, batch {position.batch}"
    if moment.number == signal.SIGKILL:
        return where, code == -signal.SIGKILL
    is_status = code in {128 + moment.number, -moment.number}
    could_speak = code > 0 and bool(where)
    leaves_nothing_half = not any(name.startswith(".") for name in names_in(folder)) or code < 0
    return where, (
        is_status
        and "Traceback" not in said
        and leaves_nothing_half
        and (not could_speak or f"--resume {CHECKPOINT}" in said)
    )


def kill_command_line(kills: int, rng: np.random.Generator) -> bool:
    """Kill so many by each signal, and report; return whether all is well."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "work"
        folder.mkdir()
        process = launch(folder, *TRAIN)
        until_it_trains(process)
        began = time.perf_counter()
        said, complaints = rest_of(process, folder)
        length = time.perf_counter() - began
        if process.returncode:
            sys.exit(f"The undisturbed run failed: {complaints}")
        reference = trained(folder, said)
        shutil.rmtree(folder)
    print(f"command line, undisturbed: {len(reference.epochs)} epochs in {length:.1f} s")
    return kills_at_random(kills, length, rng, SIGNALS, lambda moment: kill_once(reference, moment))


if __name__ == "__main__":
    sys.exit(child(sys.argv[1:]))
