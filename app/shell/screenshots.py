"""Pictures of every workspace, light and dark, with something to see in each: for the README.

Works without a display. The user's own settings are left alone.
"""

from __future__ import annotations

import math
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from app.shell.display import display_problem

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow
    from app.state.settings import Settings
    from engine.ink.drawings import Point

WIDTH, HEIGHT = 1280, 720
THEMES = ("light", "dark")
_TRAINING_SECONDS = 300


def run(directory: Path) -> int:
    """Write ``<workspace>-<theme>.png`` for all workspaces; return the process's exit code."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    problem = display_problem()
    if problem is not None:
        sys.stderr.write(problem + "\n")
        return 1
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        sys.stderr.write(f"cnnviz cannot write pictures to {directory}: {error.strerror}.\n")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        return _take_all(directory, Path(folder) / "settings.ini")


def _take_all(directory: Path, settings_file: Path) -> int:
    from app.look.theme import ThemeController  # noqa: PLC0415
    from app.shell.application import make_application  # noqa: PLC0415 - Qt only after the check above
    from app.shell.main_window import MainWindow  # noqa: PLC0415
    from app.shell.workspaces import KEYS  # noqa: PLC0415
    from app.state.settings import Settings  # noqa: PLC0415

    application = make_application()
    settings = Settings(settings_file)
    _choose_short_training(settings)
    look = ThemeController(application, "light")
    window = MainWindow(settings, look)
    window.resize(WIDTH, HEIGHT)
    window.show()
    window.start_up()
    _draw_a_digit(window)
    window.workspaces.step.stepper.go_to(2)
    is_complete = True
    for key in sorted(KEYS, key=lambda key: key == "train"):  # it changes the network of the others
        window.open_workspace(key)
        if key == "train":
            _train(window)
        for theme in THEMES:
            look.set_mode(theme)
            _settle()
            file = directory / f"{key}-{theme}.png"
            is_complete &= window.grab().save(str(file))
    window.workspaces.train.stop_and_join(_TRAINING_SECONDS * 1000)
    window.hide()
    window.deleteLater()
    _settle()
    if not is_complete:
        sys.stderr.write(f"cnnviz could not write all pictures to {directory}.\n")
    return 0 if is_complete else 1


def _choose_short_training(settings: Settings) -> None:
    """Set up a run that takes seconds, on digits that need no download."""
    from app.train.setup.data_choices import DataChoices  # noqa: PLC0415
    from app.train.setup.training_choices import (  # noqa: PLC0415
        IMAGES,
        VALIDATION,
        TrainingChoices,
    )

    choices = TrainingChoices(settings, DataChoices())
    choices.choose_source("generated")
    for name, value in ((IMAGES, 1500), (VALIDATION, 300), ("epochs", 6)):
        choices.set_value(name, value)


def _draw_a_digit(window: MainWindow) -> None:
    """Draw a 3 whose lower bow is so nearly closed that it might also be an 8."""
    from engine.ink.rendering import Stroke  # noqa: PLC0415

    upper = _bow(134, 98, 46, 42, -160, 80)
    lower = _bow(134, 186, 56, 48, -80, 225)
    window.workspaces.draw.sketch.replace((Stroke((*upper, *lower)),))


def _bow(
    x: float, y: float, width: float, height: float, start: float, end: float, pieces: int = 28
) -> tuple[Point, ...]:
    """Points on an ellipse around (x, y) from one angle to another, in degrees, clockwise."""
    angles = (math.radians(start + (end - start) * i / pieces) for i in range(pieces + 1))
    return tuple((x + width * math.cos(a), y + height * math.sin(a)) for a in angles)


def _train(window: MainWindow) -> None:
    """Run a short training to its end."""
    from PySide6.QtCore import QEventLoop, QTimer  # noqa: PLC0415

    _settle()
    train = window.workspaces.train
    loop = QEventLoop()
    train.session.ended.connect(loop.quit)
    QTimer.singleShot(_TRAINING_SECONDS * 1000, loop.quit)
    train.start()
    if train.session.is_active:
        loop.exec()
    train.session.stop_and_join(_TRAINING_SECONDS * 1000)


def _settle() -> None:
    """Let everything that waits for the event loop take place."""
    from PySide6.QtCore import QEventLoop, QTimer  # noqa: PLC0415

    loop = QEventLoop()
    QTimer.singleShot(150, loop.quit)
    loop.exec()
