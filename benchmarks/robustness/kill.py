"""Kills the application at random moments of a training run, and lets it go on: is the end equal?

A window is opened in a process of its own, Start is clicked, and the process is killed (SIGKILL: it
can do nothing more) at a moment drawn from the whole length of the training; with ``--preparing``,
from that of making the images too. A second process opens the window again, looks whether the run
is offered, clicks Resume and waits for the end. Weights, the best epoch's weights, the optimiser's
state and every batch's loss are compared, bit for bit, with those of a run that nobody disturbed.
Checkpoints are written far more often than usual, so that kills fall into the middle of epochs;
every other one waits until a file is being written. A kill that came too late, after the run's end,
is drawn again.

The same is done to ``cnnviz train``, by SIGKILL, SIGTERM and Ctrl-C, and ``--resume``.

    python -m benchmarks.robustness.kill [--kills 20] [--seed 1] [--preparing]
                                         [--window | --command-line]

``--kills`` is for each signal. No display is needed. The mark: all of them equal.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.robustness.kill_command_line import kill_command_line
from benchmarks.robustness.kill_moments import Moment, Result, kills_at_random

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

ROOT = Path(__file__).parents[2]
TIMEOUT_SECONDS = 300
WORDS = {"train/source": "generated", "window/workspace": "draw"}
NUMBERS = {
    "train/generated/images": 1000.0,
    "train/generated/validation": 200.0,
    "train/epochs": 10.0,
    "train/batch_size": 32.0,
    "train/seed": 5.0,
}
"""By their keys in the settings file."""


class Once:
    """Says a word to the parent, the first time that something is so."""

    def __init__(self, word: str) -> None:
        self._word = word
        self._has_said = False

    def say(self, *, is_so: bool) -> None:
        if is_so and not self._has_said:
            self._has_said = True
            print(self._word, flush=True)


def child(folder: Path, task: str) -> int:
    """In the process that is killed, or the one that goes on: open the window and click."""
    from PySide6.QtCore import Qt  # noqa: PLC0415 - the parent needs no Qt
    from PySide6.QtTest import QTest  # noqa: PLC0415

    from app.look.theme import ThemeController  # noqa: PLC0415
    from app.shell.application import make_application  # noqa: PLC0415
    from app.shell.main_window import MainWindow  # noqa: PLC0415
    from app.state.settings import Settings  # noqa: PLC0415
    from app.train.runs import run_keeper  # noqa: PLC0415
    from app.train.runs.page import TrainRuns  # noqa: PLC0415

    run_keeper.FIRST_SECONDS = run_keeper.USUAL_SECONDS = 0.2
    run_keeper.REST = 5.0
    application = make_application()
    settings = Settings(folder / "settings.ini")
    window = MainWindow(settings, ThemeController(application, "light"))
    window.resize(1280, 720)
    window.show()
    window.start_up()
    print("header", window.header.training.text(), flush=True)
    left = Qt.MouseButton.LeftButton
    window.open_workspace("train")
    panel = window.workspaces.train
    runs = next(part for part in panel.parts if isinstance(part, TrainRuns))
    button = panel.form.start
    if task == "resume":
        notice = runs.offers.notice
        print("offer", notice.text, flush=True)
        if not notice.buttons:
            return 1
        button = notice.buttons[0]
    panel.session.ended.connect(application.quit)
    started = Once("training")
    panel.session.progressed.connect(lambda: started.say(is_so=panel.session.curves.batches > 0))
    QTest.mouseClick(button, left)
    print("begun", flush=True)
    application.exec()
    result = panel.session.result
    print("ended", result.message if result else "", flush=True)
    panel.stop_and_join(10_000)
    window.hide()
    return 0


def launch(folder: Path, task: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "benchmarks.robustness.kill", "--child", task, str(folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def said(process: subprocess.Popen[str], word: str) -> str:
    """Wait for a line that begins with ``word``; return the rest of it."""
    for line in process.stdout or ():
        if line.startswith(word):
            return line.removeprefix(word).strip()
    sys.exit(f"The child ended without saying {word!r}.")


def prepare(folder: Path) -> None:
    from app.state.settings import Setting, Settings  # noqa: PLC0415

    settings = Settings(folder / "settings.ini")
    for key, number in NUMBERS.items():
        settings.set(Setting(key, number), number)
    for key, word in WORDS.items():
        settings.set(Setting(key, word), word)
    settings.save()


def only_run(folder: Path) -> Path:
    """The checkpoint of the one run in a folder."""
    found = sorted((folder / "runs").glob("[!.]*"))
    if len(found) != 1:
        sys.exit(f"One run was expected; there are {len(found)}.")
    return found[0] / "run.safetensors"


def contents(file: Path) -> dict[str, object]:
    from engine.training.checkpoint import load_checkpoint, load_log  # noqa: PLC0415

    checkpoint, _, _ = load_checkpoint(file)
    log = load_log(file)
    groups = {
        f"{group}/{name}": value
        for group in ("weights", "best_weights", "optimizer")
        for name, value in getattr(checkpoint, group).items()
    }
    batches = [(batch.step, batch.loss, batch.accuracy) for batch in log.batches()]
    epochs = [(epoch.epoch, epoch.validation_loss, epoch.is_best) for epoch in log.epochs]
    return groups | {"batches": np.array(batches), "epochs": np.array(epochs)}


def is_same(one: dict[str, object], other: dict[str, object]) -> bool:
    return one.keys() == other.keys() and all(
        np.array_equal(np.asarray(one[name]), np.asarray(other[name])) for name in one
    )


def where_it_stood(file: Path) -> str:
    from engine.training.checkpoint import load_progress  # noqa: PLC0415

    if not file.is_file():
        return "nothing written yet"
    position, _ = load_progress(file)
    return f"epoch {position.epoch}, batch {position.batch}"


def kill_once(reference: dict[str, object], word: str, moment: Moment) -> Result | None:
    """Kill a run at a moment after ``word``, and go on; ``None`` if it had ended by then."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder)
        process = launch(folder, "start")
        said(process, word)
        moment.end(process, folder / "runs")
        process.wait(TIMEOUT_SECONDS)
        if not (only_run(folder).parent / "unfinished").exists():
            return None
        where = where_it_stood(only_run(folder))
        again = launch(folder, "resume")
        header, offer = said(again, "header"), said(again, "offer")
        is_offered = header == "Interrupted run" and "was interrupted" in offer
        if is_offered:
            said(again, "ended")
        again.wait(TIMEOUT_SECONDS)
        is_equal = is_offered and is_same(contents(only_run(folder)), reference)
    return Result(moment, where, is_offered, is_equal)


def kill_window(kills: int, rng: np.random.Generator, word: str) -> bool:
    """Kill so many windows that train, and report; return whether all is well."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder)
        process = launch(folder, "start")
        said(process, word)
        began = time.perf_counter()
        said(process, "ended")
        length = time.perf_counter() - began
        process.wait(TIMEOUT_SECONDS)
        reference = contents(only_run(folder))
    batches = len(np.asarray(reference["batches"]))
    print(f"window, undisturbed: {batches} batches in {length:.1f} s")
    return kills_at_random(
        kills, length, rng, (signal.SIGKILL,), lambda moment: kill_once(reference, word, moment)
    )


def main() -> int:
    """Kill both, and report; 1 if anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--preparing", action="store_true", help="kills before the first batch too")
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--window", action="store_true", help="the window alone")
    only.add_argument("--command-line", action="store_true", help="cnnviz train alone")
    parser.add_argument("--child", nargs=2, metavar=("TASK", "FOLDER"))
    arguments = parser.parse_args()
    if arguments.child:
        return child(Path(arguments.child[1]), arguments.child[0])
    rng, is_well = np.random.default_rng(arguments.seed), True
    if not arguments.command_line:
        word = "begun" if arguments.preparing else "training"
        is_well &= kill_window(arguments.kills, rng, word)
    if not arguments.window:
        is_well &= kill_command_line(arguments.kills, rng)
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
