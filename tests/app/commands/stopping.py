"""The command line as a program of its own that sends itself a signal while it trains."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[3]

_SCRIPT = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # it may be ignored where tests run
import app.commands.training_run as run
import app.commands.train as training
from app.cli import main

training.GENERATED_TEST_IMAGES = 20
training.find_mnist = lambda _: None
place, numbers = int(sys.argv[1]), [int(number) for number in sys.argv[2].split()]

class Bar(run.ProgressBar):
    count = 0

    def update(self, done, total, text):
        Bar.count += text.startswith("epoch")
        if text.startswith("epoch") and Bar.count == place:
            for number in numbers:
                os.kill(os.getpid(), number)

run.ProgressBar = Bar
sys.exit(main(sys.argv[3:]))
"""

SMALL = ("--preset", "simplecnn", "--digits", "60", "--batch-size", "16", "--epochs", "3")
"""Three batches and one round of validation in each epoch."""


def program(*arguments: str, place: int = 0, signals: tuple[int, ...] = ()) -> list[str]:
    """The program with these arguments; at the ``place``-th batch it gets these signals."""
    numbers = " ".join(str(int(number)) for number in signals)
    return [sys.executable, "-c", _SCRIPT, str(place), numbers, *arguments]


def environment() -> dict[str, str]:
    """Variables with which the program is found from any folder."""
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def cnnviz(
    folder: Path,
    *arguments: str,
    place: int = 0,
    signals: tuple[int, ...] = (),
    stdout: IO[str] | int = subprocess.PIPE,
    before: Callable[[], None] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run the program in a folder to its end."""
    return subprocess.run(
        program(*arguments, place=place, signals=signals),
        cwd=folder,
        env=environment(),
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        timeout=120,
        check=False,
        preexec_fn=before,
    )


def names_in(folder: Path) -> list[str]:
    """The names of all files of a folder, hidden ones too."""
    return sorted(path.name for path in folder.iterdir())


def epochs_in(said: str) -> list[str]:
    """The table of epochs, without the seconds that they took."""
    return [line[:-10] for line in said.splitlines() if line[:5].strip().isdigit()]
